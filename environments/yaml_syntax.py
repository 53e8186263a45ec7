"""What the YAML parser's complaints mean, in words a person can act on."""

from __future__ import annotations

import yaml

from environments.yaml_document import Place

_TAB = "a tab where YAML wants spaces; indent with spaces"
_REMEDIES = {
    "mapping values are not allowed": 'a ":" too many, or a line indented too far; '
    'quote text that holds ": "',
    "could not find expected ':'": 'a key without ":", or text that lacks its quotes',
    "did not find expected key": "the indentation does not fit the lines above",
    "did not find expected '-' indicator": "the indentation does not fit the list above",
    "did not find expected ',' or '}'": 'a "{" that is not closed, or a missing comma',
    "did not find expected ',' or ']'": 'a "[" that is not closed, or a missing comma',
    "unexpected end of stream": "a quote that is not closed",
    "cannot start any token": "text cannot begin with this character; quote it",
    "found a tab character": _TAB,
}


def complaint(error: yaml.MarkedYAMLError, text: str) -> tuple[Place, str]:
    """Where the text stops being YAML, and why."""
    lines = text.splitlines() or [""]
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Place(1, 1), _message(error, "")
    if mark.line >= len(lines):  # the end of the file, which no editor shows as a line
        return Place(len(lines), len(lines[-1]) + 1), _message(error, "")
    before = lines[mark.line][: mark.column + 1]
    return Place(mark.line + 1, mark.column + 1), _message(error, before)


def _message(error: yaml.MarkedYAMLError, before: str) -> str:
    """The remedy that is known, or the parser's own words; `before` ends at the fault."""
    if "\t" in before and not before.strip():
        return _TAB
    said = " ".join(str(error.problem or error.context or "not valid YAML").split())
    message = next((remedy for part, remedy in _REMEDIES.items() if part in said), said)
    if error.context_mark is not None and error.problem_mark is not None:
        begun = error.context_mark.line + 1
        if begun < error.problem_mark.line:
            message += f" (in what begins at line {begun})"
    return message[:1].lower() + message[1:]
