"""`fleet catalog`: the cards and the instance types that an environment can name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

import click
import msgspec

from environments import cards, catalogue
from environments.cards import Card
from environments.catalogue import InstanceType
from environments.clouds import Provider
from environments.errors import UsageError
from environments.phrases import known_or_meant
from scripts.commands import options

EPILOG = """\b
Examples:
  fleet catalog --cloud alicloud --card L20-48G
  fleet catalog --rdma                    what can be joined by RDMA, on any cloud
  fleet catalog --cards                   the card table
  fleet catalog --card A100-40G --format json
"""

CLOUDS = [cloud for cloud in get_args(Provider) if cloud in catalogue.table()]
Found = list[tuple[Provider, str, InstanceType]]


@options.command(epilog=EPILOG)
@click.option("--cloud", type=click.Choice(CLOUDS), help="Only what this cloud sells.")
@click.option("--card", metavar="CARD", help="Only machines with this card, as H20-96G.")
@click.option("--rdma", is_flag=True, help="Only machines that can be joined by RDMA.")
@click.option("--cards", "only_cards", is_flag=True, help="The card table instead.")
@options.output_format
def command(cloud: str | None, card: str | None, rdma: bool, only_cards: bool, output: str) -> int:
    """Print the instance types that pools can be made of, and the cards in them.

    `?` marks what no page of the cloud itself confirms. Types that are sold by
    invitation are not here: a pool takes them with `unlisted: true`.
    """
    if card is not None and card not in cards.table():
        hint = known_or_meant(card, cards.table())
        raise UsageError(f'no card "{card}" in the card table{hint}')
    found = [
        (name, type_name, it)
        for name, types in catalogue.table().items()
        for type_name, it in types.items()
        if cloud in (None, name) and card in (None, it.card) and (it.rdma or not rdma)
    ]
    with_types = {it.card for _, _, it in found}
    every = not (cloud or card or rdma)
    shown = {name: it for name, it in cards.table().items() if every or name in with_types}
    if output == "json":
        options.print_json(_answer(found, shown))
    elif only_cards:
        _print(_card_rows(shown))
    elif found:
        _print(_type_rows(found))
    else:
        click.echo("no instance type is like that", err=True)
    return 0


def _answer(found: Found, shown: dict[str, Card]) -> dict[str, Any]:
    return {
        "format": "gpu-fleet-catalog/1",
        "cards": shown,
        "instance_types": [
            {"cloud": cloud, "name": name, **msgspec.structs.asdict(it)}
            for cloud, name, it in found
        ],
    }


def _type_rows(found: Found) -> Iterable[tuple[str, ...]]:
    yield "CLOUD", "INSTANCE TYPE", "CARDS", "CARD", "CORES", "MEMORY", "NET GBPS", "RDMA", "NOTE"
    for cloud, name, it in found:
        net = "" if it.network_gbps is None else f"{it.network_gbps:g}"
        rdma = f"{it.rdma_gbps} Gbps" if it.rdma_gbps else "yes" if it.rdma else ""
        notes = [f"not for pools: {it.refused}"] if it.refused else [it.note, it.local_disks]
        yield (
            cloud,
            f"{name}{'' if it.verified else ' ?'}",
            str(it.cards),
            it.card or "",
            str(it.vcpu or ""),
            str(it.memory or ""),
            net,
            rdma,
            "; ".join(filter(None, notes)),
        )


def _card_rows(shown: dict[str, Card]) -> Iterable[tuple[str, ...]]:
    yield "CARD", "PRODUCT", "MEMORY MIB", "ARCHITECTURE", "MIG", "LINK"
    for name, card in shown.items():
        mig, memory = str(card.mig or ""), str(card.memory_mib)
        yield name, card.product, memory, card.architecture, mig, card.interconnect


def _print(rows: Iterable[tuple[str, ...]]) -> None:
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())
