"""A fleet on Tencent Cloud, and the Terraform JSON of its two layers, for tests."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from components import cdk, clouds
from components.clouds import handover, layers
from environments.load import decode
from environments.model import Environment

Body = dict[str, Any]

ZONES = ["ap-shanghai-4", "ap-shanghai-5"]
POOL: Body = {
    "card": "V100-32G",
    "cards_per_node": 8,
    "nodes": {"min": 24, "desired": 40, "max": 48},
    "instance_types": ["GN10Xp.20XLARGE320", "GN10X.18XLARGE320"],
}

RDMA: Body = {
    "card": "H20-96G",
    "instance_types": ["HCCPNV6.96XLARGE2304"],
    "nodes": {"desired": 3},
    "rdma": True,
}


def fleet(
    *,
    pool: Mapping[str, Any] | None = None,
    cloud: Mapping[str, Any] | None = None,
    vgpu: bool = True,
    named: str = "v100",
    kubernetes: str = "1.32",
    beside: Mapping[str, Mapping[str, Any]] | None = None,
) -> Environment:
    """One cluster `infer` with one pool of V100; `pool` and `cloud` say what is otherwise.

    Pools `beside` it are told by what is otherwise, too.
    """
    cluster = {
        "cloud": {
            "provider": "tencentcloud",
            "region": "ap-shanghai",
            "zones": ZONES,
            **(cloud or {}),
        },
        "kubernetes": kubernetes,
        "sharing": {"mode": "hami"} if vgpu else "none",
        "pools": {
            named: {**POOL, **(pool or {})},
            **{key: {**POOL, **it} for key, it in (beside or {}).items()},
        },
    }
    found = {"name": "fleet", "clusters": {"infer": cluster}}
    return msgspec.convert(found, Environment, dec_hook=decode)


def network(environment: Environment, cluster: str = "infer") -> Body:
    """The network layer as Terraform JSON."""
    with tempfile.TemporaryDirectory() as directory:
        app = cdk.App(outdir=directory, stack_traces=False)
        layers.build_network(cdk.TerraformStack(app, "network"), environment, cluster)
        return _synthesized(app, Path(directory), "network")


def cluster(environment: Environment, cluster: str = "infer") -> Body:
    """The cluster layer as Terraform JSON."""
    zones = clouds.zones(environment.clusters[cluster].cloud)
    with tempfile.TemporaryDirectory() as directory:
        app = cdk.App(outdir=directory, stack_traces=False)
        stack = cdk.TerraformStack(app, "cluster")
        handover.State(stack, "network", backend="local", config={"path": "network.tfstate"})
        given = handover.received_network("network", zones)
        layers.build_cluster(stack, environment, cluster, given)
        return _synthesized(app, Path(directory), "cluster")


def resource(stack: Body, kind: str, name: str) -> Body:
    """One resource of a stack, its type without the provider's prefix."""
    found: Body = stack["resource"][f"tencentcloud_{kind}"][name]
    return found


def pool(environment: Environment, name: str = "v100") -> Body:
    """The node pool of the one cluster."""
    return resource(cluster(environment), "kubernetes_node_pool", f"pool-{name}")


def resources(stack: Body) -> Iterator[tuple[str, str, Body]]:
    """Every resource as type, name and body."""
    for kind, named in stack["resource"].items():
        for name, body in named.items():
            yield kind, name, body


def _synthesized(app: cdk.App, directory: Path, name: str) -> Body:
    app.synth()
    file = directory / "stacks" / name / "cdk.tf.json"
    found: Body = json.loads(file.read_text(encoding="utf-8"))
    return found
