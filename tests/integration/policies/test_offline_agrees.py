"""What `fleet lint` says of a manifest is what the API server says, word for word."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from components.addons import namespaces
from components.addons.admission import rendering
from environments.admission import POLICIES, own
from environments.admission.place import Place
from environments.admission.policy import Policy as Definition
from policies.cel import own as own_rules
from policies.cel.policy import Policy, Validation
from tests.integration.harness import Cluster, eventually
from tests.integration.policies.guarded import Guarded, guarded
from tests.unit.addons import fleets
from tests.unit.policies.cel.test_own import POLICY

# A twin changes pods before policies see them, so its messages are about claims.
SCENARIOS: dict[str, tuple[str, dict[str, Any]]] = {
    "a GPU cluster with RDMA": ("whole", {"rdma": True}),
    "a vGPU cluster": ("slices", {"rdma": True}),
    "a vGPU cluster that gives no whole card": ("slices", {"whole_cards": 0, "rdma": True}),
    "claims": ("claims", {"rdma": True}),
}
VALUES = (
    "string(quantity('16Gi').asInteger())",
    "string(quantity('1k') == quantity('1000'))",
    "string(quantity('1500m').isInteger())",
    "string(quantity('1Gi').compareTo(quantity('1G')))",
    "string(isQuantity('1KB'))",
    "string(isQuantity('1e3'))",
    "string([1, 2, 3].sum() + [4, 5].max() + [4, 5].min())",
    "string(object.spec.?initContainers.orValue([]).size())",
    "object.metadata.?annotations[?'none'].orValue('nothing')",
    "object.spec.containers.map(c, c.name).join(',')",
    "string(object.spec.containers.exists(c, c.name.startsWith('m')))",
    "string('a' in ['a'] ? 1 : 2)",
    "'a,b'.split(',')[1]",
    "string(object.spec.containers[0].resources.limits['memory'])",
)
"""What both must read alike, beyond what our own policies use."""


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_each_example_is_refused_in_the_same_words(cluster: Cluster, scenario: str) -> None:
    name, how = SCENARIOS[scenario]

    with guarded(cluster, name, fleets.PRIVATE, **how) as found:
        place = Place(environment=found.environment, cluster_name=name)
        there = [policy for policy in POLICIES if policy.applies(place)]
        asked = 0
        for policy in there:
            for at, example in enumerate(policy.examples(place)):
                manifest = dict(example.manifest)
                manifest["metadata"] = {**manifest["metadata"], "name": f"example-{at}"}
                offline = _said(there, manifest, place)
                answer = _answer(found, manifest, offline)
                asked += 1

                if not offline:
                    assert "ValidatingAdmissionPolicy" not in answer, (example.title, answer)
                else:
                    assert any(one in answer for one in offline), (example.title, offline, answer)
        assert asked > 2


def _answer(found: Guarded, manifest: dict[str, Any], offline: list[str]) -> str:
    """What the API server says of it, once the policies of this place are in force.

    One of the same name from the place before may answer for a moment.
    """
    deadline = time.monotonic() + 20
    while True:
        answer = found.send(manifest).refusal or ""
        refused = any(one in answer for one in offline)
        agrees = refused if offline else "ValidatingAdmissionPolicy" not in answer
        if agrees or time.monotonic() > deadline:
            return answer
        time.sleep(0.2)


def test_expressions_have_the_same_values(cluster: Cluster, tmp_path: Path) -> None:
    joined = " + '|' + ".join(VALUES)
    text = POLICY.replace("size(variables.latest) == 0", "size(variables.latest) == 5")
    text = text.replace(POLICY.split("messageExpression: ")[1].split("\n")[0], f'"{joined}"')
    (tmp_path / "latest-image.yaml").write_text(text)

    with guarded(cluster, "whole", fleets.PRIVATE) as found:
        policy = _own(tmp_path)
        cluster.apply(rendering.of_users(policy, "Deny"))
        pod = _pod(found)
        try:
            eventually("it refuses", lambda: "latest-image" in (found.send(pod).refusal or ""))
            answer = found.send(pod).refusal or ""
        finally:
            cluster.delete(rendering.of_users(policy, "Deny"))
        (offline,) = own_rules.compiled(policy).refusals({"object": pod})

    assert not offline.broken
    assert offline.message in answer


def test_a_policy_of_a_user_is_held_by_the_api_server(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "latest-image.yaml").write_text(POLICY)

    with guarded(cluster, "whole", fleets.PRIVATE) as found:
        policy = _own(tmp_path)
        cluster.apply(rendering.of_users(policy, "Deny"))
        examples = {one.allowed: _in(found, one.manifest) for one in policy.examples}
        try:
            eventually(
                "it refuses its bad example",
                lambda: "runs the latest" in (found.send(examples[False]).refusal or ""),
            )

            assert found.send(examples[True]).refusal is None
        finally:
            cluster.delete(rendering.of_users(policy, "Deny"))


def _own(directory: Path) -> own.OwnPolicy:
    (found,) = own.read(directory)
    return found


def _pod(found: Guarded) -> dict[str, Any]:
    made = _in(found, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "values"}})
    limits = {"memory": "2Gi"}
    made["spec"] = {
        "containers": [
            {"name": "main", "image": "nginx:latest", "resources": {"limits": limits}},
            {"name": "second", "image": "nginx:latest"},
        ]
    }
    return made


def _in(found: Guarded, manifest: Any) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(manifest))
    body["metadata"] |= {"namespace": found.tenant}
    return body


def _said(there: list[Definition], manifest: Any, place: Place) -> list[str]:
    """What the policies that look at such an object say offline."""
    made = namespaces.addon(place.environment, place.cluster_name, fleets.demand()).manifests
    known = {one["metadata"]["name"]: dict(one) for one in made}
    name = manifest["metadata"]["namespace"]
    request = {
        "object": manifest,
        "request": {"operation": "CREATE"},
        "namespaceObject": known.get(name, {"metadata": {"name": name}}),
    }
    claims = "Claim" in manifest["kind"]
    return [
        f"'{definition.name}' with binding '{definition.name}' denied request: {refusal.message}"
        for definition in there
        if claims == any("resourceclaims" in rule["resources"] for rule in definition.resources)
        for refusal in _policy(definition, place).refusals(request)
    ]


def _policy(definition: Definition, place: Place) -> Policy:
    return Policy(
        name=definition.name,
        conditions=definition.conditions,
        variables=definition.all_variables(place),
        validations=tuple(
            Validation(expression=one.expression, message=one.message)
            for one in definition.validations
        ),
    )
