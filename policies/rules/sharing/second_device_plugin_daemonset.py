"""Manifest of NVIDIA's device plugin beside HAMi's

Why: both call themselves `nvidia.com/gpu` to the kubelet and overwrite each other's counts on every
    node where both run.
Fix: remove the one, or keep it off HAMi's nodes by a node selector

Bad (manifest):
    apiVersion: apps/v1
    kind: DaemonSet
    metadata: {name: nvidia-device-plugin}
    spec:
      template:
        spec: {containers: [{name: plugin, image: "nvcr.io/nvidia/k8s-device-plugin:v0.17.0"}]}
    ---
    apiVersion: apps/v1
    kind: DaemonSet
    metadata: {name: hami-device-plugin}
    spec:
      template:
        spec: {containers: [{name: device-plugin, image: "projecthami/hami:v2.9.0"}]}
Good (manifest):
    apiVersion: apps/v1
    kind: DaemonSet
    metadata: {name: hami-device-plugin}
    spec:
      template:
        spec: {containers: [{name: device-plugin, image: "projecthami/hami:v2.9.0"}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import hami, values
from policies.finding import Related, Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest


@rule(Severity.CRITICAL, judges=Manifest, types=("DaemonSet",))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """NVIDIA's, and HAMi's in the same cluster on the same nodes."""
    if not _runs(manifest, "k8s-device-plugin"):
        return
    if hami.releases(fleet, manifest.cluster):
        yield Fault("HAMi's chart brings a second device plugin for nvidia.com/gpu")
    for other in fleet.manifests("DaemonSet", cluster=manifest.cluster):
        if _runs(other, "projecthami/hami") and _selector(other) == _selector(manifest):
            related = Related(message="HAMi's device plugin", place=other.place())
            said = f"DaemonSet {other.name} is a second device plugin on the same nodes"
            yield Fault(said, detail=other.address, related=(related,))


def _runs(manifest: Manifest, image: str) -> bool:
    return any(
        image in values.text(container, "image")
        for pod in manifest.pods()
        for _, container in pod.containers()
    )


def _selector(manifest: Manifest) -> object:
    return dict(values.mapping(manifest.body, "spec", "template", "spec", "nodeSelector"))
