"""`fleet simulate`: what the demand would do on these pools under that policy."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from environments import load
from environments.errors import OutsideError, UsageError
from scripts import console
from scripts.commands import options

EPILOG = """\b
Examples:
  fleet simulate production                            policies side by side, before and after
  fleet simulate production --what-if pools.h20.nodes.desired=40
  fleet simulate production --grow 1.5 --cards-needed  the smallest pools for half as much again
  fleet simulate production --day --report day.html    a day, its worst hour, a node lost then
  fleet simulate --trace openb --data DIR              the FGD study's six policies on its trace

\b
The first run compiles the engine, which takes half a minute once.
"""


WIDTH = 160


@options.command(epilog=EPILOG)
@click.argument("environment", metavar="ENV", required=False)
@click.option("--policy", "policies", multiple=True, metavar="NAME", help="Only these policies.")
@click.option(
    "--what-if",
    "changes",
    multiple=True,
    metavar="PATH=VALUE",
    help="As if the file said so: pools.h20.nodes.desired=40. May be given several times.",
)
@click.option(
    "--grow",
    type=click.FloatRange(0.01, 1000),
    default=1.0,
    help="So many times the pods.",
)
@click.option(
    "--cards-needed", is_flag=True, help="Also the smallest pools on which nothing waits."
)
@click.option(
    "--baseline",
    type=click.Choice(["none", "off"]),
    default="none",
    show_default=True,
    help="What sharing is compared with: a card for each slice, or nothing.",
)
@click.option("--day", is_flag=True, help="A day by the rhythms of the demand, and its worst hour.")
@click.option(
    "--lose",
    type=click.IntRange(0, 1000),
    default=1,
    show_default=True,
    help="Nodes that each pool loses at the day's worst hour.",
)
@click.option(
    "--surge",
    type=click.IntRange(0, 1000),
    default=25,
    show_default=True,
    help="Percent of new pods beside the old when all services are rolled at that hour.",
)
@click.option("--trace", type=click.Choice(["openb"]), help="A published trace in place of ENV.")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The directory of the trace's CSV files.",
)
@click.option("--seeds", type=click.IntRange(1, 10), default=10, show_default=True, help="Runs.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the page here (HTML, one file).",
)
@click.option(
    "--plots",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the pictures here, as SVG and PNG.",
)
@options.output_format
def command(
    *,
    environment: str | None,
    policies: tuple[str, ...],
    changes: tuple[str, ...],
    grow: float,
    cards_needed: bool,
    baseline: str,
    day: bool,
    lose: int,
    surge: int,
    trace: str | None,
    data: Path | None,
    seeds: int,
    report: Path | None,
    plots: Path | None,
    output: str,
) -> int:
    """Place the demand of ENV under several policies, side by side, in a second.

    Tells for each cluster what fits, what it holds and keeps busy of the cards, what is
    stranded and why; what the same pods would take without sharing; and which lines of
    the environment file would do better. Nothing is deployed. Exit code 0 whatever fits.
    """
    _engine()
    if trace is not None:
        return _trace(data, seeds, output)
    if environment is None:
        raise UsageError("name an environment, or a trace with --trace openb --data DIR")
    from scripts.simulation import flow, page, summary

    loaded = load.load(environment)
    wish = flow.Wish(
        policies=flow.chosen(policies),
        changes=changes,
        grow=grow,
        cards_needed=cards_needed,
        story=baseline == "none",
        day=day,
        lose=lose,
        surge=surge,
    )
    with console.reporter(quiet=output == "json") as reporter:
        _told_once(reporter)
        found = flow.simulate(loaded.environment, loaded.demand, wish, reporter)
    if report is not None:
        options.write_file(report, page.render(found), what="the report")
    if plots is not None:
        from scripts.simulation import plots as pictures

        pictures.write(found, plots)
    if output == "json":
        options.print_json(found)
    else:
        summary.print_summary(found, _console(), report=report)
    return 0


def _told_once(reporter: console.Reporter) -> None:
    """The first run compiles the engine: half a minute of silence would look like a fault."""
    from policies.placement import compiled, simulation
    from policies.placement.fleet import Card, Fleet, Node
    from policies.placement.policy import Policy
    from policies.placement.requests import Request

    if not compiled.is_new():
        return
    reporter.step("compile the engine, once", 0, 0)
    node = Node(name="one", cpu=1000, memory=1000, cards=(Card(memory=1000),))
    first = simulation.Arrival(name="one", request=Request(cards=1))
    simulation.run(Fleet([node]), [first], Policy.WORTH)
    reporter.step("compile the engine, once", 1, 1)


def _console() -> Console:
    """The terminal, or a page wide enough for the tables: a file has no width."""
    wide = None if sys.stdout.isatty() else WIDTH
    return Console(highlight=False, width=wide)


def _engine() -> None:
    """The engine is an extra: everybody lints, not everybody simulates."""
    try:
        import numba  # noqa: F401
    except ImportError:
        raise OutsideError(
            "the simulator's libraries are not installed; run scripts/fleet simulate, which"
            " brings them, or pip install 'gpu-fleet[simulation]'"
        ) from None


def _trace(data: Path | None, seeds: int, output: str) -> int:
    from scripts.simulation import study

    if data is None:
        raise UsageError("--trace openb needs --data DIR, the directory of its CSV files")
    found = study.run(data, seeds)
    if output == "json":
        options.print_json(found)
    else:
        study.print_table(found, _console())
    return 0
