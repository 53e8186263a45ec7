"""The control plane of TKE: version, addresses, logs, components, and the system's machines."""

from __future__ import annotations

import pytest

from components.clouds.tencentcloud import names
from tests.unit.clouds.tencentcloud import fleets
from tests.unit.clouds.tencentcloud.fleets import fleet


def test_pods_have_addresses_of_the_network() -> None:
    plane = fleets.resource(fleets.cluster(fleet()), "kubernetes_cluster", "cluster")

    assert (plane["network_type"], plane["container_runtime"]) == ("VPC-CNI", "containerd")
    assert plane["eni_subnet_ids"] == [
        '${data.terraform_remote_state.network.outputs.pods["ap-shanghai-4"]}',
        '${data.terraform_remote_state.network.outputs.pods["ap-shanghai-5"]}',
    ]


def test_a_zone_that_is_appended_is_appended_to_the_pods_subnets() -> None:
    """The provider refuses to take one away, and to change one."""
    three = fleet(cloud={"zones": [*fleets.ZONES, "ap-shanghai-2"]})

    before = fleets.resource(fleets.cluster(fleet()), "kubernetes_cluster", "cluster")
    after = fleets.resource(fleets.cluster(three), "kubernetes_cluster", "cluster")

    assert after["eni_subnet_ids"][:2] == before["eni_subnet_ids"]


@pytest.mark.parametrize(
    ("services", "count"),
    [("172.21.0.0/20", 4096), ("172.21.0.0/24", 256), ("172.16.0.0/16", 32768)],
)
def test_services_fill_their_range_as_far_as_the_cloud_lets_them(services: str, count: int) -> None:
    environment = fleet(cloud={"network": {"services": services}})

    plane = fleets.resource(fleets.cluster(environment), "kubernetes_cluster", "cluster")

    assert plane["service_cidr"] == services
    assert plane["cluster_max_service_num"] == count


def test_a_minor_version_is_one_exact_version_of_the_clouds() -> None:
    plane = fleets.resource(
        fleets.cluster(fleet(kubernetes="1.34")), "kubernetes_cluster", "cluster"
    )

    assert plane["cluster_version"] == "1.34.1"


def test_logs_are_kept_unless_nobody_wants_them() -> None:
    kept = fleets.cluster(fleet(cloud={"logs": {"project": "logset-1"}}))
    none = fleets.cluster(fleet(cloud={"logs": None}))

    audit = fleets.resource(kept, "kubernetes_cluster", "cluster")["cluster_audit"]
    assert audit == {
        "enabled": True,
        "delete_audit_log_and_topic": False,
        "log_set_id": "logset-1",
    }
    assert sorted(kept["resource"]["tencentcloud_kubernetes_control_plane_log"]) == [
        "log-kube-apiserver",
        "log-kube-controller-manager",
        "log-kube-scheduler",
    ]
    assert "cluster_audit" not in fleets.resource(none, "kubernetes_cluster", "cluster")
    assert "tencentcloud_kubernetes_control_plane_log" not in none["resource"]


def test_logs_are_switched_on_one_after_the_other() -> None:
    """The control plane takes one task at a time."""
    logs = fleets.cluster(fleet())["resource"]["tencentcloud_kubernetes_control_plane_log"]

    assert logs["log-kube-scheduler"]["depends_on"] == [
        "tencentcloud_kubernetes_control_plane_log.log-kube-controller-manager"
    ]


def test_storage_brings_its_driver() -> None:
    storage = {
        "files": {
            "models": {"capacity": "1Ti"},
            "scratch": {"capacity": "10Ti", "kind": "parallel"},
        },
        "buckets": {"checkpoints": {"name": "fleet-checkpoints-1250000000"}},
    }

    addons = fleets.cluster(fleet(cloud=storage))["resource"]["tencentcloud_kubernetes_addon"]

    assert [it["addon_name"] for it in addons.values()] == ["cfs", "cfsturbo", "cos"]
    assert "tencentcloud_kubernetes_addon" not in fleets.cluster(fleet())["resource"]


def test_the_clusters_own_pods_have_machines_of_their_own() -> None:
    """Those with cards are tainted, and cordoned where cards are cut."""
    system = fleets.resource(fleets.cluster(fleet()), "kubernetes_node_pool", "system-pool")

    assert (system["desired_capacity"], system["enable_auto_scale"]) == (3, False)
    assert system["labels"] == {"gpu-fleet.dev/system": "true"}
    assert "gpu_args" not in system["node_config"]


def test_the_words_of_the_fleet_are_on_every_node() -> None:
    pool = fleets.pool(fleet(pool={"labels": {"team": "search"}}))

    assert pool["labels"] == {
        "team": "search",
        "gpu-fleet.dev/card": "V100-32G",
        "gpu-fleet.dev/cluster": "infer",
        "gpu-fleet.dev/pool": "v100",
        "gpu-fleet.dev/sharing": "hami",
        "nvidia-device-enable": "disable",
        "nvidia.com/gpu.present": "true",
        "nvidia.com/gpu.product": "Tesla-V100-SXM2-32GB",
    }


def test_scripts_are_handed_over_in_base64() -> None:
    pool = fleets.pool(fleet(pool={"scripts": {"before": "echo 1", "after": "echo ${HOME}"}}))

    assert pool["node_config"]["pre_start_user_script"] == "ZWNobyAx"
    assert pool["node_config"]["user_data"] == "ZWNobyAke0hPTUV9"


def test_disks_are_of_the_kind_that_the_machines_take() -> None:
    """Machines with cards of Ada or Hopper take enhanced disks only."""
    older = fleets.pool(fleet())["auto_scaling_config"]
    newer = fleets.pool(fleet(pool={"card": "H20-96G", "instance_types": ["PNV6.96XLARGE2304"]}))[
        "auto_scaling_config"
    ]

    assert (older["system_disk_type"], newer["system_disk_type"]) == ("CLOUD_PREMIUM", "CLOUD_HSSD")


class TestNames:
    def test_a_name_that_fits_is_left_as_it_is(self) -> None:
        assert names.fitted("fleet-infer", 60) == "fleet-infer"

    def test_a_name_that_is_cut_still_differs_from_its_neighbour(self) -> None:
        one, two = (names.fitted(f"{'a' * 30}-{end}", 25) for end in ("one", "two"))

        assert one != two
        assert len(one) == len(two) == 25

    def test_a_key_pair_has_letters_digits_and_underscores_only(self) -> None:
        assert names.key_pair(fleet(), "infer") == "fleet_infer"
