"""What TKE and its provider do that one would not think, and the guard against each.

The README of the cloud lists them with the day they were found; one test here for
each, on the Terraform JSON that is deployed.
"""

from __future__ import annotations

import json

import pytest

from tests.conformance import facts
from tests.unit.clouds.tencentcloud import fleets
from tests.unit.clouds.tencentcloud.fleets import RDMA, Body, fleet


def ignored(body: Body) -> list[str]:
    found: list[str] = body["lifecycle"]["ignore_changes"]
    return found


class TestSizes:
    def test_a_size_that_an_autoscaler_owns_is_set_once(self) -> None:
        """Any update pushes the desired size, and would take back what was scaled since."""
        pool = fleets.pool(fleet(pool={"nodes": {"min": 24, "desired": 40, "max": 48}}))

        assert pool["enable_auto_scale"] is True
        assert (pool["min_size"], pool["desired_capacity"], pool["max_size"]) == (24, 40, 48)
        assert "desired_capacity" in ignored(pool)

    def test_a_size_that_terraform_owns_moves_without_its_bounds(self) -> None:
        """The provider refuses to move a bound and the size in one apply."""
        forty = fleets.pool(fleet(pool={"nodes": {"desired": 40}}))
        fifty = fleets.pool(fleet(pool={"nodes": {"desired": 50}}))

        assert forty["enable_auto_scale"] is False
        assert (forty["desired_capacity"], fifty["desired_capacity"]) == (40, 50)
        assert (forty["min_size"], forty["max_size"]) == (0, 2000)
        assert (fifty["min_size"], fifty["max_size"]) == (0, 2000)
        assert "desired_capacity" not in ignored(forty)

    def test_machines_that_are_late_do_not_taint_the_pool(self) -> None:
        """A create that waits and fails taints; the next apply deletes what has come."""
        pool = fleets.pool(fleet(pool={"nodes": {"desired": 40}}))

        assert pool["wait_node_ready"] is False
        assert "scale_tolerance" not in pool


class TestReplacement:
    def test_another_driver_replaces_the_pool_though_the_provider_would_not(self) -> None:
        """An edit inside `gpu_args` is planned in place and never sent."""
        before = fleets.cluster(fleet(pool={"driver": "535.216.01"}))
        after = fleets.cluster(fleet(pool={"driver": "550.144.03"}))

        pool = fleets.resource(after, "kubernetes_node_pool", "pool-v100")
        inputs = [it["resource"]["terraform_data"]["pool-v100-lasting"] for it in (before, after)]
        assert pool["lifecycle"]["replace_triggered_by"] == ["terraform_data.pool-v100-lasting"]
        assert inputs[0]["input"] != inputs[1]["input"] == pool["name"]

    def test_a_driver_is_named_in_both_of_the_words_that_the_cloud_wants(self) -> None:
        """With `version` alone the provider refuses the plan."""
        pool = fleets.pool(fleet(pool={"driver": "535.216.01"}))

        assert pool["node_config"]["gpu_args"]["driver"] == {
            "version": "535.216.01",
            "name": "NVIDIA-Linux-x86_64-535.216.01.run",
        }

    def test_a_pool_without_a_driver_says_nothing_of_it(self) -> None:
        """An empty block would be another pool than none."""
        pool = fleets.pool(fleet())

        assert "gpu_args" not in pool["node_config"]

    def test_the_new_pool_stands_before_the_old_one_goes(self) -> None:
        """Both are there at once, so they differ in name; the address stays."""
        before = fleets.pool(fleet())
        after = fleets.pool(fleet(pool={"generation": "v2"}))

        assert after["lifecycle"]["create_before_destroy"] is True
        assert before["name"] != after["name"]

    def test_only_what_lasts_changes_the_name(self) -> None:
        """A name that follows sizes, labels or scripts would replace pools for nothing."""
        same = {
            "nodes": {"min": 10, "desired": 20, "max": 90},
            "labels": {"team": "search"},
            "scripts": {"after": "true"},
            "instance_types": ["GN10Xp.20XLARGE320"],
            "disk": {"system": "500Gi"},
            "cordon": False,
            "on_delete": "keep",
        }

        assert fleets.pool(fleet(pool=same))["name"] == fleets.pool(fleet())["name"]

    def test_what_makes_other_machines_makes_another_pool(self) -> None:
        names = [
            fleets.pool(fleet(pool=changed))["name"]
            for changed in (
                {},
                {"driver": "535.216.01"},
                {"instance_types": ["GN10X.18XLARGE320"]},
                {"zones": ["ap-shanghai-4"]},
                {"disk": {"data": "2Ti"}},
                {"spot": True},
                {"generation": "v2"},
            )
        ]

        assert len(set(names)) == len(names)

    def test_a_type_that_is_first_no_more_makes_another_pool(self) -> None:
        """`instance_type` replaces; the types behind it are changed in place."""
        types = ["GN10Xp.20XLARGE320", "GN10X.18XLARGE320"]

        there = fleets.pool(fleet(pool={"instance_types": types}))
        back = fleets.pool(fleet(pool={"instance_types": types[::-1]}))

        machine = there["auto_scaling_config"]
        assert [machine["instance_type"], *machine["backup_instance_types"]] == types
        assert there["name"] != back["name"]

    @facts.needed
    def test_a_pool_is_replaced_for_what_the_environment_says_and_nothing_else(self) -> None:
        """All that the provider replaces a pool for is ignored, but for where it belongs."""
        replacing = {
            path
            for path, limits in facts.limits()["tencentcloud_kubernetes_node_pool"].items()
            if limits["force_new"]
        }
        once = [path.replace("[0]", "") for path in ignored(fleets.pool(fleet()))]

        left = {
            path
            for path in replacing
            if not any(path == one or path.startswith(f"{one}.") for one in once)
        }
        assert left == {"cluster_id", "vpc_id"}

    def test_subnets_in_another_order_do_not_replace_the_pool(self) -> None:
        """They are an ordered list, and what is read back counts as a difference."""
        pool = fleets.pool(fleet())

        assert len(pool["subnet_ids"]) == 2
        assert "subnet_ids" in ignored(pool)

    def test_a_person_with_another_key_does_not_replace_every_pool(self) -> None:
        """Another public key is another pair, and a pool cannot change its pair."""
        stack = fleets.cluster(fleet())

        assert ignored(fleets.resource(stack, "key_pair", "key-pair")) == ["public_key"]
        pool = fleets.resource(stack, "kubernetes_node_pool", "pool-v100")
        assert "auto_scaling_config[0].key_ids" in ignored(pool)

    def test_the_pool_of_dns_is_never_replaced_for_a_better_idea_of_ours(self) -> None:
        """Its types and its size are constants of a release, and people may scale it."""
        system = fleets.resource(fleets.cluster(fleet()), "kubernetes_node_pool", "system-pool")

        assert {"auto_scaling_config", "node_config", "desired_capacity"} <= set(ignored(system))

    def test_a_pool_keeps_its_image_when_a_release_has_another(self) -> None:
        """The image is changed in place, for machines that join later: a pool of two kinds."""
        assert {"node_os", "node_os_type"} <= set(ignored(fleets.pool(fleet())))

    def test_zones_that_the_cloud_reads_back_are_no_difference(self) -> None:
        """They are read back though nobody set them, and an update each time pushes the size."""
        pool = fleets.pool(fleet())

        assert "zones" not in pool
        assert "zones" in ignored(pool)

    def test_tags_that_the_cloud_adds_are_no_difference(self) -> None:
        assert "tags" in ignored(fleets.pool(fleet()))


class TestDeletion:
    def test_machines_go_with_their_pool_unless_told_otherwise(self) -> None:
        """Left out, `delete_keep_instance` is true, and what nobody sees any more is billed."""
        gone = fleets.pool(fleet())
        kept = fleets.pool(fleet(pool={"on_delete": "keep"}))

        assert gone["delete_keep_instance"] is False
        assert kept["delete_keep_instance"] is True

    def test_a_pool_is_protected_as_long_as_its_cluster_is(self) -> None:
        """A new pool is made at once and its machines come later; the old one must not go first."""
        protected = fleets.pool(fleet())
        open_ = fleets.pool(fleet(cloud={"protected": False}))

        assert protected["deletion_protection"] is True
        assert open_["deletion_protection"] is False

    def test_a_data_disk_goes_with_its_machine(self) -> None:
        """Left out, disks stay when the autoscaler takes machines away, and are billed."""
        pool = fleets.pool(fleet(pool={"disk": {"data": "2Ti"}}))

        (bought,) = pool["auto_scaling_config"]["data_disk"]
        assert bought["delete_with_instance"] is True

    def test_the_cluster_says_what_becomes_of_machines_and_claimed_disks(self) -> None:
        plane = fleets.resource(fleets.cluster(fleet()), "kubernetes_cluster", "cluster")

        assert plane["instance_delete_mode"] == "terminate"
        assert plane["resource_delete_options"] == [
            {"resource_type": "CBS", "delete_mode": "retain"}
        ]


class TestCordon:
    def test_nodes_join_cordoned_and_terraform_never_asks_again(self) -> None:
        """`unschedulable` replaces the pool, so it is uncordoned in the cluster, by node."""
        vgpu = fleets.pool(fleet(pool={"nodes": {"desired": 40}}))
        whole = fleets.pool(fleet(vgpu=False))

        assert (vgpu["unschedulable"], whole["unschedulable"]) == (1, 0)
        assert "unschedulable" in ignored(vgpu)
        assert "is_schedule" not in vgpu["node_config"]


class TestSharing:
    def test_the_clouds_own_device_plugin_stays_off_every_node_with_cards(self) -> None:
        """Two plugins of one resource: the last to register wins, and limits are void."""
        for environment in (fleet(), fleet(vgpu=False)):
            assert fleets.pool(environment)["labels"]["nvidia-device-enable"] == "disable"

    def test_qgpu_is_refused_when_the_cluster_is_made(self) -> None:
        """Later it cannot be: the provider plans a change of the list, and fails to make it."""
        plane = fleets.resource(fleets.cluster(fleet()), "kubernetes_cluster", "cluster")

        assert plane["disable_addons"] == ["qgpu"]
        assert "disable_addons" in ignored(plane)

    def test_nothing_asks_for_qgpu(self) -> None:
        stack = fleets.cluster(fleet(cloud={"files": {"models": {"capacity": "1Ti"}}}))
        labels = fleets.resource(stack, "kubernetes_node_pool", "pool-v100")["labels"]

        addons = stack["resource"]["tencentcloud_kubernetes_addon"]
        assert "qgpu" not in {addon["addon_name"] for addon in addons.values()}
        assert "qgpu-device-enable" not in labels

    def test_a_card_is_never_cut_by_mig_behind_our_back(self) -> None:
        pool = fleets.pool(fleet(pool={"driver": "535.216.01"}))

        assert pool["node_config"]["gpu_args"]["mig_enable"] is False


class TestPools:
    def test_no_pool_is_native(self) -> None:
        """A native pool pins no driver, cannot lose its labels, and any type replaces it."""
        stack = fleets.cluster(fleet())

        assert "tencentcloud_kubernetes_native_node_pool" not in stack["resource"]

    def test_a_name_has_at_most_25_characters(self) -> None:
        named = "a-pool-whose-name-is-as-long-as-can-be-x"

        pool = fleets.pool(fleet(named=named), named)

        assert len(pool["name"]) == 25
        assert pool["name"].startswith("a-pool-whose-name-")

    def test_two_long_names_of_one_beginning_are_two_names(self) -> None:
        named = ["a-pool-whose-name-is-long-one", "a-pool-whose-name-is-long-two"]

        one, two = (fleets.pool(fleet(named=name), name)["name"] for name in named)

        assert one != two

    def test_images_are_named_by_id(self) -> None:
        """A name is read back as an id, and then changed again with each apply."""
        stack = fleets.cluster(fleet())

        for pool in stack["resource"]["tencentcloud_kubernetes_node_pool"].values():
            assert pool["node_os"].startswith("img-")
        plane = fleets.resource(stack, "kubernetes_cluster", "cluster")
        assert plane["cluster_os"].startswith("img-")
        assert "cluster_os" in ignored(plane)

    def test_a_pool_has_a_way_to_log_in_whose_secret_is_not_ours(self) -> None:
        """The schema wants no key, the provider does; a pair made by the cloud is in the state."""
        stack = fleets.cluster(fleet())

        assert fleets.resource(stack, "key_pair", "key-pair")["public_key"] == (
            "${var.ssh_public_key}"
        )
        for pool in stack["resource"]["tencentcloud_kubernetes_node_pool"].values():
            assert pool["auto_scaling_config"]["key_ids"] == [
                "${tencentcloud_key_pair.key-pair.id}"
            ]
            assert "password" not in pool["auto_scaling_config"]

    def test_security_groups_keep_their_order(self) -> None:
        """`security_group_ids` is a set, and the provider fails at its first change."""
        machine = fleets.pool(fleet())["auto_scaling_config"]

        assert "security_group_ids" not in machine
        assert len(machine["orderly_security_group_ids"]) == 1

    def test_taints_are_in_order(self) -> None:
        """They are read back as a list; another order is a difference."""
        taints = {"zone": {"effect": "NoExecute"}, "a": {"effect": "NoSchedule", "value": "b"}}

        found = fleets.pool(fleet(pool={"taints": taints}))["taints"]

        assert [taint["key"] for taint in found] == ["a", "nvidia.com/gpu", "zone"]
        assert all({"key", "value", "effect"} == set(taint) for taint in found)

    def test_a_data_disk_is_bought_and_mounted_alike(self) -> None:
        """One block buys it, another mounts it; where they differ, neither happens."""
        pool = fleets.pool(fleet(pool={"disk": {"data": "2Ti"}}))

        (bought,) = pool["auto_scaling_config"]["data_disk"]
        (mounted,) = pool["node_config"]["data_disk"]
        for key in ("disk_type", "disk_size"):
            assert bought[key] == mounted[key]
        assert mounted["auto_format_and_mount"] is True
        assert pool["node_config"]["docker_graph_path"] == f"{mounted['mount_target']}/containerd"

    def test_images_are_where_containerd_keeps_them(self) -> None:
        """Left out it is docker's path, whatever the runtime."""
        pool = fleets.pool(fleet())

        assert pool["node_config"]["docker_graph_path"] == "/var/lib/containerd"

    def test_spot_machines_have_a_price(self) -> None:
        """Without one the cloud refuses them; the market's price is paid, whatever it says."""
        spot = fleets.pool(fleet(pool={"spot": True}))["auto_scaling_config"]
        stays = fleets.pool(fleet())["auto_scaling_config"]

        assert spot["instance_charge_type"] == "SPOTPAID"
        assert (spot["spot_instance_type"], spot["spot_max_price"]) == ("one-time", "1000")
        assert stays["instance_charge_type"] == "POSTPAID_BY_HOUR"
        assert "spot_max_price" not in stays

    def test_no_machine_has_an_address_of_the_internet(self) -> None:
        machine = fleets.pool(fleet())["auto_scaling_config"]

        assert machine["public_ip_assigned"] is False
        assert machine["internet_max_bandwidth_out"] == 0


class TestControlPlane:
    def test_nothing_that_may_fail_late_is_made_with_it(self) -> None:
        """The provider notes the id last: a step that fails leaves a cluster without state."""
        plane = fleets.resource(fleets.cluster(fleet()), "kubernetes_cluster", "cluster")

        late = {"log_agent", "event_persistence", "node_pool_global_config", "auth_options"}
        assert not late & set(plane)

    def test_it_is_made_without_machines(self) -> None:
        """Any change to those replaces the cluster."""
        plane = fleets.resource(fleets.cluster(fleet()), "kubernetes_cluster", "cluster")

        assert not {"worker_config", "master_config", "exist_instance"} & set(plane)

    def test_what_the_cloud_rounds_or_fills_in_does_not_replace_it(self) -> None:
        """Each of these is read back as the cloud sees fit, and replaces the cluster."""
        plane = fleets.resource(fleets.cluster(fleet()), "kubernetes_cluster", "cluster")

        rounded = {"cluster_cidr", "cluster_max_pod_num", "cluster_max_service_num"}
        assert rounded <= set(ignored(plane))

    def test_terraform_too_refuses_to_replace_it(self) -> None:
        """The cloud's own protection would be asked only when half of it is gone."""
        stack = fleets.cluster(fleet())
        open_ = fleets.cluster(fleet(cloud={"protected": False}))

        for it, protected in ((stack, True), (open_, False)):
            plane = fleets.resource(it, "kubernetes_cluster", "cluster")
            assert plane["lifecycle"]["prevent_destroy"] is protected
            assert plane["deletion_protection"] is protected

    def test_pods_have_an_identity_that_no_failed_creation_loses(self) -> None:
        """On the cluster it is asked for once, before the state knows the cluster's id."""
        stack = fleets.cluster(fleet())

        plane = fleets.resource(stack, "kubernetes_cluster", "cluster")
        identity = fleets.resource(stack, "kubernetes_auth_attachment", "identity")
        assert "auth_options" not in plane
        assert "auth_options" in ignored(plane)
        assert identity["cluster_id"] == "${tencentcloud_kubernetes_cluster.cluster.id}"
        assert identity["use_tke_default"] is True
        assert identity["auto_create_oidc_config"] is True
        assert identity["auto_install_pod_identity_webhook_addon"] is True
        assert identity["auto_create_discovery_anonymous_auth"] is False
        assert identity["depends_on"] == ["tencentcloud_kubernetes_node_pool.system-pool"]

    def test_an_upgrade_touches_no_node(self) -> None:
        """Switched on, every later update of the cluster upgrades its nodes."""
        plane = fleets.resource(fleets.cluster(fleet()), "kubernetes_cluster", "cluster")

        assert plane["cluster_version"] == "1.32.2"
        assert plane["upgrade_instances_follow_cluster"] is False

    def test_its_level_holds_all_pools_and_does_not_grow_by_itself(self) -> None:
        """The next level is billed from the moment on which it is entered."""
        small = fleet(pool={"nodes": {"desired": 17}})
        larger = fleet(pool={"nodes": {"desired": 18}})

        levels = [
            fleets.resource(fleets.cluster(it), "kubernetes_cluster", "cluster")
            for it in (small, larger)
        ]
        assert [it["cluster_level"] for it in levels] == ["L20", "L50"]
        assert not any(it["auto_upgrade_cluster_level"] for it in levels)


class TestEndpoint:
    def test_it_comes_after_nodes_that_are_always_to_be_had(self) -> None:
        """It waits a quarter of an hour for a running node, and then fails."""
        stack = fleets.cluster(fleet())

        endpoint = fleets.resource(stack, "kubernetes_cluster_endpoint", "endpoint")
        system = fleets.resource(stack, "kubernetes_node_pool", "system-pool")
        assert endpoint["depends_on"] == ["tencentcloud_kubernetes_node_pool.system-pool"]
        assert system["unschedulable"] == 0
        assert "taints" not in system

    def test_one_resource_alone_drives_it(self) -> None:
        """The cluster resource can, too, and each would undo what the other did."""
        for public in (False, True):
            api = {"public": public, "allow": ["203.0.113.0/24"] if public else []}
            stack = fleets.cluster(fleet(cloud={"api": api}))
            plane = fleets.resource(stack, "kubernetes_cluster", "cluster")
            assert not [key for key in plane if key.startswith(("cluster_int", "kube_config"))]

    def test_it_is_private_until_someone_is_allowed(self) -> None:
        private = fleets.cluster(fleet())
        public = fleets.cluster(
            fleet(cloud={"api": {"public": True, "allow": ["203.0.113.0/24", "198.51.100.7/32"]}})
        )

        closed = fleets.resource(private, "kubernetes_cluster_endpoint", "endpoint")
        open_ = fleets.resource(public, "kubernetes_cluster_endpoint", "endpoint")
        assert (closed["cluster_intranet"], closed["cluster_internet"]) == (True, False)
        assert "cluster_internet_security_group" not in closed
        assert (open_["cluster_intranet"], open_["cluster_internet"]) == (True, True)
        assert open_["cluster_internet_security_group"] == "${tencentcloud_security_group.api.id}"
        rules = fleets.resource(public, "security_group_rule_set", "api-rules")["ingress"]
        assert [(it["action"], it["cidr_block"], it["port"]) for it in rules] == [
            ("ACCEPT", "203.0.113.0/24", "443"),
            ("ACCEPT", "198.51.100.7/32", "443"),
            ("DROP", "0.0.0.0/0", "ALL"),
        ]

    def test_opening_it_to_the_internet_does_not_take_the_private_one_away(self) -> None:
        """`extensive_parameters` replaces the endpoint, both of them, when it appears."""
        api = {"public": True, "allow": ["203.0.113.0/24"]}
        told = [
            fleets.resource(fleets.cluster(it), "kubernetes_cluster_endpoint", "endpoint")
            for it in (fleet(), fleet(cloud={"api": api}))
        ]

        assert told[0]["extensive_parameters"] == told[1]["extensive_parameters"]
        assert "InternetAccessible" in json.loads(told[0]["extensive_parameters"])

    def test_zones_in_another_order_do_not_move_it(self) -> None:
        """The provider plans another subnet in place, and then does nothing about it."""
        endpoint = fleets.resource(
            fleets.cluster(fleet()), "kubernetes_cluster_endpoint", "endpoint"
        )

        assert ignored(endpoint) == ["cluster_intranet_subnet_id"]

    def test_the_kubeconfig_is_of_the_endpoint_that_terraform_can_reach(self) -> None:
        api = {"public": True, "allow": ["203.0.113.0/24"]}
        outputs = [
            fleets.cluster(it)["output"]["kubeconfig"]
            for it in (fleet(), fleet(cloud={"api": api}))
        ]

        endpoint = "tencentcloud_kubernetes_cluster_endpoint.endpoint"
        assert [it["value"] for it in outputs] == [
            f"${{{endpoint}.kube_config_intranet}}",
            f"${{{endpoint}.kube_config}}",
        ]
        assert all(it["sensitive"] is True for it in outputs)


class TestRdma:
    def test_machines_are_bought_one_by_one_as_no_pool_takes_a_fabric(self) -> None:
        stack = fleets.cluster(fleet(pool=RDMA, vgpu=False, named="h20"))

        machine = fleets.resource(stack, "instance", "pool-h20-machine")
        node = fleets.resource(stack, "kubernetes_cluster_attachment", "pool-h20")
        assert "pool-h20" not in stack["resource"]["tencentcloud_kubernetes_node_pool"]
        assert machine["hpc_cluster_id"] == "${tencentcloud_cvm_hpc_cluster.pool-h20-rdma.id}"
        assert node["instance_id"] == "${tencentcloud_instance.pool-h20-machine[each.key].id}"
        assert list(machine["for_each"]) == list(node["for_each"]) == ["000", "001", "002"]

    def test_all_of_them_stand_in_the_fabrics_zone(self) -> None:
        stack = fleets.cluster(fleet(pool=RDMA, vgpu=False, named="h20"))

        fabric = fleets.resource(stack, "cvm_hpc_cluster", "pool-h20-rdma")
        machine = fleets.resource(stack, "instance", "pool-h20-machine")
        assert fabric["zone"] == machine["availability_zone"] == "ap-shanghai-4"

    def test_a_running_node_is_never_installed_anew(self) -> None:
        """Another image wipes the machine; a label of an attachment attaches it again."""
        stack = fleets.cluster(fleet(pool=RDMA, vgpu=False, named="h20"))

        machine = fleets.resource(stack, "instance", "pool-h20-machine")
        node = fleets.resource(stack, "kubernetes_cluster_attachment", "pool-h20")
        assert {"image_id", "key_ids", "orderly_security_groups"} <= set(ignored(machine))
        assert {"labels", "unschedulable", "worker_config", "image_id"} <= set(ignored(node))

    def test_another_type_is_another_machine_and_not_a_stopped_one(self) -> None:
        """The provider stops a machine to change its type or its system's disk."""
        types = (["HCCPNV6.96XLARGE2304"], ["HCCPNV6s.96XLARGE2304-ne"])
        stacks = [
            fleets.cluster(fleet(pool={**RDMA, "instance_types": it}, vgpu=False)) for it in types
        ]

        inputs = {it["resource"]["terraform_data"]["pool-v100-lasting"]["input"] for it in stacks}
        machine = fleets.resource(stacks[0], "instance", "pool-v100-machine")
        assert len(inputs) == 2
        assert machine["lifecycle"]["replace_triggered_by"] == ["terraform_data.pool-v100-lasting"]
        assert {"system_disk_size", "system_disk_type"} <= set(ignored(machine))

    @pytest.mark.parametrize("protected", [True, False])
    def test_the_cloud_refuses_to_delete_machines_of_a_protected_cluster(
        self, protected: bool
    ) -> None:
        """Terraform deletes a machine that leaves the environment; only the cloud can say no."""
        stack = fleets.cluster(fleet(pool=RDMA, cloud={"protected": protected}, vgpu=False))

        machine = fleets.resource(stack, "instance", "pool-v100-machine")
        assert machine["disable_api_termination"] is protected

    def test_its_nodes_carry_the_same_words_as_any_other(self) -> None:
        pool = {**RDMA, "driver": "550.144.03"}
        stack = fleets.cluster(fleet(pool=pool, vgpu=False, named="h20"))

        node = fleets.resource(stack, "kubernetes_cluster_attachment", "pool-h20")
        assert node["labels"]["gpu-fleet.dev/pool"] == "h20"
        assert node["labels"]["nvidia-device-enable"] == "disable"
        assert node["worker_config"]["taints"][0]["key"] == "nvidia.com/gpu"
        assert node["worker_config"]["gpu_args"]["driver"]["version"] == "550.144.03"
