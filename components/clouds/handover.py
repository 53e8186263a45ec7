"""What does one layer of a cluster tell the next?

A few named values, as Terraform outputs of the stack that made the things, read
from its state by the stacks that build on them. They are written out by name and
not left to the engine's own references between stacks, so that their names are
the same in every release and a person can ask for them: `terraform output`.

Which backend holds the state is the stacks' business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from components import cdk
from components.element import DataSource

Value = str | Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What the network layer made: ids, or expressions that become ids."""

    vpc: str
    nodes: Mapping[str, str]
    """The subnet of the nodes, by zone."""
    pods: Mapping[str, str]
    """The subnet of the pods, by zone."""
    security_group: str
    """The security group of the nodes."""
    registry: str = ""
    """The host of the registry that images are pulled through; empty where there is none."""
    workspace: str = ""
    """The workspace that metrics are written to; empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPlane:
    """What the cluster layer made."""

    id: str
    """The cluster's id at the cloud."""
    kubeconfig: str
    """The text of a kubeconfig, or an expression that becomes one; a secret."""


class State(DataSource):
    """The outputs of another stack, from wherever its state is kept."""

    TYPE = "terraform_remote_state"


def publish_network(stack: cdk.TerraformStack, network: Network) -> None:
    """Make the network's values outputs of its stack."""
    outputs = cdk.Construct(stack, "outputs")
    _output(outputs, "vpc", network.vpc)
    _output(outputs, "nodes", network.nodes)
    _output(outputs, "pods", network.pods)
    _output(outputs, "security_group", network.security_group)
    for name, value in (("registry", network.registry), ("workspace", network.workspace)):
        if value:
            _output(outputs, name, value)


def publish_control_plane(stack: cdk.TerraformStack, plane: ControlPlane) -> None:
    """Make the control plane's values outputs of its stack; the kubeconfig a sensitive one."""
    outputs = cdk.Construct(stack, "outputs")
    _output(outputs, "cluster_id", plane.id)
    _output(outputs, "kubeconfig", plane.kubeconfig, sensitive=True)


def received_network(state: str, zones: Iterable[str]) -> Network:
    """The network as outputs of the `State` with this id; registry and workspace if published."""
    outputs = f"data.terraform_remote_state.{state}.outputs"
    zones = tuple(zones)
    return Network(
        vpc=f"${{{outputs}.vpc}}",
        nodes={zone: f'${{{outputs}.nodes["{zone}"]}}' for zone in zones},
        pods={zone: f'${{{outputs}.pods["{zone}"]}}' for zone in zones},
        security_group=f"${{{outputs}.security_group}}",
        registry=f"${{{outputs}.registry}}",
        workspace=f"${{{outputs}.workspace}}",
    )


def received_kubeconfig(state: str) -> str:
    """The kubeconfig's text as an expression without its `${}`, from the `State` with this id."""
    return f"data.terraform_remote_state.{state}.outputs.kubeconfig"


def _output(scope: cdk.Construct, name: str, value: Value, *, sensitive: bool = False) -> None:
    held = value if isinstance(value, str) else dict(value)
    # In a scope of their own, as `vpc` is the id of a resource too; static: the name stays bare.
    cdk.TerraformOutput(scope, name, value=held, sensitive=sensitive or None, static_id=True)
