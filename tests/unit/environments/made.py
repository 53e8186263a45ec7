"""Small environments and demands to take apart, written to a folder of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from environments import load
from environments.errors import InvalidInput, Problem

ENVIRONMENT = """\
name: small
clusters:
  slices:
    cloud: {provider: private, kubeconfig_env: SLICES_KUBECONFIG}
    kubernetes: "1.36"
    sharing: {mode: hami, split: 10}
    pools:
      h20:
        card: H20-96G
        cards_per_node: 8
        nodes: {desired: 3}
        machine: {cpu: "96", memory: 1024Gi}
        selector: {node.example.com/model: h20}
  whole:
    cloud: {provider: alicloud, region: cn-beijing, zones: [cn-beijing-l], quota: {H100-80G: 32}}
    kubernetes: "1.34"
    sharing: none
    pools:
      h100:
        card: H100-80G
        cards_per_node: 8
        nodes: {min: 1, desired: 2, max: 4}
        machine: {cpu: 192, memory: 2048Gi}
        instance_types: [ecs.by-invitation.8x]
        unlisted: true
priorities:
  serving: {value: 100000, description: Services.}
  training: {value: 10000, preempts: false, description: Training runs.}
tenants:
  search:
    owner: search-platform
    priorities: [serving]
    clusters:
      slices: {quota: {slices: 120, gpu_memory: 512Gi, gpu_cores: 1500}}
  foundation:
    owner: foundation-models
    priorities: [training]
    clusters:
      whole: {quota: {cards: 16}}
"""

DEMAND = """\
services:
  rank: {tenant: search, cluster: slices, replicas: 40, gpu: {memory: 2Gi}, priority: serving, busy: 0.4}
jobs:
  train: {tenant: foundation, cluster: whole, pods: 2, gpu: {cards: 8}, priority: training, busy: 0.8}
"""


def changed(text: str, *changes: tuple[str, str]) -> str:
    """The text after each change, which must find its place exactly once."""
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


def write(folder: Path, environment: str, demand: str | None = None) -> Path:
    """Both files below the folder; the environment's path."""
    (folder / "demand").mkdir(exist_ok=True)
    file = folder / "small.yaml"
    file.write_text(environment, encoding="utf-8")
    if demand is not None:
        (folder / "demand" / "small.yaml").write_text(demand, encoding="utf-8")
    return file


def problems(folder: Path, environment: str, demand: str | None = DEMAND) -> tuple[Problem, ...]:
    """What is wrong with the two; nothing where they load."""
    file = write(folder, environment, demand)
    try:
        load.load(str(file))
    except InvalidInput as invalid:
        return invalid.problems
    return ()


def rules(folder: Path, environment: str, demand: str | None = DEMAND) -> list[str]:
    """The names of the faults, in the order of the files."""
    return [problem.rule for problem in problems(folder, environment, demand)]


def the_problem(folder: Path, environment: str, demand: str | None = DEMAND) -> Problem:
    """The only thing that is wrong with the two."""
    found = problems(folder, environment, demand)
    if len(found) != 1:
        pytest.fail(f"expected one problem, got {[str(problem) for problem in found]}")
    return found[0]
