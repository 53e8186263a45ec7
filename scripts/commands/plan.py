"""`fleet plan`: a plan of every stack, kept with its hash."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from environments import load
from scripts import console
from scripts.commands import options

EPILOG = """\b
Examples:
  fleet plan production
  fleet plan production volc-infer-cluster tencent-infer-cluster
  fleet plan lab --twin                 against the twin that `fleet rehearse lab` left up

\b
The plans are kept below .fleet/plans/ENV, readable by you alone: a plan holds every
secret that it knows, in clear. Never upload one; upload its review.

\b
Exit codes: 0 every stack is planned, 2 bad usage, 3 a stack could not be planned.
"""


@options.command(epilog=EPILOG)
@options.environment
@click.argument("stacks", nargs=-1, metavar="[STACK]...")
@click.option("--twin", is_flag=True, help="Plan the twin's stacks, against its control planes.")
@options.output_format
def command(environment: str, stacks: tuple[str, ...], output: str, *, twin: bool) -> int:
    """Run terraform plan for the stacks of ENV, and keep each plan for review and apply.

    A stack that cannot be planned does not hide the others.
    """
    from scripts.reviewing import planning

    loaded = load.load(environment)
    for cluster in planning.orphans(loaded) if not twin else ():
        said = f'cluster "{cluster}" has a state and is in no file: nothing here plans its end'
        click.echo(f"warning: {said}; put it back, or destroy its stacks first", err=True)
    chosen = planning.chosen(loaded, stacks)
    with console.reporter(quiet=output == "json") as reporter:
        place = planning.workspace(loaded, twin=twin, reporter=reporter)
        folder = planning.folder(loaded, twin=twin)
        kept = planning.plan(place, loaded, chosen, folder, reporter)
    if output == "json":
        options.print_json(kept)
    else:
        _tell(kept, environment)
    return 3 if any(each.error for each in kept.stacks) else 0


def _tell(kept: object, environment: str) -> None:
    from scripts.reviewing.planning import Kept

    assert isinstance(kept, Kept)  # noqa: S101 - imported late, to start fast
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("stack", "changes", "drift", "plan", ""):
        table.add_column(title, no_wrap=title != "")
    for each in kept.stacks:
        if each.error:
            table.add_row(Text(each.stack, "red"), "", "", "", Text(each.error))
        else:
            drift = str(each.drift) if each.drift else "-"
            changes = str(each.changes) if each.changes else "none"
            table.add_row(Text(each.stack), changes, drift, each.hash[:12], "")
    Console(highlight=False).print(table)
    if kept.hash:
        files = " ".join(sorted({str(each.document) for each in kept.stacks if each.document}))
        click.echo(f"all of it: {kept.hash[:16]}")
        click.echo(f"review it: fleet review --env {environment} {files}")
