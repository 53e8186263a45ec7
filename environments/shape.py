"""What `jsonschema` says of a document, in words a person can act on.

`jsonschema` finds every violation. Where a value may be one of several things,
`union` tells which was meant, and only what is wrong with that is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from environments.faults import Fault, Path
from environments.phrases import meant, one_of, shown, similar
from environments.union import KINDS, Schema, Union
from environments.yaml_document import Document


def faults(document: Document, schema: Schema) -> Iterator[Fault]:
    """Every way in which the document's data does not fit the schema, as it is found."""
    for error in _Validator(schema).iter_errors(document.data):
        yield from _explain(error, tuple(error.absolute_path), document, schema)


# --- the validator -------------------------------------------------------------


def _union(
    validator: Any, _branches: object, value: object, schema: Schema
) -> Iterator[ValidationError]:
    branch = Union.of(schema).chosen(value)
    if branch is None:
        yield ValidationError("no branch of the union is meant")
    else:
        yield from validator.descend(value, branch)


def _is_integer(_checker: object, value: object) -> bool:
    """Strictly, as the model has it: `8.0` is no count."""
    return isinstance(value, int) and not isinstance(value, bool)


_Validator: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {"anyOf": _union},
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)


# --- its errors ----------------------------------------------------------------


def _explain(
    error: ValidationError, path: Path, document: Document, schema: Schema
) -> Iterator[Fault]:
    if "propertyNames" in error.absolute_schema_path:
        name = str(error.instance)
        message = f"{shown(name)} cannot be a name; {_described(error)}"
        yield Fault((*path, name), "bad-name", message, at_key=True)
        return
    match error.validator:
        case "anyOf":
            yield from Union.of(_schema(error)).faults(error.instance, path)
        case "additionalProperties":
            yield from _unknown_keys(error, path, schema)
        case "required":
            yield from _missing_key(error, path)
        case _:
            given = document.written.get(path) or shown(error.instance)
            got = "" if error.validator in _EMPTY else f"; got {given}"
            yield Fault(path, _rule(error), f"{_demand(error)}{got}{_hint(error, given)}")


def _unknown_keys(error: ValidationError, path: Path, schema: Schema) -> Iterator[Fault]:
    known = _schema(error).get("properties", {})
    for key in cast("dict[str, Any]", error.instance):
        if key in known:
            continue
        if close := similar(key, known):
            hint = f'did you mean "{close}"?'
        else:
            hint = _elsewhere(key, known, schema) or f"known: {', '.join(known)}"
        message = f"{shown(key)} is not known here; {hint}"
        yield Fault((*path, key), "unknown-key", message, at_key=True)


def _elsewhere(key: str, known: Schema, schema: Schema) -> str:
    """Where the key is known: in a sibling of this branch of a union."""
    for tag in {"mode", "provider", "type"} & known.keys():
        siblings = [s["properties"] for s in schema["$defs"].values() if tag in s["properties"]]
        where = [sibling[tag]["enum"][0] for sibling in siblings if key in sibling]
        if where:
            return f"it goes with {tag} {one_of(where)} only"
    return ""


def _missing_key(error: ValidationError, path: Path) -> Iterator[Fault]:
    """`jsonschema` yields an error for each missing key, and names it in its message only."""
    key = error.message.partition("'")[2].partition("'")[0]
    yield Fault((*path, key), "missing-key", f'"{key}" is missing', at_key=True)


def _rule(error: ValidationError) -> str:
    match error.validator:
        case "type" | "pattern" if _is_quantity(error):
            return "wrong-unit"
        case "type":
            return "wrong-type"
        case "minimum" | "maximum":
            return "out-of-range"
        case _:
            return "wrong-value"


def _schema(error: ValidationError) -> Schema:
    return cast("Schema", error.schema)


def _is_quantity(error: ValidationError) -> bool:
    return "format" in _schema(error) and not isinstance(error.instance, dict | list)


_EMPTY = {"minItems", "minProperties", "minLength"}
_LIMITS: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(
        _EMPTY, lambda least: "must not be empty" if least == 1 else f"must have {least} or more"
    ),
    "enum": lambda words: f"must be {one_of(words)}",
    "minimum": lambda limit: f"must be at least {limit}",
    "maximum": lambda limit: f"must be at most {limit}",
    "maxLength": lambda limit: f"must have at most {limit} characters",
}


def _demand(error: ValidationError) -> str:
    """What the value must be."""
    match error.validator:
        case "type" if "format" not in _schema(error):
            return f"must be {KINDS[str(error.validator_value)][0]}"
        case "type" | "pattern":
            return f"must be {_described(error)}"
        case known if known in _LIMITS:
            return _LIMITS[str(known)](error.validator_value)
        case _:
            return " ".join(error.message.split())


def _described(error: ValidationError) -> str:
    text = str(_schema(error).get("description", f"text that matches {error.validator_value}"))
    return f"{text[:1].lower()}{text[1:].rstrip('.')}"


def _hint(error: ValidationError, given: str) -> str:
    value = error.instance
    match error.validator, error.validator_value:
        case "enum", words if isinstance(value, str):
            return meant(value, cast("list[str]", words))
        case "type", "string" if isinstance(value, int | float) and not _is_quantity(error):
            return f'; put it in quotes: "{given}"'
        case "type", "integer" | "number" if isinstance(value, str) and value.isdecimal():
            return "; remove the quotes"
        case "type", ["string", "integer"] if isinstance(value, float):
            return f'; put it in quotes: "{given}"'
        case _:
            return ""
