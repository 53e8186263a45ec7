"""`fleet synth`: the Terraform JSON of every stack."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click

from environments import load
from scripts import console, synthesis
from scripts.commands import options
from scripts.rehearsal.place import CHECKOUT
from stacks import names
from stacks.request import Request

EPILOG = """\b
Examples:
  fleet synth production
  fleet synth lab --out /tmp/tf && terraform -chdir=/tmp/tf/stacks/lab-slices-tenancy validate

\b
`cdktf deploy 'production-*'` runs the same app.
"""


@options.command(epilog=EPILOG)
@options.environment
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="The directory to write to; cdktf.out of the checkout otherwise.",
)
@options.output_format
def command(environment: str, out: Path | None, output: str) -> int:
    """Write the Terraform JSON of every stack of ENV, one directory each.

    Warnings go to stderr, and are no reason to stop.
    """
    loaded = load.load(environment)
    options.print_warnings(loaded.warnings)
    target = out or CHECKOUT / "cdktf.out"
    # Stacks of an earlier run would be taken for ours.
    shutil.rmtree(target / "stacks", ignore_errors=True)
    with console.reporter(quiet=output == "json") as reporter:
        seconds = synthesis.synthesize(Request(environments=(environment,)), target, reporter)
    stacks = names.order(loaded.environment)
    written = {str(stack): _resources(target, stack) for stack in stacks}
    if output == "json":
        options.print_json(
            {
                "format": "gpu-fleet-synth/1",
                "environment": loaded.environment.name,
                "directory": str(target),
                "seconds": round(seconds, 2),
                "stacks": written,
            }
        )
        return 0
    for stack, count in written.items():
        click.echo(f"{stack}: {count} resources")
    click.echo(f"{len(written)} stacks in {target}, {seconds:.1f} s", err=True)
    return 0


def _resources(target: Path, stack: names.StackName) -> int:
    """How many resources Terraform will find in the stack."""
    written = json.loads((target / "stacks" / str(stack) / "cdk.tf.json").read_text("utf-8"))
    return sum(len(named) for named in written.get("resource", {}).values())
