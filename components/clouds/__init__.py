"""What every cloud promises, and which module keeps the promise.

A cloud is a folder with the same files as its neighbours. It answers for two
layers: `network` and `cluster` (control plane and node pools). What is inside
a cluster, whoever made it, is the addons' business.

A layer may be absent. A private cluster's network exists already; the public
clouds' layers are made elsewhere for now, and their clusters are then brought
along by kubeconfig, as private ones are.
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


class Brought:
    """A cluster that is made elsewhere and brought along by its kubeconfig."""

    @staticmethod
    def network(environment: model.Environment, cluster: str) -> tuple[Addon, ...] | None:
        """Made elsewhere."""

    @staticmethod
    def cluster(environment: model.Environment, cluster: str) -> tuple[Addon, ...] | None:
        """Made elsewhere."""


def of(cloud: model.Cloud) -> type[Cloud]:
    """The module that keeps the promise for this cloud."""
    match cloud:
        case model.Private():
            return private.PrivateCloud
        case model.Embedded():
            return embedded.EmbeddedCloud
        case _:
            return Brought


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
