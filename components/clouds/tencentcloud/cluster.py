"""What is a TKE cluster: its control plane, its pools, and the way to its API server?

The control plane is made empty, for whatever is made with it can only be changed by
making another. Nothing that may fail late belongs to it either: the provider notes
the cluster's id last, so that a step that fails leaves a cluster which the state does
not know. Therefore endpoints, control plane logs, components, the identity of pods and the
metrics agent are resources of their own, and stored events are left out.

The endpoint needs a running node: it comes after the pool of the system.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from components import cdk
from components.bindings import tencentcloud
from components.clouds import vocabulary
from components.clouds.handover import ControlPlane, Network
from components.clouds.tencentcloud import (
    addons,
    identity,
    machines,
    monitoring,
    names,
    network,
    node_pool,
    rdma_pool,
    system_pool,
)
from components.clouds.tencentcloud.site import Site, cloud_of
from components.element import literal
from environments import tke_versions
from environments.clouds import SYSTEM_NODES
from environments.model import Environment, Logs

if TYPE_CHECKING:
    from components.bindings.tencentcloud import KubernetesClusterClusterAudit

LOGGED = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
"""Parts of the control plane that write logs worth keeping."""
API_PORT = "443"
ENDPOINT_MBPS = 10
"""The most that the public endpoint sends."""
SERVICES = 32_768
"""The most services that the cloud plans for."""

ONCE = (
    "cluster_cidr",
    "cluster_deploy_type",
    "cluster_ipvs",
    "cluster_max_pod_num",
    "cluster_max_service_num",
    "cluster_os",
    "cluster_subnet_id",
    "container_runtime",
    "disable_addons",
    "is_non_static_ip_mode",
    "network_type",
    "tags",
    # Read back from what `identity` says.
    "auth_options",
)
"""Set when the cluster is made: choices of ours, and what the cloud reads back as it sees fit.
For most of it Terraform would make another cluster; components that are refused it plans to
change and then cannot."""


def cluster(
    stack: cdk.TerraformStack, environment: Environment, name: str, given: Network
) -> ControlPlane:
    """The control plane and its pools in a network, and a kubeconfig."""
    plane = _plane(stack, environment, name, given)
    site = Site(
        environment=environment,
        name=name,
        id=plane.id,
        network=given,
        key=machines.key_pair(stack, environment, name),
    )
    system = system_pool.system_pool(stack, site)
    for key, pool in site.cluster.pools.items():
        if pool.rdma:
            rdma_pool.rdma_pool(stack, site, key)
        else:
            node_pool.node_pool(stack, site, key)
    _logs(stack, site)
    identity.identity(stack, site, after=[system])
    addons.addons(stack, site, after=[system])
    monitoring.agent(stack, site, after=[system])
    return ControlPlane(id=plane.id, kubeconfig=_endpoint(stack, site, system))


def _plane(
    stack: cdk.TerraformStack, environment: Environment, name: str, given: Network
) -> tencentcloud.KubernetesCluster:
    cluster, cloud = environment.clusters[name], cloud_of(environment, name)
    addresses = cloud.network
    plane = tencentcloud.KubernetesCluster(
        stack,
        "cluster",
        lifecycle={"prevent_destroy": cloud.protected, "ignore_changes": list(ONCE)},
        cluster_name=names.named(environment, name),
        cluster_desc=literal(cluster.description or ""),
        cluster_deploy_type="MANAGED_CLUSTER",
        cluster_version=tke_versions.EXACT[cluster.kubernetes],
        # Upgrades of machines are a pool's, one after the other, never the cluster's.
        upgrade_instances_follow_cluster=False,
        cluster_level=cloud.level_for(cluster.most_nodes + SYSTEM_NODES),
        auto_upgrade_cluster_level=False,
        cluster_os=machines.IMAGE,
        container_runtime="containerd",
        vpc_id=given.vpc,
        network_type="VPC-CNI",
        vpc_cni_type="tke-route-eni",
        eni_subnet_ids=[given.pods[zone] for zone in cloud.zones],
        # Pods need no address that outlives them.
        is_non_static_ip_mode=True,
        service_cidr=addresses.services,
        cluster_max_service_num=min(2 ** (32 - _prefix(addresses.services)), SERVICES),
        cluster_max_pod_num=addresses.pods_per_node,
        cluster_ipvs=True,
        disable_addons=list(addons.REFUSED),
        deletion_protection=cloud.protected,
        instance_delete_mode="terminate",
        # Disks that pods have claimed outlive the cluster.
        resource_delete_options=[{"resource_type": "CBS", "delete_mode": "retain"}],
        tags=vocabulary.tags(environment, name),
    )
    if cloud.logs is not None:
        plane.add_override("cluster_audit", _audit(cloud.logs))
    return plane


def _audit(logs: Logs) -> KubernetesClusterClusterAudit:
    audit: KubernetesClusterClusterAudit = {"enabled": True, "delete_audit_log_and_topic": False}
    if logs.project is not None:
        audit["log_set_id"] = logs.project
    return audit


def _logs(stack: cdk.TerraformStack, site: Site) -> None:
    """The logs of the control plane, one after the other: it takes one task at a time."""
    if site.cloud.logs is None:
        return
    before: list[cdk.ITerraformDependable] = []
    for part in LOGGED:
        kept: tencentcloud.KubernetesControlPlaneLogComponents = {"name": part}
        if site.cloud.logs.project is not None:
            kept["log_set_id"] = site.cloud.logs.project
        log = tencentcloud.KubernetesControlPlaneLog(
            stack,
            f"log-{part}",
            depends_on=before,
            cluster_id=site.id,
            cluster_type="tke",
            components=kept,
            delete_log_set_and_topic=False,
        )
        before = [log]


def _endpoint(stack: cdk.TerraformStack, site: Site, system: cdk.TerraformResource) -> str:
    """The API server's endpoints; the kubeconfig of the one that Terraform itself is to use."""
    public = site.cloud.api.public
    endpoint = tencentcloud.KubernetesClusterEndpoint(
        stack,
        "endpoint",
        depends_on=[system],
        # Another one is planned in place, and then not made.
        lifecycle={"ignore_changes": ["cluster_intranet_subnet_id"]},
        cluster_id=site.id,
        cluster_intranet=True,
        cluster_intranet_subnet_id=site.network.nodes[site.cloud.zones[0]],
        cluster_internet=public,
        # Said even where there is none: a change of it takes both endpoints away for a while.
        extensive_parameters=json.dumps(_PUBLIC),
    )
    if not public:
        return endpoint.kube_config_intranet
    endpoint.add_override("cluster_internet_security_group", _allowed(stack, site))
    return endpoint.kube_config


_PUBLIC = {
    "AddressIPVersion": "IPV4",
    "InternetAccessible": {
        "InternetChargeType": "TRAFFIC_POSTPAID_BY_HOUR",
        "InternetMaxBandwidthOut": ENDPOINT_MBPS,
    },
}


def _allowed(stack: cdk.TerraformStack, site: Site) -> str:
    """The security group of those who may reach the public endpoint."""
    group = tencentcloud.SecurityGroup(
        stack,
        "api",
        name=names.named(site.environment, site.name, "api"),
        description="who may reach the public endpoint of the API server",
        tags=vocabulary.tags(site.environment, site.name),
    )
    allowed = [
        network.rule("ACCEPT", cidr, "may reach the API server", protocol="TCP", port=API_PORT)
        for cidr in site.cloud.api.allow
    ]
    tencentcloud.SecurityGroupRuleSet(
        stack,
        "api-rules",
        security_group_id=group.id,
        ingress=[*allowed, network.rule("DROP", network.EVERYWHERE, "all others")],
        egress=[network.rule("ACCEPT", network.EVERYWHERE, "answers")],
    )
    return group.id


def _prefix(cidr: str) -> int:
    return int(cidr.partition("/")[2])
