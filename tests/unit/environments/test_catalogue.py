"""The catalogue says what it knows, and a pool's machines are at least what is promised."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from environments import cards, catalogue
from environments.clouds import Provider
from environments.errors import InvalidInput
from environments.load import load
from environments.model import Embedded, Machine
from environments.quantity import Cpu, Memory

ROWS = [
    (cloud, name, it) for cloud, types in catalogue.table().items() for name, it in types.items()
]


def test_the_catalogue_has_the_types_of_three_clouds() -> None:
    assert {cloud: len(types) for cloud, types in catalogue.table().items()} == {
        "alicloud": 58,
        "tencentcloud": 41,
        "volcengine": 5,
    }


@pytest.mark.parametrize(
    ("cloud", "name", "card", "count", "machine"),
    [
        ("volcengine", "ecs.ebmhpcpni3l.48xlarge", "H20-96G", 8, ("192", "2048Gi")),
        ("tencentcloud", "GT4.41XLARGE948", "A100-40G", 8, ("164", "948Gi")),
        ("tencentcloud", "GN10Xp.20XLARGE320", "V100-32G", 8, ("80", "320Gi")),
        ("alicloud", "ecs.gn6v-c10g1.20xlarge", "V100-16G", 8, ("82", "336Gi")),
        ("alicloud", "ecs.gn7i-8x.32xlarge", "A10-24G", 8, ("128", "512Gi")),
    ],
)
def test_a_row_is_what_its_source_says(
    cloud: Provider, name: str, card: str, count: int, machine: tuple[str, str]
) -> None:
    found = catalogue.find(cloud, name)

    assert found is not None
    assert (found.card, found.cards) == (card, count)
    assert found.machine == Machine(cpu=Cpu(machine[0]), memory=Memory(machine[1]))


@pytest.mark.parametrize(("cloud", "name", "it"), ROWS, ids=lambda it: str(it)[:40])
def test_every_row_can_be_used_or_says_why_not(
    cloud: str, name: str, it: catalogue.InstanceType
) -> None:
    assert it.source.strip()
    assert it.card in cards.table() or it.refused
    assert it.cards in {1, 2, 4, 8}
    if it.rdma_gbps:
        assert it.rdma
    if it.machine:
        assert 4 <= (it.vcpu or 0) <= 512


def test_nothing_that_volcano_engine_does_not_publish_is_called_verified() -> None:
    assert not any(it.verified for it in catalogue.table()["volcengine"].values())


def test_a_row_that_names_an_unknown_card_or_source_is_refused() -> None:
    text = (
        "sources: {page: A page}\ntypes:\n  alicloud:\n    x: {cards: 1, card: B300, source: pge}\n"
    )

    with pytest.raises(InvalidInput) as raised:
        catalogue.read(text.encode(), "types.yaml")

    assert str(raised.value).splitlines() == [
        'types.yaml:4:39: unknown-source: no source "pge"',
        'types.yaml:4:25: unknown-card: no card "B300"',
    ]


def test_a_row_of_the_wrong_shape_is_refused() -> None:
    text = "sources: {}\ntypes: {alicloud: {x: {cards: many, source: page}}}\n"

    with pytest.raises(InvalidInput, match=r"types.yaml:1:1: wrong-value: .*cards"):
        catalogue.read(text.encode(), "types.yaml")


# --- a pool's machines --------------------------------------------------------------


def test_of_several_types_a_pool_promises_what_the_least_of_them_has() -> None:
    cluster = load("production").environment.clusters["tencent-infer"]

    found = catalogue.machine(cluster, cluster.pools["v100"])

    assert found == Machine(cpu=Cpu("72"), memory=Memory("320Gi"))


def test_what_a_pool_says_of_its_machines_goes_before_the_catalogue() -> None:
    cluster = load("production").environment.clusters["tencent-infer"]
    own = Machine(cpu=Cpu("8"), memory=Memory("64Gi"))

    pool = msgspec.structs.replace(cluster.pools["v100"], machine=own)

    assert catalogue.machine(cluster, pool) == own


def test_a_twins_machines_are_those_of_the_cloud_it_stands_in_for() -> None:
    cluster = load("production").environment.clusters["tencent-infer"]
    twin = msgspec.structs.replace(cluster, cloud=Embedded(replaces="tencentcloud"))

    for name, pool in cluster.pools.items():
        assert catalogue.machine(twin, twin.pools[name]) == catalogue.machine(cluster, pool)


def test_of_a_type_that_nobody_described_no_machine_is_known() -> None:
    cluster = load("staging").environment.clusters["train"]
    pool = msgspec.structs.replace(cluster.pools["h20"], instance_types=["ecs.hpcpni3ln.45xlarge"])

    assert catalogue.known_machine(cluster, pool) is None


def test_the_catalogue_lies_beside_its_module() -> None:
    assert Path(catalogue.__file__).with_name("instance_types.yaml").is_file()
