"""How a start fails: in plain words, and with nothing left behind.

A small kwokctl of our own stands in for the real one; components that live are
`sleep`. With real components: tests/integration/controlplane.
"""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from components.controlplane import kwokctl, planes, processes
from components.controlplane.planes import Plane
from components.controlplane.settings import Settings
from environments.errors import OutsideError

Kwokctl = Callable[[str], Mapping[str, Path]]

# Makes what kwokctl makes, as far as a start looks at it. PATH is empty there.
_PREPARED = """
cluster="$KWOK_WORKDIR/clusters/idc"
{mkdir} -p "$cluster/bin" "$cluster/logs"
live() {{ {ln} -s {sleep} "$cluster/bin/$1"; "$cluster/bin/$1" 60 & }}
"""


@pytest.fixture
def plane(tmp_path: Path) -> Plane:
    return Plane(name="idc", directory=tmp_path / "twin")


@pytest.fixture
def fake(tmp_path: Path) -> Kwokctl:
    """Binaries with a kwokctl that runs this text after having made its directories."""

    def make(text: str) -> Mapping[str, Path]:
        commands = {name: shutil.which(name) for name in ("mkdir", "ln", "sleep")}
        script = tmp_path / "kwokctl"
        script.write_text("#!/bin/sh\n" + _PREPARED.format(**commands) + text)
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        return dict.fromkeys(kwokctl.REQUIRED_BINARIES, Path("/bin/false")) | {"kwokctl": script}

    return make


def start(plane: Plane, binaries: Mapping[str, Path], settings: Settings | None = None) -> None:
    planes.start([plane], binaries, {plane.name: settings or Settings()})


def assert_nothing_is_left(plane: Plane) -> None:
    assert processes.below(plane.directory) == ()
    assert list(plane.directory.rglob("*")) == []


def test_what_kwokctl_said_last_is_in_the_error(plane: Plane, fake: Kwokctl) -> None:
    binaries = fake("echo no space left on device; exit 1")

    with pytest.raises(
        OutsideError, match=r'"idc": kwokctl ended while starting; .*run again\n'
    ) as error:
        start(plane, binaries)

    assert "no space left on device" in str(error.value)
    assert_nothing_is_left(plane)


def test_a_component_that_ends_is_named_with_the_end_of_its_log(
    plane: Plane, fake: Kwokctl
) -> None:
    binaries = fake(
        'live etcd; echo "F1122 cannot allocate memory" > "$cluster/logs/kube-apiserver.log"'
    )

    with pytest.raises(OutsideError, match="kube-apiserver ended while starting") as error:
        start(plane, binaries)

    assert "cannot allocate memory" in str(error.value)
    assert_nothing_is_left(plane)


def test_a_component_that_never_answers_is_named_when_time_is_up(
    plane: Plane, fake: Kwokctl
) -> None:
    everything = "etcd kube-apiserver kube-controller-manager kube-scheduler kwok-controller"
    binaries = fake(f"for component in {everything}; do live $component; done")

    with pytest.raises(OutsideError, match="kube-apiserver did not answer in time"):
        start(plane, binaries, Settings(ready_seconds=1.0))

    assert_nothing_is_left(plane)


def test_taken_ports_are_tried_anew_and_given_up_at_last(
    plane: Plane, fake: Kwokctl, tmp_path: Path
) -> None:
    tries = tmp_path / "tries"
    binaries = fake(
        f'echo x >> {tries}; echo "listen tcp 127.0.0.1:1: bind: address already in use"'
        ' > "$cluster/logs/etcd.log"'
    )

    with pytest.raises(OutsideError, match="ports were taken 3 times over; end what else opens"):
        start(plane, binaries)

    assert len(tries.read_text().splitlines()) == 3
    assert_nothing_is_left(plane)


def test_a_missing_binary_is_named_before_anything_starts(plane: Plane) -> None:
    with pytest.raises(OutsideError, match=r"no binary for etcd, .*; fetch or build the tools"):
        start(plane, {"kwokctl": Path("/bin/false")})

    assert not plane.directory.exists()


def test_everything_listens_on_loopback_only(plane: Plane, fake: Kwokctl, tmp_path: Path) -> None:
    kept = tmp_path / "kept.yaml"
    copy = shutil.which("cp")
    binaries = fake(f'{copy} "$KWOK_WORKDIR/idc/kwokctl.yaml" {kept}; exit 1')

    with pytest.raises(OutsideError):
        start(plane, binaries)

    options = next(yaml.safe_load_all(kept.read_text()))["options"]
    assert options["bindAddress"] == "127.0.0.1"
    assert options["runtime"] == "binary"


def test_the_user_s_own_kwok_settings_do_not_reach_the_twin(
    plane: Plane, fake: Kwokctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KWOK_KUBE_VERSION", "v1.20.0")
    seen = tmp_path / "seen"
    binaries = fake(f'echo "${{KWOK_KUBE_VERSION:-none}}" > {seen}; exit 1')

    with pytest.raises(OutsideError):
        start(plane, binaries)

    assert seen.read_text() == "none\n"


def test_a_plane_that_never_was_is_not_running_and_stops_in_peace(plane: Plane) -> None:
    assert not plane.running()
    assert plane.pids() == {}

    planes.stop(plane)

    assert planes.sweep(plane.directory) == ()


def test_a_damaged_note_is_taken_for_none(plane: Plane) -> None:
    plane.home.mkdir(parents=True)
    (plane.home / "plane.json").write_text("{")
    plane.kubeconfig.touch()

    assert not plane.running()


def test_a_sweep_takes_other_planes_and_leaves_other_directories(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "production" / "idc", tmp_path / "staging" / "idc"
    for home in (ours, theirs):
        home.mkdir(parents=True)

    planes.sweep(tmp_path / "production")

    assert not ours.parent.exists()
    assert theirs.exists()
