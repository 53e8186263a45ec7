"""NVIDIA's device plugin: whole cards, and what they are as node labels (mode `none`).

Never beside HAMi's: two plugins that both call themselves `nvidia.com/gpu`
overwrite each other's counts. Sharing by time slices or MPS stays off, for it
only begins where a configuration names it, and none is given: a card of a GPU
cluster belongs to one pod.
"""

from __future__ import annotations

from typing import Literal

from components.addon import Addon, Chart
from components.addons import nodes, runtime_class
from components.addons.chart_values import Values
from components.addons.metadata import system_namespace
from environments.demand import Demand
from environments.model import Cluster, Environment

NAMESPACE = "nvidia-device-plugin"
REPOSITORY = "https://nvidia.github.io/k8s-device-plugin"
VERSION = "0.20.0"

CONTROL_PLANE = {
    "key": "node-role.kubernetes.io/control-plane",
    "operator": "Exists",
    "effect": "NoSchedule",
}
"""The master's toleration in its own chart, which a list of ours replaces."""


class FeatureDiscovery(Values, frozen=True, kw_only=True):
    """Labels nodes with what their cards are; brings Node Feature Discovery along."""

    enabled: bool


class Tolerant(Values, frozen=True, kw_only=True):
    """A part of Node Feature Discovery, let onto the machines with cards."""

    tolerations: list[dict[str, str]]


class NodeFeatures(Values, frozen=True, kw_only=True):
    """Node Feature Discovery."""

    worker: Tolerant
    """On each node."""
    master: Tolerant
    """Writes the labels. A cluster may have no other machines than those with cards."""
    gc: Tolerant
    """Takes away what nodes that are gone have left."""


class NvidiaDevicePluginValues(Values, frozen=True, kw_only=True):
    """The whole file."""

    node_selector: dict[str, str]
    affinity: None
    """Null takes the chart's own away: it waits for labels of a discovery that may be late,
    and the pool's label says the same."""
    tolerations: list[dict[str, str]]
    runtime_class_name: str
    mig_strategy: Literal["none"]
    fail_on_init_error: bool
    """A node of the pool without a working driver shows as a failing pod, not as no cards."""
    gfd: FeatureDiscovery
    nfd: NodeFeatures


def addon(environment: Environment, cluster_name: str, demand: Demand) -> Addon:
    """The chart and its namespace."""
    cluster = environment.clusters[cluster_name]
    chart = Chart(
        release="nvidia-device-plugin",
        repository=REPOSITORY,
        name="nvidia-device-plugin",
        version=VERSION,
        namespace=NAMESPACE,
        values=values(cluster).rendered(),
    )
    return Addon(
        name="nvidia-device-plugin", charts=(chart,), manifests=(system_namespace(NAMESPACE),)
    )


def values(cluster: Cluster) -> NvidiaDevicePluginValues:
    """The chart's values for one cluster."""
    tolerations = nodes.tolerations(cluster)
    return NvidiaDevicePluginValues(
        node_selector=nodes.selector(cluster),
        affinity=None,
        tolerations=tolerations,
        runtime_class_name=runtime_class.name(cluster),
        mig_strategy="none",
        fail_on_init_error=True,
        gfd=FeatureDiscovery(enabled=True),
        nfd=NodeFeatures(
            worker=Tolerant(tolerations=tolerations),
            master=Tolerant(tolerations=[CONTROL_PLANE, *tolerations]),
            gc=Tolerant(tolerations=tolerations),
        ),
    )
