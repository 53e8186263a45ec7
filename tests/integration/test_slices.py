"""Cards cut by memory: production's own pods, translated and allocated by a real scheduler."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from components import addons, workloads
from environments.demand import Demand, Gpu, Service
from environments.quantity import Memory
from scripts.rehearsal import result
from scripts.rehearsal.result import Check
from scripts.verification import cluster as verification
from scripts.verification.checks import path_of
from scripts.verification.observation import Pod
from tests.integration.conftest import Fleet
from tests.integration.harness import eventually

SERVICE = Service(
    tenant="search",
    cluster="slices",
    replicas=12,
    gpu=Gpu(memory=Memory("2Gi"), cores=10),
    priority="serving",
    busy=0.5,
)


@pytest.fixture
def service(fleet: Fleet, request: pytest.FixtureRequest) -> Iterator[Service]:
    """A service on the cluster; the parameter changes it."""
    made = msgspec.structs.replace(SERVICE, **getattr(request, "param", {}))
    # Claims are made from templates, and templates from what the demand asks for.
    tenancy = addons.tenancy(fleet.environment, fleet.name, Demand(services={"probe": made}))
    templates = [
        manifest
        for addon in tenancy
        for manifest in addon.manifests
        if manifest["kind"] == "ResourceClaimTemplate"
    ]
    fleet.cluster.apply(templates)
    manifests = [workloads.manifest("probe", made)]
    fleet.cluster.apply(manifests)
    yield made
    fleet.cluster.delete(manifests)
    eventually("its pods are gone", lambda: not pods(fleet))


def pods(fleet: Fleet) -> list[Pod]:
    return fleet.cluster.live.list("/api/v1/namespaces/search/pods", Pod)


def verified(fleet: Fleet, service: Service) -> result.Cluster:
    demand = Demand(services={"probe": service})
    return verification.verify(
        verification.Target(environment=fleet.environment, name=fleet.name, demand=demand),
        fleet.cluster.kubeconfig,
    )


def check(found: result.Cluster, name: str) -> Check:
    return next(check for check in found.checks if check.name == name)


def test_slices_run_and_no_card_is_over_its_capacity(fleet: Fleet, service: Service) -> None:
    eventually("all run", lambda: sum(pod.running for pod in pods(fleet)) == service.replicas)

    found = verified(fleet, service)

    assert found.pods_running == service.replicas
    assert check(found, "cards-within-limits").status == "pass"
    assert check(found, "allocations-complete").compared == service.replicas
    cards = [card for pool in found.pools for node in pool.nodes for card in node.cards]
    assert sum(card.memory_mib for card in cards) == service.replicas * 2048
    assert sum(card.cores for card in cards) == service.replicas * 10


@pytest.mark.parametrize(
    "service", [{"replicas": 3, "gpu": Gpu(memory=Memory("60Gi"), cores=10)}], indirect=True
)
def test_two_slices_of_more_than_half_a_card_never_share_it(fleet: Fleet, service: Service) -> None:
    eventually("all run", lambda: sum(pod.running for pod in pods(fleet)) == service.replicas)

    found = verified(fleet, service)

    cards = [card for pool in found.pools for node in pool.nodes for card in node.cards]
    assert max(card.pods for card in cards) == 1


@pytest.mark.parametrize(
    "service", [{"replicas": 1, "gpu": Gpu(cards=2, memory=Memory("4Gi"), cores=20)}], indirect=True
)
def test_a_slice_of_two_cards_gets_two_different_cards(fleet: Fleet, service: Service) -> None:
    eventually("it runs", lambda: sum(pod.running for pod in pods(fleet)) == 1)

    found = verified(fleet, service)

    cards = [card for pool in found.pools for node in pool.nodes for card in node.cards]
    assert sorted(card.memory_mib for card in cards if card.pods) == [4096, 4096]


@pytest.mark.parametrize(
    "service", [{"replicas": 121, "gpu": Gpu(memory=Memory("1Gi"), cores=1)}], indirect=True
)
def test_what_a_quota_keeps_back_is_explained_and_never_over(
    fleet: Fleet, service: Service
) -> None:
    def settled() -> bool:
        return sum(pod.running for pod in pods(fleet)) >= 120

    eventually("the quota of 120 slices is used up", settled)
    eventually(
        "the rest is explained", lambda: all(u.explained for u in verified(fleet, service).unplaced)
    )

    found = verified(fleet, service)

    assert found.pods_running == 120
    assert check(found, "pods-accounted-for").status == "pass"
    assert [(item.pods, item.explained) for item in found.unplaced] == [(1, True)]


def test_a_deleted_quota_is_found(fleet: Fleet) -> None:
    quota = next(
        manifest
        for addon in fleet.addons
        for manifest in addon.manifests
        if manifest["kind"] == "ResourceQuota" and manifest["metadata"]["namespace"] == "search"
    )
    fleet.cluster.live.delete(path_of(quota))
    try:
        found = verification.verify(
            verification.Target(environment=fleet.environment, name=fleet.name, demand=Demand()),
            fleet.cluster.kubeconfig,
        )
    finally:
        fleet.cluster.apply([quota])

    assert check(found, "objects-as-declared").status == "fail"
    assert "ResourceQuota-search" in check(found, "objects-as-declared").detail


def test_every_policy_refuses_and_passes_what_it_must(fleet: Fleet) -> None:
    found = verification.verify(
        verification.Target(environment=fleet.environment, name=fleet.name, demand=Demand()),
        fleet.cluster.kubeconfig,
    )

    assert len(found.proofs) >= 4
    assert [proof.policy for proof in found.proofs if not proof.holds] == []
