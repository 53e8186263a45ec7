"""Values of Helm charts, typed: Helm itself takes any misspelt key without a word."""

from __future__ import annotations

from typing import Any

import msgspec


class Values(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A part of a chart's values.

    Fields are the chart's own names in camel case; what was not set is not written.
    """

    def rendered(self) -> dict[str, Any]:
        """As the chart reads it."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found
