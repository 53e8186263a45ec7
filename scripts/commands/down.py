"""`fleet down`: take twins down."""

from __future__ import annotations

import contextlib

import click

from components.controlplane import planes
from environments import load
from environments.errors import UsageError
from scripts.commands import options
from scripts.rehearsal import place

EPILOG = """\b
Examples:
  fleet down lab
  fleet down --all
"""


@options.command(epilog=EPILOG)
@click.argument("environment", metavar="[ENV]", required=False)
@click.option("--all", "everything", is_flag=True, help="Every twin of this checkout.")
@options.output_format
def command(environment: str | None, everything: bool, output: str) -> int:
    """Take the twin of ENV down: no process and no file stays behind.

    Fine when there is none. Reports of rehearsals are kept.
    """
    if (environment is None) != everything:
        msg = "say which twin: an environment, or --all"
        raise UsageError(msg)
    names = place.twins() if environment is None else [_name(environment)]
    ended = {name: take_down(name) for name in names}
    if output == "json":
        options.print_json({"format": "gpu-fleet-down/1", "ended": ended})
        return 0
    for name, processes in ended.items():
        click.echo(
            f"{name}: {processes} processes ended" if processes else f"{name}: nothing was up"
        )
    if not ended:
        click.echo("no twin is up")
    return 0


def take_down(name: str) -> int:
    """End the twin's processes and remove its files; how many processes there were."""
    where = place.Place(name)
    with where.held():
        ended = planes.sweep(where.twin)
    locks = place.FLEET / "locks"
    (locks / name).unlink(missing_ok=True)
    for directory in (where.twin.parent, locks, place.FLEET):
        with contextlib.suppress(OSError):  # not empty: another twin, or a report
            directory.rmdir()
    return len(ended)


def _name(environment: str) -> str:
    """A twin is called as its environment; the file may be gone or broken by now."""
    if environment in place.twins():
        return environment
    return load.find(environment).stem
