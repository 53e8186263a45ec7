"""What is deployed together, and in what order?

Builds the CDK app: a stack per cluster and layer, each after the cluster's layer
before it. What is in a stack is said by `names.contents`, how that becomes
resources by `components.placed`.
"""

from __future__ import annotations

from pathlib import Path

from components import cdk
from components.bindings import helm, kubectl
from components.placed import ChartSource, Placed
from environments.model import Embedded
from stacks import names
from stacks.names import StackName
from stacks.request import Order

TERRAFORM = ">= 1.6.0"


def build(*orders: Order, outdir: Path) -> cdk.App:
    """The app of some environments; its `synth()` writes Terraform JSON below `outdir`."""
    outdir.mkdir(parents=True, exist_ok=True)
    app = cdk.App(outdir=str(outdir), stack_traces=False)
    for order in orders:
        before: dict[str, cdk.TerraformStack] = {}
        for name in names.order(order.environment):
            stack = layer(app, order, name)
            if name.cluster in before:
                stack.add_dependency(before[name.cluster])
            before[name.cluster] = stack
    return app


def layer(app: cdk.App, order: Order, name: StackName) -> cdk.TerraformStack:
    """One layer of one cluster."""
    stack = cdk.TerraformStack(app, str(name))
    stack.add_override("terraform.required_version", TERRAFORM)
    cdk.LocalBackend(stack, path=str(name.state(order.state)))
    addons = names.contents(order.environment, order.demand, name)
    charts = _charts(order, name)
    _providers(stack, order, name, with_helm=any(addon.charts for addon in addons if charts))
    placed: list[Placed] = []
    for addon in addons:
        placed.append(Placed(stack, addon.name, addon=addon, charts=charts, earlier=placed))
    return stack


def _charts(order: Order, name: StackName) -> ChartSource | None:
    # On simulated nodes nobody would see a chart's pods become ready.
    wait = not isinstance(order.environment.clusters[name.cluster].cloud, Embedded)
    match order.charts:
        case None:
            return None
        case Path() as directory:
            return ChartSource(directory=directory, wait=wait)
        case "repository":
            return ChartSource(wait=wait)


def _providers(
    stack: cdk.TerraformStack, order: Order, name: StackName, *, with_helm: bool
) -> None:
    kubeconfig = _kubeconfig(stack, name.cluster)
    pins = order.environment.settings.providers
    kubectl.Provider(
        stack,
        "kubectl",
        source=pins.kubectl.source,
        version=pins.kubectl.version,
        load_config_file=True,
        config_path=kubeconfig,
    )
    if with_helm:
        helm.Provider(
            stack,
            "helm",
            source=pins.helm.source,
            version=pins.helm.version,
            kubernetes={"config_path": kubeconfig},
        )


def _kubeconfig(stack: cdk.TerraformStack, cluster: str) -> str:
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
    return variable.string_value
