"""On a twin the API server holds the quotas of slices that HAMi holds in production."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.integration.harness import eventually
from tests.integration.policies.guarded import Guarded
from tests.integration.policies.workloads import pod


def test_a_translated_pod_is_refused_memory_over_its_tenants(translated: Guarded) -> None:
    most = pod(translated, {"nvidia.com/gpumem": "40000"}, "most")
    assert translated.send(most, dry_run=False).refusal is None

    refusal = translated.send(pod(translated, {"nvidia.com/gpumem": "2000"}, "more")).refusal
    fits = translated.send(pod(translated, {"nvidia.com/gpumem": "900"}, "fits")).refusal
    translated.cluster.delete([most])

    assert refusal is not None
    assert "limited: requests.twin.gpu-fleet.dev/gpumem=40960" in refusal
    assert fits is None


def test_a_claim_over_the_quota_shows_as_an_event_of_the_pod_that_waits(
    translated: Guarded,
) -> None:
    """Six pods of two slices each: the quota is ten."""
    names = [f"pair-{at}" for at in range(6)]
    asked = {"nvidia.com/gpu": "2", "nvidia.com/gpumem": "1536"}
    pods = [pod(translated, asked, name) for name in names]

    for made in pods:
        # What an earlier test gave back is free a moment later.
        eventually("the pod is let in", partial(_is_in, translated, made))
    eventually(
        "a claim is refused",
        lambda: [
            message
            for message in translated.events("FailedResourceClaimCreation")
            if "exceeded quota: gpu" in message
        ],
    )
    path = f"/apis/resource.k8s.io/v1/namespaces/{translated.tenant}/resourceclaims"
    claims = (translated.cluster.live.get(path) or {})["items"]
    translated.cluster.delete(pods)

    assert len([claim for claim in claims if "pair-" in claim["metadata"]["name"]]) == 5


def _is_in(found: Guarded, made: dict[str, Any]) -> bool:
    return found.send(made, dry_run=False).refusal is None
