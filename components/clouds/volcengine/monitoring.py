"""The cluster's metrics at the cloud: a VMP workspace, and the agent that writes to it."""

from __future__ import annotations

from components import cdk
from components.bindings import volcenginecc
from components.clouds.volcengine.tags import tags
from components.clouds.volcengine.where import on_volcengine
from environments.model import Environment, Volcengine

KEPT = "vmp.standard.30d"
"""The kind of workspace, which is how long it keeps metrics; it cannot be changed later."""


def workspace(stack: cdk.TerraformStack, environment: Environment, cluster: str) -> str:
    """The id of the workspace; empty where the environment asks for none."""
    cloud = on_volcengine(environment, cluster)
    if not cloud.prometheus:
        return ""
    made = volcenginecc.VmpWorkspace(
        stack,
        "workspace",
        name=f"{environment.name}-{cluster}",
        description="GPU Fleet",
        instance_type_id=KEPT,
        # Signed by the account's own keys: a password here would stand in the state.
        auth_type="None",
        public_access_enabled=False,
        delete_protection_enabled=cloud.protected,
        tags=tags(environment, cluster),
    )
    return made.workspace_id


def monitoring_config(cloud: Volcengine, workspace: str) -> volcenginecc.VkeClusterMonitoringConfig:
    """What the cluster says about metrics; it is always said, so that switching it off shows."""
    if not cloud.prometheus:
        return {"enable_metrics_external_collection": False}
    return {"workspace_id": workspace, "enable_metrics_external_collection": False}
