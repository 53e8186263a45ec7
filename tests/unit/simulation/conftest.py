"""One simulation of the reference fleet for all tests of this folder."""

from __future__ import annotations

import pytest

from environments import load
from scripts.console import Quiet
from scripts.simulation import flow


@pytest.fixture(scope="session")
def production():
    return load.load("production")


@pytest.fixture(scope="session")
def simulation(production):
    wish = flow.Wish(cards_needed=True, day=True)
    return flow.simulate(production.environment, production.demand, wish, Quiet())


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """Loads the small environment of the environments' tests, changed."""
    from tests.unit.environments import made

    def loaded(*changes, demand=made.DEMAND):
        folder = tmp_path_factory.mktemp("small")
        return load.load(str(made.write(folder, made.changed(made.ENVIRONMENT, *changes), demand)))

    return loaded
