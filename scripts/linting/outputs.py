"""Where the report goes: one format to the terminal, any others to files, in one run."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from environments.errors import OutsideError, UsageError
from policies import reports
from policies.evidence import files
from policies.evidence.trouble import Unreadable
from policies.judge import Report
from policies.reports.rendered import Context
from policies.rule import Rule


@dataclass(frozen=True, slots=True)
class Output:
    """A report to be written: a format, and the file it goes to (None: standard output)."""

    format: str
    file: Path | None = None


def wanted(shown: str, others: Iterable[str]) -> list[Output]:
    """The outputs that `--format` and each `--output FORMAT=FILE` ask for.

    Raises `UsageError` for a word that is no format.
    """
    found = [Output(shown)]
    for word in others:
        name, equals, file = word.partition("=")
        if not equals or not file or name not in reports.FORMATS:
            known = ", ".join(reports.FORMATS)
            msg = f'--output: "{word}" is not FORMAT=FILE; formats: {known}'
            raise UsageError(msg)
        found.append(Output(name, Path(file)))
    return found


def write(outputs: Iterable[Output], report: Report, rules: dict[str, Rule]) -> list[str]:
    """Write the report everywhere; a sentence for each output that had to be cut.

    Raises `OutsideError` where a file cannot be written.
    """
    said: list[str] = []
    for output in outputs:
        rendered = reports.render(output.format, report, _context(rules, output))
        if rendered.cut_in_words:
            said.append(f"{output.format}: {rendered.cut_in_words}")
        if output.file is None:
            sys.stdout.write(rendered.text)
            sys.stdout.flush()
            continue
        try:
            output.file.parent.mkdir(parents=True, exist_ok=True)
            output.file.write_text(rendered.text, encoding="utf-8")
        except OSError as error:
            msg = f"cannot write {output.file}: {(error.strerror or str(error)).lower()}"
            raise OutsideError(msg) from None
    return said


def _context(rules: dict[str, Rule], output: Output) -> Context:
    is_terminal = output.file is None and sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return Context(rules=rules, line=line, colour=is_terminal, version=_version(output))


def _version(output: Output) -> str:
    if output.format == "text":
        return ""
    from importlib.metadata import version  # A tenth of the time of a run that finds nothing.

    return version("gpu-fleet")


def line(file: str, number: int) -> str | None:
    """A line of a judged file, for code frames."""
    try:
        found = _lines(files.again(Path(file).absolute()))
    except Unreadable:  # standard input, or a file that is gone
        return None
    return found[number - 1] if 0 < number <= len(found) else None


@lru_cache(maxsize=4)
def _lines(text: str) -> list[str]:
    return [line.removesuffix("\r") for line in text.split("\n")]
