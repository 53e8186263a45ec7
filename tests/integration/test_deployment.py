"""Deploying a twin's stacks with the real tools, and what is left when that is cut short.

Slow, for two control planes and a dozen runs of Terraform: it earns that a second
deployment is empty, and that an end in the middle costs no more than another run.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from components import terraform
from components.clouds.embedded.twin import twin_of
from components.controlplane import node, planes, settings, tools
from environments import load
from environments.errors import OutsideError
from stacks import names
from stacks.request import Request
from tests.integration import harness

ROOT = Path(__file__).parents[2]
TENANCY = "lab-slices-tenancy"

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """The smallest fleet's twin, its control planes up and its stacks written."""

    directory: Path
    planes: dict[str, planes.Plane]
    request: Request

    def start(self) -> None:
        """Brings up what is not up."""
        binaries = tools.ensure(tools.CONTROL_PLANE)
        asked = {name: settings.Settings() for name in self.planes}
        planes.start(list(self.planes.values()), binaries, asked)

    def workspace(self) -> terraform.Workspace:
        """What its stacks are deployed with."""
        return terraform.isolated(
            out=self.directory / "cdktf.out",
            home=self.directory / "home",
            kubeconfigs={
                names.kubeconfig_variable(name): plane.kubeconfig
                for name, plane in self.planes.items()
            },
            request=self.request.variables(),
        )

    def forget(self, stack: str) -> None:
        """Removes a stack's state, so that all of it is to be made again."""
        cluster, layer = stack.split("-")[1:]
        for file in self.directory.glob(f"{cluster}/{layer}.tfstate*"):
            file.unlink()


@pytest.fixture(scope="module")
def twin(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Twin]:
    harness.planes_of_its_own(request)
    directory = tmp_path_factory.mktemp("twin")
    environment = twin_of(load.load("lab").environment)
    made = Twin(
        directory=directory,
        planes={
            name: planes.Plane(name=name, directory=directory) for name in environment.clusters
        },
        request=Request(environments=("lab",), twin=directory),
    )
    try:
        made.start()
        synthesize(made)
        terraform.deploy(made.workspace())
        yield made
    finally:
        planes.sweep(directory)


def synthesize(twin: Twin) -> None:
    subprocess.run(
        [sys.executable, "-m", "stacks"],
        env={
            **os.environ,
            **node.node_environment(),
            **twin.request.variables(),
            "CDKTF_OUTDIR": str(twin.directory / "cdktf.out"),
        },
        cwd=ROOT,
        check=True,
    )


def test_a_second_deployment_changes_nothing(twin: Twin) -> None:
    changed = terraform.deploy(twin.workspace())

    assert {stack: changes.total for stack, changes in changed.items()} == dict.fromkeys(changed, 0)
    assert len(changed) == 6


def test_a_second_plan_of_every_stack_is_empty(twin: Twin) -> None:
    plans = terraform.plans(twin.workspace())

    assert {stack: changes.total for stack, changes in plans.items()} == dict.fromkeys(plans, 0)


def test_nothing_is_left_in_the_home_of_the_person(twin: Twin) -> None:
    assert (twin.directory / "home" / ".kube" / "cache").is_dir()


def test_no_credential_is_in_what_is_written(twin: Twin) -> None:
    secret = (
        twin.planes["slices"].kubeconfig.read_text().rsplit("client-key-data:", 1)[1].split()[0]
    )

    written = [*twin.directory.glob("cdktf.out/**/*"), *twin.directory.glob("*/*.tfstate")]

    texts = [path for path in written if path.is_file() and path.stat().st_size < 10**7]
    assert len(texts) > 12
    assert not [path for path in texts if secret.encode() in path.read_bytes()]


def test_an_interrupted_deployment_leaves_no_process_and_the_next_one_works(twin: Twin) -> None:
    twin.forget(TENANCY)
    person = subprocess.Popen(
        [sys.executable, "-c", PERSON, str(twin.directory)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert person.stdout is not None
    assert person.stdout.readline().strip() == "applying"

    person.send_signal(signal.SIGINT)
    person.wait(60)

    assert not running_on(twin.directory)
    assert terraform.deploy(twin.workspace(), [TENANCY]).keys() == {TENANCY}


def test_a_control_plane_killed_in_mid_deployment_is_told_and_the_next_run_works(
    twin: Twin,
) -> None:
    twin.forget(TENANCY)

    class Killer:
        """Kills the API server as soon as the first object is made."""

        def step(self, name: str, done: float, total: float, note: str = "") -> None:
            server = twin.planes["slices"].pids().get("kube-apiserver")
            if note == "applying" and done >= 1 and server is not None:
                os.kill(server, signal.SIGKILL)

    with pytest.raises(OutsideError, match=f"{TENANCY}: its control plane does not answer"):
        terraform.deploy(twin.workspace(), [TENANCY], progress=Killer(), parallelism=8)

    twin.start()
    applied = terraform.deploy(twin.workspace())
    assert applied[TENANCY].added > 0
    assert applied["lab-whole-tenancy"].total == 0


PERSON = """
import pathlib, sys
from tests.integration.test_deployment import TENANCY, Twin
from components import terraform
from components.controlplane import planes
from stacks.request import Request

class Told:
    def step(self, name, done, total, note=""):
        if note == "applying" and done >= 1:
            print(note, flush=True)

directory = pathlib.Path(sys.argv[1])
twin = Twin(
    directory=directory,
    planes={name: planes.Plane(name=name, directory=directory) for name in ("slices", "whole")},
    request=Request(environments=("lab",), twin=directory),
)
terraform.deploy(twin.workspace(), [TENANCY], progress=Told(), parallelism=1)
"""


def running_on(directory: Path) -> list[str]:
    """Command lines of processes that work on stacks in the directory."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            cwd = str((path.parent / "cwd").readlink())
            words = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if f"{directory}/cdktf.out" in words or cwd.startswith(f"{directory}/cdktf.out"):
            found.append(words)
    return found
