"""What a person sees of the command line: help, messages, exit codes, JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main.run(list(arguments))
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("name", list(main.COMMANDS))
def test_every_command_has_help_with_examples(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    code, out, _ = run(capsys, name, "--help")

    assert code == 0
    assert "Examples:" in out
    assert f"fleet {name}" in out


def test_the_help_lists_every_command_with_its_purpose(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")

    assert code == 0
    for name, purpose in main.COMMANDS.items():
        assert name in out
        assert purpose.split(":")[0] in " ".join(out.split())


def test_a_valid_environment_is_told_in_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "validate", "production")

    assert (code, err) == (0, "")
    assert "5 clusters, 313 nodes, 2,504 cards" in out


def test_json_goes_to_stdout_alone_and_says_its_format(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "validate", "lab", "--format", "json")

    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert answer["format"] == "gpu-fleet-validate/1"
    assert answer["valid"] is True
    assert answer["summary"]["cards"] == 40


def test_a_broken_environment_shows_every_problem_with_its_place(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("name: broken\nclusters: {}\ntenant: {}\n", encoding="utf-8")

    code, out, err = run(capsys, "validate", str(file))

    assert code == 2
    assert "broken.yaml:2:11: wrong-value: must not be empty" in out
    assert (
        'broken.yaml:3:1: unknown-key: "tenant" is not known here; did you mean "tenants"?' in out
    )
    assert err == f"2 problems in {file}\n"


def test_problems_as_json_carry_line_and_column(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("name: broken\nclusters: {}\n", encoding="utf-8")

    code, out, _ = run(capsys, "validate", str(file), "--format", "json")

    answer = json.loads(out)
    assert code == 2
    assert answer["valid"] is False
    assert [(p["line"], p["column"], p["rule"]) for p in answer["problems"]] == [
        (2, 11, "wrong-value")
    ]


def test_an_unknown_environment_is_bad_usage_with_a_hint(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = run(capsys, "validate", "producton")

    assert (code, out) == (2, "")
    assert 'did you mean "production"?' in err


def test_an_unknown_command_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "rehearsal", "lab")

    assert code == 2
    assert "rehearsal" in err


def test_a_missing_kubeconfig_names_the_variable_to_set(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LAB_SLICES_KUBECONFIG", raising=False)

    code, _, err = run(capsys, "verify", "lab")

    assert code == 2
    assert "LAB_SLICES_KUBECONFIG is not set" in err


def test_a_cluster_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "verify", "lab", "--cluster", "slice")

    assert code == 2
    assert 'no cluster "slice" in lab; there is slices, whole' in err


def test_a_cluster_that_does_not_answer_is_no_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kubeconfig = tmp_path / "dead.yaml"
    kubeconfig.write_text(
        "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
        "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:9'}}]\n"
        "contexts: [{name: c, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {}}]\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("LAB_SLICES_KUBECONFIG", str(kubeconfig))

    code, _, err = run(capsys, "verify", "lab", "--cluster", "slices")

    assert code == 3
    assert "slices: the API server does not answer (connection refused)" in err


def test_down_wants_to_know_which_twin(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "down")

    assert code == 2
    assert "say which twin" in err
