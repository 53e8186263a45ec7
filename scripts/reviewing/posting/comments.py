"""What is a comment of ours, wherever it stands, and what does its first line say?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

MARK = "<!-- gpu-fleet-review "
"""How the first line begins; `scripts.reviewing.markdown` writes it."""

_HEADER = re.compile(r"<!-- gpu-fleet-review (\{.*\}) -->\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment of the user whose token we have."""

    id: int
    """Later ones have greater ones."""
    body: str
    url: str
    node: str = ""
    """Its name in GitHub's GraphQL."""
    hidden: bool = False
    """Minimized: one line that can be opened."""
    edited_by: str = ""
    """Who else changed its text, where the forge tells."""

    @property
    def header(self) -> dict[str, str]:
        """What its first line says; empty where that is none of ours."""
        first = self.body.splitlines()[0] if self.body else ""
        found = _HEADER.fullmatch(first)
        try:
            data: Any = json.loads(found[1]) if found else {}
        except ValueError:
            return {}
        return {name: value for name, value in data.items() if isinstance(value, str)}

    @property
    def key(self) -> tuple[str, str]:
        """Whose comment it is: an environment's, or some stacks' where none was named."""
        return key(self.header.get("environment", ""), self.header.get("stacks", ""))


def key(environment: str, stacks: str) -> tuple[str, str]:
    """What tells one sticky comment from another."""
    return environment, "" if environment else stacks


class Forge(Protocol):
    """Where pull requests or merge requests are discussed. One of them is meant.

    Everything raises `Refused` for what the forge does not do.
    """

    @property
    def name(self) -> str: ...

    @property
    def place(self) -> str:
        """The pull or merge request in words."""

    @property
    def head(self) -> str:
        """The last commit of its branch: of this run, or of what was merged."""

    @property
    def run(self) -> str:
        """The number of this run, greater than those before; empty outside of a pipeline."""

    @property
    def link(self) -> str:
        """Where this run shows what it made."""

    def mine(self) -> Iterable[Comment]:
        """Comments that begin with `MARK` and were written in our own name."""

    def create(self, body: str) -> Comment:
        """A new comment. Raises `Unsure` where nobody knows whether there is one now."""

    def edit(self, comment: Comment, body: str) -> None:
        """Gives a comment another text, and shows it where it was hidden."""

    def outdate(self, comment: Comment, current: Comment) -> None:
        """Puts a comment away that is to be seen: another one says what holds."""
