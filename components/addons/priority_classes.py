"""A PriorityClass per priority of the environment, by the same name.

None is the cluster's default: a pod that asks for cards must say its priority
(`admission`), and one that does not goes before nobody. Kubernetes refuses to
change the value of an existing class; a new value wants a new name.
"""

from __future__ import annotations

from components.addon import Addon, Manifest
from components.addons.metadata import metadata
from environments.demand import Demand
from environments.model import Environment, Priority


def addon(environment: Environment, cluster_name: str, demand: Demand) -> Addon:
    """All priorities, also those that no tenant of this cluster uses yet."""
    manifests = tuple(_class(name, found) for name, found in environment.priorities.items())
    return Addon(name="priority-classes", manifests=manifests)


def _class(name: str, priority: Priority) -> Manifest:
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": metadata(name),
        "value": priority.value,
        "preemptionPolicy": "PreemptLowerPriority" if priority.preempts else "Never",
        "description": priority.description,
    }
