"""Everything around an ACK cluster: its VPC, the way out, and what outlives the cluster.

Nodes and pods have a vSwitch each in every zone (Terway gives pods addresses of
the VPC). Nothing has a public address of its own; one NAT gateway leads out.
"""

from __future__ import annotations

from collections.abc import Mapping

from components import cdk
from components.bindings import alicloud
from components.clouds import images, vocabulary
from components.clouds.alicloud import registry, storage
from components.clouds.alicloud.where import on_alicloud
from components.clouds.handover import Network
from environments import addresses
from environments.model import Alicloud, Environment

OUTBOUND = "200"
"""Mbit/s of the way out: the most that an address billed by traffic may have."""


def network(stack: cdk.TerraformStack, environment: Environment, cluster: str) -> Network:
    """VPC, vSwitches, security group, NAT; registry, buckets, files where asked for."""
    cloud = on_alicloud(environment, cluster)
    vpc = alicloud.Vpc(
        stack,
        "vpc",
        vpc_name=f"{environment.name}-{cluster}",
        cidr_block=cloud.network.cidr,
        tags=vocabulary.tags(environment, cluster),
    )
    switches = _switches(stack, environment, cluster, cloud, vpc)
    group = _security_group(stack, environment, cluster, cloud, vpc)
    _way_out(stack, environment, cluster, vpc, switches)
    made = Network(
        vpc=vpc.id,
        nodes={zone: switches[f"nodes-{zone}"].id for zone in cloud.zones},
        pods={zone: switches[f"pods-{zone}"].id for zone in cloud.zones},
        security_group=group.id,
        registry=images.registry(environment, cluster),
    )
    registry.registry(stack, environment, cluster, cloud, made)
    storage.buckets(stack, environment, cluster, cloud)
    storage.files(stack, environment, cluster, cloud, made)
    return made


def _switches(
    stack: cdk.TerraformStack,
    environment: Environment,
    cluster: str,
    cloud: Alicloud,
    vpc: alicloud.Vpc,
) -> dict[str, alicloud.Vswitch]:
    """A vSwitch for nodes and one for pods in each zone, by `nodes-<zone>` and `pods-<zone>`."""
    made = {}
    for zone, blocks in addresses.subnets(cloud.network, cloud.zones).items():
        for role, block in (("nodes", blocks.nodes), ("pods", blocks.pods)):
            made[f"{role}-{zone}"] = alicloud.Vswitch(
                stack,
                f"{role}-{zone}",
                vpc_id=vpc.id,
                zone_id=zone,
                cidr_block=str(block),
                vswitch_name=f"{environment.name}-{cluster}-{role}-{zone}",
                tags=vocabulary.tags(environment, cluster),
            )
    return made


def _security_group(
    stack: cdk.TerraformStack,
    environment: Environment,
    cluster: str,
    cloud: Alicloud,
    vpc: alicloud.Vpc,
) -> alicloud.SecurityGroup:
    """In from the VPC, out to anywhere; nothing in from the internet.

    An enterprise group holds 65,536 addresses, a normal one 2,000, and a pod has one. Its
    members are strangers to each other until a rule says otherwise, and it cannot be turned
    into one later.
    """
    group = alicloud.SecurityGroup(
        stack,
        "security-group",
        security_group_name=f"{environment.name}-{cluster}-nodes",
        description="Nodes and pods of the cluster",
        security_group_type="enterprise",
        vpc_id=vpc.id,
        tags=vocabulary.tags(environment, cluster),
    )
    for direction, block in (("ingress", cloud.network.cidr), ("egress", "0.0.0.0/0")):
        alicloud.SecurityGroupRule(
            stack,
            direction,
            security_group_id=group.id,
            type=direction,
            policy="accept",
            ip_protocol="all",
            port_range="-1/-1",
            priority=1,
            nic_type="intranet",
            cidr_ip=block,
        )
    return group


def _way_out(
    stack: cdk.TerraformStack,
    environment: Environment,
    cluster: str,
    vpc: alicloud.Vpc,
    switches: Mapping[str, alicloud.Vswitch],
) -> None:
    """A NAT gateway with one public address, for every vSwitch."""
    name = f"{environment.name}-{cluster}"
    gateway = alicloud.NatGateway(
        stack,
        "nat",
        vpc_id=vpc.id,
        vswitch_id=next(iter(switches.values())).id,
        nat_gateway_name=name,
        # The other kind is sold no more.
        nat_type="Enhanced",
        network_type="internet",
        payment_type="PayAsYouGo",
        internet_charge_type="PayByLcu",
        tags=vocabulary.tags(environment, cluster),
    )
    address = alicloud.EipAddress(
        stack,
        "nat-address",
        address_name=f"{environment.name}-{cluster}-nat",
        bandwidth=OUTBOUND,
        internet_charge_type="PayByTraffic",
        payment_type="PayAsYouGo",
        tags=vocabulary.tags(environment, cluster),
    )
    bound = alicloud.EipAssociation(
        stack,
        "nat-binding",
        allocation_id=address.id,
        instance_id=gateway.id,
        instance_type="Nat",
    )
    for role, switch in switches.items():
        alicloud.SnatEntry(
            stack,
            f"nat-{role}",
            # An entry for an address that the gateway does not have yet is refused.
            depends_on=[bound],
            snat_entry_name=role,
            snat_table_id=gateway.snat_table_ids,
            snat_ip=address.ip_address,
            source_vswitch_id=switch.id,
        )
