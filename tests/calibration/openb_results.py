"""The study's published results, and the same runs of ours."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from policies.placement import openb, trace
from policies.placement.policy import Policy, Ties

SHARED = Path(__file__).parents[3] / "shared" / "data"
ARRIVED = (95, 100, 130)
POLICIES = {
    "01-Random": Policy.RANDOM,
    "02-DotProd": Policy.DOT_PRODUCT,
    "03-GpuClustering": Policy.CLUSTERING,
    "04-GpuPacking": Policy.PACKING,
    "05-BestFit": Policy.BEST_FIT,
    "06-FGD": Policy.FGD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Allocated percent of the capacity, mean of ten seeds, by percent arrived."""

    pods: str
    policy: Policy
    allocated: tuple[float, ...]


def published(folder: Path) -> list[Published]:
    """The rows of `published_allocation.csv`."""
    with (folder / "published_allocation.csv").open(encoding="utf-8") as stream:
        return [
            Published(
                pods=row["workload"],
                policy=POLICIES[row["policy"]],
                allocated=tuple(float(row[f"alloc{percent}_mean"]) for percent in ARRIVED),
            )
            for row in csv.DictReader(stream)
        ]


def study(folder: Path, pods: str) -> openb.Study:
    """One pod list on the study's nodes."""
    nodes = trace.read_nodes(folder / "openb_node_list_gpu_node.csv")
    return openb.Study(nodes, trace.read_pods(folder / f"{pods}.csv"))


def means(
    study: openb.Study, policy: Policy, ties: Ties = Ties.FIRST, seeds: Sequence[int] = openb.SEEDS
) -> tuple[float, ...]:
    """The mean of the seeds at each of `ARRIVED`; two runs at a time."""
    with ThreadPoolExecutor(2) as pool:
        curves = list(pool.map(lambda seed: study.run(policy, seed, ties), seeds))
    return tuple(sum(curve.at(p) for curve in curves) / len(curves) for p in ARRIVED)
