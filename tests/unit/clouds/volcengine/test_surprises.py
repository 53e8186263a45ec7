"""Each surprise of VKE and its providers has its guard in what Terraform is given.

The surprises, with dates and where they are from, are in the README of
`components/clouds/volcengine`.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.unit.clouds.volcengine.fleets import control_plane, fleet, layer, node_pool, stacks


def test_what_the_cloud_deletes_in_cascade_terraform_refuses_to_delete() -> None:
    plane = control_plane(fleet())

    assert plane["delete_protection_enabled"] is True
    assert plane["lifecycle"]["prevent_destroy"] is True


def test_a_cluster_can_be_deleted_in_two_steps() -> None:
    plane = control_plane(fleet(cloud={"protected": False}))

    assert plane["delete_protection_enabled"] is False
    assert plane["lifecycle"]["prevent_destroy"] is False


def test_data_outlives_the_cluster_and_a_slip_of_the_hand() -> None:
    cloud = {
        "buckets": {"checkpoints": {}},
        "files": {"home": {"capacity": "1Ti"}, "fast": {"capacity": "8Ti", "kind": "parallel"}},
    }

    made = stacks(fleet(cloud=cloud))

    data = ("tos_bucket", "filenas_instance", "vepfs_instance")
    for kind in data:
        (body,) = made["network"]["resource"][f"volcenginecc_{kind}"].values()
        assert body["lifecycle"]["prevent_destroy"] is True
        assert f"volcenginecc_{kind}" not in made["cluster"]["resource"]


@pytest.mark.parametrize("protected", [True, False])
def test_images_and_the_machines_of_the_system_go_only_with_an_unprotected_cluster(
    *, protected: bool
) -> None:
    """VKE has no protection of a pool, and deletes its machines with it."""
    made = stacks(fleet(cloud={"registry": {}, "protected": protected}))

    registry = made["network"]["resource"]["volcengine_cr_registry"]["registry"]
    system = made["cluster"]["resource"]["volcenginecc_vke_node_pool"]["system-pool"]
    assert registry["lifecycle"] == {"prevent_destroy": protected}
    assert system["lifecycle"]["prevent_destroy"] is protected


@pytest.mark.parametrize(("words", "kept"), [("keep", ["Ecs"]), ("terminate", [])])
def test_what_becomes_of_the_machines_of_a_deleted_pool_is_always_said(
    words: str, kept: list[str]
) -> None:
    pool = node_pool(fleet(pool={"on_delete": words}))

    assert pool["retain_resources"] == kept


def test_a_pool_follows_its_cluster_by_replacement() -> None:
    """The provider plans another `cluster_id` as a change in place, which the API cannot do."""
    pool = node_pool(fleet())

    triggers = pool["lifecycle"]["replace_triggered_by"]
    assert "volcenginecc_vke_cluster.cluster.cluster_id" in triggers


def test_another_name_would_only_rename_a_pool_so_a_generation_replaces_it_in_words() -> None:
    made = layer(fleet(pool={"generation": "v2"}), "cluster")["resource"]

    pool = made["volcenginecc_vke_node_pool"]["pool-h20"]
    assert "terraform_data.generation-h20" in pool["lifecycle"]["replace_triggered_by"]
    assert made["terraform_data"]["generation-h20"] == {"input": pool["name"]}


def test_an_autoscalers_size_is_set_once_and_never_again() -> None:
    pool = node_pool(fleet(pool={"nodes": {"min": 2, "desired": 4, "max": 8}}))

    assert pool["auto_scaling"]["enabled"] is True
    assert pool["lifecycle"]["ignore_changes"] == ["auto_scaling.desired_replicas"]


def test_a_size_that_no_autoscaler_owns_is_ours() -> None:
    pool = node_pool(fleet())

    assert pool["auto_scaling"]["enabled"] is False
    assert pool["auto_scaling"]["desired_replicas"] == 4
    assert "ignore_changes" not in pool["lifecycle"]


def test_an_autoscaled_pool_has_an_autoscaler() -> None:
    scaled = layer(fleet(pool={"nodes": {"min": 2, "desired": 4, "max": 8}}), "cluster")
    fixed = layer(fleet(), "cluster")

    assert "addon-cluster-autoscaler" in scaled["resource"]["volcenginecc_vke_addon"]
    assert "volcenginecc_vke_addon" not in fixed["resource"]


def test_what_replaces_a_pool_is_in_its_name_and_the_new_one_stands_first() -> None:
    """Running machines keep their cards, whatever their label says."""
    other_card = {"card": "A800-80G", "instance_types": ["ecs.ebmhpcpni2l.32xlarge"]}
    fewer_cards = {"cards_per_node": 4}
    changes: list[dict[str, Any]] = [
        {},
        {"spot": True},
        {"generation": "v2"},
        other_card,
        fewer_cards,
    ]

    pools = [node_pool(fleet(pool=pool)) for pool in changes]

    names = {pool["name"] for pool in pools}
    assert len(names) == len(changes)
    assert all(pool["lifecycle"]["create_before_destroy"] for pool in pools)


def test_what_changes_in_place_leaves_the_name_as_it_is() -> None:
    changes: list[dict[str, Any]] = [
        {},
        {"nodes": {"desired": 9}},
        {"labels": {"a": "b"}},
        {"instance_types": ["ecs.hpcpni3ln.45xlarge"]},
        {"disk": {"data": "1Ti"}},
        {"scripts": {"after": "echo"}},
        {"cordon": True},
    ]

    names = {node_pool(fleet(pool=pool))["name"] for pool in changes}

    assert len(names) == 1


def test_spot_is_said_either_way() -> None:
    """Left out first and written later, `NoSpot` would replace the pool."""
    usual, spot = node_pool(fleet()), node_pool(fleet(pool={"spot": True}))

    assert usual["node_config"]["spot_strategy"] == "NoSpot"
    assert spot["node_config"]["spot_strategy"] == "SpotAsPriceGo"


def test_items_of_sets_are_written_whole() -> None:
    pool = node_pool(fleet(pool={"taints": {"team": {"effect": "NoExecute"}}}))
    group = layer(fleet(), "network")["resource"]["volcenginecc_vpc_security_group"]

    assert [sorted(taint) for taint in pool["kubernetes_config"]["taints"]] == [
        ["effect", "key", "value"]
    ] * 2
    (rules,) = [group["security-group"]["ingress_permissions"]]
    assert {tuple(sorted(rule)) for rule in rules} == {
        (
            "cidr_ip",
            "description",
            "direction",
            "policy",
            "port_end",
            "port_start",
            "prefix_list_id",
            "priority",
            "protocol",
            "source_group_id",
        )
    }


def test_what_has_no_order_is_sorted() -> None:
    labels = {"z": "1", "a": "1"}
    types = ["ecs.hpcpni3ln.45xlarge", "ecs.ebmhpcpni3l.48xlarge"]

    one = node_pool(fleet(pool={"labels": labels, "instance_types": types}))
    other = node_pool(
        fleet(pool={"labels": dict(reversed(labels.items())), "instance_types": types[::-1]})
    )

    assert one == other


def test_labels_reach_nodes_that_are_there_already() -> None:
    pool = node_pool(fleet())

    assert pool["kubernetes_config"]["auto_sync_disabled"] is False


def test_another_kubernetes_version_in_the_file_never_makes_another_cluster() -> None:
    plane = control_plane(fleet())

    assert plane["lifecycle"]["ignore_changes"] == ["kubernetes_version_create"]


def test_no_password_is_ever_written() -> None:
    """A password is write-only at the API, and stays in the state for good."""
    text = json.dumps(stacks(fleet(cloud={"registry": {}, "prometheus": True})))

    assert "password" not in text
    assert '"login"' not in text


def test_the_api_server_is_within_the_vpc_alone() -> None:
    """Neither provider can say who may reach a public endpoint."""
    config = control_plane(fleet())["cluster_config"]

    assert config["api_server_public_access_enabled"] is False
    assert config["resource_public_access_default_enabled"] is False
    kubeconfig = layer(fleet(), "cluster")["resource"]["volcenginecc_vke_kubeconfig"]
    assert kubeconfig["kubeconfig"]["type"] == "Private"


def test_a_kubeconfig_is_short_lived_and_a_secret_though_the_provider_does_not_say_so() -> None:
    cluster = layer(fleet(), "cluster")

    made = cluster["resource"]["volcenginecc_vke_kubeconfig"]["kubeconfig"]
    assert made["valid_duration"] == 72
    assert made["lifecycle"]["replace_triggered_by"] == ["terraform_data.today"]
    assert cluster["output"]["kubeconfig"]["sensitive"] is True
    assert cluster["output"]["kubeconfig"]["value"].startswith("${sensitive(")


@pytest.mark.parametrize("sharing", ["none", {"mode": "hami"}])
def test_the_clouds_own_device_plugin_and_sharing_are_never_asked_for(sharing: Any) -> None:
    made = layer(fleet(sharing=sharing, cloud={"prometheus": True, "registry": {}}), "cluster")

    addons = {body["name"] for body in made["resource"]["volcenginecc_vke_addon"].values()}
    assert not addons & {"nvidia-device-plugin", "mgpu", "dcgm-exporter"}
    assert "vke.node.gpu.schedule" not in json.dumps(made)


def test_nodes_of_a_vgpu_cluster_join_unschedulable() -> None:
    vgpu, whole = node_pool(fleet(sharing={"mode": "hami"})), node_pool(fleet())

    assert vgpu["kubernetes_config"]["cordon"] is True
    assert whole["kubernetes_config"]["cordon"] is False


def test_the_clusters_own_pods_have_machines_that_take_them() -> None:
    pools = layer(fleet(sharing={"mode": "hami"}), "cluster")["resource"][
        "volcenginecc_vke_node_pool"
    ]

    assert pools["system-pool"]["kubernetes_config"]["taints"] == []
    assert pools["system-pool"]["kubernetes_config"]["cordon"] is False


def test_the_systems_machines_stand_apart_and_those_with_cards_need_not() -> None:
    cluster = layer(fleet(), "cluster")["resource"]

    pools = cluster["volcenginecc_vke_node_pool"]
    assert cluster["volcenginecc_ecs_deployment_set"]["system-apart"]["granularity"] == "host"
    assert pools["system-pool"]["node_config"]["deployment_set_id"] == (
        "${volcenginecc_ecs_deployment_set.system-apart.deployment_set_id}"
    )
    assert "deployment_set_id" not in pools["pool-h20"]["node_config"]


def test_rdma_reaches_no_further_than_one_zone() -> None:
    cluster = layer(fleet(pool={"rdma": True}), "cluster")["resource"]

    pool = cluster["volcenginecc_vke_node_pool"]["pool-h20"]
    (fabric,) = cluster["volcenginecc_ecs_hpc_cluster"].values()
    assert fabric["zone_id"] == "cn-beijing-a"
    assert pool["node_config"]["subnet_ids"] == [
        '${data.terraform_remote_state.network.outputs.nodes["cn-beijing-a"]}'
    ]
    assert pool["node_config"]["hpc_cluster_ids"] == [
        "${volcenginecc_ecs_hpc_cluster.rdma-cn-beijing-a.hpc_cluster_id}"
    ]
    assert "addon-rdma-device-plugin" in cluster["volcenginecc_vke_addon"]


def test_only_a_stack_that_needs_the_older_provider_loads_it() -> None:
    plain = stacks(fleet())
    with_registry = stacks(fleet(cloud={"registry": {}}))

    assert "volcengine" not in plain["network"]["provider"]
    assert "volcengine" in with_registry["network"]["provider"]
    assert "volcengine" not in with_registry["cluster"]["provider"]


def test_a_registry_caches_what_the_device_layer_pulls() -> None:
    registry: dict[str, Any] = {"registry": {}}
    vgpu = stacks(fleet(cloud=registry, sharing={"mode": "hami"}))
    whole = stacks(fleet(cloud=registry))

    caches = [
        made["network"]["resource"]["volcengine_cr_registry"]["registry"]["proxy_cache"]
        for made in (vgpu, whole)
    ]
    assert caches == [
        {"type": "DockerHub"},
        {"type": "DockerRegistry", "endpoint": "https://nvcr.io"},
    ]
    (asked,) = vgpu["cluster"]["resource"]["volcenginecc_vke_node_pool"]["pool-h20"][
        "kubernetes_config"
    ]["containerd_config"]["registry_proxy_configs"]
    assert asked["registry"] == "docker.io"


def test_scripts_arrive_as_they_were_written() -> None:
    scripts = {"before": "echo before", "after": "echo ${after}"}

    node_config = node_pool(fleet(pool={"scripts": scripts}))["node_config"]

    assert base64.b64decode(node_config["pre_script"]).decode() == "echo before"
    assert base64.b64decode(node_config["initialize_script"]).decode() == "echo ${after}"


def test_images_lie_on_the_data_disk_where_there_is_one() -> None:
    node_config = node_pool(fleet(pool={"disk": {"system": "200Gi", "data": "2Ti"}}))["node_config"]

    assert node_config["additional_container_storage_enabled"] is True
    (volume,) = node_config["data_volumes"]
    assert volume["size"] == 2048
    assert "mount_point" not in volume


def test_a_parallel_file_system_is_rounded_up_to_what_is_sold() -> None:
    cloud = {"files": {"fast": {"capacity": "9Ti", "kind": "parallel"}}}

    made = layer(fleet(cloud=cloud), "network")["resource"]["volcenginecc_vepfs_instance"]

    assert made["files-fast"]["capacity"] == 16


def test_buckets_are_private_encrypted_and_versioned() -> None:
    made = layer(fleet(cloud={"buckets": {"checkpoints": {"versions_days": 7}}}), "network")

    bucket = made["resource"]["volcenginecc_tos_bucket"]["bucket-checkpoints"]
    encryption = made["resource"]["volcenginecc_tos_bucket_encryption"]
    assert bucket["acl_grant"] == {"acl": "private"}
    assert bucket["enable_version_status"] == "Enabled"
    assert bucket["lifecycle_config"][0]["no_current_version_expiration"] == {"non_current_days": 7}
    assert encryption["bucket-checkpoints-encryption"]["sse_algorithm"] == "AES256"


def test_nothing_comes_in_from_the_internet_and_everything_goes_out_by_one_address() -> None:
    network = layer(fleet(), "network")["resource"]

    group = network["volcenginecc_vpc_security_group"]["security-group"]
    assert [rule["cidr_ip"] for rule in group["ingress_permissions"]] == ["10.0.0.0/12"]
    assert len(network["volcenginecc_vpc_eip"]) == 1
    assert len(network["volcenginecc_natgateway_snatentry"]) == len(
        network["volcenginecc_vpc_subnet"]
    )


def test_a_zone_that_is_appended_moves_no_subnet() -> None:
    def blocks(*zones: str) -> dict[str, str]:
        network = layer(fleet(cloud={"zones": list(zones)}), "network")
        subnets = network["resource"]["volcenginecc_vpc_subnet"]
        return {name: body["cidr_block"] for name, body in subnets.items()}

    before = blocks("cn-beijing-a")
    after = blocks("cn-beijing-a", "cn-beijing-b")

    assert before.items() <= after.items()
    assert len(set(after.values())) == len(after) == 4
