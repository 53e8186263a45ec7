"""Which cluster of the fleet does an object go to? By its name, or by that of its stack."""

from __future__ import annotations

from environments.model import Cluster, Environment
from policies import gpus
from policies.objects import Chart, Manifest
from policies.pods import PodTemplate
from policies.subject import Fleet


def cluster_name(subject: Manifest | Chart, fleet: Fleet) -> str | None:
    """The name of the cluster; None where the object is somebody else's."""
    if fleet.environment is None or subject.cluster is None:
        return None
    return named(subject.cluster, fleet.environment)


def cluster(subject: Manifest | Chart, fleet: Fleet) -> Cluster | None:
    """The cluster; None where the object is somebody else's."""
    name = cluster_name(subject, fleet)
    return None if name is None or fleet.environment is None else fleet.environment.clusters[name]


def cuts_cards(pod: PodTemplate, manifest: Manifest, fleet: Fleet) -> bool:
    """Whether HAMi will read the pod: by its cluster, or elsewhere by what it asks for."""
    found = cluster(manifest, fleet)
    return gpus.is_sliced(pod) if found is None else found.mode != "none"


def named(where: str, environment: Environment) -> str | None:
    """The cluster behind its own name, or behind `<environment>-<cluster>-<layer>`."""
    if where in environment.clusters:
        return where
    inner = where.removeprefix(f"{environment.name}-").rpartition("-")[0]
    return inner if where.startswith(environment.name) and inner in environment.clusters else None
