"""Where states are kept, and that a layer finds what the one before it handed over there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from components.clouds.embedded.twin import twin_of
from environments import model
from environments.demand import Demand
from environments.model import Backend
from stacks import app, backends
from stacks.names import StackName
from stacks.request import Order
from tests import synthesized

NAME = StackName(environment="fleet", cluster="train", layer="network")
KEY = "fleet/train/network.tfstate"

BACKENDS: dict[str, Backend] = {
    "local": model.Local(),
    "cos": model.Cos(bucket="states-1250000000", region="ap-shanghai", prefix="gpu"),
    "oss": model.Oss(
        bucket="states",
        region="cn-beijing",
        prefix="gpu",
        lock_table="locks",
        lock_endpoint="https://locks.cn-beijing.ots.aliyuncs.com",
    ),
    "s3": model.Tos(bucket="states", region="cn-beijing", prefix="gpu"),
}
"""By what Terraform calls them."""


def volcano(backend: Backend) -> Order:
    """A small public fleet whose states are kept there."""
    pool = model.Pool(
        card="H20-96G",
        cards_per_node=8,
        nodes=model.Nodes(desired=2),
        instance_types=["ecs.ebmhpcpni3l.48xlarge"],
    )
    cluster = model.Cluster(
        cloud=model.Volcengine(region="cn-beijing", zones=["cn-beijing-a"]),
        kubernetes="1.32",
        sharing="none",
        pools={"h20": pool},
    )
    environment = model.Environment(name="fleet", clusters={"train": cluster}, backend=backend)
    return Order(environment=environment, demand=Demand(), state=Path("/states/fleet"))


@pytest.fixture(scope="module", params=list(BACKENDS))
def kept(request: pytest.FixtureRequest) -> tuple[str, dict[str, dict[str, Any]]]:
    """A backend, and the fleet's stacks as they are written with it."""
    return request.param, synthesized.stacks(volcano(BACKENDS[request.param]))


def test_every_stack_has_a_key_of_its_own(kept: tuple[str, dict[str, Any]]) -> None:
    kind, stacks = kept

    places = {
        (block.get("prefix"), block.get("key") or block.get("path"))
        for stack in stacks.values()
        for block in [stack["terraform"]["backend"][kind]]
    }

    assert len(places) == len(stacks) == 4


def test_a_layer_reads_exactly_the_state_that_the_layer_before_it_writes(
    kept: tuple[str, dict[str, Any]],
) -> None:
    kind, stacks = kept

    for consumer, producer in (
        ("cluster", "network"),
        ("device", "cluster"),
        ("tenancy", "cluster"),
    ):
        read = stacks[f"fleet-train-{consumer}"]["data"]["terraform_remote_state"][producer]
        written = stacks[f"fleet-train-{producer}"]["terraform"]["backend"]
        assert read["backend"] == kind
        assert written == {kind: read["config"]}


def test_whatever_a_layer_reads_is_an_output_of_the_layer_before_it(
    kept: tuple[str, dict[str, Any]],
) -> None:
    _, stacks = kept

    for consumer, producer in (
        ("cluster", "network"),
        ("device", "cluster"),
        ("tenancy", "cluster"),
    ):
        read = synthesized.outputs_read(stacks[f"fleet-train-{consumer}"], producer)
        assert read
        assert read <= set(stacks[f"fleet-train-{producer}"]["output"])


def test_no_stack_names_a_resource_of_another(kept: tuple[str, dict[str, Any]]) -> None:
    _, stacks = kept

    for stack in stacks.values():
        assert synthesized.strangers(stack) == set()
    network = stacks["fleet-train-network"]
    without = {**network, "resource": {**network["resource"], "volcenginecc_vpc_vpc": {}}}
    assert synthesized.strangers(without) == {"volcenginecc_vpc_vpc.vpc"}


def test_a_kubeconfig_travels_as_a_secret(kept: tuple[str, dict[str, Any]]) -> None:
    _, stacks = kept

    handed = stacks["fleet-train-cluster"]["output"]["kubeconfig"]
    device = stacks["fleet-train-device"]
    assert handed["sensitive"] is True
    assert device["locals"]["kubeconfig"] == (
        "${yamldecode(sensitive(data.terraform_remote_state.cluster.outputs.kubeconfig))}"
    )
    assert "variable" not in device
    assert device["provider"]["kubectl"][0]["load_config_file"] is False


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("local", {"path": "/states/fleet/train/network.tfstate"}),
        (
            "cos",
            {
                "bucket": "states-1250000000",
                "region": "ap-shanghai",
                "prefix": "gpu",
                "key": KEY,
                "acl": "private",
                "encrypt": True,
            },
        ),
        (
            "oss",
            {
                "bucket": "states",
                "region": "cn-beijing",
                "prefix": "gpu",
                "key": KEY,
                "acl": "private",
                "encrypt": True,
                "tablestore_table": "locks",
                "tablestore_endpoint": "https://locks.cn-beijing.ots.aliyuncs.com",
            },
        ),
        (
            "s3",
            {
                "bucket": "states",
                "region": "cn-beijing",
                "key": f"gpu/{KEY}",
                "endpoints": {"s3": "https://tos-s3-cn-beijing.volces.com"},
                "use_path_style": False,
                "skip_credentials_validation": True,
                "skip_metadata_api_check": True,
                "skip_region_validation": True,
                "skip_requesting_account_id": True,
                "skip_s3_checksum": True,
            },
        ),
    ],
)
def test_a_backend_has_the_arguments_that_its_storage_needs(
    kind: str, arguments: dict[str, Any]
) -> None:
    kept = backends.kept(BACKENDS[kind], NAME, Path("/states/fleet"))

    assert kept.type == kind
    assert kept.arguments == arguments


@pytest.mark.parametrize("kind", ["cos", "oss", "s3"])
def test_a_state_is_at_the_key_that_the_environment_promises(kind: str) -> None:
    backend = BACKENDS[kind]
    assert not isinstance(backend, model.Local)

    arguments = backends.kept(backend, NAME, Path("/states/fleet")).arguments

    parts = [arguments.get("prefix"), arguments["key"]]
    assert "/".join(filter(None, parts)) == backend.key("fleet", "train", "network")


def test_without_a_lock_table_none_is_named() -> None:
    kept = backends.kept(model.Oss(bucket="states", region="cn-beijing"), NAME, Path("/x"))

    assert not {"tablestore_table", "tablestore_endpoint"} & set(kept.arguments)


def test_a_twin_never_touches_the_states_of_the_fleet_it_stands_in_for(tmp_path: Path) -> None:
    order = volcano(BACKENDS["cos"])
    twin = Order(
        environment=twin_of(order.environment), demand=order.demand, state=tmp_path, charts=None
    )

    app.build(twin, outdir=tmp_path / "out").synth()

    for stack in synthesized.read(tmp_path / "out").values():
        assert list(stack["terraform"]["backend"]) == ["local"]
        assert stack["terraform"]["backend"]["local"]["path"].startswith(str(tmp_path))
