"""Cluster by cluster: its pools, its tenants against their quotas, and the layers deployed."""

from __future__ import annotations

from scripts.rehearsal import figures, words
from scripts.rehearsal.page.headline import sign
from scripts.rehearsal.page.markup import (
    Child,
    Column,
    Columns,
    Markup,
    bar,
    foreign,
    join,
    table,
    tag,
)
from scripts.rehearsal.result import Cluster, Layer, Pool, Rehearsal, TenantUse

_QUOTAS = {
    "cards": "Cards",
    "slices": "Slices",
    "gpu_memory": "Card memory",
    "gpu_cores": "Card cores",
}
_PLANS = {"empty": ("pass", "changes nothing"), "changes": ("fail", "changes something")}


def overview(rehearsal: Rehearsal) -> Markup:
    """One row for each cluster."""
    columns: Columns = [
        "Cluster",
        "Cards are",
        *map(_number, ("Nodes", "Cards", "Pods running", "Pods/s")),
        "Memory allocated",
        "Cores allocated",
    ]
    return table(
        "All clusters", columns, map(_overview_row, rehearsal.clusters), class_="self-evident"
    )


def clusters(rehearsal: Rehearsal) -> Markup:
    """A section for each cluster."""
    return join(_section(cluster) for cluster in rehearsal.clusters)


def _overview_row(cluster: Cluster) -> list[Child]:
    held = figures.allocation(cluster.pools)
    return [
        foreign(cluster.name),
        "cut" if cluster.mode != "none" else "whole",
        words.count(cluster.nodes),
        words.count(cluster.cards),
        f"{words.count(cluster.pods_running)} of {words.count(cluster.pods_demanded)}",
        words.rate(cluster.throughput.per_second),
        _share(held.memory, held.memory_total),
        _share(held.cores, held.cores_total),
    ]


def _section(cluster: Cluster) -> Markup:
    where = " ".join(part for part in (cluster.cloud, cluster.region) if part)
    facts = f"{where} · Kubernetes {cluster.kubernetes} · cards {words.mode(cluster.mode)}"
    return tag(
        "article",
        tag("h3", foreign(cluster.name)),
        tag("p", cluster.description, class_="about") if cluster.description else None,
        tag("p", facts, class_="facts"),
        tag("div", _pools(cluster), _layers(cluster), _tenants(cluster), class_="cluster-tables"),
        _contents(cluster),
        class_="cluster",
    )


def _pools(cluster: Cluster) -> Markup:
    columns: Columns = [
        "Pool",
        "Card",
        *map(_number, ("Nodes", "Cards with pods")),
        "Memory",
        "Cores",
    ]
    return table("Pools", columns, map(_pool_row, cluster.pools), class_="pools-table")


def _pool_row(pool: Pool) -> list[Child]:
    held = figures.allocation([pool])
    return [
        foreign(pool.name),
        foreign(pool.card),
        words.count(len(pool.nodes)),
        f"{words.count(held.touched)} of {words.count(held.cards)}",
        _share(held.memory, held.memory_total),
        _share(held.cores, held.cores_total),
    ]


def _tenants(cluster: Cluster) -> Markup | None:
    if not cluster.tenants:
        return None
    kinds = [
        kind
        for kind in _QUOTAS
        if any(kind in tenant.used or kind in tenant.quota for tenant in cluster.tenants)
    ]
    columns: Columns = [
        "Tenant",
        _number("Pods running"),
        *(f"{_QUOTAS[kind]}, of quota" for kind in kinds),
    ]
    rows = (_tenant_row(tenant, kinds) for tenant in cluster.tenants)
    return table("Tenants", columns, rows, class_="tenants-table")


def _tenant_row(tenant: TenantUse, kinds: list[str]) -> list[Child]:
    return [
        foreign(tenant.name),
        f"{words.count(tenant.pods_running)} of {words.count(tenant.pods_demanded)}",
        *(_quota(kind, tenant.used.get(kind, 0), tenant.quota.get(kind)) for kind in kinds),
    ]


def _quota(kind: str, used: int, limit: int | None) -> Markup:
    write = words.mebibytes if kind == "gpu_memory" else words.count
    if limit is None:
        return tag("span", f"{write(used)}, no limit", class_="share")
    share = used / limit if limit else float(used > 0)
    return tag(
        "span", f"{write(used)} of {write(limit)}", bar(share, over=share > 1), class_="share"
    )


def _layers(cluster: Cluster) -> Markup | None:
    if not cluster.layers:
        return None
    columns: Columns = ["Layer", _number("Resources"), "A second plan"]
    return table("Deployed", columns, map(_layer_row, cluster.layers), class_="layers-table")


def _layer_row(layer: Layer) -> list[Child]:
    status, told = _PLANS.get(layer.second_plan, ("", "not made"))
    mark = sign(status) if status else None
    return [layer.layer, words.count(layer.resources), tag("span", mark, told)]


def _contents(cluster: Cluster) -> Markup:
    installed = "installed" if cluster.charts_installed else "not installed on the twin"
    return tag(
        "p",
        join("Add-ons: ", ", ".join(cluster.addons), ". ") if cluster.addons else None,
        join(f"Charts ({installed}): ", ", ".join(cluster.charts), ".") if cluster.charts else None,
        class_="facts",
    )


def _share(part: int, whole: int) -> Markup:
    share = part / whole if whole else 0.0
    return tag("span", words.percent(part, whole), bar(share, over=share > 1), class_="share")


def _number(title: str) -> Column:
    return Column(title=title, numeric=True)
