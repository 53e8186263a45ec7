"""A plane of its own for HAMi: its webhook must not meet the pods of other tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from components.controlplane import hami, hami_binary, planes, tools
from components.controlplane.hami_binary import Extender
from components.controlplane.settings import Settings
from environments.model import Hami
from scripts.live import Live

BINARY = "GPU_FLEET_HAMI_SCHEDULER"


@pytest.fixture(scope="package")
def plane(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[planes.Plane]:
    if request.config.getoption("--kind"):
        pytest.skip("HAMi's scheduler is started beside embedded control planes only")
    plane = planes.Plane(name="slices", directory=tmp_path_factory.mktemp("hami"))
    try:
        planes.start([plane], tools.ensure(tools.CONTROL_PLANE), {plane.name: Settings()})
        yield plane
    finally:
        planes.sweep(plane.directory)


@pytest.fixture(scope="package")
def live(plane: planes.Plane) -> Live:
    return Live(plane.name, plane.kubeconfig)


@pytest.fixture(scope="session")
def extender() -> Extender:
    path = os.environ.get(BINARY)
    if not path:
        pytest.skip(f"{BINARY} does not name a binary of HAMi's scheduler")
    return hami_binary.inspect(Path(path))


@pytest.fixture(scope="package")
def kube_scheduler() -> Path:
    return tools.ensure(["kube-scheduler"])["kube-scheduler"]


@pytest.fixture(scope="package")
def order(kube_scheduler: Path) -> Callable[[Extender], hami.Order]:
    """An order of cards cut in ten, for a binary."""
    return lambda extender: hami.Order(
        extender=extender, kube_scheduler=kube_scheduler, sharing=Hami()
    )
