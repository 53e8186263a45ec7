"""`--trace openb`: the FGD study's protocol on its published trace, beside its own figures.

The protocol is `policies.placement.openb`; here is which policies are asked, over which
files of a directory, and how the answer is told.
"""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from environments.errors import UsageError
from policies.placement import openb, trace
from policies.placement.policy import Policy, Ties
from scripts.simulation import words

NODES = "openb_node_list_gpu_node.csv"
PODS = "openb_pod_list_*.csv"
PUBLISHED = "published_allocation.csv"
ARRIVED = (95, 100, 130)
POLICIES = {
    Policy.RANDOM: "01-Random",
    Policy.DOT_PRODUCT: "02-DotProd",
    Policy.CLUSTERING: "03-GpuClustering",
    Policy.PACKING: "04-GpuPacking",
    Policy.BEST_FIT: "05-BestFit",
    Policy.FGD: "06-FGD",
}
"""The study's six, and what its figures call them."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One policy on one pod list: allocated percent of the cards, means of the runs."""

    trace: str
    policy: str
    title: str
    ties: str
    allocated: dict[int, float]
    """By the percent of the capacity that has arrived."""
    published: dict[int, float] | None
    """What the study reports, where it does."""


class Study(msgspec.Struct, frozen=True, kw_only=True):
    """The whole table."""

    seeds: int
    rows: tuple[Row, ...]
    format: str = "gpu-fleet-simulate-trace/1"


def run(data: Path, seeds: int) -> Study:
    """Every pod list of the directory. `UsageError` where it is not the trace's."""
    lists = sorted(data.glob(PODS))
    if not lists or not (data / NODES).is_file():
        missing = NODES if lists else PODS
        raise UsageError(f"no {missing} in {data}; give the directory of the openb trace")
    nodes = trace.read_nodes(data / NODES)
    published = _published(data / PUBLISHED)
    rows: list[Row] = []
    for file in lists:
        name = file.stem.removeprefix("openb_pod_list_")
        study = openb.Study(nodes, trace.read_pods(file))
        wanted = [
            *((policy, Ties.FIRST) for policy in POLICIES),
            *((Policy.WORTH, ties) for ties in Ties),
            (Policy.FGD, Ties.RANDOM),
        ]
        for policy, ties in wanted:
            rows.append(_row(study, name, policy, ties, seeds=seeds, published=published))
    return Study(seeds=seeds, rows=tuple(rows))


def print_table(found: Study, console: Console) -> None:
    """A table for each pod list."""
    runs = "one run" if found.seeds == 1 else f"mean of {found.seeds} runs"
    for name in dict.fromkeys(row.trace for row in found.rows):
        title = f"{name}: % of cards allocated when so much has arrived, {runs}"
        table = Table(
            title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0)
        )
        table.add_column("policy", no_wrap=True)
        table.add_column("ties", no_wrap=True)
        for percent in ARRIVED:
            table.add_column(f"{percent} %", justify="right", no_wrap=True)
            table.add_column("study", justify="right", no_wrap=True, style="dim")
        for row in (each for each in found.rows if each.trace == name):
            cells = [row.title, row.ties]
            for percent in ARRIVED:
                cells.append(f"{row.allocated[percent]:.2f}")
                cells.append("" if row.published is None else f"{row.published[percent]:.2f}")
            table.add_row(*map(Text, cells))
        console.print(table)
        console.print()


def _row(
    study: openb.Study,
    name: str,
    policy: Policy,
    ties: Ties,
    *,
    seeds: int,
    published: dict[tuple[str, str], dict[int, float]],
) -> Row:
    with ThreadPoolExecutor(2) as pool:  # compiled code lets the other thread run
        curves = list(pool.map(lambda seed: study.run(policy, seed, ties), openb.SEEDS[:seeds]))
    told = published.get((name, POLICIES.get(policy, ""))) if ties is Ties.FIRST else None
    return Row(
        trace=name,
        policy=policy.value,
        title=words.POLICIES[policy],
        ties={Ties.FIRST: "fixed", Ties.RANDOM: "random", Ties.SAMPLED: "random, sampled"}[ties],
        allocated={at: sum(curve.at(at) for curve in curves) / len(curves) for at in ARRIVED},
        published=told,
    )


def _published(file: Path) -> dict[tuple[str, str], dict[int, float]]:
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8", newline="") as stream:
        return {
            (row["workload"].removeprefix("openb_pod_list_"), row["policy"]): {
                at: float(row[f"alloc{at}_mean"]) for at in ARRIVED
            }
            for row in csv.DictReader(stream)
        }
