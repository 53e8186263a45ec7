"""`fleet apply`: what was reviewed, and nothing else."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import click

from environments import load
from environments.errors import FleetError, UsageError
from scripts import console
from scripts.commands import options

if TYPE_CHECKING:  # the command line must know its words before any of these is loaded
    from environments.load import Loaded
    from scripts.reviewing.markdown import State
    from scripts.reviewing.planning import Kept
    from scripts.reviewing.posting import Noted
    from scripts.reviewing.posting.comments import Forge
    from scripts.reviewing.run import Reviewed

COMMENT = "comment"
"""In place of a hash: the one that the comment carries."""

EPILOG = """\b
Examples:
  fleet plan production && fleet review --env production
  fleet apply production --reviewed 8f14cd5f35306ddc
  fleet apply lab --twin --reviewed 8f14cd5f35306ddc
  fleet apply production --reviewed comment --post github     in the job of a merge

\b
Before anything is changed, everything is planned once more. It is refused when
  the plans are not those that were reviewed,
  a critical rule is against it that no waiver of the environment covers: a pool in use
  goes in two steps, first to size zero, then away,
  work with cards runs on machines that would go,
  more than --most-share of the fleet's machines would go.

\b
With --post the comment of the review says what became of it. With `comment` in place of
the hash it is the one that this comment carries: of the pull request that brought
this commit, of its last commit, and changed by nobody since.

\b
Exit codes: 0 applied, or nothing to apply; 1 refused; 2 bad usage; 3 an apply failed.
"""


@options.command(epilog=EPILOG)
@options.environment
@click.argument("stacks", nargs=-1, metavar="[STACK]...")
@click.option(
    "--reviewed",
    required=True,
    metavar="HASH|comment",
    help="The hash of the review, or where it stands: in its comment.",
)
@click.option(
    "--post",
    type=click.Choice(["github", "gitlab"]),
    help="Write to the review's comment that it is applied; variables as of `fleet review`.",
)
@click.option(
    "--most-share",
    type=click.FloatRange(0, 1),
    default=0.1,
    show_default=True,
    help="The share of the fleet's machines that may go in one apply.",
)
@click.option("--twin", is_flag=True, help="The twin's stacks, on its control planes.")
def command(
    environment: str,
    stacks: tuple[str, ...],
    reviewed: str,
    post: str | None,
    *,
    most_share: float,
    twin: bool,
) -> int:
    """Apply the plans of ENV's stacks, if they are still what was reviewed as HASH."""
    from scripts.reviewing import applying, planning, run

    loaded = load.load(environment)
    chosen = planning.chosen(loaded, stacks)
    forge = options.forge(post)
    noted = _noted(forge, loaded.environment.name) if reviewed == COMMENT else None
    folder = planning.folder(loaded, twin=twin)
    before = planning.read(folder)
    with console.reporter() as reporter:
        place = planning.workspace(loaded, twin=twin, reporter=reporter)
        now = planning.plan(place, loaded, chosen, folder, reporter)
        if reviewed == COMMENT:
            if _nothing_to_do(now, noted):
                click.echo("nothing to apply")
                return 0
            reviewed = _hash(noted, now)
        applying.same(reviewed, before, now)
        today = dt.datetime.now(tz=dt.UTC).date()
        found = run.run(list(planning.documents(now)), loaded, today)
        try:
            applying.refuse_critical(found)
            applying.refuse_share(found, loaded.environment, most_share)
            applying.refuse_in_use(found, applying.kubeconfigs(loaded, twin=twin))
            done = applying.apply(place, now, reporter)
        except FleetError:
            _tell_failed(forge, loaded, found)
            raise
    click.echo(f"applied {', '.join(done)}" if done else "nothing to apply")
    if forge is not None:
        click.echo(_tell(forge, loaded, found, "applied"), err=True)
    return 0


def _noted(forge: Forge | None, environment: str) -> Noted | None:
    from scripts.reviewing import posting

    if forge is None:
        raise UsageError(f"--reviewed {COMMENT}: whose comment? add --post github or --post gitlab")
    return posting.reviewed(forge, environment)


def _nothing_to_do(now: Kept, noted: Noted | None) -> bool:
    """Nothing changes, and nothing was to: it was applied before, or there never was any."""
    idle = all(not each.error and not each.changes for each in now.stacks)
    return idle and (noted is None or noted.state in {"applied", "no changes"})


def _hash(noted: Noted | None, now: Kept) -> str:
    from scripts.reviewing import applying

    if noted is None or not noted.hash:
        raise applying.Refused(
            f"no comment says what was reviewed of {now.environment}; review it, and apply it by"
            " the hash of that review"
        )
    return noted.hash


def _tell(forge: Forge, loaded: Loaded, found: Reviewed, state: State) -> str:
    from scripts.reviewing import forms, posting

    extras = forms.extras(found, loaded, head=forge.head, link=forge.link)
    return posting.post(forge, found.review, dataclasses.replace(extras, state=state))


def _tell_failed(forge: Forge | None, loaded: Loaded, found: Reviewed) -> None:
    """Says so on the comment; that it cannot be said is no reason to hide why it failed."""
    if forge is None:
        return
    try:
        said = _tell(forge, loaded, found, "failed")
    except FleetError as error:
        said = str(error)
    click.echo(said, err=True)
