"""HAMi's DRA driver and the webhook that turns HAMi's keys into claims (mode `dra`).

The chart brings the DeviceClass `hami-core-gpu.project-hami.io` along; Helm
would refuse to take over one of ours, so there is none here. Its webhook wants
cert-manager in the cluster.

On a local control plane there is no kubelet to register with and nobody answers
a webhook: the driver and the webhooks are left out there, the node pools publish
the cards, and `translation` makes the DeviceClass.
"""

from __future__ import annotations

from components.addon import Addon, Chart
from components.addons import nodes
from components.addons.chart_values import Values
from components.addons.metadata import SYSTEM_NAMESPACES, system_namespace
from environments.demand import Demand
from environments.model import Cluster, Dra, Embedded, Environment

NAMESPACE = "hami-system"
REPOSITORY = "https://project-hami.github.io/HAMi-DRA/"


class DaemonSet(Values, frozen=True, kw_only=True):
    """Where the driver runs."""

    node_selector: dict[str, str | None]
    tolerations: list[dict[str, str]]


class Driver(Values, frozen=True, kw_only=True):
    """The driver of one vendor."""

    enabled: bool
    container_driver: bool
    """Whether the GPU driver itself is in a container; ours is on the machines."""
    daemon_set: DaemonSet


class Drivers(Values, frozen=True, kw_only=True):
    """One per vendor."""

    nvidia: Driver


class Switch(Values, frozen=True, kw_only=True):
    """On or off."""

    enabled: bool


class Scope(Values, frozen=True, kw_only=True):
    """Where the webhooks act; the chart excludes its own namespace itself."""

    excluded_namespaces: list[str]


class WebhookConfig(Values, frozen=True, kw_only=True):
    """The two webhooks; both fail closed by the chart's default."""

    mutating: Switch
    validating: Switch
    scope: Scope


class Webhook(Values, frozen=True, kw_only=True):
    """What answers them: one pod, for the chart has no value for more, and none for tolerations."""

    config: WebhookConfig


class Certificates(Values, frozen=True, kw_only=True):
    """Where the webhooks' certificate comes from."""

    cert_manager: Switch


class HamiDraValues(Values, frozen=True, kw_only=True):
    """The whole file."""

    drivers: Drivers
    webhook: Webhook
    certs: Certificates


def addon(environment: Environment, cluster_name: str, demand: Demand) -> Addon:
    """The chart and its namespace."""
    cluster = environment.clusters[cluster_name]
    match cluster.sharing:
        case Dra(version=version):
            chart = Chart(
                release="hami-dra",
                repository=REPOSITORY,
                name="hami-dra",
                version=version,
                namespace=NAMESPACE,
                values=values(cluster).rendered(),
            )
        case _:
            raise AssertionError(f"this is a bug: {cluster_name} is not shared by DRA")
    return Addon(name="hami-dra", charts=(chart,), manifests=(system_namespace(NAMESPACE),))


def values(cluster: Cluster) -> HamiDraValues:
    """The chart's values for one cluster."""
    real = Switch(enabled=not isinstance(cluster.cloud, Embedded))
    driver = Driver(
        enabled=real.enabled,
        container_driver=False,
        daemon_set=DaemonSet(
            node_selector=nodes.selector_alone(cluster), tolerations=nodes.tolerations(cluster)
        ),
    )
    scope = Scope(excluded_namespaces=[ns for ns in SYSTEM_NAMESPACES if ns != NAMESPACE])
    return HamiDraValues(
        drivers=Drivers(nvidia=driver),
        webhook=Webhook(config=WebhookConfig(mutating=real, validating=real, scope=scope)),
        certs=Certificates(cert_manager=real),
    )
