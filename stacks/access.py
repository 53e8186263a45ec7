"""How do the in-cluster stacks reach their cluster?

Either by a kubeconfig that a person brings along, whose path is a Terraform
variable, or by the one that the cluster's own stack hands over: then its parts go
into the provider blocks, and no file is written. Either way the secret itself is
in no file that is synthesized.
"""

from __future__ import annotations

from components import cdk
from components.bindings import helm, kubectl
from environments.model import Providers
from stacks import names


def brought_along(stack: cdk.TerraformStack, cluster: str) -> helm.ProviderKubernetes:
    """Access by the kubeconfig at the path that `TF_VAR_kubeconfig_<cluster>` holds."""
    name = names.kubeconfig_variable(cluster)
    # Without a file the providers would not fail, but talk to whatever serves localhost.
    exists = {
        "condition": f"${{fileexists(pathexpand(var.{name}))}}",
        "error_message": f"There is no such kubeconfig; set TF_VAR_{name} to the path of one.",
    }
    variable = cdk.TerraformVariable(
        stack,
        name,
        type="string",
        description=f"The path of a kubeconfig for {cluster}.",
    )
    # Structs inside a list do not survive the way into the engine as dicts.
    variable.add_override("validation", [exists])
    return {"config_path": variable.string_value}


def handed_over(stack: cdk.TerraformStack, kubeconfig: str) -> helm.ProviderKubernetes:
    """Access by the kubeconfig that this expression (without its `${}`) yields as text.

    Clouds write either a client certificate or a token for the user.
    """
    stack.add_override("locals.kubeconfig", f"${{yamldecode(sensitive({kubeconfig}))}}")
    server = "local.kubeconfig.clusters[0].cluster"
    user = "local.kubeconfig.users[0].user"
    return {
        "host": f"${{{server}.server}}",
        "cluster_ca_certificate": f'${{base64decode({server}["certificate-authority-data"])}}',
        "client_certificate": f'${{try(base64decode({user}["client-certificate-data"]), null)}}',
        "client_key": f'${{try(base64decode({user}["client-key-data"]), null)}}',
        "token": f"${{try({user}.token, null)}}",
    }


def providers(
    stack: cdk.TerraformStack,
    pins: Providers,
    access: helm.ProviderKubernetes,
    *,
    with_helm: bool,
) -> None:
    """The provider blocks of an in-cluster stack, at the versions that the environment pins."""
    kubectl.Provider(
        stack,
        "kubectl",
        source=pins.kubectl.source,
        version=pins.kubectl.version,
        # Never whatever a person's own kubeconfig happens to point at.
        load_config_file="config_path" in access,
        **access,
    )
    if with_helm:
        helm.Provider(
            stack,
            "helm",
            source=pins.helm.source,
            version=pins.helm.version,
            kubernetes=access,
        )
