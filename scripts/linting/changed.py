"""Which files differ from a commit: what `--changed-only` reports on."""

from __future__ import annotations

import subprocess
from pathlib import Path

from environments.errors import UsageError
from policies.evidence.files import shown
from policies.finding import Finding

SECONDS = 60


def files(ref: str, folder: Path) -> frozenset[str]:
    """The files around `folder` that differ from the commit, as reports show them.

    New files that git does not know count too. Raises `UsageError` where git cannot
    tell: outside a repository, or for a name that is no commit.
    """
    top = Path(_git(folder, "rev-parse", "--show-toplevel").strip())
    commit = _git(folder, "rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}").strip()
    differing = _git(top, "diff", "--name-only", "-z", "--no-renames", commit)
    unknown = _git(top, "ls-files", "--others", "--exclude-standard", "-z")
    names = [name for name in (differing + unknown).split("\0") if name]
    return frozenset(shown(top / name) for name in names)


def only(findings: tuple[Finding, ...], changed: frozenset[str]) -> tuple[Finding, ...]:
    """The findings in those files; and those that stand in no file."""
    return tuple(f for f in findings if f.place is None or f.place.file in changed)


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            errors="surrogateescape",
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        msg = f"--changed-only needs git: {str(error).lower()}"
        raise UsageError(msg) from None
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["git failed"])[-1]
        msg = f"--changed-only: {last.removeprefix('fatal: ').lower()}"
        raise UsageError(msg)
    return done.stdout
