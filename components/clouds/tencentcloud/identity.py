"""How do pods prove to the cloud who they are, without a key?

By tokens of their service accounts: the cloud publishes the cluster's keys, trusts
them as an identity provider, and a component of its own puts the token into pods
that ask for a role. The cluster's own `auth_options` would do the first of it, but
the provider sends them before it notes the cluster's id, once and without a retry.
"""

from __future__ import annotations

from collections.abc import Sequence

from components import cdk
from components.bindings import tencentcloud
from components.clouds.tencentcloud.site import Site


def identity(
    stack: cdk.TerraformStack, site: Site, after: Sequence[cdk.ITerraformDependable]
) -> None:
    """The cluster as an identity provider, once there are nodes for the component's pods."""
    tencentcloud.KubernetesAuthAttachment(
        stack,
        "identity",
        depends_on=after,
        cluster_id=site.id,
        use_tke_default=True,
        # The keys are published by the cloud, not by the API server.
        auto_create_discovery_anonymous_auth=False,
        auto_create_oidc_config=True,
        auto_install_pod_identity_webhook_addon=True,
    )
