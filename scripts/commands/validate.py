"""`fleet validate`: an environment file and its demand against schema and invariants."""

from __future__ import annotations

from typing import Any

import click

from environments import load
from environments.demand import pods_of
from environments.errors import InvalidInput, Problem
from scripts.commands import options

EPILOG = """\b
Examples:
  fleet validate production
  fleet validate path/to/my.yaml --format json
"""

SHOWN = 200
"""Problems printed as text; a file that is no environment at all has thousands."""


@options.command(epilog=EPILOG)
@options.environment
@options.output_format
def command(environment: str, output: str) -> int:
    """Check ENV (a name or a path): every problem at once, each file:line:column.

    The demand file beside it (demand/ENV.yaml) is checked too. Exit code 2
    when something is wrong. Warnings go to stderr, and are no reason to stop.
    """
    try:
        loaded = load.load(environment)
    except InvalidInput as invalid:
        _show_problems(environment, invalid.problems, output)
        return invalid.exit_code
    _show_valid(loaded, output)
    return 0


def _show_problems(name: str, problems: tuple[Problem, ...], output: str) -> None:
    if output == "json":
        options.print_json(_answer(name, problems, None))
        return
    for problem in problems[:SHOWN]:
        click.echo(str(problem))
    if len(problems) > SHOWN:
        click.echo(f"... and {len(problems) - SHOWN} more")
    count = len(problems)
    click.echo(f"{count} problem{'' if count == 1 else 's'} in {name}", err=True)


def _show_valid(loaded: load.Loaded, output: str) -> None:
    summary = summarize(loaded)
    if output == "json":
        options.print_json(_answer(loaded.environment.name, (), summary, loaded.warnings))
        return
    options.print_warnings(loaded.warnings)
    click.echo(
        f"{loaded.document.file}: valid: {summary['clusters']} clusters, "
        f"{summary['nodes']} nodes, {summary['cards']:,} cards, {summary['tenants']} tenants, "
        f"{summary['pods']:,} pods demanded"
    )


def summarize(loaded: load.Loaded) -> dict[str, int]:
    """The size of a fleet in five numbers."""
    environment = loaded.environment
    pools = [pool for cluster in environment.clusters.values() for pool in cluster.pools.values()]
    return {
        "clusters": len(environment.clusters),
        "nodes": sum(pool.nodes.desired for pool in pools),
        "cards": sum(pool.nodes.desired * pool.cards_per_node for pool in pools),
        "tenants": len(environment.tenants),
        "pods": sum(pods_of(work) for work in loaded.demand.workloads().values()),
    }


def _answer(
    name: str,
    problems: tuple[Problem, ...],
    summary: dict[str, int] | None,
    warnings: tuple[Problem, ...] = (),
) -> dict[str, Any]:
    return {
        "format": "gpu-fleet-validate/1",
        "environment": name,
        "valid": not problems,
        "problems": problems,
        "warnings": warnings,
        "summary": summary,
    }
