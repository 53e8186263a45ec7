"""Does any rule about Terraform or plans break on bodies that nobody meant to write?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies import fields, rules
from policies.judge import of_subject
from policies.subject import Change, Chart, Module, PlanFile, Resource
from tests.unit.policies import judged

RULES = [
    rule
    for rule in rules.every().values()
    if rule.judges in {Resource, Module, Change, PlanFile, Chart}
]

WORDS = sorted(
    {
        step
        for table in (
            fields.INSTANCE_TYPES,
            fields.DESIRED,
            fields.MOST,
            fields.PROTECTION,
            fields.LABELS,
            fields.TAINTS,
        )
        for path in table.values()
        for step in path
    }
    | {"key", "name", "value", "tags", "lifecycle", "ignore_changes", "prevent_destroy", "count"}
    | {"ingress", "ingress_permissions", "cidr_ip", "port", "port_start", "port_end", "direction"}
    | {"action", "protocol", "port_range", "type", "policy", "cidr_block", "entry", "acl"}
    | {"retain_resources", "delete_keep_instance", "depends_on", "cluster_id", "dynamic"}
    | {"gpu_args", "driver", "node_config", "image", "repository", "tag", "version", "values"}
    | {"set", "chart", "user_data", "password", "valid_duration", "spot_strategy", "bucket"}
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(
        ["${var.x}", "${", "%{ if }", "Ecs", "0.0.0.0/0", "ingress", "ACCEPT#::/0", "latest"]
    ),
    st.sampled_from(["PrePaid", "all", "true", "-1/-1", "1" * 400, "1e999", "~> 1", "http://["]),
)
ANY = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5)
    ),
    max_leaves=20,
)
BODY = st.dictionaries(st.sampled_from(WORDS), ANY, max_size=8)
MODULE = st.fixed_dictionaries(
    {},
    optional={
        "terraform": st.fixed_dictionaries(
            {},
            optional={
                "backend": st.dictionaries(st.sampled_from(["oss", "s3", "cos", "local"]), ANY)
                | ANY,
                "required_providers": ANY,
                "cloud": ANY,
            },
        )
        | ANY,
        "provider": ANY,
        "variable": ANY,
        "output": ANY,
        "module": ANY,
        "data": st.dictionaries(st.sampled_from(["alicloud_vpcs"]), ANY),
        "locals": ANY,
    },
)
TYPES = sorted({name for rule in RULES for name in rule.types} | {"helm_release"})
ACTIONS = st.sampled_from(
    [["create"], ["update"], ["delete"], ["delete", "create"], ["create", "forget"], ["forget"], []]
)

strange = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


# Earns: three hundred bodies for every rule there is; `tests/properties` shows them some each time.
@pytest.mark.slow
@strange
@given(document=MODULE, body=BODY)
def test_no_rule_breaks_on_strange_terraform(document: dict[str, Any], body: dict[str, Any]):
    text = json.dumps(document | {"resource": {name: {"x": body} for name in TYPES}})

    assert errors(text, "terraform") == []


@pytest.mark.slow  # as above
@strange
@given(actions=ACTIONS, before=BODY | st.none(), after=ANY | BODY, unknown=ANY)
def test_no_rule_breaks_on_strange_plans(actions: list[str], before: Any, after: Any, unknown: Any):
    change = {
        "actions": actions,
        "before": before,
        "after": after,
        "after_unknown": unknown,
        "replace_paths": [["a", 0]],
    }
    changes = [
        {"address": f"{name}.x", "type": name, "name": "x", "change": change} for name in TYPES
    ]

    assert errors(json.dumps({"format_version": "1.2", "resource_changes": changes}), "plan") == []


@pytest.mark.parametrize("depth", [100, 400])
def test_no_rule_breaks_on_deep_bodies(depth: int):
    body: Any = "x"
    for at in range(depth):
        body = {WORDS[at % len(WORDS)]: body} if at % 2 else [body]
    text = json.dumps({"resource": {name: {"x": {"tags": body, "a": body}} for name in TYPES}})

    assert errors(text, "terraform") == []


def errors(text: str, kind: str) -> list[str]:
    """Which rules broke, and how."""
    fleet = judged.fleet(text, of=kind)
    return [
        f"{rule.id}: {finding.message}"
        for rule in RULES
        for subject in fleet.of(rule.judges, *sorted(rule.types))
        for finding in of_subject(rule, subject, fleet)
        if finding.outcome == "error"
    ]
