"""What integration tests get to work with, and how the embedded control plane gives it.

`kind` makes the same of a kind cluster.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from components.addon import Manifest, identity
from components.controlplane import planes, settings, tools
from environments.errors import OutsideError
from scripts.live import Live
from scripts.verification.checks import path_of


def planes_of_its_own(request: pytest.FixtureRequest) -> None:
    """Skips what starts its own control planes and runs Terraform on them, where it cannot."""
    if request.config.getoption("--kind"):
        pytest.skip("brings control planes of its own, and kind has one; it runs without --kind")
    try:
        tools.terraform()
    except OutsideError as error:
        pytest.skip(str(error))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """What integration tests get to work with."""

    kind: Literal["embedded", "kind"]
    kubeconfig: Path
    live: Live

    @property
    def api(self) -> Any:
        """The Kubernetes client's own ApiClient."""
        return self.live.api

    def apply(self, manifests: Iterable[Manifest]) -> None:
        """Server-side apply, in order; a refusal fails the test with the server's words."""
        for manifest in manifests:
            refusal = self.live.apply(path_of(manifest), manifest)
            assert refusal is None, f"{identity(manifest)}: {refusal}"

    def delete(self, manifests: Iterable[Manifest]) -> None:
        """Delete, in reverse order; what is gone already is fine."""
        for manifest in reversed(list(manifests)):
            self.live.delete(path_of(manifest), propagationPolicy="Background")


def eventually(what: str, happens: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until it happens; the last answer is told when it does not."""
    deadline = time.monotonic() + seconds
    while not (answer := happens()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s; last: {answer!r}"
        time.sleep(0.2)


def embedded(directory: Path) -> Iterator[Cluster]:
    """One plane in the directory, taken down at the end whatever happens."""
    binaries = tools.ensure(tools.CONTROL_PLANE)
    plane = planes.Plane(name="slices", directory=directory)
    try:
        planes.start([plane], binaries, {plane.name: settings.Settings()})
        yield Cluster(
            kind="embedded", kubeconfig=plane.kubeconfig, live=Live(plane.name, plane.kubeconfig)
        )
    finally:
        planes.sweep(directory)
