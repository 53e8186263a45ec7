"""Policies of users as rules: the same texts that the API server gets, asked in a process apart.

A policy is tried on its own examples when it is loaded: one that refuses what it
should allow is no rule, and nothing is judged by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path as Directory
from typing import Any

from environments.admission import own
from environments.admission.own import OwnPolicy
from environments.errors import InvalidInput, Problem
from policies import values
from policies.cel import apart, blame, example, requests
from policies.cel.apart import OverBudget
from policies.cel.policy import Policy, Refusal, Validation
from policies.cel.text import Broken, Unreadable
from policies.finding import Severity
from policies.objects import Manifest
from policies.pods import TEMPLATES
from policies.pods import pods as templates
from policies.rule import Docs, Example, Fault, Rule
from policies.subject import Fleet

PACK = "own"
PODS = "pods"


def load(directory: Directory) -> list[Rule]:
    """The rules of the directory's policies.

    Raises `UsageError` where there is no such directory, `InvalidInput` with every
    policy that cannot be read, or says otherwise than its examples.
    """
    found, problems = list[Rule](), list[Problem]()
    for policy in own.read(directory):
        judge = Asked(policy)
        wrong = list(judge.wrong())
        problems += [own.problem(policy.file, message) for message in wrong]
        found.append(
            OwnRule(
                policy=policy,
                id=policy.name,
                pack=PACK,
                severity=Severity.named(policy.severity),
                judges=Manifest,
                check=judge.check,
                text=policy.why,
            )
        )
    if problems:
        raise InvalidInput(tuple(problems))
    return found


@dataclass(frozen=True, kw_only=True)
class OwnRule(Rule):
    """A rule whose words are in the annotations of a policy."""

    policy: OwnPolicy = field(repr=False)

    @cached_property
    def docs(self) -> Docs:
        """Title, why, fix and examples."""
        shown = [
            (one.allowed, Example(kind="manifest", text=example.yaml(one.manifest)))
            for one in self.policy.examples
        ]
        return Docs(
            title=self.policy.name.replace("-", " "),
            why=self.policy.why,
            fix=self.policy.fix,
            bad=tuple(text for allowed, text in shown if not allowed),
            good=tuple(text for allowed, text in shown if allowed),
        )


@dataclass(slots=True)
class Asked:
    """One policy, asked about manifests until it takes too long."""

    definition: OwnPolicy
    over: bool = False
    """Whether it took too long once; it is not asked again."""

    def check(self, manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
        """What the policy has against the object, or against the pods that come of it."""
        if self.over:
            return
        for path, body in self._objects(manifest):
            request = {"object": body, "request": requests.OPERATION}
            if compiled(self.definition).names("namespaceObject"):
                request["namespaceObject"] = _namespace(manifest, fleet)
            if not self._selects(request, manifest, fleet):
                continue
            for refusal in self._refusals(request):
                yield blame.fault(refusal, path)

    def wrong(self) -> Iterator[str]:
        """What is wrong with the texts, and where they differ from their examples."""
        try:
            compiled(self.definition).check()
        except Unreadable as error:
            yield str(error)
            return
        if not self._resources():
            yield "no resource rule has the operation CREATE; nothing would be judged"
            return
        for shown in self.definition.examples:
            manifest = Manifest(address=shown.title, body=shown.manifest)
            try:
                refused = any(True for _ in self.check(manifest, Fleet()))
            except (OverBudget, Broken) as error:
                yield f'example "{shown.title}": {error}'
                return
            if refused is shown.allowed:
                said = "refused" if refused else "allowed"
                yield f'example "{shown.title}" is {said}; correct the policy or the example'

    def _refusals(self, request: Mapping[str, Any]) -> list[Refusal]:
        try:
            return apart.APART.refusals(compiled(self.definition), request)
        except OverBudget as error:
            self.over = True
            msg = f"{error}; it was not asked about further objects"
            raise OverBudget(msg) from None

    def _objects(
        self, manifest: Manifest
    ) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
        """The object itself where its kind is named; its pods where `pods` are."""
        wanted = self._resources()
        if PODS in wanted:
            for template in templates(manifest.body):
                yield template.path, requests.pod(template, manifest)
        itself = bool({plural(manifest.kind), "*", "*/*"} & wanted)
        if itself and not (PODS in wanted and manifest.kind in TEMPLATES):
            yield (), requests.without_nulls(manifest.body)

    def _resources(self) -> set[str]:
        rules = values.sequence(self.definition.body, "spec", "matchConstraints", "resourceRules")
        return {
            str(name)
            for rule in rules
            if {"CREATE", "*"} & {str(word) for word in values.sequence(rule, "operations")}
            for name in values.sequence(rule, "resources")
        }

    def _selects(self, request: Mapping[str, Any], manifest: Manifest, fleet: Fleet) -> bool:
        constraints = values.mapping(self.definition.body, "spec", "matchConstraints")
        labels = values.mapping(request["object"], "metadata", "labels")
        namespace = values.mapping(_namespace(manifest, fleet), "metadata", "labels")
        return _matches(values.mapping(constraints, "objectSelector"), labels) and _matches(
            values.mapping(constraints, "namespaceSelector"), namespace
        )


def plural(kind: str) -> str:
    """The resource of a kind, as Kubernetes makes it: `NetworkPolicy` is `networkpolicies`."""
    lower = kind.lower()
    if lower.endswith("y"):
        return f"{lower[:-1]}ies"
    return f"{lower}es" if lower.endswith(("s", "x", "ch")) else f"{lower}s"


def compiled(definition: OwnPolicy) -> Policy:
    """The texts of a user's policy."""
    spec = values.mapping(definition.body, "spec")
    return Policy(
        name=definition.name,
        conditions=_named(spec, "matchConditions"),
        variables=_named(spec, "variables"),
        validations=tuple(
            Validation(
                expression=values.text(one, "expression"),
                message=values.text(one, "messageExpression"),
                plain=values.text(one, "message"),
            )
            for one in values.sequence(spec, "validations")
        ),
        on_error="Ignore" if values.text(spec, "failurePolicy") == "Ignore" else "Fail",
    )


def _named(spec: Mapping[str, Any], key: str) -> dict[str, str]:
    found = values.sequence(spec, key)
    return {values.text(one, "name"): values.text(one, "expression") for one in found}


def _namespace(manifest: Manifest, fleet: Fleet) -> dict[str, Any]:
    """The namespace as far as it is known: Kubernetes labels each with its name."""
    name = manifest.namespace or "default"
    metadata: dict[str, Any] = {"name": name}
    for found in fleet.manifests("Namespace", cluster=manifest.cluster):
        if found.name == name:
            metadata = requests.without_nulls(values.mapping(found.body, "metadata"))
    labels = values.mapping(metadata, "labels")
    metadata["labels"] = {**labels, "kubernetes.io/metadata.name": name}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


def _matches(selector: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    wanted = values.mapping(selector, "matchLabels")
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_holds(one, labels) for one in values.sequence(selector, "matchExpressions"))


def _holds(expression: Any, labels: Mapping[str, Any]) -> bool:
    key, listed = values.text(expression, "key"), values.sequence(expression, "values")
    match values.text(expression, "operator"):
        case "In":
            return labels.get(key) in listed
        case "NotIn":
            return labels.get(key) not in listed
        case "Exists":
            return key in labels
        case _:
            return key not in labels
