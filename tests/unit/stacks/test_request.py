"""What the app is asked for, and how the question reaches it."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.clouds.embedded.twin import KUBECTL
from environments import load
from environments.errors import UsageError
from environments.model import Embedded
from stacks.request import STATES, Request


def test_a_request_survives_the_way_through_environment_variables(tmp_path: Path) -> None:
    request = Request(
        environments=("lab",), twin=tmp_path, scheduler="hami", charts=tmp_path / "charts"
    )

    assert Request.read(request.variables()) == request


def test_a_request_clears_what_a_shell_has_set() -> None:
    shell = {"GPU_FLEET_TWIN": "/some/twin", "GPU_FLEET_CHARTS": "/some/charts"}

    seen = Request.read({**shell, **Request(environments=("lab",)).variables()})

    assert seen == Request(environments=("lab",))


def test_a_path_is_found_from_wherever_the_app_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(load.HERE)

    variables = Request(environments=("lab.yaml",)).variables()

    assert variables["GPU_FLEET_ENVIRONMENT"] == str(load.HERE / "lab.yaml")


def test_every_environment_is_meant_when_none_is_named() -> None:
    orders = Request().orders()

    assert [order.environment.name for order in orders] == load.names()


def test_states_of_a_twin_lie_with_the_twin(tmp_path: Path) -> None:
    (real,) = Request(environments=("lab",)).orders()
    (twin,) = Request(environments=("lab",), twin=tmp_path).orders()

    assert real.state == STATES / "lab"
    assert twin.state == tmp_path.resolve()


def test_a_twin_is_of_one_environment(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a twin is of one environment"):
        Request(environments=("lab", "staging"), twin=tmp_path).orders()


def test_a_twin_has_local_clusters_the_provider_that_can_be_built_and_no_charts(
    tmp_path: Path,
) -> None:
    (order,) = Request(environments=("staging",), twin=tmp_path, scheduler="hami").orders()

    clouds = {name: cluster.cloud for name, cluster in order.environment.clusters.items()}
    assert clouds == {
        "train": Embedded(replaces="volcengine", scheduler="stock"),
        "infer": Embedded(replaces="tencentcloud", scheduler="hami"),
    }
    assert order.environment.settings.providers.kubectl == KUBECTL
    assert order.charts is None


def test_a_scheduler_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UsageError, match="can be stock or hami"):
        Request.read({"GPU_FLEET_TWIN_SCHEDULER": "volcano"})
