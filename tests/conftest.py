"""Options and the one `cluster` fixture that every integration test runs on.

By default it is an embedded control plane, started here and taken down at the
end. With `--kind` it is a kind cluster made by `pytest-kind`, with simulated
nodes beside its real one. Tests do not know which.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadGroupScheduling  # type: ignore[import-untyped]

from tests import examples
from tests.integration import harness, kind

HERE = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("fleet")
    group.addoption(
        "--kind",
        action="store_true",
        help="run integration tests on kind (needs a container engine and `kind`)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Say at once what is missing for kind, not once per test; and how much is looked at."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell starts what runs in the background so, and programs that tests interrupt inherit it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    examples.show(few="not slow" in config.getoption("markexpr"))
    if config.getoption("--kind") and not hasattr(config, "workerinput"):
        reason = kind.why_not(config)
        if reason is not None:
            raise pytest.UsageError(f"--kind was asked for, but {reason}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test below `integration/` is marked so; one marked `kind` runs there only."""
    elsewhere = pytest.mark.skip(reason="only means something on kind; run with --kind")
    for item in items:
        if item.get_closest_marker("kind") and not config.getoption("--kind"):
            item.add_marker(elsewhere)
        if (HERE / "integration") in item.path.parents:
            item.add_marker(pytest.mark.integration)


TOGETHER = ("tests/integration/", "tests/unit/simulation/")
"""Folders whose tests share what takes long to make: a cluster, a simulation."""


class TogetherScheduling(LoadGroupScheduling):  # type: ignore[misc]
    """Tests that share something stay on one worker: those of a file, or of a whole folder.

    Marks of `xdist_group` would say so too, if pytest 9 let pytest-xdist 3.8 write them
    into a test's name.
    """

    def _split_scope(self, nodeid: str) -> str:
        shared = next((folder for folder in TOGETHER if nodeid.startswith(folder)), None)
        return shared or nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> TogetherScheduling:
    """Whatever `--dist` says."""
    return TogetherScheduling(config, log)


@pytest.fixture(scope="session")
def cluster(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[harness.Cluster]:
    """A running control plane that tests may fill; see `harness.Cluster`."""
    directory = tmp_path_factory.mktemp("plane")
    if request.config.getoption("--kind"):
        yield from kind.cluster(request, directory)
    else:
        yield from harness.embedded(directory)
