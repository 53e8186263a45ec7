"""HAMi: the device plugin and scheduler that cut cards by memory and cores (mode `hami`).

The values are those without which HAMi does not carry a fleet, each with its
reason beside it; measured ones are marked so. Their types are in `hami_values`.

On a local control plane no kubelet runs a container, so nobody would answer the
webhook or make its certificate; with `failurePolicy: Fail` no pod could be
created there. Both are left out of the chart on it.
"""

from __future__ import annotations

from typing import Any

from components.addon import Addon, Chart
from components.addons import nodes, runtime_class, scheduler_rights
from components.addons.hami_values import (
    AdmissionWebhook,
    DevicePlugin,
    Extender,
    HamiValues,
    Image,
    KubeScheduler,
    Patch,
    Requests,
    Resources,
    Scheduler,
    SchedulerPolicy,
)
from components.addons.metadata import SYSTEM_NAMESPACES, system_namespace
from components.clouds import images
from environments.demand import Demand
from environments.model import Cluster, Embedded, Environment, Hami

NAMESPACE = "hami-system"
REPOSITORY = "https://project-hami.github.io/HAMi/"

KUBE_SCHEDULER = {
    30: "v1.30.14",
    31: "v1.31.14",
    32: "v1.32.13",
    33: "v1.33.13",
    34: "v1.34.4",
    35: "v1.35.4",
    36: "v1.36.3",
}
"""Minor version of a cluster -> the kube-scheduler image for it. Unpinned, the chart
takes the patch version of a managed control plane, which often has no image."""

_LOGS = "-v=2"
# The chart's -v=4 writes half a megabyte for each pod that 400 nodes are filtered for (measured).
_EXTENDER = [
    _LOGS,
    # The client's own 5/10 hold HAMi at 0.6 pods/s on any fleet, and 1,000 nodes back
    # for half an hour after a start (measured).
    "--kube-qps=200",
    "--kube-burst=400",
    # `scheduler.nodeLockExpire` of the chart has no effect (measured); this has.
    "--node-lock-timeout=5m",
]


def addon(environment: Environment, cluster_name: str, demand: Demand) -> Addon:
    """The chart, and a namespace that neither its webhook nor Pod Security gets into."""
    cluster = environment.clusters[cluster_name]
    match cluster.sharing:
        case Hami(version=version) as sharing:
            chart = Chart(
                release="hami",
                repository=REPOSITORY,
                name="hami",
                version=version,
                namespace=NAMESPACE,
                values=_pulled_from(
                    images.registry(environment, cluster_name),
                    _as_named_by(version, values(cluster, sharing).rendered()),
                ),
            )
        case _:
            raise AssertionError(f"this is a bug: {cluster_name} is not cut by HAMi")
    rights = scheduler_rights.manifests(cluster, NAMESPACE)
    return Addon(name="hami", charts=(chart,), manifests=(system_namespace(NAMESPACE), *rights))


def values(cluster: Cluster, sharing: Hami) -> HamiValues:
    """The chart's values for one cluster."""
    return HamiValues(
        # Not `kube-scheduler`: it also names the Lease.
        scheduler_name="hami-scheduler",
        scheduler=_scheduler(cluster, sharing),
        device_plugin=_device_plugin(cluster, sharing),
    )


def _scheduler(cluster: Cluster, sharing: Hami) -> Scheduler:
    simulated = isinstance(cluster.cloud, Embedded)
    tag = KUBE_SCHEDULER.get(cluster.minor)
    return Scheduler(
        leader_elect=True,
        # One that answers the webhook while the other is being moved.
        replicas=2,
        overwrite_env="true",
        node_label_selector=nodes.selector(cluster),
        default_scheduler_policy=SchedulerPolicy(
            node_scheduler_policy=sharing.node_policy, gpu_scheduler_policy=sharing.card_policy
        ),
        kube_scheduler=KubeScheduler(
            image=Image(tag=tag) if tag else None,
            extra_new_args=["--config=/config/config.yaml", _LOGS],
            resources=_resources("500m", "1Gi"),
        ),
        extender=Extender(extra_args=_EXTENDER, resources=_resources("500m", "1Gi")),
        admission_webhook=AdmissionWebhook(enabled=False) if simulated else _webhook(),
        patch=Patch(enabled=not simulated),
        tolerations=nodes.tolerations(cluster),
    )


def _webhook() -> AdmissionWebhook:
    """Closed when it is down: a pod that slips past it waits for ever for HAMi's keys.

    What the cluster itself needs to start must not wait for it.
    """
    return AdmissionWebhook(
        enabled=True, failure_policy="Fail", whitelist_namespaces=list(SYSTEM_NAMESPACES)
    )


def _device_plugin(cluster: Cluster, sharing: Hami) -> DevicePlugin:
    return DevicePlugin(
        device_split_count=sharing.split,
        device_memory_scaling=sharing.memory_scaling,
        device_core_scaling=sharing.core_scaling,
        nvidia_node_selector=nodes.selector_alone(cluster),
        runtime_class_name=runtime_class.name(cluster),
        create_runtime_class=False,
        # A cloud's machines have it in the system itself; in our own data centre, who knows.
        nvidia_driver_root=None if runtime_class.name(cluster) else "/",
        tolerations=nodes.tolerations(cluster),
        resources=_resources("150m", "256Mi"),
    )


def _resources(cpu: str, memory: str) -> Resources:
    return Resources(requests=Requests(cpu=cpu, memory=memory))


def _as_named_by(version: str, found: dict[str, Any]) -> dict[str, Any]:
    """The values under the names of that chart version."""
    if version.startswith("2.7."):
        plugin = found["devicePlugin"]
        plugin["nvidianodeSelector"] = plugin.pop("nvidiaNodeSelector")
    return found


def _pulled_from(registry: str, found: dict[str, Any]) -> dict[str, Any]:
    """The values with docker.io's images taken from there; kube-scheduler's is not docker.io's.

    One by one: the chart's `global.imageRegistry` would move kube-scheduler's as well.
    """
    if registry:
        image = {"image": {"registry": registry}}
        found["scheduler"]["extender"] |= image
        found["scheduler"]["patch"]["imageNew"] = {"registry": registry}
        found["devicePlugin"] |= {**image, "monitor": image}
    return found
