"""What would an API server be asked? A manifest as the request that creates its pods.

Every pod template becomes the pod that a controller would make of it, whatever
kind it stands in. What an API server drops (nulls) or refuses to read (a list
where a map belongs) is left out, so that a policy sees what it would see there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policies import values
from policies.finding import Path
from policies.objects import Manifest
from policies.pods import PodTemplate

OPERATION = {"operation": "CREATE"}
_CONTAINERS = ("containers", "initContainers", "ephemeralContainers")


def pod(template: PodTemplate, manifest: Manifest) -> dict[str, Any]:
    """The pod of a template, as its controller sends it."""
    spec = without_nulls(template.spec)
    containers = [found for _, found in template.containers(also_init=False)]
    spec["containers"] = [without_nulls(found) for found in containers]
    for key in _CONTAINERS[1:]:
        if key in spec:
            spec[key] = [one for one in values.sequence(spec, key) if isinstance(one, dict)]
    for container in (*spec["containers"], *spec.get("initContainers", ())):
        _readable(container)
    if manifest.live and manifest.kind == "Pod":
        # Its scheduler wrote that; no user did.
        spec.pop("nodeName", None)
    metadata = without_nulls(template.metadata)
    metadata.setdefault("name", manifest.name or "pod")
    metadata["namespace"] = manifest.namespace or "default"
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _readable(container: dict[str, Any]) -> None:
    """Fields of a container that have the wrong shape are not there."""
    container.setdefault("name", "unnamed")
    if not isinstance(container.get("env", []), list):
        del container["env"]
    for entry in container.get("env", ()):
        if isinstance(entry, dict):
            entry.setdefault("name", "")
    for key in ("resources", "securityContext"):
        if not isinstance(container.get(key, {}), dict):
            del container[key]
    resources = container.get("resources", {})
    for key in ("limits", "requests"):
        if not isinstance(resources.get(key, {}), dict):
            del resources[key]


def alone(pod: Mapping[str, Any], key: str, at: int) -> dict[str, Any]:
    """The pod with one of its containers only, to see whether that one is to blame."""
    spec = {name: value for name, value in pod["spec"].items() if name not in _CONTAINERS}
    spec["containers"] = []
    spec[key] = [pod["spec"][key][at]]
    return {**pod, "spec": spec}


def containers(pod: Mapping[str, Any], spec_path: Path) -> Iterator[tuple[str, int, Path]]:
    """Each container of the pod: its list, its position, and its path in the manifest."""
    for key in _CONTAINERS[:2]:
        for at in range(len(pod["spec"].get(key, ()))):
            yield key, at, (*spec_path, key, at)


def without_nulls(value: Any) -> Any:
    """The value as JSON that an API server keeps: nulls of maps are not there."""
    kind = type(value)
    if kind is str or kind is bool:  # most values are
        return value
    if kind is dict or isinstance(value, Mapping):
        return {str(k): without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [without_nulls(found) for found in value]
    if isinstance(value, str | bool | float) or value is None:
        return value
    if isinstance(value, int):
        # CEL's whole numbers have 64 bits.
        return value if -(2**63) <= value < 2**63 else float(value)
    return str(value)
