"""Everything around a VKE cluster: its VPC, the way out, and what outlives the cluster.

Nodes and pods have a subnet each in every zone (VPC-CNI gives pods addresses of
the VPC). Nothing has a public address of its own; one NAT gateway leads out.
"""

from __future__ import annotations

from collections.abc import Mapping

from components import cdk
from components.bindings import volcenginecc
from components.clouds.handover import Network
from components.clouds.volcengine import monitoring, registry, storage
from components.clouds.volcengine.providers import older_provider
from components.clouds.volcengine.tags import tags
from components.clouds.volcengine.where import on_volcengine
from environments import addresses
from environments.model import Environment

OUTBOUND = 200
"""Mbit/s of the way out: the most that an address billed by traffic may have."""

BY_USE = 3
"""Billing by what is used: traffic of an address, capacity of a NAT gateway."""


def network(stack: cdk.TerraformStack, environment: Environment, cluster: str) -> Network:
    """VPC, subnets, security group, NAT; registry, buckets, files, workspace where asked for."""
    cloud = on_volcengine(environment, cluster)
    name = f"{environment.name}-{cluster}"
    if cloud.registry or storage.shared_by_nfs(cloud):
        older_provider(stack, cloud)
    vpc = volcenginecc.VpcVpc(
        stack,
        "vpc",
        vpc_name=name,
        description="GPU Fleet",
        cidr_block=cloud.network.cidr,
        tags=tags(environment, cluster),
    )
    subnets = _subnets(stack, environment, cluster, vpc)
    group = _security_group(stack, environment, cluster, vpc)
    _way_out(stack, environment, cluster, vpc, subnets)
    nodes = {zone: subnets[f"nodes-{zone}"].subnet_id for zone in cloud.zones}
    made = Network(
        vpc=vpc.vpc_id,
        nodes=nodes,
        pods={zone: subnets[f"pods-{zone}"].subnet_id for zone in cloud.zones},
        security_group=group.security_group_id,
        registry=registry.registry(stack, environment, cluster, vpc=vpc.vpc_id, nodes=nodes),
        workspace=monitoring.workspace(stack, environment, cluster),
    )
    storage.buckets(stack, environment, cluster)
    storage.files(stack, environment, cluster, made)
    return made


def _subnets(
    stack: cdk.TerraformStack, environment: Environment, cluster: str, vpc: volcenginecc.VpcVpc
) -> dict[str, volcenginecc.VpcSubnet]:
    """A subnet for nodes and one for pods in each zone, by `nodes-<zone>` and `pods-<zone>`."""
    cloud = on_volcengine(environment, cluster)
    made = {}
    for zone, blocks in addresses.subnets(cloud.network, cloud.zones).items():
        for role, block in (("nodes", blocks.nodes), ("pods", blocks.pods)):
            made[f"{role}-{zone}"] = volcenginecc.VpcSubnet(
                stack,
                f"{role}-{zone}",
                vpc_id=vpc.vpc_id,
                zone_id=zone,
                cidr_block=str(block),
                subnet_name=f"{environment.name}-{cluster}-{role}-{zone}",
                description=f"{role.capitalize()} in {zone}",
                tags=tags(environment, cluster),
            )
    return made


def _security_group(
    stack: cdk.TerraformStack, environment: Environment, cluster: str, vpc: volcenginecc.VpcVpc
) -> volcenginecc.VpcSecurityGroup:
    """In from the VPC, out to anywhere; nothing in from the internet."""
    cloud = on_volcengine(environment, cluster)
    return volcenginecc.VpcSecurityGroup(
        stack,
        "security-group",
        vpc_id=vpc.vpc_id,
        security_group_name=f"{environment.name}-{cluster}-nodes",
        description="Nodes of the cluster",
        project_name="default",
        # Each rule whole: a set whose items lack attributes differs in every plan.
        ingress_permissions=[_rule("ingress", cloud.network.cidr, "Within the VPC")],
        egress_permissions=[_rule("egress", "0.0.0.0/0", "Out to anywhere")],
        tags=tags(environment, cluster),
    )


def _rule(direction: str, block: str, why: str) -> volcenginecc.VpcSecurityGroupIngressPermissions:
    return {
        "direction": direction,
        "policy": "accept",
        "protocol": "all",
        "port_start": -1,
        "port_end": -1,
        "priority": 1,
        "cidr_ip": block,
        "source_group_id": "",
        "prefix_list_id": "",
        "description": why,
    }


def _way_out(
    stack: cdk.TerraformStack,
    environment: Environment,
    cluster: str,
    vpc: volcenginecc.VpcVpc,
    subnets: Mapping[str, volcenginecc.VpcSubnet],
) -> None:
    """A NAT gateway with one public address, for every subnet."""
    name = f"{environment.name}-{cluster}"
    first = next(iter(subnets.values()))
    gateway = volcenginecc.NatgatewayNgw(
        stack,
        "nat",
        vpc_id=vpc.vpc_id,
        subnet_id=first.subnet_id,
        nat_gateway_name=name,
        network_type="internet",
        billing_type=BY_USE,
        tags=tags(environment, cluster),
    )
    address = volcenginecc.VpcEip(
        stack,
        "nat-address",
        name=f"{name}-nat",
        isp="BGP",
        billing_type=BY_USE,
        bandwidth=OUTBOUND,
        instance_type="Nat",
        instance_id=gateway.nat_gateway_id,
        tags=tags(environment, cluster),
    )
    for role, subnet in subnets.items():
        volcenginecc.NatgatewaySnatentry(
            stack,
            f"nat-{role}",
            snat_entry_name=role,
            nat_gateway_id=gateway.nat_gateway_id,
            eip_id=address.allocation_id,
            subnet_id=subnet.subnet_id,
        )
