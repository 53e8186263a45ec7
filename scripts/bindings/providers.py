"""Which providers, and which resources of them, do stacks use?

By what a provider's resource types begin with, which also names its module. To
use another resource, or another version of a provider, change it here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A provider at a version, and the resources of it that stacks use."""

    source: str
    """Its address in the Terraform registry."""
    version: str
    resources: tuple[str, ...]
    """Resource types without the provider's prefix."""
    data_sources: tuple[str, ...] = ()
    """The same for data sources."""


PROVIDERS: Final[Mapping[str, Wanted]] = {
    "alicloud": Wanted(
        source="aliyun/alicloud",
        version="1.289.0",
        resources=(
            "arms_prometheus",
            "cms_prometheus_instance",
            "cr_artifact_subscription_rule",
            "cr_ee_instance",
            "cr_ee_namespace",
            "cr_ee_repo",
            "cr_endpoint_acl_policy",
            "cr_vpc_endpoint_linked_vpc",
            "cs_autoscaling_config",
            "cs_kubernetes_addon",
            "cs_kubernetes_node_pool",
            "cs_managed_kubernetes",
            "ecs_deployment_set",
            "ecs_hpc_cluster",
            "eflo_cluster",
            "eflo_node_group",
            "eflo_subnet",
            "eflo_vpd",
            "eip_address",
            "eip_association",
            "nas_access_group",
            "nas_access_rule",
            "nas_file_system",
            "nas_fileset",
            "nas_mount_target",
            "nas_protocol_service",
            "nat_gateway",
            "oss_bucket",
            "oss_bucket_acl",
            "oss_bucket_policy",
            "oss_bucket_public_access_block",
            "oss_bucket_server_side_encryption",
            "oss_bucket_versioning",
            "security_group",
            "security_group_rule",
            "snat_entry",
            "vpc",
            "vswitch",
        ),
        data_sources=("cs_cluster_credential", "cs_kubernetes_version"),
    ),
    "helm": Wanted(source="hashicorp/helm", version="3.1.2", resources=("release",)),
    "kubectl": Wanted(source="gavinbunney/kubectl", version="1.19.0", resources=("manifest",)),
    "tencentcloud": Wanted(
        source="tencentcloudstack/tencentcloud",
        version="1.83.25",
        resources=(
            "cfs_access_group",
            "cfs_access_rule",
            "cfs_file_system",
            "cos_bucket",
            "cos_bucket_policy",
            "cvm_hpc_cluster",
            "eip",
            "eip_association",
            "instance",
            "key_pair",
            "kubernetes_addon",
            "kubernetes_addon_config",
            "kubernetes_auth_attachment",
            "kubernetes_cluster",
            "kubernetes_cluster_attachment",
            "kubernetes_cluster_endpoint",
            "kubernetes_control_plane_log",
            "kubernetes_health_check_policy",
            "kubernetes_log_config",
            "kubernetes_native_node_pool",
            "kubernetes_node_pool",
            "monitor_tmp_instance",
            "monitor_tmp_tke_cluster_agent",
            "nat_gateway",
            "nat_gateway_snat",
            "placement_group",
            "route_table",
            "route_table_entry",
            "security_group",
            "security_group_rule_set",
            "subnet",
            "tcr_instance",
            "tcr_namespace",
            "tcr_repository",
            "tcr_service_account",
            "tcr_vpc_attachment",
            "vpc",
        ),
    ),
    "volcengine": Wanted(
        source="volcengine/volcengine",
        version="0.0.195",
        # Only what the newer provider lacks.
        resources=("cr_registry", "cr_vpc_endpoint", "nas_permission_group"),
    ),
    "volcenginecc": Wanted(
        source="volcengine/volcenginecc",
        version="0.0.53",
        resources=(
            "cr_endpoint_acl_policy",
            "cr_name_space",
            "cr_registry",
            "cr_repository",
            "cr_vpc_endpoint",
            "ecs_deployment_set",
            "ecs_hpc_cluster",
            "efs_file_system",
            "filenas_instance",
            "filenas_mount_point",
            "natgateway_ngw",
            "natgateway_snatentry",
            "tos_bucket",
            "tos_bucket_encryption",
            "vepfs_instance",
            "vepfs_mount_service",
            "vke_addon",
            "vke_cluster",
            "vke_kubeconfig",
            "vke_node_pool",
            "vmp_workspace",
            "vpc_eip",
            "vpc_route_table",
            "vpc_security_group",
            "vpc_subnet",
            "vpc_vpc",
        ),
    ),
}
