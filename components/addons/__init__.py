"""What goes into a cluster, and in what order.

Each addon is a pure function of the environment, the cluster's name and the
demand, in a file of its own, and knows nothing of its neighbours. An addon is
applied after those before it in the list.
"""

from __future__ import annotations

from components.addon import Addon
from components.addons import (
    admission,
    claim_templates,
    hami,
    hami_dra,
    limit_ranges,
    namespaces,
    nvidia_device_plugin,
    priority_classes,
    quotas,
    runtime_class,
    slices,
    translation,
)
from environments.demand import Demand
from environments.model import Environment


def device(environment: Environment, cluster_name: str, demand: Demand) -> tuple[Addon, ...]:
    """What hands the cluster's cards out."""
    cluster = environment.clusters[cluster_name]
    match cluster.mode:
        case "none":
            modules = [nvidia_device_plugin]
        case "hami":
            modules = [hami]
        case "dra":
            modules = [hami_dra]
    if cluster.mode != "dra" and runtime_class.name(cluster):
        modules.insert(0, runtime_class)
    if slices.translated(cluster):
        modules.append(translation)
    return tuple(module.addon(environment, cluster_name, demand) for module in modules)


def tenancy(environment: Environment, cluster_name: str, demand: Demand) -> tuple[Addon, ...]:
    """Whose cards they are: tenants, what each may hold, and what nobody may do."""
    modules = [namespaces, priority_classes, quotas, limit_ranges]
    if slices.claimed(environment.clusters[cluster_name]):
        modules.append(claim_templates)
    modules.append(admission)
    return tuple(module.addon(environment, cluster_name, demand) for module in modules)
