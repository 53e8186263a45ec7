"""What is deployed together, and in what order?

Builds the CDK app: a stack per cluster and layer, each after the cluster's layer
before it. The network and the control plane of a public cluster are made by
`components.clouds.layers`; what is in any other stack is said by `names.contents`,
and becomes resources by `components.placed`.
"""

from __future__ import annotations

from pathlib import Path

from components import cdk, clouds
from components.clouds import handover, layers
from components.placed import ChartSource, Placed
from environments.model import Embedded
from stacks import access, backends, names
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
    _keep(stack, backends.kept(order.environment.backend, name, order.state))
    cloud = order.environment.clusters[name.cluster].cloud
    match name.layer:
        case "network" if clouds.is_public(cloud):
            layers.build_network(stack, order.environment, name.cluster)
        case "cluster" if clouds.is_public(cloud):
            _state(stack, order, name, "network")
            network = handover.received_network("network", clouds.zones(cloud))
            layers.build_cluster(stack, order.environment, name.cluster, network)
        case _:
            _inside(stack, order, name)
    return stack


def _inside(stack: cdk.TerraformStack, order: Order, name: StackName) -> None:
    """What is in the cluster, as objects and charts."""
    addons = names.contents(order.environment, order.demand, name)
    charts = _charts(order, name)
    pins = order.environment.settings.providers
    if clouds.is_public(order.environment.clusters[name.cluster].cloud):
        _state(stack, order, name, "cluster")
        way = access.handed_over(stack, handover.received_kubeconfig("cluster"))
    else:
        way = access.brought_along(stack, name.cluster)
    access.providers(stack, pins, way, with_helm=any(addon.charts for addon in addons if charts))
    placed: list[Placed] = []
    for addon in addons:
        placed.append(Placed(stack, addon=addon, charts=charts, earlier=placed))


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


def _keep(stack: cdk.TerraformStack, kept: backends.Kept) -> None:
    match kept.type:
        case "local":
            cdk.LocalBackend(stack, **kept.arguments)
        case "cos":
            cdk.CosBackend(stack, **kept.arguments)
        case "oss":
            cdk.OssBackend(stack, **kept.arguments)
        case "s3":
            cdk.S3Backend(stack, **kept.arguments)


def _state(stack: cdk.TerraformStack, order: Order, name: StackName, layer: names.Layer) -> None:
    """The outputs of another layer of the same cluster: `data.terraform_remote_state.<layer>`."""
    other = StackName(environment=name.environment, cluster=name.cluster, layer=layer)
    kept = backends.kept(order.environment.backend, other, order.state)
    handover.State(stack, layer, backend=kept.type, config=kept.arguments)
