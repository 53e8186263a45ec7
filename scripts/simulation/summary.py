"""A simulation in the terminal: the answer first, then each cluster's policies side by side.

Plain text without colour where the console is not a terminal.
"""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scripts.rehearsal.words import count, plain
from scripts.simulation import words
from scripts.simulation.result import Advice, Cluster, Day, Simulation, Story, Sum, Trial

SHOWN = 6
"""Workloads that wait, listed by name."""


def print_summary(found: Simulation, console: Console, *, report: Path | None = None) -> None:
    """Print what was found in a screenful or two."""
    say = _Speaker(console)
    say.line(_headline(found))
    if found.story is not None:
        _story(say, found.story, found.currency)
    for cluster in found.clusters:
        say.line("")
        say.line(_title(cluster))
        console.print(_table(cluster))
        _waiting(say, cluster)
    if found.day is not None:
        _day(say, found.day)
    _advice(say, found.advice)
    say.line("")
    say.line(Text("assumed", "bold"))
    for assumption in found.assumptions:
        say.line(f"  {assumption}")
    if report is not None:
        say.line("")
        say.line(Text.assemble(("report  ", "dim"), plain(str(report))))


class _Speaker:
    """Lines that are not wrapped where a program reads them."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def line(self, text: Text | str) -> None:
        self._console.print(
            Text(text) if isinstance(text, str) else text,
            soft_wrap=not self._console.is_terminal,
        )


def _headline(found: Simulation) -> Text:
    trials = [words.named_trial(cluster) for cluster in found.clusters]
    placed, asked = sum(t.placed for t in trials), sum(t.asked for t in trials)
    cards = sum(trial.cards for trial in trials)
    touched = sum(trial.touched for trial in trials)
    changes = f" with {' and '.join(map(plain, found.changes))}" if found.changes else ""
    return Text.assemble(
        (plain(found.environment), "bold"),
        f"{changes}: {count(placed)} of {count(asked, 'pod')} fit on {count(touched)} of "
        f"{count(cards, 'card')}",
    )


def _story(say: _Speaker, story: Story, currency: str | None) -> None:
    say.line("")
    for label, sums in (
        ("before sharing", story.before),
        ("  on these cards", story.before_here),
        ("shared", story.after),
        ("  and no more cards", story.after_needed),
    ):
        say.line(f"  {label:20}{_sum(sums, currency)}")


def _sum(found: Sum, currency: str | None) -> str:
    cost = ""
    if found.cost_hour is not None and currency is not None:
        cost = f", {found.cost_hour:,.0f} {currency} an hour"
    return (
        f"{count(found.placed):>7} of {count(found.asked, 'pod')} on {count(found.cards, 'card')}"
        f", {words.share(found.utilization)} of them busy{cost}"
    )


def _title(cluster: Cluster) -> Text:
    pools = ", ".join(f"{pool.nodes} x {pool.cards_per_node} {pool.card}" for pool in cluster.pools)
    return Text.assemble((plain(cluster.name), "bold"), f"  {plain(pools)}")


def _table(cluster: Cluster) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("  policy", no_wrap=True)
    heads = ["placed", "cards used", "memory", "cores", "busy", "stranded"]
    needed = any(trial.cards_needed is not None for trial in cluster.trials)
    for head in [*heads, *(["cards needed"] if needed else [])]:
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("most of it by", no_wrap=True)
    for trial in cluster.trials:
        mark = "*" if trial.policy == cluster.policy else " "
        cells = [
            f"{mark} {trial.title}",
            f"{count(trial.placed)}/{count(trial.asked)}",
            f"{count(trial.touched)}/{count(trial.cards)}",
            words.share(trial.memory),
            words.share(trial.cores),
            words.share(trial.busy),
            f"{sum(trial.stranded.values()):,.1f}",
            *([_needed(trial)] if needed else []),
            _cause(trial),
        ]
        style = "bold" if trial.policy == cluster.policy else ""
        table.add_row(*(Text(cell, style) for cell in cells))
    return table


def _needed(trial: Trial) -> str:
    return "-" if trial.cards_needed is None else count(trial.cards_needed)


def _cause(trial: Trial) -> str:
    if not trial.stranded:
        return ""
    cause = max(trial.stranded, key=lambda name: trial.stranded[name])
    return words.CAUSES.get(cause, cause)


def _waiting(say: _Speaker, cluster: Cluster) -> None:
    waiting = words.named_trial(cluster).waiting
    for entry in waiting[:SHOWN]:
        pods = count(entry.pods, "pod")
        say.line(f"  waits: {plain(entry.workload)}, {pods}: {plain(entry.reason)}")
    if len(waiting) > SHOWN:
        say.line(f"  and {count(len(waiting) - SHOWN, 'workload')} more")


def _day(say: _Speaker, day: Day) -> None:
    worst = day.hours[day.worst]
    say.line("")
    say.line(Text("a day", "bold"))
    say.line(f"  mean busy   {words.share(day.busy)} of all cards")
    say.line(
        f"  worst hour  {worst.hour:02}:00: {count(worst.placed)} of {count(worst.asked, 'pod')}, "
        f"{words.share(worst.memory)} of memory and {words.share(worst.cores)} of cores held"
    )
    for shock in day.shocks:
        said = "nothing waits" if not shock.waiting else f"{count(shock.waiting, 'pod')} wait"
        say.line(f"  {shock.title}: {said}{f' ({plain(shock.told)})' if shock.told else ''}")


def _advice(say: _Speaker, advice: tuple[Advice, ...]) -> None:
    if not advice:
        return
    say.line("")
    say.line(Text("advice", "bold"))
    for entry in advice:
        say.line(f"  {plain(entry.cluster)}: {plain(entry.why)}")
        for line in entry.yaml.splitlines():
            say.line(f"    {line}")
