"""What every cloud promises, and which module keeps the promise.

A cloud is a folder with the same files as its neighbours. It answers for two
layers: `network` and `cluster` (control plane and node pools). What is inside
a cluster, whoever made it, is the addons' business.

A layer may be absent: a private cluster's network exists already. And it may be
made of the cloud's own resources instead of objects in a cluster: then it is there
and holds no addons, and `components.clouds.layers` builds it. No engine here, so
that commands which only ask for names start at once.
"""

from __future__ import annotations

from typing import Literal, Protocol

from components.addon import Addon
from components.clouds import embedded, private
from environments import model

LayerName = Literal["network", "cluster"]


class Cloud(Protocol):
    """The promise. Each function takes the environment and the name of one of its clusters."""

    @staticmethod
    def network(environment: model.Environment, cluster: str) -> tuple[Addon, ...] | None:
        """What must be there before the cluster; None where the cloud has no such layer."""

    @staticmethod
    def cluster(environment: model.Environment, cluster: str) -> tuple[Addon, ...] | None:
        """Control plane and node pools; None where they are made elsewhere."""


class PublicCloud:
    """A cluster whose network and control plane are made of the cloud's own resources."""

    @staticmethod
    def network(environment: model.Environment, cluster: str) -> tuple[Addon, ...] | None:
        """There, and without addons: nothing runs yet."""
        return ()

    @staticmethod
    def cluster(environment: model.Environment, cluster: str) -> tuple[Addon, ...] | None:
        """There, and without addons: the cloud makes the nodes."""
        return ()


def of(cloud: model.Cloud) -> type[Cloud]:
    """The module that keeps the promise for this cloud."""
    match cloud:
        case model.Private():
            return private.PrivateCloud
        case model.Embedded():
            return embedded.EmbeddedCloud
        case model.Volcengine() | model.Tencentcloud() | model.Alicloud():
            return PublicCloud


def layer(
    environment: model.Environment, cluster: str, name: LayerName
) -> tuple[Addon, ...] | None:
    """What the cluster's cloud puts into the layer; None where the layer is absent."""
    cloud = of(environment.clusters[cluster].cloud)
    return (
        cloud.network(environment, cluster)
        if name == "network"
        else cloud.cluster(environment, cluster)
    )


def is_public(cloud: model.Cloud) -> bool:
    """Whether the cluster is made of the cloud's own resources."""
    return of(cloud) is PublicCloud


def zones(cloud: model.Cloud) -> tuple[str, ...]:
    """The zones of a cluster on a public cloud; none elsewhere."""
    return tuple(getattr(cloud, "zones", ()))


def title(cloud: model.Cloud) -> str:
    """The cloud's name as people write it."""
    match cloud:
        case model.Volcengine():
            return "Volcano Engine"
        case model.Tencentcloud():
            return "Tencent Cloud"
        case model.Alicloud():
            return "Alibaba Cloud"
        case model.Private():
            return "private"
        case model.Embedded():
            return "local control plane"


def region(cloud: model.Cloud) -> str:
    """Where the cluster stands; empty where nobody says."""
    return getattr(cloud, "region", "")
