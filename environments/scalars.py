"""What a plain YAML scalar means: the YAML 1.2 core schema, and nothing guessed.

What YAML 1.1 would read differently (`no`, `010`, `12:30`, `2026-01-01`) is
refused instead: half of the tools that open the file would disagree with the
other half.
"""

from __future__ import annotations

import math
import re

Scalar = str | int | float | bool | None

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,3})?")

_TRUTH_ELSEWHERE = {"yes", "no", "on", "off", "y", "n"}
_NUMBER_OR_DATE_ELSEWHERE = re.compile(
    r"""
    [-+]?(\.[0-9_]+|[0-9][0-9_]*(\.[0-9_]*)?)(e[-+]?[0-9]+)?  # 010, 1_000, +5, .5, 5.
    | [-+]?0[box][0-9a-f_]+  # 0x1F
    | [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?  # 12:30 is 750
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([t\x20\t].*)?  # 2026-01-01
    | [-+]?\.(inf|nan)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def plain(text: str) -> Scalar:
    """The value of an unquoted scalar; text where it is nothing else."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text


def ambiguity(text: str) -> str | None:
    """Why an unquoted scalar means different things to different readers, if it does."""
    if text.lower() in _TRUTH_ELSEWHERE:
        return f"{text} is a truth value to some YAML readers; write true or false, or quote it"
    if len(text) < 100 and _NUMBER_OR_DATE_ELSEWHERE.fullmatch(text) and plain(text) == text:
        return f"{text} is a number to some YAML readers only; write it plainly, or quote it"
    return None
