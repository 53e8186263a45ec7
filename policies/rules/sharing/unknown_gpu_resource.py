"""GPU resource that no device plugin offers

Why: a pod that asks for a resource that no node has waits for ever, and a typo is enough.
Fix: write the key as it is offered: `nvidia.com/gpu`, and with HAMi `nvidia.com/gpumem`,
    `nvidia.com/gpumem-percentage` and `nvidia.com/gpucores`

Bad (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: rank}
    spec:
      containers: [{name: main, resources: {limits: {nvidia.com/gpus: 1}}}]
Good (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: rank}
    spec:
      containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from environments.keys import HAMI_RESOURCES
from policies import gpus, whereabouts
from policies.finding import Severity
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest

OTHERS = ("nvidia.com/gpu.shared", "nvidia.com/mig-", "nvidia.com/pgpu", "nvidia.com/vgpu")
"""Keys of other ways to share a card, and of virtual machines."""
BARE = {"gpu", "gpus", "nvidia/gpu", "nvidia-gpu", "alpha.kubernetes.io/nvidia-gpu"}


@rule(Severity.HIGH, judges=Manifest, types=tuple(TEMPLATES))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """A key that looks like one of the known ones and is none."""
    for pod in manifest.pods():
        # Keys of NVIDIA's in a pod for HAMi are the business of `gpu-memory-in-wrong-unit`.
        told = whereabouts.cuts_cards(pod, manifest, fleet)
        for path, container in pod.containers():
            for key in gpus.limits(container):
                if _wrong(key) and not (told and key.startswith("nvidia.com/")):
                    near = difflib.get_close_matches(key, HAMI_RESOURCES, 1, 0.5)
                    yield Fault(
                        f"no device plugin offers {key}",
                        (*path, "resources", "limits", key),
                        at_key=True,
                        fix=f"write {near[0] if near else 'nvidia.com/gpu'}",
                    )


def _wrong(key: str) -> bool:
    if key in BARE:
        return True
    if key in HAMI_RESOURCES or key.startswith(OTHERS):
        return False
    # Products and network cards have keys of their own; only what begins like a card is judged.
    return key.lower().startswith(("nvidia.com/gpu", "nvidia.com/core", "nvidia.com/mem"))
