"""What stands around a TKE cluster: addresses, ways out, storage, registry, metrics."""

from __future__ import annotations

from tests.unit.clouds.tencentcloud import fleets
from tests.unit.clouds.tencentcloud.fleets import fleet


def test_each_zone_has_a_subnet_for_nodes_and_one_for_pods() -> None:
    stack = fleets.network(fleet())

    subnets = stack["resource"]["tencentcloud_subnet"]
    assert sorted(subnets) == [
        "nodes-ap-shanghai-4",
        "nodes-ap-shanghai-5",
        "pods-ap-shanghai-4",
        "pods-ap-shanghai-5",
    ]
    assert len({subnet["cidr_block"] for subnet in subnets.values()}) == 4
    assert subnets["pods-ap-shanghai-5"]["availability_zone"] == "ap-shanghai-5"


def test_every_subnet_leads_out_through_the_nat_gateway() -> None:
    stack = fleets.network(fleet())

    for subnet in stack["resource"]["tencentcloud_subnet"].values():
        assert subnet["route_table_id"] == "${tencentcloud_route_table.routes.id}"
    way = fleets.resource(stack, "route_table_entry", "routes-out")
    assert (way["destination_cidr_block"], way["next_type"]) == ("0.0.0.0/0", "NAT")
    assert way["next_hub"] == "${tencentcloud_nat_gateway.nat.id}"
    gateway = fleets.resource(stack, "nat_gateway", "nat")
    assert gateway["nat_product_version"] == 2, "left out, the next read may replace it"
    assert gateway["assigned_eip_set"] == ["${tencentcloud_eip.nat-address.public_ip}"]


def test_what_is_refused_stands_behind_what_is_allowed() -> None:
    """The first rule that matches counts."""
    rules = fleets.resource(
        fleets.network(fleet()), "security_group_rule_set", "security-group-rules"
    )

    assert [(it["action"], it["cidr_block"]) for it in rules["ingress"]] == [
        ("ACCEPT", "10.0.0.0/12"),
        ("DROP", "0.0.0.0/0"),
    ]


def test_the_next_layer_is_told_every_zone() -> None:
    output = fleets.network(fleet())["output"]

    assert list(output["nodes"]["value"]) == fleets.ZONES
    assert list(output["pods"]["value"]) == fleets.ZONES
    assert not {"registry", "workspace"} & set(output)


def test_nothing_that_costs_is_made_unasked() -> None:
    made = {kind for kind, _, _ in fleets.resources(fleets.network(fleet()))}

    assert made == {
        "tencentcloud_eip",
        "tencentcloud_nat_gateway",
        "tencentcloud_route_table",
        "tencentcloud_route_table_entry",
        "tencentcloud_security_group",
        "tencentcloud_security_group_rule_set",
        "tencentcloud_subnet",
        "tencentcloud_vpc",
    }


def test_a_bucket_is_private_encrypted_and_keeps_versions_for_a_while() -> None:
    buckets = {"checkpoints": {"name": "fleet-checkpoints-1250000000", "versions_days": 14}}

    bucket = fleets.resource(
        fleets.network(fleet(cloud={"buckets": buckets})), "cos_bucket", "bucket-checkpoints"
    )

    assert bucket["bucket"] == "fleet-checkpoints-1250000000"
    assert (bucket["acl"], bucket["encryption_algorithm"]) == ("private", "AES256")
    assert bucket["versioning_enable"] is True
    assert bucket["lifecycle_rules"][0]["non_current_expiration"] == {"non_current_days": 14}


def test_what_holds_data_is_not_destroyed_while_the_cluster_is_protected() -> None:
    cloud = {
        "buckets": {"checkpoints": {"name": "fleet-checkpoints-1250000000"}},
        "files": {"models": {"capacity": "1Ti"}},
        "prometheus": True,
        "registry": {},
    }

    for protected in (True, False):
        stack = fleets.network(fleet(cloud={**cloud, "protected": protected}))
        kept = [
            body["lifecycle"]["prevent_destroy"]
            for _, _, body in fleets.resources(stack)
            if "lifecycle" in body
        ]
        assert kept == [protected] * 4
        assert fleets.resource(stack, "cos_bucket", "bucket-checkpoints")["force_clean"] is False


def test_shared_files_are_mounted_from_within_the_network_only() -> None:
    stack = fleets.network(fleet(cloud={"files": {"models": {"capacity": "1Ti"}}}))

    storage = fleets.resource(stack, "cfs_file_system", "files-models")
    assert (storage["protocol"], storage["storage_type"]) == ("NFS", "SD")
    assert storage["subnet_id"] == "${tencentcloud_subnet.nodes-ap-shanghai-4.id}"
    rule = fleets.resource(stack, "cfs_access_rule", "files-vpc")
    assert (rule["auth_client_ip"], rule["rw_permission"]) == ("10.0.0.0/12", "RW")


def test_parallel_files_are_bought_in_steps_and_reached_through_a_network_that_is_given() -> None:
    files = {"scratch": {"capacity": "25Ti", "kind": "parallel"}}

    stack = fleets.network(fleet(cloud={"files": files}))

    storage = fleets.resource(stack, "cfs_file_system", "files-scratch")
    assert storage["capacity"] == 30 * 1024
    assert (storage["protocol"], storage["net_interface"]) == ("TURBO", "CCN")
    assert storage["ccn_id"] == "${var.ccn_id}"
    assert storage["cidr_block"] == "${var.files_scratch_cidr}"
    assert set(stack["variable"]) == {"ccn_id", "files_scratch_cidr"}


def test_two_parallel_file_systems_share_the_network_that_is_given() -> None:
    files = {
        "scratch": {"capacity": "10Ti", "kind": "parallel"},
        "data": {"capacity": "10Ti", "kind": "parallel"},
    }

    stack = fleets.network(fleet(cloud={"files": files}))

    assert set(stack["variable"]) == {"ccn_id", "files_scratch_cidr", "files_data_cidr"}


def test_the_registry_is_reached_in_the_network_and_from_nowhere_else() -> None:
    stack = fleets.network(fleet(cloud={"registry": {"tier": "premium"}}))

    registry = fleets.resource(stack, "tcr_instance", "registry")
    assert registry["instance_type"] == "premium"
    assert registry["name"] == "fleet-infer-images"
    assert registry["open_public_operation"] is False
    assert registry["deletion_protection"] is True
    way = fleets.resource(stack, "tcr_vpc_attachment", "registry-vpc")
    assert way["enable_vpc_domain_dns"] is True
    assert stack["output"]["registry"]["value"] == (
        "${tencentcloud_tcr_instance.registry.public_domain}"
    )


def test_metrics_outlive_the_cluster_and_its_agent_writes_within_the_network() -> None:
    environment = fleet(cloud={"prometheus": True})
    network, cluster = fleets.network(environment), fleets.cluster(environment)

    assert network["output"]["workspace"]["value"] == (
        "${tencentcloud_monitor_tmp_instance.prometheus.id}"
    )
    agent = fleets.resource(cluster, "monitor_tmp_tke_cluster_agent", "prometheus-agent")
    assert agent["instance_id"] == "${data.terraform_remote_state.network.outputs.workspace}"
    assert agent["agents"]["enable_external"] is False
    assert agent["depends_on"] == ["tencentcloud_kubernetes_node_pool.system-pool"]


def test_no_layer_holds_a_credential() -> None:
    environment = fleet()

    for stack in (fleets.network(environment), fleets.cluster(environment)):
        assert stack["provider"]["tencentcloud"] == [{"region": "ap-shanghai"}]
