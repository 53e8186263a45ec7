"""Container that replaces what limits its share of a card

Why: HAMi holds a container to its memory by a library that `/etc/ld.so.preload` loads. Another file
    there, another `LD_PRELOAD` or a volume over `/usr/local/vgpu` leaves the card open to it, and
    its neighbours die of memory that they were promised.
Fix: leave these paths alone; preload your own library in the image's start script, behind HAMi's

Bad (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: rank}
    spec:
      containers:
        - name: main
          env: [{name: LD_PRELOAD, value: /usr/lib/libjemalloc.so}]
          resources: {limits: {nvidia.com/gpumem: 2048}}
Good (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: rank}
    spec:
      containers:
        - name: main
          env: [{name: MALLOC_ARENA_MAX, value: "2"}]
          resources: {limits: {nvidia.com/gpumem: 2048}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policies import gpus, values
from policies.finding import Path, Severity
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest

PATHS = ("/etc/ld.so.preload", "/usr/local/vgpu", "/etc/ld.so.conf", "/tmp/vgpulock")  # noqa: S108 - HAMi's own
"""Where HAMi puts its library and its locks."""


@rule(Severity.HIGH, judges=Manifest, types=tuple(TEMPLATES))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """A volume or a variable in the way of HAMi's library."""
    for pod in manifest.pods():
        for path, container in gpus.slicing(pod):
            yield from _mounts(path, container)
            yield from _preloads(path, container)


def _mounts(path: Path, container: Mapping[str, Any]) -> Iterator[Fault]:
    for at, mount in enumerate(values.sequence(container, "volumeMounts")):
        where = values.text(mount, "mountPath").rstrip("/")
        hidden = where in {"/etc", "/usr", "/usr/local"}
        if hidden or any(where == taken or where.startswith(f"{taken}/") for taken in PATHS):
            said = f"a volume at {where} hides what limits this share of a card"
            yield Fault(said, (*path, "volumeMounts", at, "mountPath"))


def _preloads(path: Path, container: Mapping[str, Any]) -> Iterator[Fault]:
    for at, entry in enumerate(values.sequence(container, "env")):
        if values.text(entry, "name") in {"LD_PRELOAD", "LD_AUDIT"}:
            said = f"{entry['name']} loads another library before the one that limits this share"
            yield Fault(said, (*path, "env", at))
