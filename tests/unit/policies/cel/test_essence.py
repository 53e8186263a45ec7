"""Pods that are alike in what policies read get one verdict: the one that each gets alone."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from environments.admission import POLICIES
from environments.keys import CORES, GPU, MEMORY, PERCENTAGE
from policies.cel import essence, pods
from policies.evidence import manifests
from policies.finding import Finding
from policies.judge import judge
from policies.objects import Manifest
from policies.subject import Fleet

RULES = [pods.rule(policy) for policy in POLICIES]

ODD: tuple[Any, ...] = (None, [], {}, "text", 3)
AMOUNTS = ("1", 1, 0, "0", "16Gi", "2k", 101, 2048, -1, 1.5, True, None, "x")
KEYS = (GPU, MEMORY, PERCENTAGE, CORES, "nvidia.com/gpumemory", "memory")
VARIABLES: tuple[Any, ...] = (
    *({"name": "NVIDIA_VISIBLE_DEVICES", "value": value} for value in ("all", "none", None)),
    *({"name": "CUDA_DISABLE_CONTROL", "value": value} for value in ("true", "false")),
    *({"name": name, "value": "all"} for name in ("MODEL", "", 3, None)),
    *ODD,
)
LIMITS = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(AMOUNTS), min_size=1, max_size=2)
OF_CONTAINER: dict[str, Any] = {
    "image": st.sampled_from(["a:1", "b:2"]),
    "env": st.lists(st.sampled_from(VARIABLES), max_size=2) | st.sampled_from(ODD),
    "resources": st.fixed_dictionaries({"limits": LIMITS}) | st.sampled_from(ODD),
    "securityContext": st.sampled_from([{"privileged": True}, {"privileged": False}, *ODD]),
}
OF_SPEC: dict[str, Any] = {
    "nodeName": st.sampled_from(["node-1", "", None]),
    "hostPID": st.sampled_from([True, False, *ODD]),
    "resourceClaims": st.sampled_from([[{"name": "card"}], *ODD]),
    "priorityClassName": st.sampled_from(["serving", "batch"]),
    "initContainers": st.sampled_from([[{"name": "first", "image": "a:1"}], *ODD]),
}
PODS = st.tuples(
    # Mostly alike: one pod's verdict is another's only then.
    st.one_of(*(st.fixed_dictionaries({key: value}) for key, value in OF_CONTAINER.items())),
    st.one_of(st.just({}), *(st.fixed_dictionaries({key: v}) for key, v in OF_SPEC.items())),
    st.booleans(),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(PODS, min_size=1, max_size=12))
def test_a_pod_among_others_gets_the_verdict_that_it_gets_alone(
    drawn: list[tuple[dict[str, Any], dict[str, Any], bool]],
):
    found = [_pod(0, _spec("a:1"))]
    for at, (of_container, of_spec, live) in enumerate([*drawn, *drawn], start=1):
        spec = _spec("a:1")
        spec["containers"][0] |= of_container
        found.append(_pod(at, spec | of_spec, live=live))

    together = _judged(found)

    assert together == [finding for one in found for finding in _judged([one])]


def test_pods_that_differ_in_names_and_images_are_one_to_policies():
    found = [_pod(at, _spec(f"registry.example.com/web:{at}")) for at in range(3)]

    assert len({_essence(one) for one in found}) == 1


def test_pods_that_differ_in_what_a_policy_reads_are_not():
    plain = _spec("a:1")
    container = plain["containers"][0]
    others = [
        {**plain, "hostPID": True},
        {**plain, "nodeName": "node-1"},
        {**plain, "containers": [{**container, "securityContext": {"privileged": True}}]},
        {**plain, "containers": [{**container, "resources": {"limits": {GPU: 2}}}]},
        {**plain, "containers": [{**container, "resources": {"limits": {GPU: "1"}}}]},
        {
            **plain,
            "containers": [
                {**container, "env": [{"name": "NVIDIA_VISIBLE_DEVICES", "value": "all"}]}
            ],
        },
    ]

    found = {_essence(_pod(0, spec)) for spec in [plain, *others]}

    assert None not in found
    assert len(found) == 1 + len(others)


def test_no_policy_that_is_answered_for_others_reads_a_pods_labels():
    fields, _ = essence.read()

    assert "metadata" not in fields


def _spec(image: str) -> dict[str, Any]:
    limits = {GPU: 1, MEMORY: 2000}
    env = [{"name": "MODEL", "value": image}]
    return {"containers": [{"name": "main", "image": image, "env": env, "resources": {"limits": limits}}]}  # fmt: skip


def _pod(at: int, spec: dict[str, Any], *, live: bool = False) -> Manifest:
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"pod-{at}"}, "spec": spec}
    (made,) = manifests.of_objects([body], None)
    return Manifest(address=made.address, body=body, live=live)


def _essence(manifest: Manifest) -> bytes | None:
    (template,) = manifest.pods()
    return essence.of(template, manifest)


def _judged(found: list[Manifest]) -> list[Finding]:
    return list(judge(Fleet(subjects=tuple(found)), RULES).findings)
