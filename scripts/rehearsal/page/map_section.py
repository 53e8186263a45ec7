"""The picture of every card on the page, with its legend and the same numbers as tables.

Drawn here for memory, complete without a script; `page.js` adds the readout of
single cards and the other two measures, from `card_data`.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from scripts.rehearsal import figures, words
from scripts.rehearsal.page import fleet_map
from scripts.rehearsal.page.markup import Markup, foreign, join, table, tag
from scripts.rehearsal.result import Cluster, Node, Pool, Rehearsal


def fleet(rehearsal: Rehearsal) -> Markup:
    """Every card, by cluster, pool and node."""
    grid = fleet_map.grid(rehearsal)
    return tag(
        "div",
        (_cluster(grid, cluster) for cluster in rehearsal.clusters),
        id="map",
        class_="map" if grid.upright else "map few",
        role="img",
        aria_label=_spoken(rehearsal),
        data_run=grid.run,
        data_upright=grid.upright,
    )


def legend(rehearsal: Rehearsal) -> Markup:
    """What colours, fillings and dots mean."""
    steps = (
        tag("svg", _square(_sample(step)), class_="key", viewBox="0 0 10 10", aria_hidden="true")
        for step in range(1, fleet_map.LEVELS + 1)
    )
    whole = tag(
        "svg",
        _square(_sample(10, whole=True)),
        class_="key",
        viewBox="0 0 10 10",
        aria_hidden="true",
    )
    free = tag("svg", _square(_sample(0)), class_="key", viewBox="0 0 10 10", aria_hidden="true")
    over = tag("svg", _square(_sample(11)), class_="key", viewBox="0 0 10 10", aria_hidden="true")
    return tag(
        "ul",
        tag("li", free, "free"),
        tag(
            "li",
            tag("span", steps, class_="steps"),
            tag("span", "0 – 100 % of the card’s memory", id="scale"),
        ),
        tag("li", whole, "held whole by one pod"),
        tag("li", over, "more than the card has") if _any_over(rehearsal) else None,
        class_="legend",
    )


def tables(rehearsal: Rehearsal) -> Markup:
    """The picture in numbers: a table for each pool, a row for each node."""
    return join(
        _pool_table(cluster, pool) for cluster in rehearsal.clusters for pool in cluster.pools
    )


def card_data(rehearsal: Rehearsal) -> Markup:
    """The same cards for the script, in the order drawn; inert inside a script element."""
    pools = [
        {
            "cluster": words.plain(cluster.name),
            "card": words.plain(pool.card),
            "memory": pool.card_memory_mib,
            "cores": pool.card_cores,
            "slots": pool.split,
            "whole": cluster.mode == "none",
            "nodes": [[words.plain(node.name), node.cards] for node in pool.nodes],
        }
        for cluster in rehearsal.clusters
        for pool in cluster.pools
    ]
    text = msgspec.json.encode(pools).decode()
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def _cluster(grid: fleet_map.Grid, cluster: Cluster) -> Markup:
    held = figures.allocation(cluster.pools)
    note = (
        f"{words.count(held.cards, 'card')}, {words.mode(cluster.mode)} · "
        f"{words.percent(held.memory, held.memory_total)} of memory and "
        f"{words.percent(held.cores, held.cores_total)} of cores allocated"
    )
    return tag(
        "div",
        tag("p", tag("strong", foreign(cluster.name)), " ", tag("span", note), class_="map-head"),
        tag("div", (_pool(grid, cluster, pool) for pool in cluster.pools), class_="pools"),
        class_="map-cluster",
    )


def _pool(grid: fleet_map.Grid, cluster: Cluster, pool: Pool) -> Markup:
    label = join(foreign(pool.name), f" · {words.count(len(pool.nodes), 'node')} of {pool.card}")
    nodes = (_node(grid, cluster, pool, node) for node in pool.nodes)
    return tag(
        "div", tag("p", label, class_="map-pool"), tag("div", nodes, class_="nodes"), class_="pool"
    )


def _node(grid: fleet_map.Grid, cluster: Cluster, pool: Pool, node: Node) -> Markup:
    width, height = grid.size(len(node.cards))
    picture = tag(
        "svg",
        (_square(square) for square in fleet_map.squares(grid, cluster, pool, node)),
        class_="node",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
    )
    if grid.upright:
        return picture
    return tag("div", tag("span", foreign(node.name)), picture, class_="named")


def _square(square: fleet_map.Square) -> Markup:
    back = tag("rect", class_=f"c l{square.level}", x=square.x, y=square.y, width=10, height=10)
    fill = tag(
        "rect",
        class_=f"f l{square.level}",
        x=square.x,
        y=square.top,
        width=10,
        height=square.filled,
    )
    dot = (
        tag("circle", class_="w", cx=square.x + 5, cy=square.y + 5, r=1.6) if square.whole else None
    )
    return join(back, fill, dot)


def _sample(step: int, *, whole: bool = False) -> fleet_map.Square:
    return fleet_map.Square(x=0, y=0, share=step / fleet_map.LEVELS, whole=whole)


def _any_over(rehearsal: Rehearsal) -> bool:
    return any(
        fleet_map.memory_share(pool, card) > 1
        for cluster in rehearsal.clusters
        for pool in cluster.pools
        for node in pool.nodes
        for card in node.cards
    )


def _spoken(rehearsal: Rehearsal) -> str:
    held = figures.fleet_allocation(rehearsal)
    return (
        f"A picture of {words.count(held.cards, 'card')}, coloured by allocated memory: "
        f"{words.count(held.touched)} hold pods, "
        f"{words.percent(held.memory, held.memory_total)} of all memory is allocated. "
        "The same numbers stand in the tables below it."
    )


def _pool_table(cluster: Cluster, pool: Pool) -> Markup:
    columns = [
        "Node",
        *(f"Card {index}" for index in range(max((len(n.cards) for n in pool.nodes), default=0))),
    ]
    caption = (
        f"{cluster.name}, {pool.name}: allocated memory % / cores % / pods of each {pool.card}"
    )
    return table(
        caption, columns, (list(_node_row(pool, node, len(columns))) for node in pool.nodes)
    )


def _node_row(pool: Pool, node: Node, width: int) -> Iterator[Markup | str]:
    yield foreign(node.name)
    for card in node.cards:
        memory = words.percent(card.memory_mib, pool.card_memory_mib).removesuffix(" %")
        cores = words.percent(card.cores, pool.card_cores).removesuffix(" %")
        yield f"{memory} / {cores} / {card.pods}"
    yield from [""] * (width - 1 - len(node.cards))
