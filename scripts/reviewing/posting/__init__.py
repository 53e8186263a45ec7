"""What becomes of the one comment that an environment has on a pull request?

It is found by its hidden first line and its author, edited in place, and written anew
only when there is none; others of the same environment are put away. A run never
overwrites what a later run has written. GitHub and GitLab know nothing of reviews, and
nothing here knows how they are asked.

Nobody can lock a conversation: two runs at once may both find no comment and write one
each. So everybody looks again after writing, and all keep the same one, the last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from environments.errors import FleetError, OutsideError
from policies.review.review import Review
from scripts.reviewing import markdown
from scripts.reviewing.markdown import Extras
from scripts.reviewing.posting import comments, github, gitlab
from scripts.reviewing.posting.comments import Comment, Forge
from scripts.reviewing.posting.web import Refused, Unsure

FORGES = ("github", "gitlab")
TRIES = 3
"""Comments may vanish between two looks, but not for ever."""


class NotReviewed(FleetError):
    """What the conversation carries is no review of what was merged (exit 1)."""

    exit_code = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What the comment of an environment says was reviewed."""

    hash: str
    state: str
    url: str


def forge(name: str, variables: Mapping[str, str]) -> Forge:
    """The pull or merge request of this job. Raises `UsageError` and `OutsideError`."""
    return github.github(variables) if name == "github" else gitlab.gitlab(variables)


def post(place: Forge, review: Review, extras: Extras) -> str:
    """Writes the review where it belongs, and says what was done. Raises `OutsideError`."""
    head, link = extras.head or place.head, extras.link or place.link
    header = {**extras.header, **({"run": place.run} if place.run else {})}
    extras = replace(extras, head=head, link=link, header=header)
    text = markdown.render(review, extras)
    quiet = markdown.unchanged(review, extras)
    for last in range(1, TRIES + 1):
        try:
            return _post(place, review, text, quiet=quiet)
        except Unsure:
            # It may have been written all the same: the next look will tell.
            if last == TRIES:
                raise
        except Refused as refused:
            gone = refused.status in {404, 410} and last < TRIES
            if not gone:
                raise
    raise AssertionError("this is a bug: the last try answers or raises")


def reviewed(place: Forge, environment: str) -> Noted | None:
    """What was reviewed of an environment; None where nothing was ever written.

    Raises `NotReviewed` when somebody else changed the comment, or the review is of
    another commit than the last of what was merged.
    """
    found = _of(place, comments.key(environment, ""))
    if not found:
        return None
    comment = found[0]
    header = comment.header
    if comment.edited_by:
        raise NotReviewed(
            f'{comment.url}: "{comment.edited_by}" changed the review by hand; run the review anew'
        )
    head = header.get("head", "")
    if head != place.head:
        raise NotReviewed(
            f"the review on {place.place} is of commit {head[:12] or 'nobody knows which'}, and"
            f" its last is {place.head[:12]}; review that one and apply by its hash"
        )
    return Noted(hash=header.get("hash", ""), state=header.get("state", ""), url=comment.url)


def _post(place: Forge, review: Review, text: str, *, quiet: bool) -> str:
    stacks = ",".join(stack.name for stack in review.stacks)[: markdown.MOST_STACKS]
    wanted = comments.key(review.environment, stacks)
    found = _of(place, wanted)
    if not found and quiet:
        return f"{place.name}: nothing changes, and no comment said otherwise: none is written"
    if found and _later(found[0], place):
        return f"{place.name}: a later run has written {found[0].url}; it is left as it is"
    if found:
        place.edit(found[0], text)
        said = f"edited {found[0].url}"
    else:
        said = f"wrote {place.create(text).url}"
        found = _of(place, wanted)
    return f"{place.name}: {said} on {place.place}{_put_away(place, found)}"


def _of(place: Forge, wanted: tuple[str, str]) -> list[Comment]:
    """Our comments of one environment, the last one first."""
    mine = [one for one in place.mine() if one.header and one.key == wanted]
    return sorted(mine, key=lambda one: one.id, reverse=True)


def _later(comment: Comment, place: Forge) -> bool:
    run = comment.header.get("run", "")
    return run.isdigit() and place.run.isdigit() and int(run) > int(place.run)


def _put_away(place: Forge, found: Sequence[Comment]) -> str:
    """Puts all but the first away. That it cannot be done is told, and no reason to fail."""
    try:
        for comment in found[1:]:
            if not comment.hidden:
                place.outdate(comment, found[0])
    except OutsideError as error:
        return f"; older ones stay: {error}"
    return ""
