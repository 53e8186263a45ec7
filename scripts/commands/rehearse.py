"""`fleet rehearse`: the main job."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from components.controlplane import planes
from environments import load
from scripts import console
from scripts.commands import options
from scripts.rehearsal import flow, page, result, summary
from scripts.rehearsal.place import CHECKOUT, Place

EPILOG = """\b
Examples:
  fleet rehearse lab                     about a minute, once the tools are there
  fleet rehearse production --down       10,000 pods on five control planes, then all away
  fleet rehearse lab --format json > rehearsal.json

\b
The first run fetches or builds the control plane and keeps it in a cache outside
of the checkout. The twin stays up afterwards: look at it with kubectl, verify it
again with `fleet verify ENV --twin`, end it with `fleet down ENV`.
"""


@options.command(epilog=EPILOG)
@options.environment
@click.option(
    "--charts",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Install the device layer's charts from the archives in this directory.",
)
@click.option(
    "--hami-scheduler",
    type=click.Path(path_type=Path),
    help="HAMi's own scheduler extender cuts the cards of hami clusters: path of its binary.",
)
@click.option("--second-plan", is_flag=True, help="Plan every stack once more: it must be empty.")
@click.option("--down", "take_down", is_flag=True, help="Take the twin down at the end.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the page goes; .fleet/reports/ENV.html otherwise.",
)
@options.output_format
def command(
    *,
    environment: str,
    charts: Path | None,
    hami_scheduler: Path | None,
    second_plan: bool,
    take_down: bool,
    report: Path | None,
    output: str,
) -> int:
    """Bring the fleet of ENV up on local control planes and see whether it holds.

    Deploys every in-cluster layer with Terraform, places the demand, verifies
    all of it and writes a page. Exit code 1 when a check fails.
    """
    loaded = load.load(environment)
    place = Place(loaded.environment.name)
    wish = flow.Wish(charts=charts, hami_scheduler=hami_scheduler, second_plan=second_plan)
    with place.held():
        try:
            with console.reporter() as reporter:
                found = flow.Run(
                    loaded=loaded, wish=wish, place=place, reporter=reporter
                ).rehearse()
        except KeyboardInterrupt:
            planes.sweep(place.twin)
            raise
        finally:
            if take_down:
                planes.sweep(place.twin)
    written = _write(report or place.report, found)
    if output == "json":
        options.print_json(found)
    else:
        _tell(found, written, up=not take_down)
    return 0 if found.verdict == "pass" else 1


def _write(path: Path, found: result.Rehearsal) -> Path:
    options.write_file(path, page.render(found), what="the report")
    return path


def _tell(found: result.Rehearsal, written: Path, *, up: bool) -> None:
    summary.print_summary(found, Console(highlight=False), report=_short(written))
    if up:
        first = found.clusters[0].name
        home = Place(found.environment).twin
        kubeconfig = _short(planes.Plane(name=first, directory=home).kubeconfig)
        click.echo(f"the twin is up: kubectl --kubeconfig {kubeconfig} get pods -A")
        click.echo(f"end it with: fleet down {found.environment}")


def _short(path: Path) -> Path:
    return path.relative_to(CHECKOUT) if path.is_relative_to(CHECKOUT) else path
