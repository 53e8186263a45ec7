"""A trace file that cannot be is refused with the places a person can edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from environments.errors import InvalidInput, UsageError
from policies.placement import trace

HEADER = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\n"


def read(tmp_path: Path, text: str) -> tuple[trace.Pod, ...]:
    file = tmp_path / "pods.csv"
    file.write_text(text, encoding="utf-8")
    return trace.read_pods(file)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "",
            "pods.csv:1:1: missing-column: no column name, cpu_milli, memory_mib, num_gpu, gpu_milli",
        ),
        (
            "name,cpu_milli\np,1\n",
            "pods.csv:1:1: missing-column: no column memory_mib, num_gpu, gpu_milli",
        ),
        (
            HEADER + "p,nan,1,1,500,\n",
            "pods.csv:2:2: wrong-value: cpu_milli is 'nan'; a whole number, 0 or more",
        ),
        (
            HEADER + "p,-5,1,1,500,\n",
            "pods.csv:2:2: wrong-value: cpu_milli is '-5'; a whole number, 0 or more",
        ),
        (
            HEADER + "p,1,1.5,1,500,\n",
            "pods.csv:2:3: wrong-value: memory_mib is '1.5'; a whole number, 0 or more",
        ),
        (
            HEADER + "p,1,1,,500,\n",
            "pods.csv:2:4: wrong-value: num_gpu is ''; a whole number, 0 or more",
        ),
        (
            HEADER + "p,1,1,1,1001,\n",
            "pods.csv:2:5: over-card: 1001 thousandths of a card; 1000 at most",
        ),
        (
            HEADER + "p,1,1,2,500,\n",
            "pods.csv:2:5: slices-of-several: 2 cards of 500 each; 1000 each",
        ),
        (HEADER + "p,1,1\n", "pods.csv:2:1: wrong-row: 3 fields; the header has 6"),
        (
            HEADER + "p,99999999999999999999,1,1,500,\n",
            "pods.csv:2:2: wrong-value: cpu_milli is '99999999999999999999'; a whole number, 0 or more",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_column(tmp_path, text, message) -> None:
    with pytest.raises(InvalidInput) as raised:
        read(tmp_path, text)

    assert str(raised.value) == message


def test_all_problems_are_reported_at_once_but_not_a_million_of_them(tmp_path) -> None:
    with pytest.raises(InvalidInput) as raised:
        read(tmp_path, HEADER + "p,x,1,1,500,\n" * 30)

    problems = raised.value.problems
    assert [problem.line for problem in problems[:20]] == list(range(2, 22))
    assert problems[20].message == "10 more problems like these"


def test_a_list_without_types_is_read_as_one_without_constraints(tmp_path) -> None:
    (pod,) = read(tmp_path, "name,cpu_milli,memory_mib,num_gpu,gpu_milli\np,1,2,1,500\n")

    assert pod.request.types == ()
    assert (pod.request.memory, pod.request.cards) == (500, 1)


def test_a_missing_file_is_a_mistake_in_the_command(tmp_path) -> None:
    with pytest.raises(UsageError, match=r"none.csv: No such file or directory; give --data DIR$"):
        trace.read_pods(tmp_path / "none.csv")


def test_bytes_that_are_no_text_are_no_trace(tmp_path) -> None:
    file = tmp_path / "pods.csv"
    file.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(UsageError, match="not a CSV file in UTF-8"):
        trace.read_pods(file)
