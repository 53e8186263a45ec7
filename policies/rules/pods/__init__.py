"""What pods ask of cards: the admission policies, read before anything is applied.

These rules are data (`environments.admission`): the API server holds the same texts.
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.admission import POLICIES
from policies.cel import pods
from policies.rule import Rule

RULES: tuple[str, ...] = ()


def made() -> Iterator[Rule]:
    """A rule for each policy."""
    return map(pods.rule, POLICIES)
