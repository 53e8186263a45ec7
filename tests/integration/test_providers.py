"""The real providers validate and plan the stacks of every public cloud, offline.

Needs a filesystem mirror with their binaries, named by `FLEET_PROVIDER_MIRROR`; no
account, no network. Keys are made up: a plan that only creates asks no API. What the
layer before would have handed over is written as a state with ids of the right form.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from components.controlplane import terraform
from environments import load
from environments.errors import OutsideError
from stacks import names
from stacks.request import Order
from tests import synthesized
from tests.unit.clouds.test_readmes import examples

MIRROR = os.environ.get("FLEET_PROVIDER_MIRROR", "")
LAYERS = ("network", "cluster")
MADE_UP = {
    "VOLCENGINE_ACCESS_KEY": "made-up",
    "VOLCENGINE_SECRET_KEY": "made-up",
    "TENCENTCLOUD_SECRET_ID": "made-up",
    "TENCENTCLOUD_SECRET_KEY": "made-up",
    "ALICLOUD_ACCESS_KEY": "made-up",
    "ALICLOUD_SECRET_KEY": "made-up",
    "TF_VAR_ssh_public_key": "ssh-ed25519 made-up",
    "TF_VAR_ccn_id": "ccn-made-up",
    "TF_VAR_files_scratch_cidr": "11.0.0.0/24",
}

pytestmark = [
    pytest.mark.integration,
    pytest.mark.slow,
    pytest.mark.skipif(
        not MIRROR, reason="FLEET_PROVIDER_MIRROR names no folder with the clouds' providers"
    ),
]

IDS = {"alicloud": {"nodes": "vsw-madeup", "pods": "vsw-madeup"}}
"""Some providers look at the form of an id."""


def fleets() -> dict[str, str]:
    """Environments by name: those that come with the project, and the READMEs' examples."""
    named = {name: name for name in ("staging", "production", "expansion") if name in load.names()}
    public = [text for cloud, text in examples() if cloud != "private"]
    return named | {text.split()[1]: text for text in public}


@pytest.fixture(scope="module", params=fleets())
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the network and cluster stacks of one environment, ready for Terraform."""
    folder = tmp_path_factory.mktemp(request.param)
    text = fleets()[request.param]
    file = folder / f"{request.param}.yaml"
    if "\n" in text:
        file.write_text(text, encoding="utf-8")
    loaded = load.load(str(file) if "\n" in text else text)
    order = Order(environment=loaded.environment, demand=loaded.demand, state=folder)
    stacks = synthesized.stacks(order)
    for stack in names.order(loaded.environment):
        if stack.layer in LAYERS:
            _prepare(folder, stack, stacks)
    return folder


def test_the_real_providers_validate_and_plan_every_stack(written: Path) -> None:
    """A minute for all: what no schema says, as ranges, conflicts and forms of ids, shows here."""
    stacks = sorted(path.parent for path in written.glob("*/cdk.tf.json"))
    lacking = set[str]()
    planned = 0
    for stack in stacks:
        missing = _missing(stack)
        if missing:
            lacking |= missing
            continue
        changes = _planned(stack)
        assert changes, stack.name
        assert {tuple(actions) for actions in changes.values()} == {("create",)}, stack.name
        planned += 1
    if not planned:
        pytest.skip(f"the mirror lacks {', '.join(sorted(lacking))}")


def _prepare(folder: Path, stack: names.StackName, stacks: dict[str, dict[str, Any]]) -> None:
    body = stacks[str(stack)]
    if not any(kind in body["provider"] for kind in ("volcenginecc", "tencentcloud", "alicloud")):
        return
    body["terraform"]["backend"] = {"local": {"path": "state.tfstate"}}
    for layer, state in body.get("data", {}).get("terraform_remote_state", {}).items():
        handed = folder / f"{stack.cluster}-{layer}.tfstate"
        before = stacks[str(stack).replace(f"-{stack.layer}", f"-{layer}")]
        handed.write_text(json.dumps(_state(before)), encoding="utf-8")
        state.update(backend="local", config={"path": str(handed)})
    place = folder / str(stack)
    place.mkdir()
    # One line each, as Terraform shows the line that it complains of.
    text = json.dumps(body, indent=1)
    (place / "cdk.tf.json").write_text(text, encoding="utf-8")


def _state(stack: dict[str, Any]) -> dict[str, Any]:
    """A state in which the stack's outputs have values."""
    (cloud,) = {"volcengine"} if "volcenginecc" in stack["provider"] else set(stack["provider"])
    outputs = {}
    for name, output in stack["output"].items():
        like = IDS.get(cloud, {}).get(name, f"{name}-madeup".replace("security_group", "sg"))
        if isinstance(output["value"], dict):
            value: Any = {key: f"{like}{index}" for index, key in enumerate(output["value"])}
            kind: Any = ["object", dict.fromkeys(value, "string")]
        else:
            value, kind = like, "string"
        outputs[name] = {"value": value, "type": kind}
    return {
        "version": 4,
        "terraform_version": "1.6.0",
        "serial": 1,
        "lineage": "made-up",
        "outputs": outputs,
        "resources": [],
        "check_results": None,
    }


def _missing(stack: Path) -> set[str]:
    body = json.loads((stack / "cdk.tf.json").read_text(encoding="utf-8"))
    wanted = {
        f"{pin['source']}/{pin['version']}"
        for pin in body["terraform"]["required_providers"].values()
    }
    return {name for name in wanted if not list(Path(MIRROR).glob(f"*/{name}/*/*"))}


def _planned(stack: Path) -> dict[str, list[str]]:
    """The planned actions of each resource, by address."""
    _terraform(stack, "init", "-input=false", "-no-color")
    said = json.loads(_terraform(stack, "validate", "-json"))
    assert said["valid"], json.dumps(said["diagnostics"], indent=1)
    _terraform(stack, "plan", "-input=false", "-no-color", "-out=plan")
    plan = json.loads(_terraform(stack, "show", "-json", "plan"))
    return {
        change["address"]: change["change"]["actions"]
        for change in plan["resource_changes"]
        if change["mode"] == "managed"
    }


def _terraform(stack: Path, *arguments: str) -> str:
    settings = stack / "terraform.rc"
    settings.write_text(
        f'provider_installation {{\n  filesystem_mirror {{ path = "{MIRROR}" }}\n}}\n',
        encoding="utf-8",
    )
    try:
        program = terraform.terraform()
    except OutsideError as error:
        pytest.skip(str(error))
    ran = subprocess.run(
        [program, *arguments],
        cwd=stack,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(stack),
            "TF_CLI_CONFIG_FILE": str(settings),
            "CHECKPOINT_DISABLE": "1",
            **MADE_UP,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ran.returncode == 0 or arguments[0] == "validate", ran.stdout + ran.stderr
    return ran.stdout
