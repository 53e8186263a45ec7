"""Where are the pods of a manifest? The templates inside every kind of workload.

Kinds of the wider world (Kubeflow, Ray, Volcano, KServe, Argo) are known too: a
GPU fleet's pods are rarely plain Deployments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from policies import values
from policies.finding import Path

EACH: Final = "*"

_TEMPLATE = (("spec", "template"),)
_RAY = ("headGroupSpec.template", "workerGroupSpecs.*.template")


def _steps(*dotted: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(path.split(".")) for path in dotted)


TEMPLATES: dict[str, tuple[tuple[str, ...], ...]] = {
    "Pod": ((),),
    "PodTemplate": (("template",),),
    "Deployment": _TEMPLATE,
    "StatefulSet": _TEMPLATE,
    "DaemonSet": _TEMPLATE,
    "ReplicaSet": _TEMPLATE,
    "ReplicationController": _TEMPLATE,
    "Rollout": _TEMPLATE,
    "Notebook": _TEMPLATE,
    # A Job of Kubernetes, and one of Volcano.
    "Job": _steps("spec.template", "spec.tasks.*.template"),
    "CronJob": _steps("spec.jobTemplate.spec.template"),
    "JobSet": _steps("spec.replicatedJobs.*.template.spec.template"),
    "PyTorchJob": _steps("spec.pytorchReplicaSpecs.*.template"),
    "TFJob": _steps("spec.tfReplicaSpecs.*.template"),
    "MPIJob": _steps("spec.mpiReplicaSpecs.*.template"),
    "XGBoostJob": _steps("spec.xgbReplicaSpecs.*.template"),
    "PaddleJob": _steps("spec.paddleReplicaSpecs.*.template"),
    "JAXJob": _steps("spec.jaxReplicaSpecs.*.template"),
    "RayCluster": _steps(*(f"spec.{path}" for path in _RAY)),
    "RayJob": _steps(*(f"spec.rayClusterSpec.{path}" for path in _RAY)),
    "RayService": _steps(*(f"spec.rayClusterConfig.{path}" for path in _RAY)),
    "LeaderWorkerSet": _steps(
        "spec.leaderWorkerTemplate.leaderTemplate", "spec.leaderWorkerTemplate.workerTemplate"
    ),
    # KServe writes pod fields without a template between.
    "InferenceService": _steps("spec.predictor", "spec.transformer", "spec.explainer"),
}
"""Where the pod templates of each kind are; `*` is every entry of a map or a list."""

Container = tuple[Path, Mapping[str, Any]]
"""A container, and its path from the manifest's root."""

_INLINE = {"InferenceService"}
_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")
_BESIDE = {"initContainers", "ephemeralContainers"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PodTemplate:
    """A pod as a controller would make it. `path` leads to it from the manifest's root."""

    metadata: Mapping[str, Any]
    spec: Mapping[str, Any]
    path: Path
    spec_path: Path
    """Where `spec` stands, from the manifest's root."""
    found: list[tuple[Container, ...]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )
    """Its containers, once somebody asked: every rule about pods does."""
    kept: dict[object, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What many rules work out of it alike, by keys of their own."""

    @property
    def labels(self) -> Mapping[str, Any]:
        """The labels of the pod."""
        return values.mapping(self.metadata, "labels")

    @property
    def annotations(self) -> Mapping[str, Any]:
        """The annotations of the pod."""
        return values.mapping(self.metadata, "annotations")

    def containers(self, *, also_init: bool = True) -> tuple[Container, ...]:
        """Containers with their paths from the manifest's root; init containers first."""
        if not self.found:
            self.found.append(tuple(self._containers()))
        if also_init:
            return self.found[0]
        return tuple(one for one in self.found[0] if one[0][-2] not in _BESIDE)

    def _containers(self) -> Iterator[Container]:
        for key in _CONTAINERS:
            if key in self.spec:
                for at, container in enumerate(values.sequence(self.spec, key)):
                    if isinstance(container, dict):
                        yield (*self.spec_path, key, at), container
        if isinstance(model := self.spec.get("model"), dict):  # KServe
            yield (*self.spec_path, "model"), model


def pods(body: Mapping[str, Any]) -> Iterator[PodTemplate]:
    """The pod templates of a manifest; none for a kind that makes no pods."""
    kind = body.get("kind")
    if not isinstance(kind, str):
        return
    for steps in TEMPLATES.get(kind, ()):
        for path, found in _at(body, steps, ()):
            spec = found if kind in _INLINE else found.get("spec")
            if isinstance(spec, Mapping):
                spec_path = path if kind in _INLINE else (*path, "spec")
                metadata = values.mapping(found, "metadata")
                yield PodTemplate(metadata=metadata, spec=spec, path=path, spec_path=spec_path)


def _at(value: object, steps: tuple[str, ...], path: Path) -> Iterator[tuple[Path, Any]]:
    if not steps:
        if isinstance(value, Mapping):
            yield path, value
        return
    step, rest = steps[0], steps[1:]
    if step != EACH:
        if isinstance(value, Mapping) and step in value:
            yield from _at(value[step], rest, (*path, step))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _at(inner, rest, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _at(inner, rest, (*path, at))
