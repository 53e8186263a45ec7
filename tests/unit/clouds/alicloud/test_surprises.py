"""Each surprise of ACK and its provider has its guard in what Terraform is given.

The surprises, with dates and where they are from, are in the README of
`components/clouds/alicloud`.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.unit.clouds.alicloud.fleets import (
    Body,
    control_plane,
    fleet,
    labels,
    layer,
    node_pool,
    of,
    stacks,
)

AUTOSCALED = {"nodes": {"min": 8, "desired": 24, "max": 48}}


def script(encoded: str) -> str:
    return base64.b64decode(encoded).decode()


# --- the provider ----------------------------------------------------------------


def test_the_provider_asks_no_billing_service_what_kind_of_account_this_is() -> None:
    for stack in ("network", "cluster"):
        (provider,) = stacks(fleet())[stack]["provider"]["alicloud"]

        assert provider == {"region": "cn-beijing", "account_type": "Domestic"}


# --- pools -----------------------------------------------------------------------


def test_labels_and_taints_are_ordered_lists_so_the_order_of_the_file_must_not_show() -> None:
    taints: Body = {key: {"effect": "NoSchedule"} for key in ("z.example.com/a", "a.example.com/z")}
    named = {"z.example.com/a": "1", "a.example.com/z": "2"}
    first = node_pool(fleet(pool={"labels": named, "taints": taints}))
    second = node_pool(
        fleet(
            pool={
                "labels": dict(reversed(named.items())),
                "taints": dict(reversed(taints.items())),
            }
        )
    )

    assert first["labels"] == second["labels"] == sorted(first["labels"], key=lambda x: x["key"])
    assert first["taints"] == second["taints"] == sorted(first["taints"], key=lambda x: x["key"])


def test_labels_and_taints_reach_nodes_that_are_there_already() -> None:
    assert node_pool(fleet())["update_nodes"] is True


def test_the_order_of_preference_among_instance_types_is_the_files() -> None:
    pool = node_pool(fleet())

    assert pool["instance_types"] == ["ecs.gn8is-8x.32xlarge", "ecs.ebmgn8is.32xlarge"]
    assert pool["multi_az_policy"] == "PRIORITY"


def test_a_size_that_an_autoscaler_owns_is_never_ours() -> None:
    """ACK reads back `desired_size` though it was not set, and every plan would take it away."""
    pool = node_pool(fleet(pool=AUTOSCALED))

    assert "desired_size" not in pool
    assert "desired_size" in pool["lifecycle"]["ignore_changes"]
    assert pool["scaling_config"] == {
        "enable": True,
        "min_size": 8,
        "max_size": 48,
        "type": "gpu",
    }


def test_a_size_that_no_autoscaler_owns_is_ours_and_autoscaling_is_switched_off_in_words() -> None:
    """Removing `scaling_config` plans no change: an autoscaler that was there would stay."""
    pool = node_pool(fleet())

    assert pool["desired_size"] == "24"
    assert pool["scaling_config"] == {"enable": False}
    assert "desired_size" not in pool["lifecycle"]["ignore_changes"]


@pytest.mark.parametrize("pool", [{}, AUTOSCALED, {**AUTOSCALED, "spot": True}])
def test_acks_own_cutting_of_cards_is_never_asked_for(pool: Body) -> None:
    made = json.dumps(layer(fleet(pool=pool), "cluster"))

    for word in ("gpushare", "cgpu", "core_mem", "ack-ai-installer"):
        assert word not in made


@pytest.mark.parametrize("sharing", ["none", {"mode": "hami"}])
def test_acks_own_device_plugin_is_off_on_every_node_with_cards(sharing: Any) -> None:
    """Two plugins for one resource: the last to register wins, and limits are void."""
    environment = fleet(sharing=sharing)

    assert labels(node_pool(environment))["ack.node.gpu.schedule"] == "disabled"
    assert {"name": "ack-nvidia-device-plugin", "disabled": True} in control_plane(environment)[
        "addons"
    ]


def test_a_label_of_the_users_does_not_switch_it_on_again() -> None:
    pool = node_pool(fleet(pool={"labels": {"ack.node.gpu.schedule": "cgpu"}}))

    assert labels(pool)["ack.node.gpu.schedule"] == "disabled"


def test_an_older_image_loses_its_static_device_plugin_before_the_users_script() -> None:
    pool = node_pool(fleet(pool={"scripts": {"after": "sysctl -w vm.max_map_count=262144"}}))

    assert script(pool["user_data"]).splitlines() == [
        "#!/bin/bash",
        "rm -f /etc/kubernetes/manifests/nvidia-device-plugin.yml",
        "sysctl -w vm.max_map_count=262144",
    ]


def test_a_script_that_is_taken_out_of_the_file_is_taken_from_the_pool() -> None:
    with_script = node_pool(fleet(pool={"scripts": {"before": "#!/bin/sh\ntrue"}}))
    without = node_pool(fleet())

    assert script(with_script["pre_user_data"]) == "#!/bin/sh\ntrue"
    assert without["pre_user_data"] == ""


def test_the_driver_is_pinned_by_a_label_from_the_first_machine_on() -> None:
    key = "ack.aliyun.com/nvidia-driver-version"

    assert labels(node_pool(fleet(pool={"driver": "550.144.03"})))[key] == "550.144.03"
    assert key not in labels(node_pool(fleet()))


@pytest.mark.parametrize(
    ("sharing", "pool", "cordoned"),
    [
        ("none", {}, False),
        ({"mode": "hami"}, {}, True),
        ({"mode": "hami"}, {"cordon": False}, False),
        ("none", {"cordon": True}, True),
        ({"mode": "hami"}, AUTOSCALED, False),
        ({"mode": "hami"}, {**AUTOSCALED, "cordon": True}, True),
    ],
)
def test_nodes_that_are_to_be_checked_join_unschedulable(
    sharing: Any, pool: Body, *, cordoned: bool
) -> None:
    assert node_pool(fleet(sharing=sharing, pool=pool))["unschedulable"] is cordoned


def test_ack_neither_restarts_nor_patches_a_node_by_itself() -> None:
    management = node_pool(fleet())["management"]

    assert management["auto_repair_policy"] == {"restart_node": False}
    assert management["auto_vul_fix"] is False
    assert management["auto_upgrade"] is False


@pytest.mark.parametrize("protected", [True, False])
def test_a_pool_with_nodes_is_never_deleted_by_force(*, protected: bool) -> None:
    """Left out, the provider sends `force`, and the machines go with the pool."""
    pool = node_pool(fleet(cloud={"protected": protected}))

    assert pool["force_delete"] is False


@pytest.mark.parametrize("protected", [True, False])
def test_the_system_pool_goes_with_its_cluster_once_that_may_go(*, protected: bool) -> None:
    made = layer(fleet(cloud={"protected": protected}), "cluster")

    system = of(made, "cs_kubernetes_node_pool")["system-pool"]
    assert system["force_delete"] is not protected


def test_what_is_replaced_stands_before_the_old_one_goes() -> None:
    """Another security group, as of a network that is made anew, replaces every pool."""
    pool = node_pool(fleet())

    assert pool["security_group_ids"] == [
        "${data.terraform_remote_state.network.outputs.security_group}"
    ]
    assert pool["lifecycle"]["create_before_destroy"] is True


def test_another_name_would_only_rename_a_pool_so_a_generation_replaces_it_in_words() -> None:
    first, second = (
        layer(fleet(pool={"generation": name}), "cluster")["resource"] for name in ("v1", "v2")
    )

    pools = [made["alicloud_cs_kubernetes_node_pool"]["pool-l20"] for made in (first, second)]
    assert pools[0]["node_pool_name"] != pools[1]["node_pool_name"]
    assert pools[1]["lifecycle"]["replace_triggered_by"] == ["terraform_data.generation-l20"]
    for made, pool in zip((first, second), pools, strict=True):
        remembered = made["terraform_data"]["generation-l20"]
        assert remembered == {"input": pool["node_pool_name"]}


def test_a_generation_is_remembered_before_there_is_one() -> None:
    """A trigger that is made together with its first value would trigger nothing."""
    made = layer(fleet(), "cluster")["resource"]

    name = made["alicloud_cs_kubernetes_node_pool"]["pool-l20"]["node_pool_name"]
    assert made["terraform_data"]["generation-l20"] == {"input": name}


@pytest.mark.parametrize(
    ("change", "another"),
    [
        ({"card": "A10-24G", "instance_types": ["ecs.ebmgn7i.32xlarge"]}, True),
        ({"cards_per_node": 4, "instance_types": ["ecs.gn8is-4x.16xlarge"]}, True),
        ({"instance_types": ["ecs.ebmgn8is.32xlarge"]}, False),
        ({"spot": True}, False),
        ({"driver": "550.144.03"}, False),
    ],
)
def test_other_cards_are_in_other_machines(change: Body, *, another: bool) -> None:
    """ACK would put the new card's label on machines that have the old one."""
    before, after = (node_pool(fleet(pool=pool))["node_pool_name"] for pool in ({}, change))

    assert (before != after) is another


def test_every_machine_is_paid_by_use_for_a_prepaid_one_cannot_be_given_back() -> None:
    for pool in of(layer(fleet(), "cluster"), "cs_kubernetes_node_pool").values():
        assert pool["instance_charge_type"] == "PostPaid"


def test_spot_is_said_either_way() -> None:
    assert node_pool(fleet())["spot_strategy"] == "NoSpot"

    spot = node_pool(fleet(pool={"spot": True, **AUTOSCALED}))

    assert spot["spot_strategy"] == "SpotAsPriceGo"
    assert spot["spot_instance_remedy"] is True
    assert spot["scaling_config"]["type"] == "spot"


def test_a_data_disk_is_formatted_and_holds_what_containers_need() -> None:
    pool = node_pool(fleet(pool={"disk": {"system": "120Gi", "data": "2000Gi"}}))

    assert pool["system_disk_size"] == 120
    (disk,) = pool["data_disks"]
    assert disk["size"] == 2000
    assert disk["mount_target"] == "/var/lib/container"
    assert disk["auto_format"] == "true"


def test_a_pool_stands_only_in_its_own_zones() -> None:
    pool = node_pool(fleet(pool={"zones": ["cn-beijing-k"]}))

    assert pool["vswitch_ids"] == [
        '${data.terraform_remote_state.network.outputs.nodes["cn-beijing-k"]}'
    ]


def test_the_clusters_own_pods_have_machines_without_our_taint() -> None:
    system = of(layer(fleet(), "cluster"), "cs_kubernetes_node_pool")["system-pool"]

    assert "taints" not in system
    assert system["unschedulable"] is False
    assert system["desired_size"] == "3"
    # DNS runs on them: a new pool stands before the old one goes.
    assert system["lifecycle"]["create_before_destroy"] is True


def test_a_node_holds_no_more_pods_than_the_subnets_were_measured_for() -> None:
    """ACK's own number is that of the addresses which the machine's network cards hold."""
    pool = node_pool(fleet(cloud={"network": {"pods_per_node": 64}}))

    assert pool["kubelet_configuration"] == {
        "max_pods": "64",
        "topology_manager_policy": "none",
    }


def test_machines_joined_by_rdma_stand_in_one_zone() -> None:
    pool = node_pool(fleet(sharing="none", pool={"rdma": True}))

    assert pool["vswitch_ids"] == [
        '${data.terraform_remote_state.network.outputs.nodes["cn-beijing-l"]}'
    ]
    assert pool["kubelet_configuration"]["topology_manager_policy"] == "best-effort"


def test_a_pool_joined_by_rdma_gets_acks_controller_for_it() -> None:
    made = layer(fleet(sharing="none", pool={"rdma": True}), "cluster")

    addon = of(made, "cs_kubernetes_addon")["addon-ack-erdma-controller"]
    assert json.loads(addon["config"])["agent"]["allocateAllDevices"] is True
    assert of(layer(fleet(), "cluster"), "cs_kubernetes_addon") == {}


def test_an_idle_machine_is_not_given_back_before_half_an_hour() -> None:
    scaled = layer(fleet(pool=AUTOSCALED), "cluster")

    assert of(scaled, "cs_autoscaling_config")["autoscaler"]["unneeded_duration"] == "30m"
    assert of(layer(fleet(), "cluster"), "cs_autoscaling_config") == {}


# --- the control plane -----------------------------------------------------------


def test_what_is_open_or_made_by_default_is_switched_off() -> None:
    """Both default to true: an endpoint on the internet, and a second NAT gateway."""
    plane = control_plane(fleet())

    assert plane["slb_internet_enabled"] is False
    assert plane["new_nat_gateway"] is False


def test_a_protected_cluster_is_deleted_neither_by_ack_nor_by_terraform() -> None:
    """`service_cidr` and `proxy_mode` replace the cluster: such a plan is refused, too."""
    plane = control_plane(fleet())

    assert plane["deletion_protection"] is True
    assert plane["lifecycle"]["prevent_destroy"] is True


def test_a_cluster_can_be_deleted_in_two_steps() -> None:
    plane = control_plane(fleet(cloud={"protected": False}))

    assert plane["deletion_protection"] is False
    assert plane["lifecycle"]["prevent_destroy"] is False


def test_what_a_deleted_cluster_leaves_is_said_for_every_kind() -> None:
    """What is said only when the cluster goes is too late: ACK asks its own record."""
    options = control_plane(fleet())["delete_options"]

    assert {option["resource_type"]: option["delete_mode"] for option in options} == {
        "SLB": "delete",
        "ALB": "delete",
        "PrivateZone": "delete",
        "SLS_Data": "retain",
        "SLS_ControlPlane": "retain",
    }
    assert options == sorted(options, key=lambda option: option["resource_type"])


def test_addons_are_named_at_creation_only() -> None:
    """An edit plans as a change, and nothing happens."""
    assert "addons" in control_plane(fleet())["lifecycle"]["ignore_changes"]


def test_what_ack_reads_back_and_we_never_say_is_no_change() -> None:
    """A time zone would come and go with each apply; `node_cidr_mask` would replace the cluster."""
    made = layer(fleet(), "cluster")

    plane = of(made, "cs_managed_kubernetes")["cluster"]
    assert {"timezone", "node_cidr_mask", "pod_cidr"} <= set(plane["lifecycle"]["ignore_changes"])
    for pool in of(made, "cs_kubernetes_node_pool").values():
        left = set(pool["lifecycle"]["ignore_changes"])
        assert {"deployment_set_id", "instance_metadata_options"} <= left
        assert not left & pool.keys()


def test_no_ingress_with_a_load_balancer_on_the_internet_comes_along() -> None:
    assert {"name": "nginx-ingress-controller", "disabled": True} in control_plane(fleet())[
        "addons"
    ]


def test_pods_have_addresses_of_the_vpc() -> None:
    plane = control_plane(fleet())

    assert {"name": "terway-eniip"} in plane["addons"]
    assert len(plane["pod_vswitch_ids"]) == 2
    assert "pod_cidr" not in plane


def test_roles_for_service_accounts_are_on_from_the_start_for_they_never_go_off() -> None:
    assert control_plane(fleet())["enable_rrsa"] is True


def test_the_clusters_certificates_stay_out_of_the_state() -> None:
    assert control_plane(fleet())["skip_set_certificate_authority"] is True


def test_ack_upgrades_no_cluster_by_itself() -> None:
    policy = control_plane(fleet())["operation_policy"]

    assert policy == {"cluster_auto_upgrade": {"enabled": False}}


def test_the_patch_level_is_that_of_the_day_on_which_the_cluster_was_made() -> None:
    made = layer(fleet(), "cluster")

    assert control_plane(fleet())["version"] == "${terraform_data.kubernetes-version.output}"
    chosen = made["resource"]["terraform_data"]["kubernetes-version"]
    assert chosen["lifecycle"] == {"ignore_changes": ["input"]}
    assert chosen["triggers_replace"] == ["1.34"]
    assert 'startswith(it, "1.34.")' in chosen["input"]


def test_ack_is_not_asked_for_versions_before_the_first_apply() -> None:
    offered = layer(fleet(), "cluster")["data"]["alicloud_cs_kubernetes_version"][
        "kubernetes-offered"
    ]

    assert offered["depends_on"] == ["terraform_data.kubernetes-minor"]


def test_logs_of_the_control_plane_and_of_the_audit_are_kept() -> None:
    plane = control_plane(fleet(cloud={"logs": {"days": 180, "project": "fleet-logs"}}))

    assert plane["control_plane_log_ttl"] == "180"
    assert plane["control_plane_log_components"] == ["apiserver", "kcm", "scheduler", "ccm"]
    assert plane["control_plane_log_project"] == "fleet-logs"
    assert plane["audit_log_config"] == {"enabled": True, "sls_project_name": "fleet-logs"}


def test_no_logs_are_no_logs() -> None:
    plane = control_plane(fleet(cloud={"logs": None}))

    assert plane["audit_log_config"] == {"enabled": False}
    assert "control_plane_log_components" not in plane


def test_the_kubeconfig_is_short_lived_secret_and_for_the_endpoint_within_the_vpc() -> None:
    """The provider fetches that of the public endpoint, which is none."""
    made = layer(fleet(), "cluster")
    credential = made["data"]["alicloud_cs_cluster_credential"]["kubeconfig"]

    assert credential["temporary_duration_minutes"] == 24 * 60
    assert made["output"]["kubeconfig"]["sensitive"] is True
    text = made["output"]["kubeconfig"]["value"]
    assert 'connections["api_server_intranet"]' in text
    assert ".kube_config" not in text


# --- around the cluster ------------------------------------------------------------


def test_a_security_group_holds_an_address_for_every_pod() -> None:
    """An enterprise group, whose members reach each other only because a rule says so."""
    made = layer(fleet(), "network")

    (group,) = of(made, "security_group").values()
    assert group["security_group_type"] == "enterprise"
    rules = of(made, "security_group_rule")
    assert {(rule["type"], rule["cidr_ip"]) for rule in rules.values()} == {
        ("ingress", "10.0.0.0/12"),
        ("egress", "0.0.0.0/0"),
    }


def test_the_way_out_is_bound_before_it_is_used() -> None:
    made = layer(fleet(), "network")

    (gateway,) = of(made, "nat_gateway").values()
    assert gateway["nat_type"] == "Enhanced"
    entries = of(made, "snat_entry")
    assert len(entries) == 4
    for entry in entries.values():
        assert entry["depends_on"] == ["alicloud_eip_association.nat-binding"]


def test_a_bucket_is_private_encrypted_and_versioned_and_outlives_its_cluster() -> None:
    made = layer(fleet(cloud={"buckets": {"checkpoints": {"versions_days": 14}}}), "network")

    (bucket,) = of(made, "oss_bucket").values()
    assert bucket["bucket"] == "fleet-infer-checkpoints"
    assert bucket["versioning"] == {"status": "Enabled"}
    assert bucket["server_side_encryption_rule"] == {"sse_algorithm": "AES256"}
    assert bucket["force_destroy"] is False
    assert bucket["lifecycle"] == {"prevent_destroy": True}
    (rule,) = bucket["lifecycle_rule"]
    assert rule["noncurrent_version_expiration"] == [{"days": 14}]
    # Its own arguments for these are deprecated.
    assert bucket.keys().isdisjoint({"acl", "policy"})
    (acl,) = of(made, "oss_bucket_acl").values()
    assert acl["acl"] == "private"
    (block,) = of(made, "oss_bucket_public_access_block").values()
    assert block["block_public_access"] is True


@pytest.mark.parametrize("protected", [True, False])
def test_images_outlive_their_cluster(*, protected: bool) -> None:
    made = layer(fleet(cloud={"registry": {}, "protected": protected}), "network")

    assert of(made, "cr_ee_instance")["registry"]["lifecycle"] == {"prevent_destroy": protected}


def test_files_outlive_their_cluster_and_only_the_parallel_kind_has_a_size() -> None:
    files = {"home": {"capacity": "1Ti"}, "fast": {"capacity": "8Ti", "kind": "parallel"}}
    made = layer(fleet(cloud={"files": files}), "network")

    systems = of(made, "nas_file_system")
    assert all(body["lifecycle"] == {"prevent_destroy": True} for body in systems.values())
    assert "capacity" not in systems["files-home"]
    assert systems["files-home"]["encrypt_type"] == 1
    assert systems["files-fast"]["capacity"] == 8192
    assert set(of(made, "nas_mount_target")) == {"files-home-mount"}
    (rule,) = of(made, "nas_access_rule").values()
    assert rule["source_cidr_ip"] == "10.0.0.0/12"


def test_a_cluster_without_nfs_has_no_rights_for_it() -> None:
    made = stacks(fleet(cloud={"files": {"fast": {"capacity": "8Ti", "kind": "parallel"}}}))

    assert of(made["network"], "nas_access_group") == {}


def test_metrics_are_kept_where_they_are_asked_for() -> None:
    made = layer(fleet(cloud={"prometheus": True}), "cluster")

    (instance,) = of(made, "arms_prometheus").values()
    assert instance["cluster_type"] == "aliyun-cs"
    assert of(layer(fleet(), "cluster"), "arms_prometheus") == {}


# --- within the cluster --------------------------------------------------------------


def images(device: Body) -> Body:
    (release,) = device["resource"]["helm_release"].values()
    values: Body = release["values"][0]
    return values


def test_images_that_mainland_nodes_cannot_reach_come_from_the_registrys_copies() -> None:
    made = stacks(fleet(cloud={"registry": {}}))
    host = "fleet-infer-registry-vpc.cn-beijing.cr.aliyuncs.com"

    rules = of(made["network"], "cr_artifact_subscription_rule").values()
    assert {(rule["source_namespace_name"], rule["source_repo_name"]) for rule in rules} == {
        ("projecthami", "hami"),
        ("liangjw", "kube-webhook-certgen"),
    }
    values = images(made["device"])
    assert values["devicePlugin"]["image"] == {"registry": host}
    assert values["devicePlugin"]["monitor"] == {"image": {"registry": host}}
    assert values["scheduler"]["extender"]["image"] == {"registry": host}
    assert values["scheduler"]["patch"]["imageNew"] == {"registry": host}


def test_kube_schedulers_image_stays_where_the_chart_has_it() -> None:
    """It is Alibaba Cloud's own copy; docker.io has none."""
    values = images(layer(fleet(cloud={"registry": {}}), "device"))

    assert "registry" not in values["scheduler"]["kubeScheduler"]["image"]
    assert "global" not in values


@pytest.mark.parametrize("sharing", ["none", {"mode": "hami"}])
def test_pods_with_cards_run_in_the_machines_own_runtime(sharing: Any) -> None:
    """Its name is the default's: a pod that asks for a class `nvidia` never starts."""
    device = layer(fleet(sharing=sharing), "device")

    values = images(device)
    plugin = values.get("devicePlugin", values)
    assert plugin["runtimeClassName"] == ""
    assert not any(
        name.startswith("RuntimeClass") for name in device["resource"]["kubectl_manifest"]
    )
    if sharing != "none":
        assert plugin["nvidiaDriverRoot"] == "/"


def test_without_a_registry_images_come_from_where_the_charts_say() -> None:
    made = stacks(fleet())

    assert "image" not in images(made["device"])["devicePlugin"]
    assert of(made["network"], "cr_ee_instance") == {}


@pytest.mark.parametrize(
    ("kubernetes", "needed"), [("1.34", False), ("1.35", False), ("1.36", True)]
)
def test_hamis_scheduler_may_read_claims_where_acks_role_forgot_them(
    kubernetes: str, *, needed: bool
) -> None:
    made = layer(fleet(kubernetes=kubernetes), "device")["resource"]["kubectl_manifest"]

    roles = [body["yaml_body"] for name, body in made.items() if name.startswith("ClusterRole-")]
    bindings = [
        body["yaml_body"] for name, body in made.items() if name.startswith("ClusterRoleBinding-")
    ]
    assert bool(roles) is bool(bindings) is needed
    if needed:
        assert roles[0]["rules"][0]["verbs"] == ["get", "list", "watch"]
        assert bindings[0]["roleRef"]["name"] == roles[0]["metadata"]["name"]
        assert bindings[0]["subjects"] == [
            {"kind": "ServiceAccount", "name": "hami-scheduler", "namespace": "hami-system"}
        ]
