"""Quotas and defaults are in force, in the units of each sharing mode."""

from __future__ import annotations

from typing import Any

from components.addons.admission import request
from components.addons.admission.place import Place
from components.addons.claim_templates import template
from components.addons.slices import Profile
from tests.integration.harness import eventually
from tests.integration.policies.guarded import Guarded


def _pod(found: Guarded, name: str, limits: dict[str, str], **spec: Any) -> dict[str, Any]:
    place = Place(environment=found.environment, cluster_name=found.name)
    pod = request.pod(place, limits, **spec)
    pod["metadata"]["name"] = name
    return pod


def _is_in(found: Guarded, pod: dict[str, Any]) -> bool:
    return found.send(pod, dry_run=False).refusal is None


def test_a_tenant_gets_as_many_whole_cards_as_it_was_given(whole: Guarded) -> None:
    assert whole.send(_pod(whole, "four", {"nvidia.com/gpu": "4"}), dry_run=False).refusal is None

    refusal = whole.send(_pod(whole, "fifth", {"nvidia.com/gpu": "1"})).refusal

    assert refusal is not None
    assert "exceeded quota: gpu" in refusal
    assert "limited: requests.nvidia.com/gpu=4" in refusal


def test_a_translated_pod_is_refused_memory_over_its_tenants(translated: Guarded) -> None:
    most = _pod(translated, "most", {"nvidia.com/gpumem": "40000"})
    assert translated.send(most, dry_run=False).refusal is None

    refusal = translated.send(_pod(translated, "more", {"nvidia.com/gpumem": "2000"})).refusal
    fits = translated.send(_pod(translated, "fits", {"nvidia.com/gpumem": "900"})).refusal
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
    pods = [_pod(translated, name, asked) for name in names]

    for pod in pods:
        # What an earlier test gave back is free a moment later.
        eventually("the pod is let in", lambda pod=pod: _is_in(translated, pod))
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


def test_a_pod_without_cards_keeps_its_tenants_priorities_too(whole: Guarded) -> None:
    foreign = whole.send(_pod(whole, "pushy", {}, priorityClassName="batch")).refusal
    own = whole.send(_pod(whole, "usual", {})).refusal
    none = _pod(whole, "plain", {})
    del none["spec"]["priorityClassName"]

    assert foreign is not None
    assert "exceeded quota: foreign-priorities" in foreign
    assert own is None
    assert whole.send(none).refusal is None


def test_a_container_that_says_nothing_gets_the_tenants_defaults(whole: Guarded) -> None:
    answer = whole.send(_pod(whole, "silent", {}))
    resources = answer.body["spec"]["containers"][0]["resources"]

    assert resources == {"requests": {"cpu": "1", "memory": "2Gi"}}


def test_a_container_may_ask_for_more_than_the_default_without_a_limit(whole: Guarded) -> None:
    pod = _pod(whole, "large", {})
    pod["spec"]["containers"][0]["resources"] = {"requests": {"memory": "64Gi"}}

    assert whole.send(pod).refusal is None
