"""RuntimeClass `nvidia`: the container runtime that brings cards into containers.

Device plugins run in it, and HAMi puts it on the pods it cuts cards for. The
handler of that name is made by the NVIDIA container toolkit on the machines.
HAMi's chart could make the object too, but as a hook that deletes and recreates
one that is there already. A DRA driver works through CDI and needs none.
"""

from __future__ import annotations

from components.addon import Addon
from components.addons.metadata import metadata
from environments.demand import Demand
from environments.model import Environment

NAME = "nvidia"


def addon(environment: Environment, cluster_name: str, demand: Demand) -> Addon:
    """The one object."""
    manifest = {
        "apiVersion": "node.k8s.io/v1",
        "kind": "RuntimeClass",
        "metadata": metadata(NAME),
        "handler": NAME,
    }
    return Addon(name="runtime-class", manifests=(manifest,))
