"""Files that are no plan, or no whole one: what the error stream says, and the exit code."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest

from tests.unit.review.plans import FOLDER, change, fleet, plan, written

SHOW = "terraform show -json PLAN > plan.json"
GOOD = plan(change("terraform_data.a", ["update"], {"input": "1"}, {"input": "zwei: ü"}))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "1:1: unreadable-file: an empty file; was the plan shown without an error?"),
        (b" \r\n", "1:1: unreadable-file: an empty file; was the plan shown without an error?"),
        (
            b"\xef\xbb\xbf",
            "1:1: unreadable-file: an empty file; was the plan shown without an error?",
        ),
        (b"PK\x03\x04tfplan", f"1:1: unreadable-file: a binary plan; convert it: {SHOW}"),
        (
            b'{"@level":"info","@message":"Terraform 1.11.4"}\n{"@level":"info"}\n',
            f"1:1: unreadable-file: the log of a plan; convert the plan: {SHOW}",
        ),
        (
            b'{"format_version": "1.2", "resource_changes": [',
            "1:48: unreadable-file: not JSON: input data was truncated",
        ),
        (b"{\n oops", "2:2: unreadable-file: not JSON: object keys must be strings"),
        (
            b'{"version": 4, "serial": 1}',
            "1:1: unreadable-file: not plan JSON: object missing required field `format_version`",
        ),
        (
            b'{"format_version": "1.0", "values": {}}',
            f"1:1: unreadable-file: a state, not a plan; show the plan: {SHOW}",
        ),
        (
            b'{"format_version": "1.0"}',
            f"1:1: unreadable-file: nothing is planned in it; show the plan: {SHOW}",
        ),
        (
            b'{"format_version": "0.2"}',
            "1:1: unreadable-file: format_version 0.2 of plan JSON is not known; known: 1.x",
        ),
        (
            b'{"format_version": "2.0", "resource_changes": []}',
            "1:1: unreadable-file: format_version 2.0 of plan JSON is not known; known: 1.x",
        ),
        (
            b'{"format_version": "\\u001b[31m::error::"}',
            "1:1: unreadable-file: format_version \\u001b[31m::error:: of plan JSON is not known; known: 1.x",
        ),
        (
            b'{"format_version": "1.2", "resource_changes": {}}',
            (
                "1:1: unreadable-file: not plan JSON: expected `array | null`, got `object` - at "
                "`$.resource_changes`"
            ),
        ),
        (
            b'{"format_version": "1.2", "resource_changes": [], "x": "\xff"}',
            "1:57: unreadable-file: not UTF-8 text; is this a text file?",
        ),
    ],
)
def test_what_is_no_plan_is_said_in_a_line(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "stack.json"
    file.write_bytes(content)

    result = fleet(file)

    assert result.stderr == f"{file}:{said}\n"
    assert result.stdout == ""
    assert result.exit_code == 2


def test_every_unreadable_plan_is_named_at_once(tmp_path: Path) -> None:
    files = [tmp_path / "a.json", tmp_path / "b.json", written(tmp_path, GOOD)]
    files[0].write_bytes(b"PK")
    files[1].write_bytes(b"{")

    result = fleet(*files)

    assert [line.partition(":")[0] for line in result.stderr.splitlines()] == [
        str(files[0]),
        str(files[1]),
    ]
    assert result.exit_code == 2


@pytest.mark.parametrize(
    "encoded",
    [
        codecs.BOM_UTF8 + json.dumps(GOOD, ensure_ascii=False).encode(),
        json.dumps(GOOD, ensure_ascii=False).encode("utf-16"),
        codecs.BOM_UTF16_BE + json.dumps(GOOD, ensure_ascii=False).encode("utf-16-be"),
        json.dumps(GOOD, ensure_ascii=False, indent=1).replace("\n", "\r\n").encode(),
    ],
    ids=["mark", "utf-16", "utf-16-be", "crlf"],
)
def test_a_plan_is_read_as_any_shell_writes_it(tmp_path: Path, encoded: bytes) -> None:
    file = tmp_path / "stack.json"
    file.write_bytes(encoded)

    result = fleet(file)

    assert "+ input: zwei: ü" in result.stdout
    assert result.exit_code == 0


def test_a_file_that_is_not_there_is_bad_usage(tmp_path: Path) -> None:
    result = fleet(tmp_path / "no.json")

    assert "does not exist" in result.stderr
    assert result.exit_code == 2


def test_an_output_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    result = fleet(written(tmp_path, GOOD), "--output", f"html={tmp_path / 'file' / 'a.html'}")

    assert result.exit_code == 3
    assert f"cannot write {tmp_path / 'file' / 'a.html'}" in result.stderr


def test_two_plans_of_one_stack_are_refused(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()

    result = fleet(written(tmp_path, GOOD), written(tmp_path / "b", GOOD))

    assert result.stderr == (
        'fleet: 2 plans are of a stack "stack"; name each file for its stack\n'
    )
    assert result.exit_code == 2


def test_plans_of_different_environments_are_not_mixed(tmp_path: Path) -> None:
    mine = written(tmp_path, GOOD, "lab-slices-device")
    other = written(tmp_path, GOOD, "production-volc-train-cluster")

    result = fleet("--env", "lab", mine, other)

    assert result.stderr == (
        'fleet: production-volc-train-cluster: not of environment "lab", whose stacks begin with'
        ' "lab-"; review each environment on its own\n'
    )
    assert result.exit_code == 2


@pytest.mark.parametrize(
    ("name", "remark"),
    [
        ("24-errored", "the plan ended with an error"),
        ("by-hand/24-incomplete", "not everything was planned"),
        ("25-targeted", "not everything was planned"),
        ("by-hand/24-not-applyable", "terraform would not apply it"),
        ("by-hand/24-address-twice", "is in the plan twice"),
    ],
)
def test_what_cannot_be_approved_is_shown_all_the_same(name: str, remark: str) -> None:
    result = fleet(FOLDER / f"{name}.json", "--fail-on", "never")

    assert "⛔ **This cannot be applied as it is.**" in result.stdout
    assert remark in result.stdout
    assert "terraform\\_data" in result.stdout or "`terraform_data`" in result.stdout
    assert result.exit_code == 1


def test_a_megabyte_in_one_attribute_is_told_where_it_differs(tmp_path: Path) -> None:
    same = "x" * 2**20
    content = plan(
        change("terraform_data.a", ["update"], {"input": f"{same}old"}, {"input": f"{same}new"})
    )

    result = fleet(written(tmp_path, content))

    assert "xold… (1,048,579 characters)" in result.stdout
    assert "xnew… (1,048,579 characters)" in result.stdout
    assert len(result.stdout) < 3000


def test_a_label_whose_name_is_no_text_is_shown_all_the_same(tmp_path: Path) -> None:
    labels = {"labels": [{"name": {"name": "gpu-fleet.dev/pool"}, "value": "v100"}]}
    gone = change("tencentcloud_kubernetes_node_pool.a", ["delete"], labels, None)

    shown = fleet(written(tmp_path, plan(gone)))

    assert shown.stderr == ""
    assert "tencentcloud_kubernetes_node_pool.a" in shown.stdout
