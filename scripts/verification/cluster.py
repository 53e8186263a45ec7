"""One cluster, verified: everything the report says of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from components import addons, clouds
from components.addon import POOL, Addon
from components.addons import admission
from components.clouds.embedded import device, node_pool
from environments import cards
from environments.demand import Demand, pods_of
from environments.model import Cluster, Embedded, Environment, Pool
from scripts.live import Live
from scripts.rehearsal import result
from scripts.verification import charts, checks, proofs
from scripts.verification.allocation import Allocation, allocation
from scripts.verification.observation import Observation, observe
from scripts.verification.shortfall import shortfall

Progress = Callable[[str], None]

QUOTA_LOOKS = 10
QUOTA_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A cluster to be verified, and what should be in it."""

    environment: Environment
    name: str
    demand: Demand
    refused: Mapping[str, str] = field(default_factory=dict)
    """Workloads that could not be created, and the API server's answer."""
    with_charts: bool = False
    """Whether the charts are meant to be there; a twin may do without."""

    @property
    def cluster(self) -> Cluster:
        """The cluster as the environment describes it."""
        return self.environment.clusters[self.name]


def verify(target: Target, kubeconfig: Path, progress: Progress = lambda _: None) -> result.Cluster:
    """Read the cluster behind the kubeconfig and compare it with the environment.

    Raises `OutsideError` when its API server does not answer.
    """
    environment, name, cluster = target.environment, target.name, target.cluster
    live = Live(name, kubeconfig)
    progress("reading")
    claims = node_pool.publishes_slices(cluster)
    seen = _settled(
        lambda: observe(live, claims=claims, annotations=cluster.mode == "hami" and not claims),
        progress,
    )
    pools = pool_of_each_node(cluster, seen)
    held = allocation(cluster, seen, pools)
    short = list(shortfall(name, target.demand, seen, held, target.refused))
    wanted = declared(environment, name, target.demand)
    meant = [chart for addon in wanted for chart in addon.charts]
    progress("comparing objects")
    verdicts = [
        checks.nodes_ready(cluster, seen),
        checks.devices_published(cluster, seen, pools),
        checks.objects_as_declared(live, wanted),
        charts.charts_installed(live, meant, left_out=not target.with_charts),
        checks.quotas_in_force(environment, name, seen),
        checks.pods_accounted_for(name, target.demand, seen, short),
        checks.allocations_complete(cluster, seen, held),
        checks.cards_within_limits(held),
    ]
    progress("trying the admission policies")
    tried = proofs.prove(live, admission.proofs(environment, name))
    verdicts.append(proofs.as_check(tried))
    return result.Cluster(
        **_figures(target, seen),
        pools=[_pool(cluster, pool, seen, held) for pool in cluster.pools],
        tenants=_tenants(environment, name, target.demand, seen),
        unplaced=short,
        proofs=tried,
        checks=verdicts,
        layers=[],
        addons=[addon.name for addon in wanted],
        charts=[f"{chart.name} {chart.version}" for chart in meant],
        charts_installed=target.with_charts,
    )


def _settled(look: Callable[[], Observation], progress: Progress) -> Observation:
    """The cluster once its quotas are counted, or as it is after a while.

    The quota controller counts from a cache, and after a burst of pods its
    count is behind until it counts anew.
    """
    for _ in range(QUOTA_LOOKS):
        seen = look()
        if not any(checks.miscounted(seen)):
            break
        progress("waiting for the quota controller to count")
        time.sleep(QUOTA_SECONDS)
    return seen


def declared(environment: Environment, name: str, demand: Demand) -> tuple[Addon, ...]:
    """Everything that the in-cluster layers put into the cluster."""
    return (
        *(clouds.layer(environment, name, "cluster") or ()),
        *addons.device(environment, name, demand),
        *addons.tenancy(environment, name, demand),
    )


def pool_of_each_node(cluster: Cluster, seen: Observation) -> dict[str, Pool]:
    """The pool of every node that carries the label of one, by the node's name."""
    return {
        name: cluster.pools[label]
        for name, node in sorted(seen.nodes.items())
        if (label := node.metadata.labels.get(POOL, "")) in cluster.pools
    }


def _figures(target: Target, seen: Observation) -> dict[str, Any]:
    """What the cluster is, in words and numbers."""
    cluster = target.cluster
    running = sum(pod.running for pods in seen.workloads().values() for pod in pods)
    replaces = cluster.cloud.replaces if isinstance(cluster.cloud, Embedded) else None
    return {
        "name": target.name,
        "description": cluster.description or "",
        "cloud": replaces or clouds.title(cluster.cloud),
        "region": clouds.region(cluster.cloud),
        "mode": cluster.mode,
        "kubernetes": cluster.kubernetes,
        "cards": sum(p.nodes.desired * p.cards_per_node for p in cluster.pools.values()),
        "nodes": sum(p.nodes.desired for p in cluster.pools.values()),
        "pods_demanded": sum(pods_of(work) for work in target.demand.of(target.name).values()),
        "pods_running": running,
        "throughput": result.Throughput(pods=running, seconds=0, per_second=0),
    }


def _pool(cluster: Cluster, name: str, seen: Observation, held: Allocation) -> result.Pool:
    pool = cluster.pools[name]
    mine = [n for n, node in seen.nodes.items() if node.metadata.labels.get(POOL) == name]
    return result.Pool(
        name=name,
        card=pool.card,
        product=cards.table()[pool.card].product,
        card_memory_mib=device.memory_mib(cluster, pool),
        card_cores=device.cores(cluster),
        split=device.split(cluster),
        nodes=[
            result.Node(
                name=node,
                cards=[
                    result.Card(use.memory_mib, use.cores, use.pods) for use in held.cards[node]
                ],
            )
            for node in sorted(mine)
        ],
    )


def _tenants(
    environment: Environment, name: str, demand: Demand, seen: Observation
) -> list[result.TenantUse]:
    pods = seen.workloads()
    uses = []
    for tenant, words in environment.tenants_of(name).items():
        works = {n: w for n, w in demand.of(name).items() if w.tenant == tenant}
        running = {n: sum(pod.running for pod in pods.get(n, [])) for n in works}
        used = {"cards": 0, "slices": 0, "gpu_memory": 0, "gpu_cores": 0}
        for n, work in works.items():
            held = running[n] * work.gpu.cards
            used["cards" if work.gpu.whole else "slices"] += held
            if work.gpu.memory is not None:
                used["gpu_memory"] += held * work.gpu.memory.mib
                used["gpu_cores"] += held * (work.gpu.cores or 0)
        quota = words.clusters[name].quota
        limits = {
            "cards": quota.cards,
            "slices": quota.slices,
            "gpu_memory": quota.gpu_memory.mib if quota.gpu_memory else None,
            "gpu_cores": quota.gpu_cores,
        }
        uses.append(
            result.TenantUse(
                name=tenant,
                pods_demanded=sum(pods_of(work) for work in works.values()),
                pods_running=sum(running.values()),
                used={
                    key: value for key, value in used.items() if value or limits[key] is not None
                },
                quota={key: value for key, value in limits.items() if value is not None},
            )
        )
    return uses
