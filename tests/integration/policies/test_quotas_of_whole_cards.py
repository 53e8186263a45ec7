"""Of a GPU cluster a tenant gets what it was given, and its containers what they leave unsaid."""

from __future__ import annotations

from tests.integration.policies.guarded import Guarded
from tests.integration.policies.workloads import pod


def test_a_tenant_gets_as_many_whole_cards_as_it_was_given(whole: Guarded) -> None:
    assert whole.send(pod(whole, {"nvidia.com/gpu": "4"}, "four"), dry_run=False).refusal is None

    refusal = whole.send(pod(whole, {"nvidia.com/gpu": "1"}, "fifth")).refusal

    assert refusal is not None
    assert "exceeded quota: gpu" in refusal
    assert "limited: requests.nvidia.com/gpu=4" in refusal


def test_a_pod_without_cards_keeps_its_tenants_priorities_too(whole: Guarded) -> None:
    foreign = whole.send(pod(whole, {}, "pushy", priorityClassName="batch")).refusal
    own = whole.send(pod(whole, {}, "usual")).refusal
    none = pod(whole, {}, "plain")
    del none["spec"]["priorityClassName"]

    assert foreign is not None
    assert "exceeded quota: foreign-priorities" in foreign
    assert own is None
    assert whole.send(none).refusal is None


def test_a_container_that_says_nothing_gets_the_tenants_defaults(whole: Guarded) -> None:
    answer = whole.send(pod(whole, {}, "silent"))
    resources = answer.body["spec"]["containers"][0]["resources"]

    assert resources == {"requests": {"cpu": "1", "memory": "2Gi"}}


def test_a_container_may_ask_for_more_than_the_default_without_a_limit(whole: Guarded) -> None:
    made = pod(whole, {}, "large")
    made["spec"]["containers"][0]["resources"] = {"requests": {"memory": "64Gi"}}

    assert whole.send(made).refusal is None
