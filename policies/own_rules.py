"""Rules that a user keeps beside an environment: a directory of Python modules.

`settings.rules` of the environment names the directory. A module there is written
as one of ours: a docstring, and a `check` made by `@rule`. Policies in CEL that lie
beside them are the business of `policies.cel`.

The modules run as part of the program: whoever can write there can do what the
user of `fleet` can do.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from environments.errors import InvalidInput, Problem, UsageError
from policies.rule import Rule

PACK = "own"
"""The pack of such rules; the name of the package that their modules seem to be in."""


def load(directory: Path) -> list[Rule]:
    """The rules of the directory, in the order of its files.

    Raises `UsageError` where there is no such directory, `InvalidInput` with every
    module that is no rule.
    """
    if not directory.is_dir():
        msg = f"no directory of rules at {directory}; create it or change settings.rules"
        raise UsageError(msg)
    found: list[Rule] = []
    problems: list[Problem] = []
    for file in sorted(directory.glob("[a-z]*.py")):
        try:
            found.append(_rule(file))
        except Exception as error:  # noqa: BLE001 - a module of anybody may raise anything
            problems.append(_problem(file, error))
    if problems:
        raise InvalidInput(tuple(problems))
    return found


def _rule(file: Path) -> Rule:
    name = f"{PACK}.{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        msg = "cannot be loaded as a Python module"
        raise ImportError(msg)
    module = importlib.util.module_from_spec(spec)
    # The docstring is found through here; two directories of one run are the same pack.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    rule = getattr(module, "check", None)
    if not isinstance(rule, Rule):
        msg = 'it has no "check" that is made by @rule'
        raise TypeError(msg)
    _ = rule.docs
    return rule


def _problem(file: Path, error: Exception) -> Problem:
    line = error.lineno if isinstance(error, SyntaxError) else None
    traced = error.__traceback__
    while traced is not None:
        if traced.tb_frame.f_code.co_filename == str(file):
            line = traced.tb_lineno
        traced = traced.tb_next
    said = " ".join(str(error).split())
    message = f"{type(error).__name__}: {said}; the rule was not loaded"
    return Problem(file=str(file), line=line or 1, column=1, rule="broken-rule", message=message)
