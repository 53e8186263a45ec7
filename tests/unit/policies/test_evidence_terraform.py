"""Terraform JSON and plans of anybody: what is read, where it stands, what is told of broken files."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import Any

import pytest

from policies.evidence import plan, terraform
from policies.evidence.json_lines import JsonLines
from policies.evidence.trouble import Unreadable
from policies.subject import Change, Chart, Manifest, Module, PlanFile, Resource
from policies.values import ABSENT, UNKNOWN

STACK = """\
{
  "//": {"metadata": {"version": "0.24"}},
  "variable": {"size": {"default": 3}, "zone": {}},
  "locals": {"name": "h20"},
  "resource": {
    "alicloud_cs_kubernetes_node_pool": {
      "h20": {
        "//": {"metadata": {"path": "lab-a-cluster/pools/h20"}},
        "desired_size": "${var.size}",
        "zone": "${var.zone}",
        "name": "${local.name}",
        "cluster_id": "${alicloud_cs_managed_kubernetes.a.id}",
        "data_disks": {"size": 100},
        "labels": {"a": "$${not an expression}"}
      }
    },
    "kubectl_manifest": {
      "web": {"yaml_body": "{\\"apiVersion\\":\\"v1\\",\\"kind\\":\\"Service\\",\\"metadata\\":{\\"name\\":\\"web\\"}}"}
    },
    "helm_release": {
      "hami": {
        "name": "hami", "chart": "hami", "version": "2.9.0", "namespace": "kube-system",
        "values": ["a: {b: 1, c: 2}\\n", "{a: {b: 3}}", "${file(\\"x\\")}"],
        "set": [{"name": "a.d.e", "value": "4"}]
      }
    }
  }
}
"""


def subjects(text: str, file: str = "cdk.tf.json"):
    return terraform.of_content(text.encode(), file, "stack")


def one(kind, text: str = STACK, index: int = 0):
    return [subject for subject in subjects(text) if isinstance(subject, kind)][index]


def test_a_file_is_its_module_its_resources_and_what_they_put_into_clusters():
    assert [f"{type(s).__name__} {s.address}" for s in subjects(STACK)] == [
        "Module stack",
        "Resource stack:alicloud_cs_kubernetes_node_pool.h20",
        "Resource stack:kubectl_manifest.web",
        "Manifest stack:Service/web",
        "Resource stack:helm_release.hami",
        "Chart stack:Chart/kube-system/hami",
    ]


def test_a_value_that_terraform_computes_is_unknown_and_not_absent():
    pool = one(Resource)

    assert pool.get("desired_size") == 3
    assert pool.get("name") == "h20"
    assert pool.get("zone") is UNKNOWN
    assert pool.get("cluster_id") is UNKNOWN
    assert pool.get("cluster_id", "deeper") is UNKNOWN
    assert pool.get("force_delete") is ABSENT
    assert pool.get("labels", "a") == "$${not an expression}"
    assert pool.construct == "lab-a-cluster/pools/h20"
    assert list(pool.blocks("data_disks")) == [(("data_disks",), {"size": 100})]


def test_the_values_of_a_chart_are_merged_as_helm_merges_them():
    chart = one(Chart)

    assert chart.values == {"a": {"b": 3, "c": 2, "d": {"e": 4}}}
    assert chart.get("a", "x") is ABSENT


@pytest.mark.parametrize(
    ("kind", "index", "path", "expected"),
    [
        (Module, 0, (), 1),
        (Module, 0, ("variable", "size", "default"), 3),
        (Module, 0, ("terraform", "backend"), 1),
        (Resource, 0, (), 7),
        (Resource, 0, ("data_disks", "size"), 13),
        (Resource, 0, ("force_delete",), 7),
        (Manifest, 0, ("metadata", "name"), 18),
        (Chart, 0, ("version",), 22),
        (Chart, 0, ("values", "a", "b"), 23),
        (Chart, 0, ("name",), 22),
    ],
)
def test_a_path_leads_to_its_line(kind, index, path, expected):
    assert one(kind, index=index).place(path).line == expected


def test_lists_of_maps_are_read_where_terraform_allows_them():
    text = '{"resource": [{"a_b": [{"x": [{"k": 1}]}]},\n {"a_b": {"y": {"k": 2}}}]}'

    first, second = (s for s in subjects(text) if isinstance(s, Resource))

    assert (first.get("k"), second.get("k")) == (1, 2)
    assert [str(one.place(("k",))) for one in (first, second)] == [
        "cdk.tf.json:1:37",
        "cdk.tf.json:2:22",
    ]


@pytest.mark.parametrize(
    "text",
    ['{"resource": 1}', '{"resource": {"a": 1}}', '{"resource": {"a": {"b": 1}}}', '{"resource": [[]]}',
     '{"resource": {"kubectl_manifest": {"a": {"yaml_body": "a: ["}}}}', '{"resource": {"helm_release": {"a": {"values": 1, "set": 1}}}}'],
)  # fmt: skip
def test_strange_shapes_are_passed_over(text):
    assert isinstance(subjects(text)[0], Module)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "t.tf.json:1:1: not JSON: input data was truncated"),
        (b"[]", "t.tf.json:1:1: not Terraform JSON: not a map"),
        (b'{\n "a": tru', "t.tf.json:2:10: not JSON: input data was truncated"),
        (b"{\n 1: 2}", "t.tf.json:2:2: not JSON: object keys must be strings"),
        (b"\xff\xff", "t.tf.json:1:1: not UTF-8 text; is this a text file?"),
        (b'{"a": "\xff"}', "t.tf.json:1:8: not UTF-8 text; is this a text file?"),
        (b'{"a":' * 10**5, "t.tf.json: nested too deep"),
    ],
)
def test_a_broken_file_is_told(content, said):
    with pytest.raises(Unreadable) as raised:
        terraform.of_content(content, "t.tf.json", "stack")

    assert f"{raised.value.place}: {raised.value.message}" == said


# Earns: a stack as large as nobody has is located in time; small ones are above.
@pytest.mark.slow
def test_a_resource_of_a_million_keys_is_read_and_located_in_seconds():
    body = ",\n".join(f'"k{n}": {n}' for n in range(10**6))
    text = f'{{"resource": {{"a_b": {{"x": {{\n{body}}}}}}}}}'
    start = time.process_time()

    resource = one(Resource, text)

    assert resource.get("k999999") == 999999
    assert resource.place(("k999999",)).line == 10**6 + 1
    assert time.process_time() - start < 20


def test_the_scan_for_lines_agrees_with_the_decoder_on_odd_strings():
    data = {
        'a"\\': [{"{": "}"}, ["]", {"é😀\n": [[], {}, "x"]}]],
        "b": {"c": {"d": {"e": {"f": 1}}}},
    }
    for indent in (None, 1):
        text = json.dumps(data, indent=indent).encode()
        lines = JsonLines("f", partial(bytes, text))

        found: dict[str, tuple[str | int, ...]] = {
            '"x"': ('a"\\', 1, 1, "é😀\n", 2),
            "1": ("b", "c", "d", "e", "f"),
        }

        for value, path in found.items():
            _, line, column = str(lines.place(path)).split(":")
            there = text.decode().split("\n")[int(line) - 1][int(column) - 1 :]
            assert there.startswith(value)


def test_a_key_that_stands_twice_leads_to_the_one_that_counts():
    text = b'{"a": 1,\n "b": {"c": [{}]},\n "a": 3,\n "b": {"c":\n [{"d": 5}]}}'
    lines = JsonLines("f", lambda: text)

    assert [lines.place(path).line for path in (("a",), ("b",), ("b", "c", 0, "d"))] == [3, 4, 5]


# --- plans ---------------------------------------------------------------------

PLAN = {
    "format_version": "1.2",
    "terraform_version": "1.12.0",
    "resource_changes": [
        {
            "address": 'a_pool.h20["x"]',
            "mode": "managed",
            "type": "a_pool",
            "name": "h20",
            "index": "x",
            "provider_name": "registry.terraform.io/aliyun/alicloud",
            "action_reason": "replace_because_cannot_update",
            "change": {
                "actions": ["delete", "create"],
                "before": {"size": 3, "zone": "a", "disks": [{"id": 1}]},
                "after": {"size": 4, "disks": [{"id": None}, {}]},
                "after_unknown": {"zone": True, "labels": True, "disks": [{"id": True}, {}], "id": True},
                "replace_paths": [["zone"], ["disks", 0, "id"]],
            },
        },
        {"address": "a_pool.old", "type": "a_pool", "name": "old", "deposed": "1234",
         "change": {"actions": ["delete"], "before": {"size": 1}, "after": None, "after_unknown": {}}},
        {"address": "a_pool.same", "type": "a_pool", "name": "same",
         "change": {"actions": ["no-op"], "before": {}, "after": {}}},
        {"address": "a_pool.came", "type": "a_pool", "name": "came",
         "change": {"actions": ["no-op"], "before": {}, "after": {}, "importing": {"id": "x"}}},
        {"address": "data.a.b", "mode": "data", "type": "a", "name": "b", "change": {"actions": ["read"]}},
    ],
    "output_changes": {"o": {"actions": ["delete"], "before": 1, "after": None}},
    "errored": False,
    "something_new": [1],
}  # fmt: skip


def read(data: object) -> list[Any]:
    return list(plan.of_content(json.dumps(data, indent=1).encode(), "plan.json"))


def test_only_what_changes_something_is_a_change():
    whole, *changes = read(PLAN)

    assert isinstance(whole, PlanFile)
    assert [change.address for change in changes] == [
        'a_pool.h20["x"]', "a_pool.old (deposed 1234)", "a_pool.came",
    ]  # fmt: skip
    assert len(whole.changes) == 5
    assert whole.output_actions == {"o": ("delete",)}
    assert (whole.complete, whole.errored) == (True, False)


def test_a_change_tells_before_after_and_what_is_unknown():
    change = read(PLAN)[1]

    assert isinstance(change, Change)
    assert (change.replaces, change.deletes, change.creates, change.updates) == (
        True,
        True,
        True,
        False,
    )
    assert change.had("size") == 3
    assert change.get("size") == 4
    assert change.get("zone") is UNKNOWN
    assert change.get("id") is UNKNOWN
    assert change.get("disks", 0, "id") is UNKNOWN
    assert change.get("disks", 1, "id") is ABSENT
    assert change.get("labels", "deeper", 0) is UNKNOWN
    assert change.get("taints") is ABSENT
    assert change.index == "x"
    assert change.replace_paths == (("zone",), ("disks", 0, "id"))


def test_a_change_leads_to_the_attribute_in_the_plan():
    lines = json.dumps(PLAN, indent=1).split("\n")
    replaced, deleted = read(PLAN)[1:3]

    assert lines[replaced.place(("size",)).line - 1].strip() == '"size": 4,'
    assert lines[deleted.place(("size",)).line - 1].strip() == '"size": 1'
    assert lines[deleted.place(("gone",)).line - 1].strip() == '"before": {'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04", "plan.json: a binary plan; convert it: terraform show -json PLAN > plan.json"),
        (b"{}", "plan.json: not plan JSON: object missing required field `format_version`"),
        (b'{"format_version": "2.0"}', "plan.json: format_version 2.0 of plan JSON is not known; known: 1.x"),
        (b'{"format_version": "1.2", "resource_changes": [{}]}',
         "plan.json: not plan JSON: object missing required field `address` - at `$.resource_changes[0]`"),
        (b'{"format_version": "1.2"', "plan.json:1:25: not JSON: input data was truncated"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_plan_is_told(content, said):
    with pytest.raises(Unreadable) as raised:
        list(plan.of_content(content, "plan.json"))

    assert f"{raised.value.place}: {raised.value.message}" == said


def test_what_a_plan_nests_too_deep_for_the_decoder_is_no_crash():
    deep = '{"a":' * 10**5 + "1" + "}" * 10**5
    text = (
        '{"format_version": "1.2", "resource_changes": [{"address": "a.b", "type": "a", "name": "b",'
        f'"change": {{"actions": ["update"], "before": {deep}, "after": {{}}}}}}]}}'
    )
    with pytest.raises(Unreadable) as raised:
        list(plan.of_content(text.encode(), "plan.json"))

    assert raised.value.message == "nested too deep"
