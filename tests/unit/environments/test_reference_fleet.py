"""The environments that come with the project are the fleets they say they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations
from typing import Any

import msgspec
import pytest

from environments import cards, clouds, load
from environments.demand import Demand, Workload, pods_of
from environments.load import Loaded
from environments.model import Embedded, Environment, Private

SMALL_MIB = 2048
LARGE_MIB = range(16 * 1024, 20 * 1024 + 1)


@pytest.fixture(scope="module", name="production")
def fixture_production() -> Loaded:
    return load.load("production")


def cards_by_pool(environment: Environment) -> dict[tuple[str, str], int]:
    return {
        (cluster_name, pool.card): pool.nodes.desired * pool.cards_per_node
        for cluster_name, cluster in environment.clusters.items()
        for pool in cluster.pools.values()
    }


def shares(loaded: Loaded) -> Iterator[tuple[str, str, list[Workload]]]:
    """The workloads of each tenant in each of its clusters."""
    for name, tenant in loaded.environment.tenants.items():
        for cluster in tenant.clusters:
            works = loaded.demand.of(cluster).values()
            yield name, cluster, [work for work in works if work.tenant == name]


# --- production --------------------------------------------------------------------


def test_production_is_five_clusters_of_2504_cards(production: Loaded) -> None:
    assert cards_by_pool(production.environment) == {
        ("volc-train", "H200-141G"): 384,
        ("volc-train", "H100-80G"): 128,
        ("volc-infer", "H20-96G"): 480,
        ("tencent-infer", "V100-32G"): 320,
        ("tencent-infer", "A100-40G"): 192,
        ("idc-train", "H100-80G"): 240,
        ("idc-infer", "RTX4090-24G"): 480,
        ("idc-infer", "A100-80G"): 280,
    }
    assert sum(cards_by_pool(production.environment).values()) == 2504


def test_production_is_313_machines(production: Loaded) -> None:
    pools = [p for c in production.environment.clusters.values() for p in c.pools.values()]

    assert sum(pool.nodes.desired for pool in pools) == 313


def test_production_trains_on_whole_cards_and_infers_on_slices(production: Loaded) -> None:
    modes = {name: cluster.mode for name, cluster in production.environment.clusters.items()}

    assert modes == {
        "volc-train": "none",
        "volc-infer": "hami",
        "tencent-infer": "hami",
        "idc-train": "none",
        "idc-infer": "hami",
    }


def test_production_has_tenants_with_quotas_and_priorities(production: Loaded) -> None:
    tenants = production.environment.tenants

    assert len(tenants) >= 8
    assert all(tenant.priorities for tenant in tenants.values())
    for tenant in tenants.values():
        for share in tenant.clusters.values():
            assert share.quota.cards or (share.quota.gpu_memory and share.quota.gpu_cores)


def test_production_demands_ten_thousand_pods(production: Loaded) -> None:
    assert sum(pods_of(work) for work in production.demand.workloads().values()) >= 10_000


def test_production_is_mostly_small_services_and_some_language_models(production: Loaded) -> None:
    memory = [service.gpu.memory for service in production.demand.services.values()]
    small = [amount for amount in memory if amount and 1024 <= amount.mib <= SMALL_MIB]
    large = [amount for amount in memory if amount and amount.mib in LARGE_MIB]

    assert 55 <= len(small) <= 70
    assert len(large) >= 3
    assert len(small) + len(large) == len(memory)


def test_small_services_use_few_of_a_cards_cores(production: Loaded) -> None:
    for service in production.demand.services.values():
        if service.gpu.memory and service.gpu.memory.mib <= SMALL_MIB:
            assert service.gpu.cores in range(5, 16)


def test_production_tries_things_out_on_some_of_its_users(production: Loaded) -> None:
    services = production.demand.services.values()
    arms = Counter(service.experiment.name for service in services if service.experiment)

    assert len(arms) >= 3
    assert all(count >= 2 for count in arms.values())


def test_training_jobs_take_8_to_64_cards(production: Loaded) -> None:
    sizes = [work.pods * work.gpu.cards for work in production.demand.jobs.values()]

    assert min(sizes) >= 8
    assert max(sizes) == 64


# --- all of them ---------------------------------------------------------------------


@pytest.mark.parametrize("name", load.names())
def test_quotas_cover_the_demand_unless_the_file_says_that_it_waits(name: str) -> None:
    loaded = load.load(name)
    waiting = set()

    for tenant, cluster, works in shares(loaded):
        quota = loaded.environment.tenants[tenant].clusters[cluster].quota
        whole = sum(pods_of(work) * work.gpu.cards for work in works if work.gpu.whole)
        cut = [work for work in works if not work.gpu.whole]
        memory = sum(
            pods_of(w) * w.gpu.cards * (w.gpu.memory.mib if w.gpu.memory else 0) for w in cut
        )
        cores = sum(pods_of(work) * work.gpu.cards * (work.gpu.cores or 0) for work in cut)
        covered = (
            (quota.cards is None or whole <= quota.cards)
            and (quota.gpu_memory is None or memory <= quota.gpu_memory.mib)
            and (quota.gpu_cores is None or cores <= quota.gpu_cores)
            and (quota.slices is None or sum(map(pods_of, cut)) <= quota.slices)
        )
        if not covered:
            waiting.add((tenant, cluster))

    assert waiting == ({("foundation", "whole")} if name == "lab" else set())
    text = (load.HERE / "demand" / f"{name}.yaml").read_text(encoding="utf-8")
    assert ("it waits" in text) == bool(waiting)


def wanted_by_card(demand: Demand, environment: Environment) -> Counter[tuple[str, str]]:
    """Whole cards asked for, by cluster and card; by the cluster's only card where none is named."""
    wanted: Counter[tuple[str, str]] = Counter()
    for work in demand.workloads().values():
        if work.gpu.whole:
            pools = environment.clusters[work.cluster].pools.values()
            card = work.card or next(iter(pools)).card
            wanted[work.cluster, card] += pods_of(work) * work.gpu.cards
    return wanted


@pytest.mark.parametrize(
    ("name", "waiting"),
    [
        ("lab", {("whole", "H100-80G"): 4}),
        ("staging", {}),
        ("production", {("volc-train", "H100-80G"): 16}),
        ("expansion", {("volc-train", "H100-80G"): 16}),
    ],
)
def test_whole_cards_are_short_only_where_the_file_says_so(
    name: str, waiting: dict[tuple[str, str], int]
) -> None:
    loaded = load.load(name)
    there = cards_by_pool(loaded.environment)
    wanted = wanted_by_card(loaded.demand, loaded.environment)

    assert {key: n - there[key] for key, n in wanted.items() if n > there[key]} == waiting


@pytest.mark.parametrize("name", load.names())
def test_slices_fit_into_the_memory_and_cores_of_their_cluster(name: str) -> None:
    loaded = load.load(name)
    for cluster_name, cluster in loaded.environment.clusters.items():
        cut = [work for work in loaded.demand.of(cluster_name).values() if not work.gpu.whole]
        pools = cluster.pools.values()
        memory = sum(
            p.nodes.desired * p.cards_per_node * cards.table()[p.card].memory_mib for p in pools
        )
        count = sum(pool.nodes.desired * pool.cards_per_node for pool in pools)

        assert sum(pods_of(w) * (w.gpu.memory.mib if w.gpu.memory else 0) for w in cut) <= memory
        assert sum(pods_of(work) * (work.gpu.cores or 0) for work in cut) <= 100 * count


@pytest.mark.parametrize(("name", "machines"), [("lab", 5), ("staging", 6)])
def test_lab_and_staging_are_small_and_have_one_cluster_of_each_kind(
    name: str, machines: int
) -> None:
    environment = load.load(name).environment
    pools = [pool for cluster in environment.clusters.values() for pool in cluster.pools.values()]

    assert sorted(c.mode for c in environment.clusters.values()) == ["hami", "none"]
    assert len(pools) == 2
    assert sum(pool.nodes.desired for pool in pools) == machines


# --- expansion -----------------------------------------------------------------------


def without(environment: Environment, cluster: str) -> Any:
    """The environment as plain data, without a cluster and what it has to do with it."""
    data = msgspec.to_builtins(environment, enc_hook=load.encode)
    del data["clusters"][cluster]
    for tenant in data["tenants"].values():
        tenant["clusters"].pop(cluster, None)
    return {key: data[key] for key in data if key not in {"name", "description"}}


def test_the_expansion_is_production_and_one_cluster_more(production: Loaded) -> None:
    expansion = load.load("expansion")
    same = msgspec.to_builtins(production.environment, enc_hook=load.encode)

    assert without(expansion.environment, "ali-infer") == {
        key: same[key] for key in same if key not in {"name", "description"}
    }


def test_the_expansion_demands_what_production_does_and_more(production: Loaded) -> None:
    demand = load.load("expansion").demand
    added = demand.of("ali-infer")

    assert {
        name: work for name, work in demand.workloads().items() if name not in added
    } == production.demand.workloads()
    assert sum(map(pods_of, added.values())) > 1000


def test_the_expansion_is_24_machines_of_8_cards_on_alibaba_cloud() -> None:
    cluster = load.load("expansion").environment.clusters["ali-infer"]
    (pool,) = cluster.pools.values()

    assert (cluster.mode, clouds.provider(cluster.cloud)) == ("hami", "alicloud")
    assert (pool.nodes.desired, pool.cards_per_node, pool.card) == (24, 8, "L20-48G")


@pytest.mark.parametrize("name", ["production", "expansion", "staging"])
def test_pools_of_public_clouds_take_their_machines_from_the_catalogue(name: str) -> None:
    environment = load.load(name).environment
    told = {
        (cluster_name, pool_name)
        for cluster_name, cluster in environment.clusters.items()
        if not isinstance(cluster.cloud, Private)
        for pool_name, pool in cluster.pools.items()
        if pool.machine is not None
    }

    assert told <= {("volc-train", "h200"), ("volc-train", "h100")}  # sold by invitation


def test_the_networks_of_a_fleet_do_not_overlap() -> None:
    found = [
        IPv4Network(cluster.cloud.network.cidr)
        for cluster in load.load("expansion").environment.clusters.values()
        if not isinstance(cluster.cloud, Private | Embedded)
    ]

    assert len(found) == 4
    assert not any(one.overlaps(other) for one, other in combinations(found, 2))
