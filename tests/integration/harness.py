"""A control plane for tests: embedded or kind, with the same simulated nodes on either."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml

from components.addon import Manifest, identity
from components.controlplane import planes, settings, stages, tools
from scripts.live import Live
from scripts.verification.checks import path_of


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


def why_not_kind() -> str | None:
    """What is missing for kind on this machine; None when it can run."""
    if shutil.which("docker") is None and shutil.which("podman") is None:
        return "there is no docker or podman on PATH; install one"
    if shutil.which("docker") and _fails("docker", "info"):
        return "the container engine does not answer `docker info`; start it"
    return None


def _fails(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode != 0


def on_kind(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """The cluster of `pytest-kind`, with KWOK's controller beside it for simulated nodes.

    KIND_NODE_IMAGE overrides the node image; `kind` and `kubectl` on PATH are
    used instead of downloads.
    """
    options = request.config.option
    options.kind_image = options.kind_image or os.environ.get("KIND_NODE_IMAGE")
    options.kind_bin = options.kind_bin or shutil.which("kind")
    options.kind_kubectl_bin = options.kind_kubectl_bin or shutil.which("kubectl")
    made = request.getfixturevalue("kind_cluster")
    kubeconfig = Path(made.kubeconfig_path).resolve()
    binaries = tools.ensure(("kwok",))
    config = kubeconfig.with_name("kwok.yaml")
    config.write_text(yaml.safe_dump_all(stages.documents()), encoding="utf-8")
    controller = subprocess.Popen(
        [
            str(binaries["kwok"]),
            f"--kubeconfig={kubeconfig}",
            f"--config={config}",
            "--manage-all-nodes=false",
            "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
            "--node-lease-duration-seconds=40",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Cluster(kind="kind", kubeconfig=kubeconfig, live=Live("kind", kubeconfig))
    finally:
        controller.terminate()
        controller.wait(timeout=20)
