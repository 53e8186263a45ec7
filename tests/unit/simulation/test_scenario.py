"""What a scenario makes of an environment and its demand."""

from __future__ import annotations

import pytest

from environments import load
from environments.demand import pods_of
from environments.errors import UsageError
from environments.model import Hami
from scripts.simulation import scenario


@pytest.fixture(scope="module")
def production():
    return load.load("production")


def test_a_change_reaches_the_pool_by_its_full_path(production):
    path = "clusters.volc-infer.pools.h20.nodes.desired=50"

    found = scenario.changed(production.environment, [path])

    assert found.clusters["volc-infer"].pools["h20"].nodes.desired == 50
    assert production.environment.clusters["volc-infer"].pools["h20"].nodes.desired == 60


@pytest.mark.parametrize(
    "path", ["volc-infer.pools.h20.nodes.desired=50", "pools.h20.nodes.desired=50"]
)
def test_a_path_may_be_as_short_as_it_is_clear(production, path):
    found = scenario.changed(production.environment, [path])

    assert found.clusters["volc-infer"].pools["h20"].nodes.desired == 50


def test_changes_add_up(production):
    changes = ["volc-infer.sharing.node_policy=spread", "volc-infer.sharing.card_policy=binpack"]

    found = scenario.changed(production.environment, changes)

    sharing = found.clusters["volc-infer"].sharing
    assert isinstance(sharing, Hami)
    assert (sharing.node_policy, sharing.card_policy) == ("spread", "binpack")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("pools.h20", 'cannot read "pools.h20"; write PATH=VALUE: pools.h20.nodes.desired=40'),
        (
            "pools.a100.nodes.desired=4",
            'more than one cluster has a pool "a100"; write tencent-infer.pools.a100.nodes.desired or idc-infer.pools.a100.nodes.desired',
        ),
        ("pools.h2o.nodes.desired=4", 'no pool "h2o"; did you mean "h20"?'),
        (
            "volc-infre.kubernetes=1",
            'no "volc-infre" in the environment; did you mean "volc-infer"?',
        ),
        (
            "volc-infer.pool.h20.nodes.desired=4",
            'no "pool" in clusters.volc-infer; did you mean "pools"?',
        ),
        (
            "name.x.y=4",
            'no "x" in name',
        ),
        (
            "name.x=4",
            '"name.x=4" changes a part of name, which has none',
        ),
        (
            "pools.h20.nodes.desired=many",
            "--what-if pools.h20.nodes.desired=many: expected `int`, got `str` at clusters[...].pools[...].nodes.desired",
        ),
        (
            "pools.h20.nodes.desird=3",
            "--what-if pools.h20.nodes.desird=3: object contains unknown field `desird` at clusters[...].pools[...].nodes",
        ),
        (
            "pools.h20.nodes.desired=65",
            "--what-if pools.h20.nodes.desired=65: clusters.volc-infer.pools.h20.nodes: min <= desired <= max must hold; got 40 <= 65 <= 64",
        ),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_the_way_out(production, change, said):
    with pytest.raises(UsageError) as refused:
        scenario.changed(production.environment, [change])

    assert str(refused.value).startswith(said)


def test_a_grown_demand_has_that_many_times_the_pods(production):
    found = scenario.grown(production.demand, 1.5)

    for name, work in production.demand.workloads().items():
        assert pods_of(found.workloads()[name]) == int(pods_of(work) * 1.5 + 0.5)


def test_a_shrunken_service_keeps_one_pod(production):
    found = scenario.grown(production.demand, 0.0001)

    assert {pods_of(work) for work in found.workloads().values()} == {1}


def test_before_sharing_nothing_is_cut(production):
    environment, demand = scenario.whole(production.environment, production.demand)

    assert {cluster.mode for cluster in environment.clusters.values()} == {"none"}
    assert all(work.gpu.whole for work in demand.workloads().values())
    assert {n: w.gpu.cards for n, w in demand.workloads().items()} == {
        n: w.gpu.cards for n, w in production.demand.workloads().items()
    }


def test_a_service_follows_its_rhythm_and_a_job_does_not(production):
    night = scenario.at_hour(production.demand, 3)

    service = production.demand.services["web-rank"]
    share = production.demand.rhythms["daytime"][3]
    assert night.services["web-rank"].replicas == int(service.replicas * share + 0.5)
    assert night.jobs == production.demand.jobs
