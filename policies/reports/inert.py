"""How does text from a judged file reach a reader without doing anything there?

A finding quotes what it found: a name with a terminal escape in it, a path with
a line break that would begin a workflow command, a label that mentions a team.
Each reader has a function here that leaves the text readable and harmless.
"""

from __future__ import annotations

import re
import unicodedata

_SUSPECT = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
    r"|[\ud800-\udfff\U000e0000-\U000e0fff]"
)
_REFERENCES = re.compile(r"([@#!~%&])(?=\w)")
_LINKS = re.compile(r"(?i)\b(https?|ftp|mailto|ssh):(?=\S)|\bwww\.(?=\S)")
_MARKS = re.compile(r"([\\`*_\[\]~|>])")
_GAP = "\u200b"  # nothing to see, and no mention, reference or link goes on across it


def visible(text: str) -> str:
    r"""One line in which nothing hides: controls, direction marks, lone surrogates as `\uXXXX`."""
    return _SUSPECT.sub(_escaped, text)


def visible_json(text: str) -> str:
    r"""JSON in which nothing hides: what a terminal acts on as `\uXXXX`, which means the same."""
    return _SUSPECT.sub(_escaped_in_json, text)


def encodable(text: str) -> str:
    """The text as it is, save lone surrogates: no encoder takes them."""
    return text.encode("utf-8", "replace").decode("utf-8")


def command_data(text: str) -> str:
    """What follows the second `::` of a workflow command."""
    return encodable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    """The value of a property of a workflow command."""
    return command_data(text).replace(":", "%3A").replace(",", "%2C")


def markdown(text: str) -> str:
    """Prose that stays prose: no markup, HTML, mention, reference, link, formula or second cell.

    What stands between two backticks is shown as code.
    """
    parts = text.split("`")
    if len(parts) % 2 == 0:  # the last backtick has no partner
        parts[-2:] = ["`".join(parts[-2:])]
    last = len(parts) - 1
    return "".join(
        markdown_code(part) if at % 2 else _prose(part) or (_GAP if 0 < at < last else "")
        for at, part in enumerate(parts)
    )


def _prose(text: str) -> str:
    gapped = _LINKS.sub(lambda found: f"{found.group()}{_GAP}", visible(text))
    gapped = _REFERENCES.sub(rf"\1{_GAP}", gapped)
    plain = gapped.replace("&", "&amp;").replace("<", "&lt;")
    return _MARKS.sub(r"\\\1", plain).replace("$", "<span>$</span>")


def markdown_code(text: str) -> str:
    """A code span that the text cannot leave, also inside a table."""
    shown = visible(text).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") or not shown.strip() else ""
    return f"{fence}{pad}{shown or ' '}{pad}{fence}"


def xml(text: str) -> str:
    """Character data and attribute values: only characters that XML 1.0 knows, marks escaped."""
    known = "".join(
        char if char in "\t\n" or not _SUSPECT.match(char) else _escaped_char(char) for char in text
    )
    escaped = known.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _escaped(found: re.Match[str]) -> str:
    return _escaped_char(found.group())


def _escaped_char(char: str) -> str:
    code = ord(char)
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(
        char, f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    )


def _escaped_in_json(found: re.Match[str]) -> str:
    char = found.group()
    if char == "\n":  # between the values; inside of one it is escaped already
        return char
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
