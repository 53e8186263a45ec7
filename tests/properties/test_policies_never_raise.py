"""No rule breaks down, whatever it is shown: every finding in error would be a hole.

What is shown grows out of the rules' own examples and cases, so that their keys
are there, with values of any shape in their places.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml
from hypothesis import given
from hypothesis import strategies as st

from environments import demand, invariants, model
from environments.load import Loaded
from environments.quantity import decode
from environments.yaml_reader import parse
from policies import rules
from policies.evidence import environment, manifests, plan, terraform
from policies.evidence.trouble import Unreadable
from policies.finding import Finding
from policies.judge import judge
from policies.subject import Fleet, Subject
from tests.examples import times
from tests.properties.strategies import broken, data, paths
from tests.unit.policies import judged

CASES = Path(judged.__file__).with_name("cases")
RULES = list(rules.every().values())


@cache
def seeds(kind: str) -> list[Any]:
    """The data of every example and every case of a kind of evidence."""
    texts = [e.text for rule in RULES for e in (*rule.docs.bad, *rule.docs.good)]
    texts += [file.read_text() for file in CASES.rglob("*_*.*") if file.parent.name != "cases"]
    found = [
        document
        for text in texts
        if judged.kind(text) == kind
        for document in yaml.safe_load_all(text)
        if isinstance(document, dict)
    ]
    assert found
    return found


def errors(subjects: list[Subject], of: Loaded | None = None) -> list[Finding]:
    """What broke down."""
    fleet = Fleet(
        environment=of.environment if of else None,
        demand=of.demand if of else None,
        subjects=tuple(subjects),
        today=judged.TODAY,
    )
    return [finding for finding in judge(fleet, RULES).findings if finding.outcome == "error"]


def mutated(kind: str) -> st.SearchStrategy[Any]:
    """One or two seeds, with a few values replaced, taken out or put in."""
    return st.deferred(
        lambda: st.lists(st.sampled_from(seeds(kind)).flatmap(broken), min_size=1, max_size=2)
    )


@times(4)
@given(mutated("manifest"), st.sampled_from([None, "infer", "train", "claims"]))
def test_no_rule_breaks_down_on_any_manifest(documents, cluster):
    text = "\n---\n".join(json.dumps(document) for document in documents)
    found = manifests.of_text(text.encode(), "m.yaml", cluster)
    loaded = judged.loaded("{}") if cluster else None
    if loaded is None:
        assert errors(list(found.manifests)) == []
    else:
        assert errors([*environment.subjects(loaded), *found.manifests], loaded) == []


@times(4)
@given(mutated("terraform"))
def test_no_rule_breaks_down_on_any_terraform(documents):
    subjects = [
        subject
        for at, document in enumerate(documents)
        if isinstance(document, dict)
        for subject in terraform.of_content(json.dumps(document).encode(), "t", f"stack{at}")
    ]

    assert errors(subjects) == []


@times(4)
@given(mutated("plan"))
def test_no_rule_breaks_down_on_any_plan(documents):
    try:
        subjects = [
            subject
            for document in documents
            for subject in plan.of_content(json.dumps(document).encode(), "p.json")
        ]
    except Unreadable:
        return

    assert errors(subjects) == []


@times(2)
@given(
    st.sampled_from(sorted({t for r in RULES for t in r.types})),
    st.dictionaries(st.text(max_size=8), data),
    data,
)
def test_no_rule_breaks_down_on_any_body_of_its_types(kind, body, inner):  # fmt: skip
    manifest = {"apiVersion": "v1", "kind": kind, "metadata": inner, "spec": inner, **body}
    found = manifests.of_text(json.dumps(manifest).encode(), "m.json")
    resource = json.dumps({"resource": {kind: {"x": {**body, "y": inner}}}}).encode()

    assert errors([*found.manifests, *terraform.of_content(resource, "t", "stack")]) == []


NUMBERS = st.integers(0, 64) | st.integers(0, 5000)


@st.composite
def environments(draw: st.DrawFn) -> Loaded | None:
    """The small environment below a seed, with other numbers; None where that is none."""
    seed = draw(st.sampled_from(seeds("environment")))
    document = parse(json.dumps(seed).encode(), "e.yaml")
    base = yaml.safe_load(judged.TINY.read_text())
    whole: dict[str, Any] = copy.deepcopy(judged._over(seed, base))
    for path in draw(st.lists(st.sampled_from(paths(whole)), max_size=4)):
        holder: Any = whole
        for step in path[:-1]:
            holder = holder[step]
        if path and isinstance(holder[path[-1]], int):
            holder[path[-1]] = draw(NUMBERS if holder[path[-1]] not in {True, False} else st.booleans())  # fmt: skip
    wanted = {key: whole.pop(key, {}) for key in judged.DEMAND}
    try:
        made = msgspec.convert(whole, model.Environment, dec_hook=decode)
        asked = msgspec.convert(wanted, demand.Demand, dec_hook=decode)
    except msgspec.ValidationError:
        return None
    if [*invariants.faults(made), *invariants.demand_faults(made, asked)]:
        return None
    return Loaded(environment=made, demand=asked, document=document, demand_document=document)


@times(3)
@given(environments())
def test_no_rule_breaks_down_on_any_environment(loaded):
    if loaded is not None:
        assert errors(list(environment.subjects(loaded)), loaded) == []


@times(1)
@given(st.sampled_from(RULES), st.integers(1, 5))
def test_a_fingerprint_is_the_same_wherever_the_thing_stands_in_its_file(rule, lines):
    for example in rule.docs.bad:
        first, _, rest = example.text.partition("\n")
        head = f"{first}\n" if first.startswith("#") else ""
        body = rest if head else example.text
        here = judged.findings(example.text, [rule])
        below = judged.findings(head + "\n" * lines + body, [rule])

        assert [f.fingerprint for f in here] == [f.fingerprint for f in below]
        assert [f.place.line for f in here if f.place] != [f.place.line for f in below if f.place]


@times(2)
@given(
    st.binary(max_size=300) | st.text(max_size=300).map(str.encode),
    st.sampled_from(["a.yaml", "a.json"]),
)
def test_any_bytes_are_manifests_or_are_told(content, file):  # fmt: skip
    found = manifests.of_text(content, file)

    assert all(finding.place is not None for finding in found.findings)
    for manifest in found.manifests:
        assert manifest.place() is not None
