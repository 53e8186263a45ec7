"""A public cluster's kubeconfig reaches the layers inside it by way of states alone.

The real Terraform applies a tenancy stack to a real API server; what the cluster's
layer would have left behind is a state with this API server's kubeconfig in it.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import msgspec
import pytest

from components import terraform
from components.clouds.embedded.twin import KUBECTL
from components.controlplane import tools
from environments import model
from environments.demand import Demand
from environments.errors import OutsideError
from environments.quantity import Memory
from stacks import app
from stacks.request import Order
from tests.integration.harness import Cluster
from tests.unit.clouds.volcengine.fleets import fleet

pytestmark = [pytest.mark.integration, pytest.mark.slow]

TEAM = "handed-over"


@pytest.fixture
def stack(cluster: Cluster, tmp_path: Path) -> Path:
    """The tenancy stack of a cluster on Volcano Engine, whose API server is this one."""
    order = Order(environment=environment(), demand=Demand(), state=tmp_path / "state")
    app.build(order, outdir=tmp_path / "out").synth()
    handed = tmp_path / "state" / "train" / "cluster.tfstate"
    handed.parent.mkdir(parents=True)
    kubeconfig = cluster.kubeconfig.read_text(encoding="utf-8")
    outputs = {"kubeconfig": {"value": kubeconfig, "type": "string", "sensitive": True}}
    state = {"version": 4, "serial": 1, "lineage": "made-up", "outputs": outputs, "resources": []}
    handed.write_text(json.dumps(state), encoding="utf-8")
    return tmp_path / "out" / "stacks" / "fleet-train-tenancy"


def test_a_tenancy_is_applied_with_nothing_but_what_the_clusters_layer_handed_over(
    cluster: Cluster, stack: Path
) -> None:
    """Half a minute: proves that the parts of a kubeconfig reach the provider as it wants them."""
    said = _terraform(stack, "init", "-input=false")
    said += _terraform(stack, "apply", "-input=false", "-auto-approve")
    said += _terraform(stack, "plan", "-input=false", "-detailed-exitcode")

    try:
        assert cluster.live.get(f"/api/v1/namespaces/{TEAM}") is not None
        assert "No changes." in said
        assert _secret(cluster) not in said
    finally:
        _terraform(stack, "destroy", "-input=false", "-auto-approve")


def environment() -> model.Environment:
    """A fleet of one cluster and one tenant, by the provider that need not be fetched."""
    providers = model.Providers(kubectl=KUBECTL)
    tenant = model.Tenant(
        owner="tests",
        clusters={"train": model.Share(quota=model.Quota(cards=8, memory=Memory("8Gi")))},
        priorities=["serving"],
    )
    return msgspec.structs.replace(
        fleet(),
        tenants={TEAM: tenant},
        priorities={"serving": model.Priority(value=1000, description="Services.")},
        settings=model.Settings(providers=providers),
    )


def _secret(cluster: Cluster) -> str:
    """A line that only the kubeconfig has."""
    lines = cluster.kubeconfig.read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if "client-key-data" in line).split()[1][:60]


def _terraform(stack: Path, *arguments: str) -> str:
    try:
        program = tools.terraform()
    except OutsideError as error:
        pytest.skip(str(error))
    mirror = tools.provider_mirror(tools.PROVIDERS)
    ran = subprocess.run(
        [program, *arguments, "-no-color"],
        cwd=stack,
        env={**terraform.unled({}), **mirror.environment, "HOME": str(stack)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout
