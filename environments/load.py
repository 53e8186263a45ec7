"""From a name or a path to an Environment, or to every problem at once.

YAML, shape, and what must hold between the parts are judged together: what is
wrong in one place does not hide what is wrong in another. Nothing here reads
anything but the two files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from msgspec import structs

from environments import invariants
from environments.demand import Demand
from environments.errors import InvalidInput, Problem, UsageError
from environments.model import Environment
from environments.quantity import decode, encode
from environments.reading import read
from environments.yaml_document import Document

__all__ = ["Loaded", "decode", "encode", "find", "load", "names"]

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """An environment, its demand, and where each value of both stands."""

    environment: Environment
    demand: Demand
    document: Document
    demand_document: Document | None
    warnings: tuple[Problem, ...] = ()
    """What works and may cost dearly: told by `fleet validate`, and no reason to stop."""


def load(name: str) -> Loaded:
    """Read the environment called `name`, or the file at that path, with its demand.

    Raises `UsageError` where there is no such file, `InvalidInput` with every
    problem of both files otherwise.
    """
    file = find(name)
    environment = read(file, Environment)
    if environment.model is not None:
        environment.report(invariants.faults(environment.model, file.stem))
    problems = environment.in_order()
    demand_file = file.parent / "demand" / file.name
    demand = read(demand_file, Demand) if demand_file.is_file() else None
    if demand is not None:
        if environment.model is not None and demand.model is not None:
            found = invariants.demand_faults(environment.model, demand.model)
            demand.report(found, environment.doubtful)
        problems += demand.in_order()
    if problems or environment.model is None:
        raise InvalidInput(tuple(problems))
    warnings = map(environment.document.located, invariants.warnings(environment.model))
    return Loaded(
        environment=_placed(environment.model, file),
        warnings=tuple(sorted(warnings, key=lambda warning: (warning.line, warning.column))),
        demand=(demand and demand.model) or Demand(),
        document=environment.document,
        demand_document=None if demand is None else demand.document,
    )


def _placed(environment: Environment, file: Path) -> Environment:
    """The environment with the whole path of its own rules, which whoever reads them needs."""
    if (rules := environment.settings.rules) is None:
        return environment
    settings = structs.replace(environment.settings, rules=str(file.resolve().parent / rules))
    return structs.replace(environment, settings=settings)


def find(name: str) -> Path:
    """The file of an environment: a path, or a name below `environments/`."""
    if re.search(r"[/\\]|\.ya?ml$", name):
        if not Path(name).is_file():
            msg = f"no such file: {name}; give a path or one of {', '.join(names())}"
            raise UsageError(msg)
        return Path(name)
    if name not in names():
        msg = f'no environment "{name}"{invariants.near(name, names())}'
        raise UsageError(msg)
    return HERE / f"{name}.yaml"


def names() -> list[str]:
    """The environments that stand beside this module."""
    tables = {"cards", "instance_types", "replacements"}
    return sorted({file.stem for file in HERE.glob("*.yaml")} - tables)
