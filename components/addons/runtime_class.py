"""RuntimeClass `nvidia`: the container runtime that brings cards into containers.

Device plugins run in it, and HAMi puts it on the pods it cuts cards for. The
handler of that name is made by the NVIDIA container toolkit on the machines.
HAMi's chart could make the object too, but as a hook that deletes and recreates
one that is there already. A DRA driver works through CDI and needs none.

Machines with cards of a public cloud have that runtime as their default, under the
default's own name: there is no handler `nvidia`, and a pod that asks for it never
starts.
"""

from __future__ import annotations

from components.addon import Addon
from components.addons.metadata import metadata
from environments import clouds
from environments.demand import Demand
from environments.model import Cluster, Environment

NAME = "nvidia"


def name(cluster: Cluster) -> str:
    """The class in which cards reach containers; empty where every container's does."""
    return NAME if clouds.provider(cluster.cloud) == "private" else ""


def addon(environment: Environment, cluster_name: str, demand: Demand) -> Addon:
    """The one object."""
    manifest = {
        "apiVersion": "node.k8s.io/v1",
        "kind": "RuntimeClass",
        "metadata": metadata(NAME),
        "handler": NAME,
    }
    return Addon(name="runtime-class", manifests=(manifest,))
