"""What must hold within each cluster, and between clusters."""

from __future__ import annotations

from collections.abc import Iterator

from environments import cards, offer, pool_invariants, tke_versions
from environments.faults import Fault, Path
from environments.model import Cluster, Dra, Environment, Private, Tencentcloud

OLDEST_KUBERNETES = 30
"""ValidatingAdmissionPolicy is stable from 1.30."""
OLDEST_DRA = 34
"""HAMi's DRA driver wants resource.k8s.io/v1 with consumable capacity."""


def faults(environment: Environment) -> Iterator[Fault]:
    """Every relation that does not hold within the clusters, or between them."""
    for name, cluster in environment.clusters.items():
        at: Path = ("clusters", name)
        yield from _versions(cluster, at)
        yield from pool_invariants.faults(name, cluster, at)
        yield from _account_quota(cluster, at)
    yield from _kubeconfigs(environment)


def warnings(environment: Environment) -> Iterator[Fault]:
    """What works within the clusters, and may cost dearly."""
    for name, cluster in environment.clusters.items():
        yield from pool_invariants.warnings(cluster, ("clusters", name))


def _versions(cluster: Cluster, at: Path) -> Iterator[Fault]:
    here = (*at, "kubernetes")
    if cluster.minor < OLDEST_KUBERNETES:
        oldest, given = OLDEST_KUBERNETES, cluster.kubernetes
        message = f"admission policies need 1.{oldest} or newer; got {given}"
        yield Fault(here, "kubernetes-too-old", message)
    elif isinstance(cluster.sharing, Dra) and cluster.minor < OLDEST_DRA:
        message = (
            f"sharing mode dra needs 1.{OLDEST_DRA} or newer; got {cluster.kubernetes}; "
            "raise the version or use mode hami"
        )
        yield Fault(here, "kubernetes-too-old", message, needs=((*at, "sharing"),))
    elif isinstance(cluster.cloud, Tencentcloud) and cluster.kubernetes not in tke_versions.EXACT:
        known = ", ".join(tke_versions.EXACT)
        message = f"no Kubernetes {cluster.kubernetes} on Tencent Cloud; write one of {known}"
        yield Fault(here, "kubernetes-not-offered", message, needs=((*at, "cloud"),))


def _account_quota(cluster: Cluster, at: Path) -> Iterator[Fault]:
    quota: dict[str, int] = getattr(cluster.cloud, "quota", {})
    for card, most in quota.items():
        yield from pool_invariants.card(card, (*at, "cloud", "quota", card), at_key=True)
        pools = {name: pool for name, pool in cluster.pools.items() if pool.card == card}
        wanted = sum(offer.most_cards(pool) for pool in pools.values())
        if card in cards.table() and wanted > most:
            message = (
                f"{' and '.join(pools)} may grow to {wanted} x {card}, the account holds {most} "
                "in this region; lower max, or raise cloud.quota once the cloud granted it"
            )
            here = (*at, "pools", list(pools)[-1], "nodes")
            needs = ((*at, "cloud", "quota", card), (*at, "pools"))
            yield Fault(here, "pool-over-quota", message, needs=needs)


def _kubeconfigs(environment: Environment) -> Iterator[Fault]:
    """Two entries for one real cluster would fight over it, perhaps with two sharing modes."""
    seen: dict[str, str] = {}
    for name, cluster in environment.clusters.items():
        if not isinstance(cluster.cloud, Private):
            continue
        variable = cluster.cloud.kubeconfig_env
        if variable in seen:
            here: Path = ("clusters", name, "cloud", "kubeconfig_env")
            message = f'"{seen[variable]}" is reached through it already; one entry a cluster'
            yield Fault(here, "same-cluster-twice", message)
        seen.setdefault(variable, name)
