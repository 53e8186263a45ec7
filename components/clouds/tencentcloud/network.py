"""What must be there before a TKE cluster, and outlives it?

A VPC with a subnet for nodes and one for pods in each zone, as pods have
addresses of the VPC (VPC-CNI); a security group; a NAT gateway, without which no
node reaches the internet; registry, buckets, file systems and the metrics
workspace, each in a module of its own. Which subnet has which addresses is said
by `environments.addresses`.
"""

from __future__ import annotations

from components import cdk
from components.bindings import tencentcloud
from components.clouds import vocabulary
from components.clouds.handover import Network
from components.clouds.tencentcloud import monitoring, names, registry, storage
from components.clouds.tencentcloud.site import Surroundings, cloud_of
from environments import addresses
from environments.model import Environment

EVERYWHERE = "0.0.0.0/0"
EGRESS_MBPS = 100
"""The most that the NAT gateway's address sends; billed by what is sent, not by this."""


def network(stack: cdk.TerraformStack, environment: Environment, cluster: str) -> Network:
    """Everything around the cluster, and what the next layer needs of it."""
    cloud = cloud_of(environment, cluster)
    vpc = tencentcloud.Vpc(
        stack,
        "vpc",
        name=names.named(environment, cluster),
        cidr_block=cloud.network.cidr,
        tags=vocabulary.tags(environment, cluster),
    )
    nodes, pods = _subnets(stack, environment, cluster, vpc.id)
    around = Surroundings(
        environment=environment, cluster=cluster, vpc=vpc.id, subnet=nodes[cloud.zones[0]]
    )
    storage.buckets(stack, around)
    storage.files(stack, around)
    return Network(
        vpc=vpc.id,
        nodes=nodes,
        pods=pods,
        security_group=_security_group(stack, environment, cluster),
        registry=registry.registry(stack, around),
        workspace=monitoring.workspace(stack, around),
    )


def _subnets(
    stack: cdk.TerraformStack, environment: Environment, cluster: str, vpc: str
) -> tuple[dict[str, str], dict[str, str]]:
    cloud = cloud_of(environment, cluster)
    routes = _routes(stack, environment, cluster, vpc)
    made: dict[str, dict[str, str]] = {"nodes": {}, "pods": {}}
    for zone, ranges in addresses.subnets(cloud.network, cloud.zones).items():
        for role, cidr in (("nodes", ranges.nodes), ("pods", ranges.pods)):
            subnet = tencentcloud.Subnet(
                stack,
                f"{role}-{zone}",
                name=names.named(environment, cluster, f"{role}-{zone}"),
                vpc_id=vpc,
                availability_zone=zone,
                cidr_block=str(cidr),
                route_table_id=routes,
                tags=vocabulary.tags(environment, cluster),
            )
            made[role][zone] = subnet.id
    return made["nodes"], made["pods"]


def _routes(stack: cdk.TerraformStack, environment: Environment, cluster: str, vpc: str) -> str:
    """The route table of all subnets: out through the NAT gateway."""
    name, tags = names.named(environment, cluster), vocabulary.tags(environment, cluster)
    address = tencentcloud.Eip(
        stack,
        "nat-address",
        name=names.named(environment, cluster, "nat"),
        internet_charge_type="TRAFFIC_POSTPAID_BY_HOUR",
        internet_max_bandwidth_out=EGRESS_MBPS,
        tags=tags,
    )
    gateway = tencentcloud.NatGateway(
        stack,
        "nat",
        name=name,
        vpc_id=vpc,
        # A standard gateway has no size to choose; which kind it is cannot be changed later.
        nat_product_version=2,
        assigned_eip_set=[address.public_ip],
        tags=tags,
    )
    table = tencentcloud.RouteTable(stack, "routes", name=name, vpc_id=vpc, tags=tags)
    tencentcloud.RouteTableEntry(
        stack,
        "routes-out",
        route_table_id=table.id,
        destination_cidr_block=EVERYWHERE,
        next_type="NAT",
        next_hub=gateway.id,
        description="to the internet through the NAT gateway",
    )
    return table.id


def _security_group(stack: cdk.TerraformStack, environment: Environment, cluster: str) -> str:
    """The group of the nodes: all within the VPC, out everywhere, nothing in from outside."""
    group = tencentcloud.SecurityGroup(
        stack,
        "security-group",
        name=names.named(environment, cluster, "nodes"),
        description="nodes and pods of the cluster",
        tags=vocabulary.tags(environment, cluster),
    )
    tencentcloud.SecurityGroupRuleSet(
        stack,
        "security-group-rules",
        security_group_id=group.id,
        # The first that matches counts, so what is refused stands last.
        ingress=[
            rule("ACCEPT", cloud_of(environment, cluster).network.cidr, "nodes and pods"),
            rule("DROP", EVERYWHERE, "all others"),
        ],
        egress=[rule("ACCEPT", EVERYWHERE, "images and the cloud's services")],
    )
    return group.id


def rule(
    action: str, cidr: str, description: str, *, protocol: str = "ALL", port: str = "ALL"
) -> tencentcloud.SecurityGroupRuleSetIngress:
    """One rule of a security group, of all ports when none is given."""
    return {
        "action": action,
        "cidr_block": cidr,
        "protocol": protocol,
        "port": port,
        "description": description,
    }
