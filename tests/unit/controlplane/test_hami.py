"""What HAMi is told, what nodes tell it, and which binaries are turned away."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from components.controlplane import hami_binary, hami_nodes, hami_processes, hami_settings
from components.controlplane.hami_settings import CHART_PACE, Files, Pace, Ports
from environments.errors import OutsideError, UsageError
from environments.model import Hami

PORTS = Ports(extender=20001, metrics=20002, scheduler=20003)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    (tmp_path / "ca.crt").write_bytes(b"authority")
    return Files(directory=tmp_path, kubeconfig=tmp_path / "kubeconfig.yaml", pki=tmp_path)


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


# --- nodes ----------------------------------------------------------------------


def test_the_first_card_has_no_index_and_a_card_on_the_first_numa_node_no_numa() -> None:
    annotations = hami_nodes.node_annotations(
        uuids=["GPU-a", "GPU-b"], slices=10, memory_mib=24564, cores=100, type="NVIDIA A10"
    )

    first, second = json.loads(annotations[hami_nodes.REGISTER])
    assert first == {
        "id": "GPU-a",
        "count": 10,
        "devmem": 24564,
        "devcore": 100,
        "type": "NVIDIA A10",
        "mode": "hami-core",
        "health": True,
    }
    assert second == {**first, "id": "GPU-b", "index": 1}


def test_an_unhealthy_card_is_one_that_does_not_say_it_is_healthy() -> None:
    card = hami_nodes.RegisteredCard(
        uuid="GPU-a", index=3, slices=1, memory_mib=1, cores=100, type="NVIDIA", healthy=False
    )

    (entry,) = json.loads(hami_nodes.register_annotation([card]))

    assert "health" not in entry
    assert entry["index"] == 3


# --- what HAMi is told ----------------------------------------------------------


def test_the_policies_of_the_environment_reach_the_extender(files: Files) -> None:
    sharing = Hami(node_policy="spread", card_policy="binpack")

    flags = hami_settings.extender_flags(sharing, CHART_PACE, PORTS, files, verbosity=0)

    assert flags["node-scheduler-policy"] == "spread"
    assert flags["gpu-scheduler-policy"] == "binpack"
    assert (flags["kube-qps"], flags["kube-burst"]) == ("5", "10")


def test_everything_listens_on_loopback(files: Files) -> None:
    flags = hami_settings.extender_flags(Hami(), Pace(), PORTS, files, verbosity=0)
    scheduler = hami_settings.scheduler_flags(PORTS, files)

    assert flags["http_bind"] == "127.0.0.1:20001"
    assert flags["metrics-bind-address"] == "127.0.0.1:20002"
    assert scheduler["bind-address"] == "127.0.0.1"


def test_the_split_and_the_scalings_reach_the_device_configuration() -> None:
    config = hami_settings.device_config(Hami(split=4, memory_scaling=1.5, core_scaling=2))

    told = config["nvidia"]
    assert told["deviceSplitCount"] == 4
    assert told["deviceMemoryScaling"] == 1.5
    assert told["deviceCoreScaling"] == 2


def test_the_kube_scheduler_asks_the_extender_for_pods_with_cards_only(files: Files) -> None:
    config = hami_settings.scheduler_config(Pace(), PORTS, files)

    (extender,) = config["extenders"]
    assert extender["urlPrefix"] == "https://127.0.0.1:20001"
    assert {"name": "nvidia.com/gpumem", "ignoredByScheduler": True} in extender["managedResources"]


def test_the_webhook_fails_closed(files: Files) -> None:
    (webhook,) = hami_settings.webhook(PORTS, files)["webhooks"]

    assert webhook["failurePolicy"] == "Fail"
    assert webhook["clientConfig"]["caBundle"] == "YXV0aG9yaXR5"


# --- binaries -------------------------------------------------------------------

_HELP = "--gpu-scheduler-policy string\n --leader-elect-resource-name string"


def test_a_binary_with_the_flags_of_hami_is_taken_with_its_version(tmp_path: Path) -> None:
    path = program(
        tmp_path / "scheduler", f"[ $1 = version ] && echo 'version:  v2.9.0' || echo '{_HELP}'"
    )

    found = hami_binary.inspect(path)

    assert found == hami_binary.Extender(path=path, version="v2.9.0")


@pytest.mark.parametrize(
    ("content", "mode", "message"),
    [
        (None, 0o755, "no file"),
        (b"", 0o644, "is not executable"),
        (b"\x7fELF\x02\x01\x01" + bytes(200), 0o755, "is not a program for"),
        (b"#!/no/such/loader\n", 0o755, "was linked for another C library"),
        (b"#!/bin/sh\necho usage: something\n", 0o755, "is not HAMi's scheduler"),
        (
            b"#!/bin/sh\n[ $1 = version ] && echo 'version: v2.7.1' || echo --gpu-scheduler-policy\n",
            0o755,
            "is HAMi v2.7.1, which is too old",
        ),
    ],
)
def test_what_is_not_hamis_scheduler_is_refused_with_what_to_give_instead(
    tmp_path: Path, content: bytes | None, mode: int, message: str
) -> None:
    path = tmp_path / "scheduler"
    if content is not None:
        path.write_bytes(content)
        path.chmod(mode)

    with pytest.raises(UsageError) as caught:
        hami_binary.inspect(path)

    assert message in str(caught.value)
    assert "; give --hami-scheduler" in str(caught.value) or ", or give --hami-scheduler" in str(
        caught.value
    )


# --- processes ------------------------------------------------------------------


def started(tmp_path: Path, text: str) -> hami_processes.Started:
    path = program(tmp_path / "program", text)
    return hami_processes.spawn(
        tmp_path, "extender", path, [], kubeconfig=tmp_path / "kubeconfig.yaml", port=1
    )


def test_a_process_that_ends_while_starting_is_told_with_its_fatal_line(tmp_path: Path) -> None:
    one = started(tmp_path, "echo 'F1122 no such device'; echo 'goroutine 1 [running]'; exit 255")

    with pytest.raises(OutsideError) as caught:
        hami_processes.wait("lab", [one])

    assert 'HAMi on "lab": extender ended while starting;' in str(caught.value)
    assert str(caught.value).endswith("\n  | F1122 no such device")


def test_a_taken_port_is_told_apart_so_that_another_can_be_tried(tmp_path: Path) -> None:
    one = started(tmp_path, "echo 'F1122 listen tcp: bind: address already in use'; exit 255")

    with pytest.raises(hami_processes.PortTaken):
        hami_processes.wait("lab", [one])
