"""What must hold between the parts; each fault once, at its place (see also the bad files)."""

from __future__ import annotations

import importlib
from pathlib import Path

import msgspec
import pytest

from components.addon import PREFIX
from components.addons.metadata import SYSTEM_NAMESPACES
from components.clouds import vocabulary
from components.clouds.pool_names import pool_name
from environments import cluster_invariants, pool_invariants, tenant_invariants
from environments.clouds import SYSTEM_NODES
from environments.invariants import Offer
from environments.load import load
from environments.model import Cluster
from tests.unit.environments import made


def cluster(folder: Path, sharing: str) -> Cluster:
    text = made.changed(made.ENVIRONMENT, ("{mode: hami, split: 10}", sharing))
    return load(str(made.write(folder, text))).environment.clusters["slices"]


@pytest.mark.parametrize(
    ("sharing", "offer"),
    [
        ("{mode: hami, split: 10}", Offer(cards=24, slices=240, memory_mib=24 * 97871, cores=2400)),
        ("{mode: dra, split: 6}", Offer(cards=24, slices=144, memory_mib=24 * 97871, cores=2400)),
        (
            "{mode: hami, memory_scaling: 1.5, core_scaling: 2}",
            Offer(cards=24, slices=240, memory_mib=24 * (97871 * 3 // 2), cores=4800),
        ),
    ],
)
def test_a_cluster_offers_what_its_cards_promise(
    tmp_path: Path, sharing: str, offer: Offer
) -> None:
    assert Offer.of(cluster(tmp_path, sharing)) == offer


def test_a_cluster_offers_what_its_pools_may_grow_to(tmp_path: Path) -> None:
    loaded = load(str(made.write(tmp_path, made.ENVIRONMENT)))

    assert Offer.of(loaded.environment.clusters["whole"]).cards == 32


@pytest.mark.parametrize(
    "change",
    [
        ("{min: 1, desired: 2, max: 4}", "{min: 0, desired: 0, max: 4}"),
        ("{min: 1, desired: 2, max: 4}", "{desired: 4}"),
        ("cards: 16", "cards: 32"),
        ("cards: 16", "cards: 8"),
        ("slices: 120, gpu_memory: 512Gi, gpu_cores: 1500", "slices: 0"),
        ("slices: 120, gpu_memory: 512Gi, gpu_cores: 1500", ""),
        ("split: 10", "split: 10, memory_scaling: 2"),
        ("quota: {H100-80G: 32}", "quota: {H100-80G: 32, L4-24G: 0}"),
        ("zones: [cn-beijing-l]", "zones: [cn-beijing-l, cn-beijing-k]"),
        (
            "{node.example.com/model: h20}",
            "{kubernetes.io/arch: amd64, nvidia.com/gpu.product: H20}",
        ),
        (
            "{node.example.com/model: h20}",
            "{model: h20}\n        labels: {node.kubernetes.io/rack: r1, team: x}",
        ),
        (
            "{node.example.com/model: h20}",
            "{model: h20}\n        taints: {example.com/new: {effect: NoSchedule}}",
        ),
    ],
)
def test_what_is_merely_unusual_is_no_fault(tmp_path: Path, change: tuple[str, str]) -> None:
    assert made.problems(tmp_path, made.changed(made.ENVIRONMENT, change), None) == ()


@pytest.mark.parametrize(
    "change",
    [
        ("replicas: 40", "replicas: 4000"),
        ("gpu: {memory: 2Gi}", "gpu: {memory: 2Gi, cards: 8}"),
        ("gpu: {memory: 2Gi}", "gpu: {}"),
        ("gpu: {memory: 2Gi}", "gpu: {memory: 95Gi}"),
        ("gpu: {memory: 2Gi}", "gpu: {memory: 2Gi}, host: {cpu: 96, memory: 1024Gi}"),
        ("gpu: {cards: 8}", "gpu: {cards: 8}, card: H100-80G"),
        ("pods: 2", "pods: 200"),
    ],
)
def test_a_workload_that_only_has_to_wait_is_no_fault(
    tmp_path: Path, change: tuple[str, str]
) -> None:
    assert made.problems(tmp_path, made.ENVIRONMENT, made.changed(made.DEMAND, change)) == ()


@pytest.mark.parametrize(
    ("quota", "path"),
    [
        ("slices: 3", "gpu.cards"),
        ("gpu_memory: 7Gi", "gpu.memory"),
        ("gpu_cores: 39", "gpu.cores"),
        ("cpu: 900m", "host.cpu"),
        ("memory: 1Gi", "host.memory"),
        ("pods: 0", ""),
    ],
)
def test_one_pod_must_fit_into_its_tenants_quota(tmp_path: Path, quota: str, path: str) -> None:
    environment = made.changed(
        made.ENVIRONMENT, ("slices: 120, gpu_memory: 512Gi, gpu_cores: 1500", quota)
    )
    demand = made.changed(made.DEMAND, ("{memory: 2Gi}", "{memory: 2Gi, cards: 4, cores: 10}"))

    problem = made.the_problem(tmp_path, environment, demand)

    assert problem.rule == "pod-over-quota"
    assert problem.path == f"services.rank.{path}".rstrip(".")


def test_scaled_memory_may_be_cut_beyond_the_card(tmp_path: Path) -> None:
    environment = made.changed(made.ENVIRONMENT, ("split: 10", "split: 10, memory_scaling: 2"))
    demand = made.changed(made.DEMAND, ("{memory: 2Gi}", "{memory: 150Gi}"))

    assert made.problems(tmp_path, environment, demand) == ()


def test_of_two_pools_of_the_same_nodes_the_later_is_told(tmp_path: Path) -> None:
    twin = """      h20-b:
        card: H20-96G
        cards_per_node: 8
        nodes: {desired: 1}
        machine: {cpu: 96, memory: 1024Gi}
        selector: {node.example.com/model: h20}
  whole:
"""
    problem = made.the_problem(
        tmp_path, made.changed(made.ENVIRONMENT, ("  whole:\n    c", f"{twin}    c"))
    )

    assert problem.rule == "overlapping-pools"
    assert problem.path == "clusters.slices.pools.h20-b.selector"


# --- agreement with the makers, who import environments but are not imported ------------


def test_no_tenant_may_take_a_namespace_that_runs_the_cluster() -> None:
    ours = {name for name in SYSTEM_NAMESPACES if not name.startswith("kube-")}

    assert ours <= tenant_invariants.SYSTEM_NAMESPACES


def test_no_pool_may_take_the_labels_and_taints_that_are_set_for_it() -> None:
    found = load("lab").environment.clusters["slices"]
    labels = vocabulary.node_labels("slices", found, "h20")
    taints = {taint["key"] for taint in vocabulary.node_taints(found.pools["h20"])}
    own = pool_invariants.OUR_LABELS | {key for key in labels if key.startswith(f"{PREFIX}/")}

    assert pool_invariants.OUR_DOMAIN == PREFIX
    assert labels.keys() == own
    assert taints == {pool_invariants.OUR_TAINT}


def test_the_longest_allowed_names_fit_into_what_kubernetes_makes_of_them() -> None:
    name = "a" * 40

    assert (
        len(f"{name}-0123456789-abcde") <= 63
    )  # a Deployment's pod: its ReplicaSet and five letters
    assert len(f"{name}-100000-abcde") <= 63  # an indexed Job's pod
    assert pool_invariants.LONGEST_NODE_NAME == 63
    assert cluster_invariants.OLDEST_KUBERNETES <= cluster_invariants.OLDEST_DRA


@pytest.mark.parametrize("cloud", ["volcengine", "alicloud"])
def test_the_nodes_of_the_system_are_counted_as_they_are_made(cloud: str) -> None:
    made_by = importlib.import_module(f"components.clouds.{cloud}.system_pool")

    assert made_by.NODES == SYSTEM_NODES


def test_a_pools_name_has_room_for_the_hash_that_is_put_behind_it() -> None:
    environment = load("staging").environment
    pool = "p" * (pool_invariants.LONGEST_POOL_NAME - pool_invariants.HASH)
    infer = environment.clusters["infer"]
    pools = {pool: infer.pools["v100"]}
    environment = msgspec.structs.replace(
        environment, clusters={"infer": msgspec.structs.replace(infer, pools=pools)}
    )

    name = pool_name(
        environment, "infer", pool, replacing={}, limit=pool_invariants.LONGEST_POOL_NAME
    )

    assert name.startswith(f"{pool}-")
    assert len(name) == pool_invariants.LONGEST_POOL_NAME
