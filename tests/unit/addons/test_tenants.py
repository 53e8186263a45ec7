"""Namespaces, priorities, defaults and claim templates say what the environment says."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from components.addons import claim_templates, limit_ranges, namespaces, priority_classes
from components.addons.slices import Profile
from environments.admission.place import card_memories
from environments.demand import Gpu
from environments.quantity import Memory, Quantity
from tests.unit.addons import fleets


def test_a_tenant_has_a_namespace_only_where_it_has_a_share() -> None:
    addon = namespaces.addon(fleets.fleet(), "whole", fleets.demand())

    assert [m["metadata"]["name"] for m in addon.manifests] == ["search"]


def test_a_namespace_says_whose_it_is_and_which_priorities_are_its_own() -> None:
    addon = namespaces.addon(fleets.fleet(), "slices", fleets.demand())
    ads = addon.manifests[1]["metadata"]

    assert ads["labels"]["gpu-fleet.dev/tenant"] == "ads"
    assert ads["annotations"]["gpu-fleet.dev/owner"] == "ads-ranking"
    assert ads["annotations"]["gpu-fleet.dev/priorities"] == "serving,batch"


def test_pod_security_is_enforced_except_where_rdma_needs_more() -> None:
    levels = [
        namespaces.addon(fleets.fleet(rdma=rdma), "whole", fleets.demand()).manifests[0][
            "metadata"
        ]["labels"]["pod-security.kubernetes.io/enforce"]
        for rdma in (False, True)
    ]

    assert levels == ["baseline", "privileged"]


def test_every_priority_is_a_class_of_its_name() -> None:
    addon = priority_classes.addon(fleets.fleet(), "whole", fleets.demand())

    found = {m["metadata"]["name"]: (m["value"], m["preemptionPolicy"]) for m in addon.manifests}

    assert found == {"serving": (100_000, "PreemptLowerPriority"), "batch": (1000, "Never")}


def test_containers_get_a_default_request_and_never_a_default_limit() -> None:
    addon = limit_ranges.addon(fleets.fleet(), "slices", fleets.demand())

    assert addon.manifests[0]["spec"]["limits"] == [
        {"type": "Container", "defaultRequest": {"cpu": "1", "memory": "2Gi"}}
    ]


def _templates(cluster: str) -> dict[str, Any]:
    fleet = fleets.fleet(cloud=fleets.EMBEDDED)
    addon = claim_templates.addon(fleet, cluster, fleets.demand())
    return {m["metadata"]["name"]: m["spec"]["spec"]["devices"] for m in addon.manifests}


def test_each_profile_of_the_demand_has_one_template() -> None:
    assert list(_templates("slices")) == ["vgpu-1x2048-10", "vgpu-1xall-100", "vgpu-2x1536-0"]


def test_a_slice_claims_its_memory_and_cores_of_one_card() -> None:
    devices = _templates("slices")["vgpu-1x2048-10"]

    assert devices == {
        "requests": [
            {
                "name": "vgpu",
                "exactly": {
                    "deviceClassName": "hami-core-gpu.project-hami.io",
                    "allocationMode": "ExactCount",
                    "count": 1,
                    "capacity": {"requests": {"memory": "2Gi", "cores": "10"}},
                },
            }
        ]
    }


def test_slices_of_two_cards_never_share_one() -> None:
    devices = _templates("claims")["vgpu-2x1536-0"]

    assert devices["constraints"] == [
        {"requests": ["vgpu"], "distinctAttribute": "hami-core-gpu.project-hami.io/uuid"}
    ]


def test_a_whole_card_claims_all_cores_and_leaves_the_memory_to_the_card() -> None:
    devices = _templates("slices")["vgpu-1xall-100"]

    assert devices["requests"][0]["exactly"]["capacity"] == {"requests": {"cores": "100"}}


@given(
    cards=st.integers(1, 64),
    mib=st.integers(1, 200_000),
    cores=st.none() | st.integers(1, 100),
)
def test_a_template_claims_what_its_name_says(cards: int, mib: int, cores: int | None) -> None:
    profile = Profile.of(Gpu(cards=cards, memory=Memory(f"{mib}Mi"), cores=cores))

    exactly = claim_templates.template("search", profile)["spec"]["spec"]["devices"]["requests"][0][
        "exactly"
    ]
    claimed = exactly["capacity"]["requests"]

    assert profile.template == f"vgpu-{cards}x{mib}-{cores or 0}"
    assert exactly["count"] == cards
    assert Quantity(claimed["memory"]).value == mib * 2**20
    assert Quantity(claimed["cores"]).value == (cores or 0)


def test_the_memories_of_a_clusters_cards_are_sorted() -> None:
    assert card_memories(fleets.fleet().clusters["slices"]) == (24564, 97871)
