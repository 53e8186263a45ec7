"""A rehearsal in the terminal: what one wants to know before opening the page.

Plain text without colour where the console is not a terminal. Foreign text is
written as `Text`, never as markup, and what could act on a terminal is spelled out.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from scripts.rehearsal import figures, words
from scripts.rehearsal.result import Check, Cluster, Proof, Rehearsal

_STYLES = {"pass": "green", "fail": "bold red", "unknown": "yellow"}
_SHOWN = 12


def print_summary(rehearsal: Rehearsal, console: Console, *, report: Path | None = None) -> None:
    """Print the run in a screenful; `report` is where its page was written."""
    # In a file or a pipe a line is a line, however long.
    whole = not console.is_terminal
    console.print(_verdict(rehearsal), soft_wrap=whole)
    console.print()
    console.print(_clusters(rehearsal))
    for title, lines in (
        ("did not fit", _unplaced(rehearsal)),
        (
            "lint",
            [
                Text(words.plain(line))
                for line in (rehearsal.lint.findings if rehearsal.lint else [])
            ],
        ),
        ("failed", [Text(words.plain(line), "red") for line in figures.failures(rehearsal)]),
        ("unknown", _unknown(rehearsal)),
        ("left out", [Text(words.plain(line)) for line in rehearsal.fidelity.left_out]),
    ):
        _print_list(console, title, lines)
    console.print()
    console.print(_phases(rehearsal), soft_wrap=whole)
    if report is not None:
        console.print(Text.assemble(("report  ", "dim"), words.plain(str(report))), soft_wrap=True)


def _verdict(rehearsal: Rehearsal) -> Text:
    held = figures.fleet_allocation(rehearsal)
    word = "passed" if rehearsal.verdict == "pass" else "not passed"
    pods = words.count(figures.running(rehearsal))
    memory = words.percent(held.memory, held.memory_total)
    cores = words.percent(held.cores, held.cores_total)
    demanded = words.count(figures.demanded(rehearsal), "pod")
    return Text.assemble(
        (words.plain(rehearsal.environment), "bold"),
        " ",
        (word, _STYLES[rehearsal.verdict]),
        f": {pods} of {demanded} run on {words.count(held.touched)} of "
        f"{words.count(held.cards, 'card')}; allocated {memory} of memory, {cores} of cores",
    )


def _clusters(rehearsal: Rehearsal) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("cluster", overflow="fold")
    for title in ("nodes", "cards", "pods running", "pods/s", "memory", "cores"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("checks", no_wrap=True)
    for cluster in rehearsal.clusters:
        table.add_row(*_row(cluster))
    return table


def _row(cluster: Cluster) -> list[Text]:
    held = figures.allocation(cluster.pools)
    missing = cluster.pods_running < cluster.pods_demanded
    return [
        Text(words.plain(cluster.name)),
        Text(words.count(cluster.nodes)),
        Text(words.count(cluster.cards)),
        Text(
            f"{words.count(cluster.pods_running)} / {words.count(cluster.pods_demanded)}",
            "yellow" if missing else "",
        ),
        Text(words.rate(cluster.throughput.per_second)),
        Text(words.percent(held.memory, held.memory_total)),
        Text(words.percent(held.cores, held.cores_total)),
        _tally(cluster.checks, cluster.proofs),
    ]


def _tally(checks: list[Check], proofs: list[Proof]) -> Text:
    """Checks and proofs together: `9 ok`, `8 ok, 1 failed`."""
    found = Counter(check.status for check in checks)
    found.update("pass" if proof.holds else "fail" for proof in proofs)
    parts = Text(f"{found['pass']} ok")
    if found["fail"]:
        parts.append(f", {found['fail']} failed", _STYLES["fail"])
    if found["unknown"]:
        parts.append(f", {found['unknown']} unknown", _STYLES["unknown"])
    return parts


def _unplaced(rehearsal: Rehearsal) -> list[Text]:
    lines = []
    for cluster, entry in figures.unplaced(rehearsal):
        style = "" if entry.explained else _STYLES["fail"]
        line = (
            f"{cluster.name}/{entry.workload} ({entry.tenant}): {words.count(entry.pods, 'pod')}, "
        )
        why = words.reason(entry.reason).lower()
        lines.append(Text(words.plain(f"{line}{why}: {entry.message}"), style))
    return lines


def _unknown(rehearsal: Rehearsal) -> list[Text]:
    return [
        Text(words.plain(f"{cluster.name}: {check.title}: {check.detail}"), _STYLES["unknown"])
        for cluster in rehearsal.clusters
        for check in cluster.checks
        if check.status == "unknown"
    ]


def _phases(rehearsal: Rehearsal) -> Text:
    parts = ", ".join(
        f"{words.plain(phase.name)} {words.duration(phase.seconds)}" for phase in rehearsal.phases
    )
    total = (
        f" ({words.duration(rehearsal.seconds)}, peak {words.mebibytes(rehearsal.peak_memory_mib)})"
    )
    return Text.assemble(("time    ", "dim"), parts, total)


def _print_list(console: Console, title: str, lines: list[Text]) -> None:
    if not lines:
        return
    console.print(Text(f"\n{title}", "bold"))
    for line in lines[:_SHOWN]:
        if console.is_terminal:
            console.print(Padding(line, (0, 0, 0, 2), expand=False))
        else:
            console.print(Text.assemble("  ", line), soft_wrap=True)
    if len(lines) > _SHOWN:
        console.print(Text(f"  and {words.count(len(lines) - _SHOWN)} more in the report"))
