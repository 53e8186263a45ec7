"""An ACK cluster: the control plane, its pools, its addons, and a kubeconfig.

The API server answers within the VPC only. The provider cannot say who may reach
a public endpoint, so there is none.

As long as the cluster is protected, ACK and Terraform both refuse to delete it: set
`protected: false`, apply, and only then destroy.
"""

from __future__ import annotations

from typing import Final

from components import cdk
from components.bindings import alicloud
from components.clouds import vocabulary
from components.clouds.alicloud import addons, monitoring
from components.clouds.alicloud.node_pool import node_pool
from components.clouds.alicloud.system_pool import system_pool
from components.clouds.alicloud.version import version
from components.clouds.alicloud.where import on_alicloud
from components.clouds.handover import ControlPlane, Network
from environments.model import Environment, Logs

LOGGED: Final = ("apiserver", "kcm", "scheduler", "ccm")

MOST_SWITCHES: Final = 5
"""vSwitches in which a control plane has its feet; nodes may stand in more."""

VALID: Final = 24 * 60
"""Minutes for which a kubeconfig is good; each run of Terraform on this layer asks for another."""

REMAINS: Final = {
    "SLB": "delete",
    "ALB": "delete",
    "PrivateZone": "delete",
    "SLS_Data": "retain",
    "SLS_ControlPlane": "retain",
}
"""What becomes of things that ACK made when the cluster goes: logs stay, costs end."""

ONCE: Final = (
    "addons",
    "custom_san",
    "encryption_provider_key",
    "maintenance_window",
    "node_cidr_mask",
    "pod_cidr",
    "timezone",
)
"""What ACK reads back of its own accord or as a person has it in the console, and addons, which
count at creation only. For some of it Terraform would make another cluster."""


def cluster(
    stack: cdk.TerraformStack, environment: Environment, cluster: str, network: Network
) -> ControlPlane:
    """The cluster in its network."""
    plane = _control_plane(stack, environment, cluster, network)
    system = system_pool(stack, environment, cluster, network, plane=plane)
    for name in environment.clusters[cluster].pools:
        node_pool(stack, environment, cluster, name, network, plane=plane)
    addons.addons(stack, environment.clusters[cluster], plane=plane, nodes=system)
    monitoring.prometheus(stack, environment, cluster, plane)
    return ControlPlane(id=plane.id, kubeconfig=_kubeconfig(stack, environment, cluster, plane))


def _control_plane(
    stack: cdk.TerraformStack, environment: Environment, cluster: str, network: Network
) -> alicloud.CsManagedKubernetes:
    cloud = on_alicloud(environment, cluster)
    arguments: alicloud.CsManagedKubernetesArguments = {
        "name": f"{environment.name}-{cluster}",
        "cluster_spec": cloud.spec,
        "version": version(stack, environment.clusters[cluster].kubernetes),
        "vswitch_ids": [network.nodes[zone] for zone in cloud.zones[:MOST_SWITCHES]],
        "pod_vswitch_ids": [network.pods[zone] for zone in cloud.zones],
        "security_group_id": network.security_group,
        "service_cidr": cloud.network.services,
        "proxy_mode": "ipvs",
        # Both true where left out. The way out is the network layer's.
        "new_nat_gateway": False,
        "slb_internet_enabled": False,
        "deletion_protection": cloud.protected,
        # Cannot be switched off again, and nothing is lost by having it.
        "enable_rrsa": True,
        # Otherwise the cluster's certificates lie in the state in plain text.
        "skip_set_certificate_authority": True,
        "operation_policy": {"cluster_auto_upgrade": {"enabled": False}},
        "addons": addons.at_creation(),
        "delete_options": [
            {"resource_type": kind, "delete_mode": mode} for kind, mode in sorted(REMAINS.items())
        ],
        "tags": vocabulary.tags(environment, cluster),
        **_logging(cloud.logs),
    }
    return alicloud.CsManagedKubernetes(
        stack,
        "cluster",
        lifecycle={"prevent_destroy": cloud.protected, "ignore_changes": list(ONCE)},
        **arguments,
    )


def _logging(logs: Logs | None) -> alicloud.CsManagedKubernetesArguments:
    if logs is None:
        return {"audit_log_config": {"enabled": False}}
    audit: alicloud.CsManagedKubernetesAuditLogConfig = {"enabled": True}
    arguments: alicloud.CsManagedKubernetesArguments = {
        "audit_log_config": audit,
        "control_plane_log_components": list(LOGGED),
        "control_plane_log_ttl": str(logs.days),
    }
    if logs.project is not None:
        audit["sls_project_name"] = logs.project
        arguments["control_plane_log_project"] = logs.project
    return arguments


def _kubeconfig(
    stack: cdk.TerraformStack,
    environment: Environment,
    cluster: str,
    plane: alicloud.CsManagedKubernetes,
) -> str:
    """A kubeconfig for the endpoint within the VPC.

    The provider asks ACK for that of the public endpoint only, which is none here: so the
    certificates are ACK's, and the address is put beside them.
    """
    made = alicloud.DataCsClusterCredential(
        stack, "kubeconfig", cluster_id=plane.id, temporary_duration_minutes=VALID
    )
    name = f"{environment.name}-{cluster}"
    certificates = f"{made.address}.certificate_authority"
    return (
        "${sensitive(yamlencode({"
        'apiVersion = "v1", kind = "Config", '
        f'"current-context" = "{name}", '
        f'clusters = [{{name = "{name}", cluster = {{'
        f'server = {plane.address}.connections["api_server_intranet"], '
        f'"certificate-authority-data" = {certificates}["cluster_cert"]}}}}], '
        f'users = [{{name = "{name}", user = {{'
        f'"client-certificate-data" = {certificates}["client_cert"], '
        f'"client-key-data" = {certificates}["client_key"]}}}}], '
        f'contexts = [{{name = "{name}", context = {{cluster = "{name}", user = "{name}"}}}}]'
        "}))}"
    )
