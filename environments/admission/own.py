"""Admission policies of a fleet's users: the YAML files in the directory of `settings.rules`.

A file holds one ValidatingAdmissionPolicy, called as the file is, and behind it
the objects that show what it does. Annotations say the rest:

```yaml
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: gpu-pod-with-latest-image
  annotations:
    gpu-fleet.dev/severity: medium
    gpu-fleet.dev/why: two pods of one service run two versions, and nobody knows which.
    gpu-fleet.dev/fix: name the image by a version or a digest
spec: {matchConstraints: ..., validations: ...}
---
apiVersion: v1
kind: Pod
metadata: {name: refused, annotations: {gpu-fleet.dev/example: refused}}
spec: ...
```

The API server gets the policy as it stands; `fleet lint` reads manifests by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

import yaml

from environments import keys
from environments.admission import POLICIES
from environments.admission.policy import Example, Manifest, Severity
from environments.errors import InvalidInput, Problem, UsageError
from environments.model import Environment

SEVERITY = f"{keys.PREFIX}/severity"
WHY = f"{keys.PREFIX}/why"
FIX = f"{keys.PREFIX}/fix"
EXAMPLE = f"{keys.PREFIX}/example"

MAX_BYTES = 1 << 18
_API = "admissionregistration.k8s.io/v1"
_KIND = "ValidatingAdmissionPolicy"
_WORDS = {"allowed": True, "refused": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPolicy:
    """One policy of a user."""

    name: str
    file: str
    body: Manifest
    severity: Severity
    why: str
    fix: str
    examples: tuple[Example, ...]


def of(environment: Environment) -> tuple[OwnPolicy, ...]:
    """The policies of a loaded environment. Raises as `read` does."""
    directory = environment.settings.rules
    return () if directory is None else read(Path(directory))


def read(directory: Path) -> tuple[OwnPolicy, ...]:
    """The policies in a directory, by name.

    Raises `UsageError` where there is no such directory, `InvalidInput` with
    everything that is wrong with the files.
    """
    if not directory.is_dir():
        msg = f"no directory of rules at {directory}; create it or change settings.rules"
        raise UsageError(msg)
    found: list[OwnPolicy] = []
    problems: list[Problem] = []
    for file in sorted((*directory.glob("*.yaml"), *directory.glob("*.yml"))):
        try:
            documents = _documents(file)
        except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
            problems.append(_problem(file, error))
            continue
        wrong = list(_wrong(file, documents))
        problems += [problem(file, message) for message in wrong]
        if not wrong:
            found.append(_policy(file, documents))
    if problems:
        raise InvalidInput(tuple(problems))
    return tuple(found)


def problem(file: Path | str, message: str, line: int = 1) -> Problem:
    """What is wrong with a file of a policy."""
    return Problem(file=str(file), line=line, column=1, rule="broken-rule", message=message)


def _documents(file: Path) -> list[Any]:
    content = file.read_bytes()
    if len(content) > MAX_BYTES:
        msg = f"a policy has at most {MAX_BYTES:,} bytes; this file has {len(content):,}"
        raise ValueError(msg)
    text = content.decode("utf-8")
    # An alias can stand for a billion values; no policy needs one.
    aliases = (one for one in yaml.parse(text, yaml.SafeLoader) if isinstance(one, yaml.AliasEvent))
    if (alias := next(aliases, None)) is not None:
        msg = f'"*{alias.anchor}" is an alias, and those are not read here; write the value out'
        raise ValueError(msg)
    return [found for found in yaml.safe_load_all(text) if found is not None]


def _problem(file: Path, error: Exception) -> Problem:
    mark = getattr(error, "problem_mark", None)
    said = " ".join(str(getattr(error, "problem", None) or error).split())
    return problem(file, f"{said}; the policy was not loaded", mark.line + 1 if mark else 1)


def _wrong(file: Path, documents: list[Any]) -> Iterator[str]:
    if not documents or not all(isinstance(document, Mapping) for document in documents):
        yield f"it holds no {_KIND}; see the examples of `fleet rules`"
        return
    body = documents[0]
    if (body.get("apiVersion"), body.get("kind")) != (_API, _KIND):
        yield f"the first document must be a {_KIND} of {_API}"
        return
    metadata = _map(body, "metadata")
    if (name := metadata.get("name")) != file.stem:
        yield f'the policy is called "{name}" and its file "{file.stem}"; name both alike'
    if name in {policy.name for policy in POLICIES}:
        yield f'a policy called "{name}" is there already; rename this one and its file'
    annotations = _map(metadata, "annotations")
    if annotations.get(SEVERITY) not in get_args(Severity):
        yield f"annotation {SEVERITY} must be one of {', '.join(get_args(Severity))}"
    for key in (WHY, FIX):
        if not isinstance(annotations.get(key), str) or not annotations[key].strip():
            yield f"annotation {key} is missing; say it in a sentence"
    yield from _spec(_map(body, "spec"))
    yield from _examples(documents[1:])


def _spec(spec: Mapping[str, Any]) -> Iterator[str]:
    validations = spec.get("validations")
    if not isinstance(validations, list) or not validations:
        yield "spec.validations is missing; without one the policy refuses nothing"
        validations = []
    named = [*_list(spec, "variables"), *_list(spec, "matchConditions")]
    for part in (*validations, *named):
        if not isinstance(part, Mapping) or not isinstance(part.get("expression"), str):
            yield "each validation, variable and condition needs an expression in text"
    if any(
        not isinstance(part, Mapping) or not isinstance(part.get("name"), str) for part in named
    ):
        yield "each variable and condition needs a name"
    if not _list(_map(spec, "matchConstraints"), "resourceRules"):
        yield "spec.matchConstraints.resourceRules is missing; say which objects it judges"
    if "paramKind" in spec:
        yield "spec.paramKind is not supported; write the values into variables"


def _examples(documents: list[Any]) -> Iterator[str]:
    words = [_word(document) for document in documents]
    for word in words:
        if word not in _WORDS:
            yield f'an example needs annotation {EXAMPLE}: refused or allowed; got "{word}"'
    for word in _WORDS:
        if word not in words:
            yield f"it has no example that is {word}; add an object with {EXAMPLE}: {word}"


def _policy(file: Path, documents: list[Any]) -> OwnPolicy:
    body = documents[0]
    annotations = body["metadata"]["annotations"]
    return OwnPolicy(
        name=file.stem,
        file=str(file),
        body=body,
        severity=cast("Severity", annotations[SEVERITY]),
        why=annotations[WHY],
        fix=annotations[FIX],
        examples=tuple(
            Example(
                title=str(_map(document, "metadata").get("name", "")),
                manifest=document,
                allowed=_WORDS[_word(document)],
            )
            for document in documents[1:]
        ),
    )


def _word(document: Mapping[str, Any]) -> str:
    return str(_map(_map(document, "metadata"), "annotations").get(EXAMPLE, ""))


def _map(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = value.get(key)
    return found if isinstance(found, Mapping) else {}


def _list(value: Mapping[str, Any], key: str) -> list[Any]:
    found = value.get(key)
    return found if isinstance(found, list) else []
