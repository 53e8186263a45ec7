"""One ValidatingAdmissionPolicy, asked about one object, without an API server.

Nearly every object passes nearly every policy. So conditions, variables and
validations are asked as one expression first, and one by one only where that is
not simply true: then each refusal gets its own message, and a variable that
breaks harms those alone that use it, as on the API server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from policies.cel import text
from policies.cel.text import Broken, Unreadable

_USED = re.compile(r"\bvariables\.([A-Za-z_]\w*)")
_BOUND = "variables_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What must be true. `message` is CEL (with `plain` for where it breaks), or not there."""

    expression: str
    message: str = ""
    plain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One validation that does not hold, or has no answer."""

    validation: int
    message: str
    broken: bool = False
    """The expression has no value; by `failurePolicy: Fail` the API server refuses."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The texts of a policy, in the order in which they may use each other."""

    name: str
    conditions: Mapping[str, str]
    variables: Mapping[str, str]
    validations: tuple[Validation, ...]
    on_error: Literal["Fail", "Ignore"] = "Fail"

    def check(self) -> None:
        """Compile everything. Raises `Unreadable`, which names the part."""
        parts = {f"condition {name}": found for name, found in self.conditions.items()}
        parts |= {f"variable {name}": found for name, found in self.variables.items()}
        for at, validation in enumerate(self.validations):
            parts[f"validation {at + 1}"] = validation.expression
            if validation.message:
                parts[f"message {at + 1}"] = validation.message
        for part, expression in parts.items():
            try:
                text.check(expression)
            except Unreadable as error:
                msg = f"{part}: {error}"
                raise Unreadable(msg) from None

    def names(self, word: str) -> bool:
        """Whether some expression speaks of the word, `namespaceObject` for one."""
        texts = [*self.conditions.values(), *self.variables.values()]
        texts += [found.expression for found in self.validations]
        return any(re.search(rf"\b{word}\b", found) for found in texts)

    def refusals(self, values: Mapping[str, Any]) -> list[Refusal]:
        """What the policy says against the request; nothing where it lets it pass."""
        return self.asked(text.activation(values), values)

    def asked(self, activation: Any, values: Mapping[str, Any]) -> list[Refusal]:
        """The same, of values that are loaded already: several policies share them."""
        try:
            if text.evaluated(self._whole, activation) is True:
                return []
        except (Broken, Unreadable):
            # Too deep as one text, or something in it breaks: which part is seen one by one.
            pass
        return _Slow(self, values).refusals()

    @cached_property
    def _whole(self) -> str:
        holds = " && ".join(f"({found.expression})" for found in self.validations) or "true"
        used = list(self._needed(holds))
        bound = _renamed(holds)
        for name in reversed(used):
            # `cel.bind` mixes its names up in the evaluator's 0.1.3; a list of one does not.
            bound = f"[{_renamed(self.variables[name])}].all({_BOUND}{name}, {bound})"
        conditions = " && ".join(f"({found})" for found in self.conditions.values())
        # `||` would hide a condition that breaks behind validations that hold.
        return f"({conditions}) ? ({bound}) : true" if conditions else bound

    def _needed(self, expression: str) -> Iterable[str]:
        """The variables behind the expression, in their order."""
        wanted = set(_USED.findall(expression))
        for name in reversed(list(self.variables)):
            if name in wanted:
                wanted |= set(_USED.findall(self.variables[name]))
        return (name for name in self.variables if name in wanted)


class _Slow:
    """The parts of a policy one by one, on one request."""

    def __init__(self, policy: Policy, values: Mapping[str, Any]) -> None:
        self._policy = policy
        self._values = values
        self._known: dict[str, Any] = {}
        self._broken: dict[str, str] = {}

    def refusals(self) -> list[Refusal]:
        unmet = self._conditions()
        if unmet is not None:
            return unmet
        for name, expression in self._policy.variables.items():
            try:
                self._known[name] = self._value(expression)
            except Broken as error:
                self._broken[name] = str(error)
        found = (self._validation(at, one) for at, one in enumerate(self._policy.validations))
        return [refusal for refusal in found if refusal is not None]

    def _conditions(self) -> list[Refusal] | None:
        """None where the policy looks at the request; one false condition beats a broken one."""
        broken = None
        for name, expression in self._policy.conditions.items():
            try:
                if self._value(expression) is not True:
                    return []
            except Broken as error:
                broken = broken or f"condition {name}: {error}"
        return None if broken is None else self._unanswered(-1, broken)

    def _validation(self, at: int, validation: Validation) -> Refusal | None:
        try:
            if self._value(validation.expression) is True:
                return None
        except Broken as error:
            return next(iter(self._unanswered(at, str(error))), None)
        return Refusal(validation=at, message=self._message(validation))

    def _message(self, validation: Validation) -> str:
        if validation.message:
            try:
                found = self._value(validation.message)
            except Broken:
                found = ""
            # As the API server: no line breaks, and not nothing.
            if isinstance(found, str) and found.strip() and "\n" not in found:
                return found.strip()
        return validation.plain or f"failed expression: {validation.expression}"

    def _unanswered(self, at: int, why: str) -> list[Refusal]:
        if self._policy.on_error == "Ignore":
            return []
        return [Refusal(validation=at, message=why, broken=True)]

    def _value(self, expression: str) -> Any:
        for name in _USED.findall(expression):
            if name in self._broken:
                msg = f"variable {name}: {self._broken[name]}"
                raise Broken(msg)
        try:
            loaded = text.activation({**self._values, "variables": self._known})
            return text.evaluated(expression, loaded)
        except Unreadable as error:
            raise Broken(str(error)) from None


def _renamed(expression: str) -> str:
    return _USED.sub(rf"{_BOUND}\1", expression)
