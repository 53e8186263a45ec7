"""Clusters that left the file and still have a state."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from environments import load
from environments.model import Cos
from scripts.reviewing import planning


def test_a_cluster_with_a_state_and_in_no_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "STATES", tmp_path)
    for cluster in ("slices", "gone", "never-applied"):
        (tmp_path / "lab" / cluster).mkdir(parents=True)
    (tmp_path / "lab" / "slices" / "cluster.tfstate").touch()
    (tmp_path / "lab" / "gone" / "network.tfstate").touch()

    assert planning.orphans(load.load("lab")) == ["gone"]


def test_nobody_guesses_about_states_that_lie_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "STATES", tmp_path)
    (tmp_path / "lab" / "gone").mkdir(parents=True)
    (tmp_path / "lab" / "gone" / "network.tfstate").touch()
    loaded = load.load("lab")
    backend = Cos(bucket="states-1250000000", region="ap-shanghai")
    environment = msgspec.structs.replace(loaded.environment, backend=backend)

    found = planning.orphans(
        load.Loaded(
            environment=environment,
            demand=loaded.demand,
            document=loaded.document,
            demand_document=loaded.demand_document,
        )
    )

    assert found == []
