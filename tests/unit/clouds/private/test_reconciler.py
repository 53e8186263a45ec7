"""What one round does to one node, whatever was on it before."""

from __future__ import annotations

import ast
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.clouds.private import node_pool, reconciler
from tests.unit.clouds.private import fleets

Body = dict[str, Any]

KEYS = st.sampled_from(["a", "b", "c", "gpu-fleet.dev/pool"])
VALUES = st.sampled_from(["", "x", "y"])
LABELS = st.dictionaries(KEYS, VALUES)
NAMES = st.tuples(st.sampled_from(["s", "t", "u"]), st.sampled_from(["NoSchedule", "NoExecute"]))
TAINTS = st.dictionaries(NAMES, VALUES).map(
    lambda found: [
        {"key": key, "effect": effect, **({"value": value} if value else {})}
        for (key, effect), value in found.items()
    ]
)
NOTES = st.one_of(
    st.none(),
    st.builds(
        lambda labels, taints: reconciler.written(
            set(labels), {reconciler.name(it) for it in taints}
        ),
        LABELS,
        TAINTS,
    ),
    st.sampled_from(["", "[]", "{}", '{"labels": 1}', "null"]),
)


def node(labels: Body, taints: list[Body], note: str | None) -> Body:
    annotations = {} if note is None else {reconciler.HELD: note}
    return {
        "metadata": {
            "name": "gpu-1",
            "labels": labels,
            "annotations": annotations,
            "resourceVersion": "1",
        },
        "spec": {"taints": taints},
    }


def patched(before: Body, patch: Body) -> Body:
    """The node after a merge patch, as the API server does it."""
    metadata = before["metadata"]

    def merged(kind: str) -> Body:
        found = {**metadata[kind], **patch["metadata"][kind]}
        return {key: value for key, value in found.items() if value is not None}

    spec: Body = patch.get("spec") or before["spec"]
    taints = spec["taints"]
    return node(merged("labels"), taints, merged("annotations").get(reconciler.HELD))


def settled(before: Body, pool: Body | None) -> Body:
    patch = reconciler.change(before, pool)
    return before if patch is None else patched(before, patch)


nodes = st.builds(node, LABELS, TAINTS, NOTES)
pools = st.builds(lambda labels, taints: {"labels": labels, "taints": taints}, LABELS, TAINTS)


@given(nodes, st.none() | pools)
def test_one_patch_is_enough(before: Body, pool: Body | None) -> None:
    assert reconciler.change(settled(before, pool), pool) is None


@given(nodes, pools)
def test_a_node_of_a_pool_has_all_that_the_pool_says(before: Body, pool: Body) -> None:
    after = settled(before, pool)

    assert after["metadata"]["labels"].items() >= pool["labels"].items()
    there = {(reconciler.name(it), reconciler.value(it)) for it in after["spec"]["taints"]}
    assert there >= {(reconciler.name(it), reconciler.value(it)) for it in pool["taints"]}


@given(nodes, st.none() | pools)
def test_what_nobody_noted_and_no_pool_says_is_left_alone(before: Body, pool: Body | None) -> None:
    held_labels, held_taints = reconciler.noted(before["metadata"])
    said = pool or {"labels": {}, "taints": []}

    after = settled(before, pool)

    for key, value in before["metadata"]["labels"].items():
        if key not in held_labels | said["labels"].keys():
            assert after["metadata"]["labels"][key] == value
    named = {reconciler.name(it) for it in said["taints"]}
    theirs = [
        it for it in before["spec"]["taints"] if reconciler.name(it) not in held_taints | named
    ]
    assert [it for it in after["spec"]["taints"] if it in theirs] == theirs


@given(LABELS.filter(lambda found: "gpu-fleet.dev/pool" not in found), TAINTS, pools)
def test_a_node_that_comes_and_goes_is_as_it_was_but_for_what_was_overwritten(
    labels: Body, taints: list[Body], pool: Body
) -> None:
    before = node(labels, taints, None)

    after = settled(settled(before, pool), None)

    kept = {key: value for key, value in labels.items() if pool["labels"].get(key, value) == value}
    assert after["metadata"]["labels"] == kept
    meant = {reconciler.name(it): reconciler.value(it) for it in pool["taints"]}
    assert after["spec"]["taints"] == [
        it
        for it in taints
        if meant.get(reconciler.name(it), reconciler.value(it)) == reconciler.value(it)
    ]
    assert reconciler.HELD not in after["metadata"]["annotations"]


def test_labels_of_the_fleet_are_ours_also_where_a_note_was_lost() -> None:
    pool = {"labels": {"gpu-fleet.dev/pool": "x", "a": "x"}, "taints": []}
    before = node({"gpu-fleet.dev/pool": "x", "a": "x"}, [], None)

    after = settled(settled(before, pool), None)

    assert after["metadata"]["labels"] == {"a": "x"}


@pytest.mark.parametrize(
    ("name", "labels", "ours"),
    [
        ("gpu-1", {}, True),
        ("gpu-2", {}, False),
        ("gpu-2", {"model": "h100"}, False),
        ("gpu-2", {"model": "h100", "row": "b"}, True),
        ("gpu-2", {"model": "h100", "row": "c"}, False),
    ],
)
def test_a_node_belongs_by_its_name_or_by_all_labels_of_the_selector(
    name: str, labels: Body, *, ours: bool
) -> None:
    pool = {"hosts": ["gpu-1"], "selector": {"model": "h100", "row": "b"}}

    assert reconciler.belongs({"metadata": {"name": name, "labels": labels}}, pool) is ours


def test_a_pool_of_named_hosts_takes_no_others() -> None:
    pool = {"hosts": ["gpu-1"], "selector": {}}

    assert not reconciler.belongs({"metadata": {"name": "gpu-2"}}, pool)


def test_the_program_needs_nothing_but_python() -> None:
    tree = ast.parse(node_pool.program())

    imported = {
        (name.name if isinstance(it, ast.Import) else str(it.module)).partition(".")[0]
        for it in ast.walk(tree)
        if isinstance(it, ast.Import | ast.ImportFrom)
        for name in it.names
    }

    assert imported <= sys.stdlib_module_names


def test_the_job_runs_the_program_that_lies_beside_what_it_reads() -> None:
    manifests = {it["kind"]: it for it in node_pool.pools(fleets.private(), "idc").manifests}

    pod = manifests["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,), (volume,) = pod["containers"], pod["volumes"]
    (mount,) = container["volumeMounts"]
    files = {word.removeprefix(f"{mount['mountPath']}/") for word in container["command"][2:]}
    assert volume["configMap"]["name"] == manifests["ConfigMap"]["metadata"]["name"]
    assert files == set(manifests["ConfigMap"]["data"])
    assert pod["serviceAccountName"] == manifests["ServiceAccount"]["metadata"]["name"]


def test_the_largest_pool_fits_into_a_config_map() -> None:
    hosts = [f"gpu-{index:03d}".ljust(63, "x") for index in range(999)]

    manifests = node_pool.pools(fleets.private(hosts=hosts), "idc").manifests

    (files,) = (it["data"] for it in manifests if it["kind"] == "ConfigMap")
    assert sum(map(len, files.values())) < 2**20
