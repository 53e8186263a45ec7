"""Claims that users bring themselves count like any others."""

from __future__ import annotations

from components.addons.claim_templates import template
from components.addons.slices import Profile
from tests.integration.policies.guarded import Guarded


def test_claims_of_ones_own_count_too(claims: Guarded) -> None:
    profile = Profile(cards=11, memory_mib=1024, cores=10)
    spec = template(claims.tenant, profile)["spec"]["spec"]
    claim = {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceClaim",
        "metadata": {"name": "eleven", "namespace": claims.tenant},
        "spec": spec,
    }

    refusal = claims.send(claim).refusal

    assert refusal is not None
    assert "exceeded quota: gpu" in refusal
    assert "deviceclass.resource.k8s.io/devices=10" in refusal
