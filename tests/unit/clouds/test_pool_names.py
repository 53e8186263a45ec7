"""A pool's name at the cloud changes with what replaces it, and with nothing else."""

from __future__ import annotations

import pytest

from components.clouds.pool_names import pool_name
from environments.model import Cluster, Environment, Nodes, Pool, Volcengine


def environment(*, generation: str | None = None, pool: str = "h20") -> Environment:
    made = Pool(card="H20-96G", cards_per_node=8, nodes=Nodes(desired=1), generation=generation)
    cloud = Volcengine(region="cn-beijing", zones=["cn-beijing-a"])
    cluster = Cluster(cloud=cloud, kubernetes="1.32", sharing="none", pools={pool: made})
    return Environment(name="fleet", clusters={"train": cluster})


def named(**replacing: object) -> str:
    return pool_name(environment(), "train", "h20", replacing=replacing)


def test_the_same_values_give_the_same_name_in_whatever_order() -> None:
    assert named(spot=True, zone="a") == named(zone="a", spot=True)
    assert named().startswith("h20-")


@pytest.mark.parametrize("replacing", [{}, {"spot": False}, {"spot": True, "zone": "a"}])
def test_another_value_gives_another_name(replacing: dict[str, object]) -> None:
    assert named(**replacing) != named(spot=True)


def test_another_generation_gives_another_name() -> None:
    names = {
        pool_name(environment(generation=generation), "train", "h20", replacing={})
        for generation in (None, "v1", "v2")
    }

    assert len(names) == 3


def test_a_long_name_fits_and_keeps_its_hash() -> None:
    long = "a-pool-with-a-name-of-forty-characters--"[:40]

    one, other = (
        pool_name(environment(pool=long), "train", long, replacing={"spot": spot}, limit=25)
        for spot in (True, False)
    )

    assert len(one) == len(other) == 25
    assert one != other
