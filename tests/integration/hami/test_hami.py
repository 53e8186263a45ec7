"""HAMi's real scheduler on a twin: needs its binary, named by GPU_FLEET_HAMI_SCHEDULER."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from components.controlplane import hami, planes
from components.controlplane.hami_allocations import allocations
from components.controlplane.hami_binary import Extender
from components.controlplane.hami_plugin import LOCK, PHASE
from components.controlplane.hami_settings import CHART_PACE, Pace
from environments import cards
from scripts.live import Live
from scripts.verification.checks import path_of
from tests.integration.hami.objects import CARD, nodes, service
from tests.integration.harness import eventually

PODS, NODES = "/api/v1/namespaces/default/pods", "/api/v1/nodes"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"


@pytest.fixture
def cluster(
    plane: planes.Plane, live: Live, extender: Extender, order: Callable[[Extender], hami.Order]
) -> Iterator[Live]:
    """A plane with HAMi; empty, and empty again afterwards."""
    hami.start(plane, order(extender))
    yield live
    clear(live)
    hami.stop(plane)


def apply(live: Live, *manifests: Any) -> None:
    for manifest in manifests:
        assert live.apply(path_of(manifest), manifest) is None


def clear(live: Live) -> None:
    for path in (DEPLOYMENTS, PODS, NODES):
        live.delete(path, propagationPolicy="Background")
    eventually("no pod and no node is left", lambda: not pods(live) and not live.list(NODES, dict))


def pods(live: Live) -> list[dict[str, Any]]:
    return live.list(PODS, dict)


def allocated(live: Live) -> int:
    return sum(pod["metadata"].get("annotations", {}).get(PHASE) == "success" for pod in pods(live))


def locked(live: Live) -> list[str]:
    return [
        node["metadata"]["name"]
        for node in live.list(NODES, dict)
        if LOCK in node["metadata"].get("annotations", {})
    ]


def test_two_services_share_the_cards_and_none_is_overfull(cluster: Live) -> None:
    apply(cluster, *nodes())
    apply(
        cluster,
        service("ranking", replicas=40, gpumem=2000, gpucores=10),
        service("language", replicas=12, gpumem=18000, gpucores=40),
    )

    eventually("all pods have their cards", lambda: allocated(cluster) == 52, seconds=120)
    eventually("no node stays locked", lambda: not locked(cluster))

    found = pods(cluster)
    assert {pod["spec"]["schedulerName"] for pod in found} == {"hami-scheduler"}
    uses = [use for node in allocations(found).values() for use in node.values()]
    assert sum(len(use.pods) for use in uses) == 52
    assert sum(use.memory_mib for use in uses) == 40 * 2000 + 12 * 18000
    assert max(use.memory_mib for use in uses) <= cards.table()[CARD].memory_mib
    assert max(use.cores for use in uses) <= 100


def test_version_210_overfills_a_card_when_an_init_container_asks_for_none(
    cluster: Live, extender: Extender
) -> None:
    """A fact about HAMi 2.10.0 that the environment's default version avoids."""
    apply(cluster, *nodes(pool="lone", count=1, cards=1))
    work = service("copies", replicas=3, gpumem=20000, gpucores=10, pool="lone", init=True)
    apply(cluster, work)

    if extender.version == "v2.10.0":
        eventually("all three run", lambda: allocated(cluster) == 3)
        expected = 60000
    else:
        eventually("one runs", lambda: allocated(cluster) == 1)
        time.sleep(5)
        expected = 20000

    (use,) = allocations(pods(cluster))["slices-lone-000"].values()
    assert use.memory_mib == expected


@pytest.mark.slow
def test_the_charts_pace_is_what_holds_hami_back(
    plane: planes.Plane,
    live: Live,
    extender: Extender,
    order: Callable[[Extender], hami.Order],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Half a minute for each pace: the one figure that decides whether a rollout takes hours."""
    paces = {"chart": CHART_PACE, "ours": Pace()}
    rates = {}
    for name, pace in paces.items():
        hami.start(plane, replace(order(extender), pace=pace))
        rates[name] = _rate(live, seconds=25)
        clear(live)
        hami.stop(plane)

    figures = (
        f"{name} ({pace.qps}/s, burst {pace.burst}): {rates[name]:.1f} pods/s"
        for name, pace in paces.items()
    )
    with capsys.disabled():
        sys.stdout.write(f"\nHAMi {extender.version}: {', '.join(figures)}\n")
    assert rates["ours"] > rates["chart"]


def _rate(live: Live, *, seconds: float) -> float:
    apply(live, *nodes(), service("ranking", replicas=200, gpumem=1000, gpucores=5))
    eventually("the first pod has its card", lambda: allocated(live) > 0)
    before, start = allocated(live), time.monotonic()
    while (passed := time.monotonic() - start) < seconds and allocated(live) < 200:
        time.sleep(0.5)
    return (allocated(live) - before) / passed
