"""How is a report written down for the one who reads it?

One file a format, each a pure function `render(report, context) -> Rendered`: a
person at a terminal (`text`), another program (`json`), code scanning (`sarif`),
a test board (`junit`), the annotations of GitHub and GitLab, a comment or a
job's summary (`markdown`). None of them judges; the order is the same in all:
the worst first, what somebody waived last.

Everything in a finding is untrusted: addresses, paths and messages quote the
files that were judged. `inert` makes them harmless for each reader.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable

from policies.judge import Report
from policies.reports.rendered import Context, Rendered

FORMATS: dict[str, str] = {
    "text": "for people: code frames, why and fix",
    "json": 'for programs: everything, versioned ("gpu-fleet-lint/1")',
    "sarif": "SARIF 2.1.0 for code scanning",
    "junit": "JUnit XML for test boards: a case for every rule",
    "github": "annotations on a pull request, printed by a GitHub Actions step",
    "gitlab": "GitLab code quality, as an artifact",
    "markdown": "a table for a comment or a job's summary",
}
"""Each format with what it is for: the words of `--help`."""


def render(name: str, report: Report, context: Context) -> Rendered:
    """The report in the format called *name*, one of FORMATS.

    Raises:
        KeyError: there is no such format.
    """
    if name not in FORMATS:
        raise KeyError(name)
    module = importlib.import_module(f"policies.reports.{name}")
    written: Callable[[Report, Context], Rendered] = module.render
    return written(report, context)
