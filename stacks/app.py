"""What is deployed together, and in what order?

Builds the CDK app of one environment: a stack per cluster and layer, each after
the cluster's layer before it. What is in a stack is said by `names.contents`,
how it becomes resources by `components.placed`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from components import cdk
from components.bindings import helm, kubectl
from components.placed import ChartSource, Placed
from environments.demand import Demand
from environments.model import Embedded, Environment
from stacks import names
from stacks.names import StackName

Charts = Path | Literal["repository"] | None
"""A directory of charts, each chart's own repository, or no charts at all."""

TERRAFORM = ">= 1.6.0"


def build(
    environment: Environment,
    demand: Demand,
    *,
    outdir: Path,
    state: Path,
    charts: Charts = "repository",
) -> cdk.App:
    """The app of one environment; `synth()` writes it below `outdir`.

    `state` is the directory of the environment's Terraform states.
    """
    return fleet([(environment, demand, state, charts)], outdir=outdir)


def fleet(
    environments: Iterable[tuple[Environment, Demand, Path, Charts]], *, outdir: Path
) -> cdk.App:
    """One app for several environments, each with its demand, states and charts."""
    outdir.mkdir(parents=True, exist_ok=True)
    app = cdk.App(outdir=str(outdir), stack_traces=False)
    for environment, demand, state, charts in environments:
        before: dict[str, cdk.TerraformStack] = {}
        for name in names.order(environment):
            stack = layer(app, environment, demand, name, state=state, charts=charts)
            if name.cluster in before:
                stack.add_dependency(before[name.cluster])
            before[name.cluster] = stack
    return app


def layer(
    app: cdk.App,
    environment: Environment,
    demand: Demand,
    name: StackName,
    *,
    state: Path,
    charts: Charts,
) -> cdk.TerraformStack:
    """One layer of one cluster."""
    stack = cdk.TerraformStack(app, str(name))
    stack.add_override("terraform.required_version", TERRAFORM)
    cdk.LocalBackend(stack, path=str(name.state(state)))
    addons = names.contents(environment, demand, name)
    source = _chart_source(environment, name, charts)
    _providers(stack, environment, name, helm_too=any(addon.charts for addon in addons if source))
    placed: list[Placed] = []
    for addon in addons:
        placed.append(Placed(stack, addon.name, addon=addon, charts=source, earlier=placed))
    return stack


def _providers(
    stack: cdk.TerraformStack, environment: Environment, name: StackName, *, helm_too: bool
) -> None:
    kubeconfig = cdk.TerraformVariable(
        stack,
        names.kubeconfig_variable(name.cluster),
        type="string",
        description=f"The path of a kubeconfig for {name.cluster}.",
    ).string_value
    pins = environment.settings.providers
    kubectl.Provider(
        stack,
        "kubectl",
        source=pins.kubectl.source,
        version=pins.kubectl.version,
        load_config_file=True,
        config_path=kubeconfig,
    )
    if helm_too:
        helm.Provider(
            stack,
            "helm",
            source=pins.helm.source,
            version=pins.helm.version,
            kubernetes={"config_path": kubeconfig},
        )


def _chart_source(environment: Environment, name: StackName, charts: Charts) -> ChartSource | None:
    # Nobody would see the pods of a chart become ready on simulated nodes.
    wait = not isinstance(environment.clusters[name.cluster].cloud, Embedded)
    match charts:
        case None:
            return None
        case Path():
            return ChartSource(directory=charts, wait=wait)
        case _:
            return ChartSource(wait=wait)
