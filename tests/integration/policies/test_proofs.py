"""Every policy refuses what it must, and nothing else, on a real API server."""

from __future__ import annotations

from typing import Any

import pytest

from components.addon import identity
from components.addons import admission
from scripts.verification.checks import path_of
from tests.integration.harness import Cluster, eventually
from tests.integration.policies.guarded import Guarded, guarded, layers, unproven
from tests.unit.addons import fleets

SCENARIOS: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {
    "a GPU cluster": ("whole", fleets.PRIVATE, {}),
    "a GPU cluster with RDMA": ("whole", fleets.PRIVATE, {"rdma": True}),
    "a vGPU cluster as in production": ("slices", fleets.PRIVATE, {}),
    "a vGPU cluster's twin": ("slices", fleets.EMBEDDED, {}),
    "a vGPU cluster that gives no whole card": ("slices", fleets.PRIVATE, {"whole_cards": 0}),
    "its twin": ("slices", fleets.EMBEDDED, {"whole_cards": 0}),
    "claims as in production": ("claims", fleets.PRIVATE, {}),
    "the twin of a cluster with claims": ("claims", fleets.EMBEDDED, {}),
}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_each_policy_refuses_and_passes_what_its_examples_say(
    cluster: Cluster, scenario: str
) -> None:
    name, cloud, how = SCENARIOS[scenario]

    with guarded(cluster, name, cloud, **how) as found:
        assert admission.proofs(found.environment, name)
        assert unproven(found) == []
        eventually("the expressions are of the right types", lambda: _types_checked(found))
        assert _differences(found) == []


def _types_checked(found: Guarded) -> bool:
    """Whether the API server has looked at the types in each policy, and has no complaint."""
    for policy in admission.policies(found.environment, found.name):
        path = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/"
        status = (found.cluster.live.get(path + policy.name) or {}).get("status", {})
        if status.get("observedGeneration") is None:
            return False
        assert status["typeChecking"] == {}, policy.name
    return True


def _differences(found: Guarded) -> list[str]:
    """Where a live object says otherwise than its manifest: each would be a change in every plan."""
    prefix = found.tenant.removesuffix("search")
    manifests = layers(found.environment, found.name, fleets.demand(prefix))
    return [
        difference
        for manifest in manifests
        for difference in _unlike(
            manifest, found.cluster.live.get(path_of(manifest)), identity(manifest)
        )
    ]


def _unlike(wanted: object, live: object, path: str) -> list[str]:
    match wanted, live:
        case dict(), dict():
            return [
                found
                for key, value in wanted.items()
                for found in _unlike(value, live.get(key), f"{path}.{key}")
            ]
        case list(), list() if len(wanted) == len(live):
            pairs = zip(wanted, live, strict=True)
            return [
                found
                for at, (one, other) in enumerate(pairs)
                for found in _unlike(one, other, f"{path}[{at}]")
            ]
        case _:
            return [] if wanted == live else [f"{path}: {wanted!r} reads back as {live!r}"]
