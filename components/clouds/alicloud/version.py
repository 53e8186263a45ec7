"""Which of ACK's own versions is a minor version of Kubernetes?

ACK takes whole versions, like `1.34.1-aliyun.1`, and sells one or two for each minor
version; which they are changes every few weeks. The one of the day on which the
cluster is made is remembered, so that a newer one is not an upgrade that nobody
asked for. Another minor version in the environment file is: then the newest of that
one is looked up, and ACK upgrades the control plane in place.
"""

from __future__ import annotations

from components import cdk
from components.bindings import alicloud
from components.element import Resource


class Remembered(Resource):
    """A value that Terraform keeps in its state."""

    TYPE = "terraform_data"


def version(stack: cdk.TerraformStack, minor: str) -> str:
    """An expression that becomes the version, of the minor version as in `1.34`."""
    asked = Remembered(stack, "kubernetes-minor", input=minor)
    # After `asked`: ACK is asked while a change is applied, so that a first plan needs no answer.
    offered = alicloud.DataCsKubernetesVersion(
        stack, "kubernetes-offered", depends_on=[asked], cluster_type="ManagedKubernetes"
    )
    versions = f"{offered.address}.metadata[*].version"
    newest = f'[for it in {versions} : it if startswith(it, "{minor}.")][0]'
    chosen = Remembered(
        stack,
        "kubernetes-version",
        lifecycle={"ignore_changes": ["input"]},
        # A minor version that ACK sells no more must not stop a cluster that runs it.
        input=f'${{try({newest}, "{minor}")}}',
        triggers_replace=[minor],
    )
    return f"${{{chosen.address}.output}}"
