"""What works and may cost dearly is told, and stops nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from environments import load, model
from scripts import main
from stacks.__main__ import main as stacks_main
from tests.unit.environments import made

OSS = "{type: oss, bucket: fleet-states, region: cn-beijing}"
LOCKED = (
    "{type: oss, bucket: fleet-states, region: cn-beijing, lock_table: fleet_locks, "
    "lock_endpoint: https://locks.cn-beijing.ots.aliyuncs.com}"
)
TOS = "{type: tos, bucket: fleet-states, region: cn-beijing}"
COS = "{type: cos, bucket: fleet-states-1250000000, region: ap-shanghai}"


def with_backend(folder: Path, backend: str, text: str = made.ENVIRONMENT) -> str:
    return str(made.write(folder, f"{text}backend: {backend}\n"))


UNLOCKED = {
    OSS: "nothing locks these states: two applies at once can lose resources; "
    "give lock_table and lock_endpoint",
    TOS: "TOS HAS NO LOCKS: two applies at once lose each other's resources, and machines "
    "go on costing; let one pipeline apply, one run at a time, or use cos or oss",
}


@pytest.mark.parametrize(
    ("backend", "warnings"),
    [
        (OSS, [UNLOCKED[OSS]]),
        (TOS, [UNLOCKED[TOS]]),
        (LOCKED, []),
        (COS, []),
        ("{type: local}", []),
    ],
)
def test_states_that_nobody_locks_are_warned_of(
    tmp_path: Path, backend: str, warnings: list[str]
) -> None:
    loaded = load.load(with_backend(tmp_path, backend))

    assert [warning.message for warning in loaded.warnings] == warnings
    for warning in loaded.warnings:
        assert (warning.rule, warning.line, warning.column) == ("unlocked-states", 40, 1)


def test_a_warning_goes_to_stderr_and_the_file_is_valid(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = with_backend(tmp_path, TOS)

    code = main.run(["validate", file])

    said = capsys.readouterr()
    assert code == 0
    assert said.err.startswith(f"warning: {file}:40:1: unlocked-states: TOS HAS NO LOCKS: ")
    assert "valid: 2 clusters" in said.out


def test_whoever_synthesizes_is_warned_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = with_backend(tmp_path, TOS)

    code = main.run(["synth", file, "--out", str(tmp_path / "out"), "--format", "json"])

    said = capsys.readouterr()
    assert (code, said.err.count("TOS HAS NO LOCKS")) == (0, 1)
    assert json.loads(said.out)["stacks"]


def test_the_app_that_deploys_warns_too_and_that_of_a_twin_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDKTF_OUTDIR", str(tmp_path / "out"))
    file = with_backend(tmp_path, TOS)

    code = stacks_main([file])

    assert (code, capsys.readouterr().err.count(f"warning: {file}:40:1: unlocked-states")) == (0, 1)

    monkeypatch.setenv("GPU_FLEET_TWIN", str(tmp_path / "twin"))

    assert (stacks_main([file]), capsys.readouterr().err) == (0, "")


def test_programs_read_the_warnings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main.run(["validate", with_backend(tmp_path, OSS), "--format", "json"])

    answer = json.loads(capsys.readouterr().out)
    assert (code, answer["valid"], answer["problems"]) == (0, True, [])
    assert [warning["rule"] for warning in answer["warnings"]] == ["unlocked-states"]


@pytest.mark.parametrize(
    ("cloud", "message"),
    [
        (
            "{provider: volcengine, region: cn-beijing, zones: [cn-beijing-a], registry: {tier: premium}}",
            "registries that cache others have one size on Volcano Engine; remove tier",
        ),
        (
            "{provider: tencentcloud, region: ap-shanghai, zones: [ap-shanghai-4], logs: {days: 30}}",
            "the log topic itself says how long on Tencent Cloud; set it there, remove days",
        ),
    ],
)
def test_a_key_that_its_cloud_does_nothing_with_is_warned_of(
    tmp_path: Path, cloud: str, message: str
) -> None:
    before = (
        "{provider: alicloud, region: cn-beijing, zones: [cn-beijing-l], quota: {H100-80G: 32}}"
    )
    text = made.changed(made.ENVIRONMENT, (before, cloud))

    (warning,) = load.load(str(made.write(tmp_path, text))).warnings

    assert (warning.rule, warning.line, warning.message) == ("ignored-key", 15, message)


AUTOSCALED = "nodes: {min: 1, desired: 2, max: 4}"
CORDONED = (
    "an autoscaler adds machines until a pod can run on one: unless something "
    "uncordons them as they join, it goes on to 4; remove cordon"
)


@pytest.mark.parametrize(
    ("nodes", "warned"),
    [
        (f"{AUTOSCALED}\n        cordon: true", True),
        (f"{AUTOSCALED}\n        cordon: false", False),
        (AUTOSCALED, False),
        ("nodes: {desired: 2}\n        cordon: true", False),
    ],
)
@pytest.mark.parametrize("sharing", ["none", "{mode: hami, split: 2}"])
def test_an_autoscaler_whose_machines_take_no_pod_is_warned_of(
    tmp_path: Path, nodes: str, *, warned: bool, sharing: str
) -> None:
    text = made.changed(
        made.ENVIRONMENT,
        (AUTOSCALED, nodes),
        ("sharing: none", f"sharing: {sharing}"),
        ("whole: {quota: {cards: 16}}", "slices: {quota: {slices: 16, gpu_memory: 64Gi}}"),
    )

    found = load.load(str(made.write(tmp_path, text))).warnings

    assert [(it.rule, it.line, it.message) for it in found] == (
        [
            (
                "cordoned-and-autoscaled",
                23,
                CORDONED,
            )
        ]
        if warned
        else []
    )


def test_warnings_are_told_in_the_order_of_the_file(tmp_path: Path) -> None:
    cloud = "quota: {H100-80G: 32}}", "quota: {H100-80G: 32}, registry: {tier: premium}}"
    text = made.changed(
        made.ENVIRONMENT, cloud, ("alicloud", "volcengine"), ("cn-beijing-l", "cn-beijing-a")
    )

    found = load.load(with_backend(tmp_path, TOS, text)).warnings

    assert [warning.rule for warning in found] == ["ignored-key", "unlocked-states"]


@pytest.mark.parametrize("backend", [COS, OSS, TOS])
def test_each_layer_of_each_cluster_has_a_key_of_its_own(tmp_path: Path, backend: str) -> None:
    found = load.load(with_backend(tmp_path, backend)).environment.backend

    assert not isinstance(found, model.Local)
    assert found.key("small", "slices", "network") == "gpu-fleet/small/slices/network.tfstate"
