"""Which rules there are for an environment: ours, and those that it names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from environments.errors import InvalidInput, Problem
from environments.load import Loaded
from policies import own_rules, rules
from policies.rule import Rule


def rules_directory(loaded: Loaded) -> Path | None:
    """The directory that `settings.rules` names, seen from the environment's file."""
    name = loaded.environment.settings.rules
    return None if name is None else Path(loaded.document.file).resolve().parent / name


def known(loaded: Loaded | None) -> dict[str, Rule]:
    """All rules by id.

    Raises `UsageError` where there is no such directory, `InvalidInput` for every
    module and every policy in it that is no rule.
    """
    found = dict(rules.every())
    directory = None if loaded is None else rules_directory(loaded)
    if directory is None:
        return found
    problems: list[Problem] = []
    for rule in _own(directory, problems):
        if rule.id in found:
            message = f'a rule called "{rule.id}" is there already; rename it'
            problems.append(
                Problem(file=str(directory), line=1, column=1, rule="broken-rule", message=message)
            )
        found[rule.id] = rule
    if problems:
        raise InvalidInput(tuple(problems))
    return found


def _own(directory: Path, problems: list[Problem]) -> Iterator[Rule]:
    """The user's rules in Python and in CEL; what is wrong with any of them goes to `problems`."""
    loaders = [own_rules.load]
    if any(directory.glob("*.y*ml")):
        from policies.cel import own  # Its evaluator takes a while to load.

        loaders.append(own.load)
    for load in loaders:
        try:
            yield from load(directory)
        except InvalidInput as invalid:
            problems += invalid.problems
