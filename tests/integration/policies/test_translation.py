"""Requests become the claims that HAMi's DRA webhook would make of them, and cards are cut."""

from __future__ import annotations

from typing import Any

import pytest

from components import clouds
from tests.integration.harness import eventually
from tests.integration.policies.guarded import Guarded
from tests.integration.policies.workloads import pod

GPU, MEMORY, CORES = "nvidia.com/gpu", "nvidia.com/gpumem", "nvidia.com/gpucores"
PERCENTAGE, PRIORITY = "nvidia.com/gpumem-percentage", "nvidia.com/priority"
TWIN = "twin.gpu-fleet.dev/gpumem"


def _container(name: str, limits: dict[str, str]) -> dict[str, Any]:
    return {"name": name, "image": "pause", "resources": {"limits": limits}}


def _templates(spec: dict[str, Any]) -> dict[str, str]:
    claims = spec.get("resourceClaims", [])
    return {claim["name"]: claim["resourceClaimTemplateName"] for claim in claims}


@pytest.mark.parametrize(
    ("limits", "template", "memory"),
    [
        ({GPU: "1", MEMORY: "2048", CORES: "10"}, "vgpu-1x2048-10", "2048"),
        ({MEMORY: "2000"}, "vgpu-1x2000-0", "2k"),
        ({GPU: "2", MEMORY: "1536"}, "vgpu-2x1536-0", "3072"),
        ({GPU: "1"}, "vgpu-1xall-100", "24564"),
        ({GPU: "1", CORES: "100"}, "vgpu-1xall-100", "24564"),
        ({GPU: "1", PERCENTAGE: "100"}, "vgpu-1xall-100", "24564"),
        ({GPU: "1", PERCENTAGE: "100", CORES: "10"}, "vgpu-1xall-10", "24564"),
        ({GPU: "1", PERCENTAGE: "50"}, "vgpu-1x50p-0", "12282"),
        ({GPU: "1", MEMORY: "1024", PERCENTAGE: "50"}, "vgpu-1x1024-0", "1024"),
        ({GPU: "1", MEMORY: "1024", PRIORITY: "1"}, "vgpu-1x1024-0", "1024"),
    ],
)
def test_a_request_becomes_a_claim_as_hami_reads_it(
    translated: Guarded, limits: dict[str, str], template: str, memory: str
) -> None:
    spec = translated.send(pod(translated, limits)).body["spec"]
    resources = spec["containers"][0]["resources"]

    assert _templates(spec) == {"vgpu-0": template}
    assert resources["limits"] == {TWIN: memory}
    assert resources["claims"] == [{"name": "vgpu-0"}]


def test_what_is_asked_of_the_machine_is_kept(translated: Guarded) -> None:
    made = pod(translated, {MEMORY: "2048", "memory": "4Gi", "cpu": "2"})

    resources = translated.send(made).body["spec"]["containers"][0]["resources"]

    assert resources["limits"] == {"memory": "4Gi", "cpu": "2", TWIN: "2048"}
    assert resources["requests"] == {"memory": "4Gi", "cpu": "2", TWIN: "2048"}


def test_each_container_has_its_own_claim_and_those_without_cards_none(translated: Guarded) -> None:
    made = pod(translated, {MEMORY: "2048"})
    made["spec"]["containers"] += [_container("plain", {}), _container("two", {MEMORY: "1024"})]

    spec = translated.send(made).body["spec"]

    assert _templates(spec) == {"vgpu-0": "vgpu-1x2048-0", "vgpu-2": "vgpu-1x1024-0"}
    assert "claims" not in spec["containers"][1]["resources"]


def test_an_init_container_shares_the_claim_of_a_container_that_asks_the_same(
    translated: Guarded,
) -> None:
    made = pod(translated, {MEMORY: "2048", CORES: "10"})
    same, other = {MEMORY: "2048", CORES: "10"}, {MEMORY: "512"}
    made["spec"]["initContainers"] = [_container("same", same), _container("other", other)]

    spec = translated.send(made).body["spec"]

    assert _templates(spec) == {"vgpu-0": "vgpu-1x2048-10", "vgpu-init-1": "vgpu-1x512-0"}
    assert spec["initContainers"][0]["resources"]["claims"] == [{"name": "vgpu-0"}]
    assert spec["initContainers"][1]["resources"]["claims"] == [{"name": "vgpu-init-1"}]


def test_claims_that_a_pod_brings_along_are_kept(translated: Guarded) -> None:
    own = [{"name": "nic", "resourceClaimTemplateName": "nic"}]
    made = pod(translated, {MEMORY: "2048"}, resourceClaims=own)
    made["spec"]["containers"][0]["resources"]["claims"] = [{"name": "nic", "request": "port"}]

    spec = translated.send(made).body["spec"]

    assert _templates(spec) == {"nic": "nic", "vgpu-0": "vgpu-1x2048-0"}
    claims = spec["containers"][0]["resources"]["claims"]
    assert claims == [{"name": "nic", "request": "port"}, {"name": "vgpu-0"}]


def test_pods_of_the_cluster_itself_are_left_alone(translated: Guarded) -> None:
    made = pod(translated, {GPU: "1"})
    made["metadata"]["namespace"] = "kube-system"

    spec = translated.send(made).body["spec"]

    assert "resourceClaims" not in spec
    assert spec["containers"][0]["resources"]["limits"] == {GPU: "1"}


def test_slices_run_on_the_cards_that_were_cut_for_them(translated: Guarded) -> None:
    addons = clouds.layer(translated.environment, translated.name, "cluster") or ()
    nodes = [manifest for addon in addons for manifest in addon.manifests]
    tolerated = {"tolerations": [{"key": GPU, "operator": "Exists"}]}
    pods = [
        pod(translated, {MEMORY: "2048", CORES: "10"}, "one", **tolerated),
        pod(translated, {GPU: "2", MEMORY: "1536"}, "pair", **tolerated),
        pod(translated, {GPU: "1"}, "card", **tolerated),
    ]
    try:
        translated.cluster.apply(nodes)
        refusals = [translated.send(pod, dry_run=False).refusal for pod in pods]
        eventually("the pods run", lambda: _phases(translated) == ["Running"] * 3)
        cut = _cut(translated)
    finally:
        translated.cluster.delete([*nodes, *pods])

    assert refusals == [None] * 3
    assert cut["one"] == [{"memory": "2Gi", "cores": "10", "slots": "1"}]
    assert cut["pair"] == [{"memory": "1536Mi", "cores": "0", "slots": "1"}] * 2
    assert cut["card"][0]["cores"] == "100"
    assert cut["card"][0]["memory"] in {"24564Mi", "97871Mi"}


def _phases(found: Guarded) -> list[str]:
    pods = found.cluster.live.get(f"/api/v1/namespaces/{found.tenant}/pods") or {}
    return [pod["status"]["phase"] for pod in pods["items"]]


def _cut(found: Guarded) -> dict[str, list[dict[str, str]]]:
    """Per pod, what was taken of each card; the cards of a pod are different ones."""
    path = f"/apis/resource.k8s.io/v1/namespaces/{found.tenant}/resourceclaims"
    cut = {}
    for claim in (found.cluster.live.get(path) or {})["items"]:
        results = claim["status"]["allocation"]["devices"]["results"]
        cards = {(result["pool"], result["device"]) for result in results}
        assert len(cards) == len(results)
        pod = claim["metadata"]["ownerReferences"][0]["name"]
        cut[pod] = [result["consumedCapacity"] for result in results]
    return cut
