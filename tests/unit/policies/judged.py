"""Texts as evidence, and what rules find in them: for cases, examples and seeded mistakes.

What kind of evidence a text is, it says itself: a plan has `resource_changes`,
Terraform JSON has `resource`, `terraform` or the like, a manifest has `kind`, and
all else is a fragment of an environment. A fragment is laid over `tiny.yaml`; its
`services` and `jobs` are the demand. A key that is null in it is taken out.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import yaml

from environments import demand, invariants, model
from environments.load import Loaded
from environments.quantity import decode
from environments.yaml_reader import parse
from policies.evidence import environment, manifests, plan, terraform
from policies.evidence.json_lines import JsonLines
from policies.finding import Finding, Place
from policies.finding import Path as Steps
from policies.judge import judge
from policies.origin import Origin
from policies.rule import Rule
from policies.subject import Fleet, Subject

TINY = Path(__file__).with_name("tiny.yaml")
TODAY = dt.date(2026, 11, 22)
CLAIMS = """
clusters:
  claims:
    cloud: {provider: private, kubeconfig_env: CLAIMS_KUBECONFIG}
    kubernetes: "1.36"
    sharing: {mode: dra}
    pools:
      h20:
        card: H20-96G
        cards_per_node: 8
        nodes: {desired: 3}
        machine: {cpu: "96", memory: 1024Gi}
        selector: {node.example.com/model: h20}
"""
"""A cluster beside those of `tiny.yaml`, for objects that go to one shared by claims."""
DEMAND = ("services", "jobs")
TERRAFORM = {"resource", "terraform", "provider", "data", "variable", "output", "locals", "module"}


def kind(text: str) -> str:
    """What kind of evidence the text is."""
    first = next(iter(yaml.safe_load_all(text)))
    if isinstance(first, list) and first and isinstance(first[0], Mapping):
        return "terraform"
    if not isinstance(first, Mapping):
        return "manifest"
    if "resource_changes" in first or "format_version" in first:
        return "plan"
    if "kind" in first and "apiVersion" in first:
        return "manifest"
    return "terraform" if TERRAFORM & first.keys() else "environment"


def fleet(text: str, file: str = "case", of: str | None = None) -> Fleet:
    """The text as evidence."""
    match of or kind(text):
        case "environment":
            return environment_fleet(loaded(text, file))
        case "plan":
            return _fleet(list(plan.of_content(text.encode(), file)))
        case "terraform":
            return _fleet(list(_stacks(text.encode(), file)))
        case _:
            return _manifests(text, file)


def _stacks(content: bytes, file: str) -> Iterator[Subject]:
    """The subjects of Terraform JSON; of a list of it, as if each were a stack of its own."""
    if not content.lstrip().startswith(b"["):
        yield from terraform.of_content(content, file, "stack")
        return
    lines = JsonLines(file, lambda: content)
    for at, data in enumerate(msgspec.json.decode(content)):
        yield from terraform.of_document(data, _Below(lines, (at,)), f"stack{at}")


@dataclass(frozen=True, slots=True)
class _Below:
    """A part of a file that counts as one of its own."""

    origin: Origin
    root: Steps

    def place(self, path: Steps, *, at_key: bool = False) -> Place | None:
        return self.origin.place((*self.root, *path), at_key=at_key)


def environment_fleet(found: Loaded) -> Fleet:
    """An environment as evidence, with nothing made of it."""
    subjects = tuple(environment.subjects(found))
    return Fleet(environment=found.environment, demand=found.demand, subjects=subjects, today=TODAY)


def loaded(text: str, file: str = "case") -> Loaded:
    """A fragment of an environment, whole; lines are those of the fragment."""
    document = parse(text.encode(), file)
    assert not document.problems, document.problems
    data = _over(document.data or {}, yaml.safe_load(TINY.read_text()))
    wanted = {key: data.pop(key, {}) for key in DEMAND}
    made = msgspec.convert(data, model.Environment, dec_hook=decode)
    asked = msgspec.convert(wanted, demand.Demand, dec_hook=decode)
    wrong = [*invariants.faults(made), *invariants.demand_faults(made, asked)]
    assert not wrong, f"{file} is no environment: {wrong}"
    return Loaded(environment=made, demand=asked, document=document, demand_document=document)


def findings(text: str, rules: Sequence[Rule], file: str = "case") -> tuple[Finding, ...]:
    """What the rules find in the text."""
    return judge(fleet(text, file), rules).findings


def said(found: Sequence[Finding]) -> list[str]:
    """Findings as a case's expectation has them: `12: fail: message`."""
    return sorted(
        (f"{f.place.line if f.place else None}: {f.outcome}: {f.message}" for f in found),
        key=lambda line: (int(line.split(":")[0]) if line[0].isdigit() else 0, line),
    )


def _manifests(text: str, file: str) -> Fleet:
    """Objects of anybody, or with `# cluster: infer` on the first line, of the tiny environment."""
    first = text.partition("\n")[0]
    cluster = first.removeprefix("# cluster: ") if first.startswith("# cluster: ") else None
    found = manifests.of_text(text.encode(), file, cluster)
    assert not found.findings, found.findings
    if cluster is None:
        return _fleet(found.manifests)
    known = environment_fleet(loaded(CLAIMS if cluster == "claims" else "{}", file))
    return dataclasses.replace(known, subjects=(*known.subjects, *found.manifests))


def _fleet(subjects: Sequence[Subject]) -> Fleet:
    return Fleet(subjects=tuple(subjects), today=TODAY)


def _over(upper: Any, lower: Any) -> Any:
    if not (isinstance(upper, Mapping) and isinstance(lower, Mapping)):
        return upper
    # Another union branch has other keys: sharing and cloud are replaced, not merged.
    out = dict(lower)
    for key, value in upper.items():
        if value is None:
            out.pop(key, None)
        else:
            out[key] = value if key in {"sharing", "cloud"} else _over(value, lower.get(key))
    return out
