"""The rehearsal in the terminal: complete in a pipe, and deaf to what its data says."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from scripts.rehearsal import figures, summary
from scripts.rehearsal.result import Rehearsal
from tests.unit.rehearsal import kept


def printed(rehearsal: Rehearsal, *, terminal: bool = False, width: int = 80) -> str:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=width, _environ={"TERM": "xterm"})
    summary.print_summary(rehearsal, console, report=Path("reports/lab.html"))
    return out.getvalue()


def test_a_pipe_gets_text_without_colour() -> None:
    assert "\x1b" not in printed(kept.fixture("production"))


def test_a_terminal_gets_colour() -> None:
    assert "\x1b[" in printed(kept.fixture("production"), terminal=True)


def test_every_cluster_is_a_line_with_its_numbers() -> None:
    production = kept.fixture("production")

    lines = printed(production).splitlines()

    for cluster in production.clusters:
        (line,) = [line for line in lines if line.startswith(f"{cluster.name} ")]
        assert f"{cluster.cards:,}" in line
        assert f"{cluster.pods_running:,} / {cluster.pods_demanded:,}" in line


def test_the_first_line_says_whether_it_passed_and_how_much_runs() -> None:
    first, *_ = printed(kept.fixture("lab")).splitlines()

    assert first.startswith("lab passed: 121 of 122 pods run on 32 of 40 cards; allocated ")


def test_what_did_not_fit_is_told_whole_even_in_a_narrow_pipe() -> None:
    production = kept.fixture("production")

    text = printed(production, width=40)

    assert all(entry.message in text for _, entry in figures.unplaced(production))


def test_failures_and_unknowns_are_listed() -> None:
    failed = kept.failed("lab")

    text = printed(failed)

    assert "lab not passed" in text
    assert all(fault in text for fault in figures.failures(failed))
    assert "no answer" in text
    assert "failed, 1 unknown" in text


def test_it_ends_with_the_time_and_the_path_of_the_report() -> None:
    *_, time, report = printed(kept.fixture("lab")).splitlines()

    assert time.startswith("time ")
    assert "deploy " in time
    assert report.split() == ["report", "reports/lab.html"]


@pytest.mark.parametrize("word", ["\x1b[2J\x1b[31mred", "[bold red]x[/]", "\u202egnp", "a\rb"])
def test_foreign_text_does_nothing_to_the_terminal(word: str) -> None:
    lab = kept.fixture("lab")
    whole = lab.clusters[1]
    entry = msgspec.structs.replace(whole.unplaced[0], message=word, workload=word)
    cluster = msgspec.structs.replace(whole, unplaced=[entry], name=word)

    text = printed(msgspec.structs.replace(lab, clusters=[cluster]))

    assert not set("\x1b\r\u202e") & set(text)
    if word.startswith("["):
        assert word in text
