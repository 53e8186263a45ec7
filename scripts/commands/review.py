"""`fleet review`: what plans will do, for those who must say yes."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import click

from environments import load
from environments.errors import InvalidInput, UsageError
from environments.load import Loaded
from policies.finding import Severity
from scripts.commands import options

EPILOG = """\b
Examples:
  fleet plan production && fleet review --env production
  terraform show -json tf.plan > plan.json && fleet review plan.json
  fleet review plan.json --output html=review.html --output sarif=review.sarif
  fleet review --env production --post github

\b
--post keeps one comment for each environment, and edits it. It reads
  github  GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_EVENT_PATH or FLEET_PULL_REQUEST,
          GITHUB_API_URL; the job needs `permissions: pull-requests: write`
  gitlab  GITLAB_TOKEN (a project access token, scope api), CI_API_V4_URL,
          CI_PROJECT_ID, CI_MERGE_REQUEST_IID

\b
Without PLAN.json it is what `fleet plan ENV` kept that is reviewed. Any plan of
Terraform or OpenTofu will do. With --env the review knows what a card, a slice and a
tenant is, and takes the environment's waivers and own rules.

\b
Exit codes: 0 nothing against it, 1 a plan that cannot be applied as it is or a finding
at or above --fail-on, 2 a file that is no plan or bad usage, 3 something outside failed.
"""

SEVERITIES = [str(severity) for severity in sorted(Severity, reverse=True)]
FORMATS = ("markdown", "json", "html", "sarif")


@options.command(epilog=EPILOG)
@click.argument(
    "plans",
    nargs=-1,
    metavar="[PLAN.json]...",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--env", "environment", metavar="ENV", help="The environment that is planned.")
@click.option(
    "--format",
    "shown",
    type=click.Choice(FORMATS),
    default="markdown",
    show_default=True,
    help="What goes to standard output.",
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT=FILE",
    help="Another form in the same run, to a file. May be repeated.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, "never"]),
    default="critical",
    show_default=True,
    help="The least severity of a finding for exit code 1.",
)
@click.option("--head", default="", metavar="COMMIT", help="The commit that was planned.")
@click.option("--link", default="", metavar="URL", help="Where the whole review will be.")
@click.option(
    "--post",
    type=click.Choice(["github", "gitlab"]),
    help="Write the comment to the pull or merge request; tokens come from the environment.",
)
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), hidden=True)
def command(
    plans: tuple[Path, ...],
    environment: str | None,
    shown: str,
    outputs: tuple[str, ...],
    fail_on: str,
    **given: Any,
) -> int:
    """Say what PLAN.json will do: what it takes away and why, cards before and after, findings.

    One review may hold the plans of several stacks of one environment.
    """
    from scripts.reviewing import forms, run

    wanted = forms.wanted(shown, outputs)
    loaded = None if environment is None else load.load(environment)
    # What is missing for the comment is told before anything is read.
    forge = options.forge(given["post"])
    plans = plans or _kept(loaded)
    today: dt.datetime = given["today"] or dt.datetime.now(tz=dt.UTC)
    try:
        reviewed = run.run(plans, loaded, today.date())
    except InvalidInput as invalid:
        for problem in invalid.problems:
            click.echo(str(problem), err=True)
        return invalid.exit_code
    extras = forms.extras(reviewed, loaded, head=given["head"], link=given["link"])
    for form in wanted:
        _write(forms.render(form.name, reviewed, extras), form.file)
    if forge is not None:
        from scripts.reviewing import posting

        click.echo(posting.post(forge, reviewed.review, extras), err=True)
    return reviewed.exit_code(None if fail_on == "never" else Severity.named(fail_on))


def _kept(loaded: Loaded | None) -> tuple[Path, ...]:
    """The plans that `fleet plan` kept: all of them, or none."""
    from scripts.reviewing import planning

    if loaded is None:
        raise UsageError("nothing to review; name plans, or an environment with --env ENV")
    name = loaded.environment.name
    kept = planning.read(planning.folder(loaded, twin=False))
    if kept is None:
        raise UsageError(f'no plan of "{name}" is kept; plan it first: fleet plan {name}')
    failed = [each.stack for each in kept.stacks if each.error]
    if failed:
        raise UsageError(f"{failed[0]} could not be planned; plan again: fleet plan {name}")
    return tuple(planning.documents(kept))


def _write(text: str, file: Path | None) -> None:
    if file is None:
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
        sys.stdout.flush()
    else:
        options.write_file(file, text)
