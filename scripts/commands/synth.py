"""`fleet synth`: the Terraform JSON of every stack."""

from __future__ import annotations

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
    """Write the Terraform JSON of every stack of ENV, one directory each."""
    loaded = load.load(environment)
    target = out or CHECKOUT / "cdktf.out"
    # Stacks of an earlier run would be taken for ours.
    shutil.rmtree(target / "stacks", ignore_errors=True)
    with console.reporter(quiet=output == "json") as reporter:
        seconds = synthesis.synthesize(Request(environments=(environment,)), target, reporter)
    stacks = names.order(loaded.environment)
    written = {str(stack): _resources(loaded, stack) for stack in stacks}
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
    missing = _made_elsewhere(loaded)
    if missing:
        click.echo(f"made elsewhere for now: network and cluster of {', '.join(missing)}", err=True)
    click.echo(f"{len(written)} stacks in {target}, {seconds:.1f} s", err=True)
    return 0


def _resources(loaded: load.Loaded, stack: names.StackName) -> int:
    addons = names.contents(loaded.environment, loaded.demand, stack)
    return sum(len(addon.manifests) + len(addon.charts) for addon in addons)


def _made_elsewhere(loaded: load.Loaded) -> list[str]:
    """Clusters whose cluster layer is not ours yet."""
    with_layer = {
        stack.cluster for stack in names.order(loaded.environment) if stack.layer == "cluster"
    }
    return [name for name in loaded.environment.clusters if name not in with_layer]
