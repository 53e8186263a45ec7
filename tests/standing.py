"""A cluster that stands, as far as Terraform knows: what would an edit do to it?

The state is what a plan of creation says, with made-up ids where the cloud would give
some. So a real provider can be asked, offline, what it does about an edit. It says
what is planned, not what the cloud then makes of it. What asks the cloud while a plan
is made has no answer here: data sources and what is put out of them are left out, and
a remembered value that comes of one is made up.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.controlplane import terraform

Body = Mapping[str, Any]

MADE_UP = "made-up"
KEYS = {
    "VOLCENGINE_ACCESS_KEY": MADE_UP,
    "VOLCENGINE_SECRET_KEY": MADE_UP,
    "TENCENTCLOUD_SECRET_ID": MADE_UP,
    "TENCENTCLOUD_SECRET_KEY": MADE_UP,
    "ALICLOUD_ACCESS_KEY": MADE_UP,
    "ALICLOUD_SECRET_KEY": MADE_UP,
    "TF_VAR_ssh_public_key": f"ssh-ed25519 {MADE_UP}",
}
FORMS = {"alicloud": {"nodes": "vsw-madeup", "pods": "vsw-madeup", "security_group": "sg-madeup"}}
"""Ids whose form a provider looks at, by cloud and output."""
BUILTIN = "terraform_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The folder of a cluster layer whose resources Terraform takes to exist."""

    folder: Path
    mirror: str
    cloud: str

    @classmethod
    def of(
        cls, layer: Body, folder: Path, *, mirror: str, cloud: str, zones: list[str]
    ) -> Standing:
        """The layer's Terraform JSON, as if it had been applied, in a network of these zones."""
        standing = cls(folder=folder, mirror=mirror, cloud=cloud)
        standing._state("network", [], standing._network(zones))
        standing._write(layer)
        standing._run("init", "-input=false")
        schemas = json.loads(standing._run("providers", "schema", "-json"))["provider_schemas"]
        changes = standing._plan()["resource_changes"]
        standing._state("cluster", [*_resources(changes, schemas)], {})
        return standing

    def edited(self, layer: Body) -> dict[str, list[str]]:
        """What Terraform would do, by address, were the layer this one."""
        return {
            change["address"]: change["change"]["actions"]
            for change in self.planned(layer)["resource_changes"]
            if change["change"]["actions"] not in (["no-op"], ["read"])
        }

    def planned(self, layer: Body) -> dict[str, Any]:
        """The plan for that, as JSON."""
        self._write(layer)
        return self._plan()

    def drift(self, address: str, **read_back: Any) -> None:
        """Let the cloud read these attributes of a resource back; of a block, those named."""
        file = self.folder / "cluster.tfstate"
        state = json.loads(file.read_text(encoding="utf-8"))
        for resource in state["resources"]:
            if f"{resource['type']}.{resource['name']}" == address:
                _overlay(resource["instances"][0]["attributes"], read_back)
        file.write_text(json.dumps(state), encoding="utf-8")

    def _network(self, zones: list[str]) -> dict[str, Any]:
        forms = FORMS.get(self.cloud, {})
        found: dict[str, Any] = {
            name: {"value": forms.get(name, MADE_UP), "type": "string"}
            for name in ("vpc", "security_group", "registry", "workspace")
        }
        for name in ("nodes", "pods"):
            ids = {zone: f"{forms.get(name, MADE_UP)}{zone[-1]}" for zone in zones}
            found[name] = {"value": ids, "type": ["object", dict.fromkeys(ids, "string")]}
        return found

    def _write(self, layer: Body) -> None:
        body = json.loads(json.dumps(layer))
        body["terraform"]["backend"] = {"local": {"path": "cluster.tfstate"}}
        body["data"] = {"terraform_remote_state": body["data"]["terraform_remote_state"]}
        body.pop("output", None)
        handed = body["data"]["terraform_remote_state"]["network"]
        handed.update(backend="local", config={"path": "network.tfstate"})
        for held in body["resource"].get(BUILTIN, {}).values():
            # Nor is the day on which a plan is made an edit.
            if any(word in str(held.get("input")) for word in ("timestamp()", "data.")):
                held["input"] = MADE_UP
        (self.folder / "cdk.tf.json").write_text(json.dumps(body, indent=1), encoding="utf-8")

    def _plan(self) -> dict[str, Any]:
        self._run("plan", "-input=false", "-refresh=false", "-out=plan")
        plan: dict[str, Any] = json.loads(self._run("show", "-json", "plan"))
        return plan

    def _state(self, name: str, resources: list[dict[str, Any]], outputs: Body) -> None:
        state = {
            "version": 4,
            "terraform_version": "1.6.0",
            "serial": 1,
            "lineage": MADE_UP,
            "outputs": outputs,
            "resources": resources,
        }
        (self.folder / f"{name}.tfstate").write_text(json.dumps(state), encoding="utf-8")

    def _run(self, *arguments: str) -> str:
        settings = self.folder / "terraform.rc"
        settings.write_text(
            f'provider_installation {{\n  filesystem_mirror {{ path = "{self.mirror}" }}\n}}\n',
            encoding="utf-8",
        )
        ran = subprocess.run(
            [terraform.terraform(), *arguments],
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder),
                "TF_CLI_CONFIG_FILE": str(settings),
                "CHECKPOINT_DISABLE": "1",
                "TF_CLI_ARGS": "-no-color",
                **KEYS,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        if ran.returncode:
            raise RuntimeError(ran.stdout + ran.stderr)
        return ran.stdout


def _resources(changes: list[dict[str, Any]], schemas: Body) -> Iterator[dict[str, Any]]:
    kinds = {
        kind: (name, schema)
        for name, provider in schemas.items()
        for kind, schema in provider.get("resource_schemas", {}).items()
    }
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for change in changes:
        kind, planned = change["type"], change["change"]
        if change["mode"] != "managed":
            continue
        provider, schema = kinds[kind]
        if kind == BUILTIN:
            attributes = _remembered(planned["after"])
        else:
            attributes = _block(planned["after"], planned["after_unknown"], schema["block"])
        instance = {
            "schema_version": schema["version"],
            "attributes": attributes,
            "sensitive_attributes": [*_paths(planned["after_sensitive"])],
        }
        if "index" in change:
            instance["index_key"] = change["index"]
        resource = found.setdefault(
            (kind, change["name"]),
            {
                "mode": "managed",
                "type": kind,
                "name": change["name"],
                "provider": f'provider["{provider}"]',
                "instances": [],
            },
        )
        if "index" in change:
            resource["each"] = "map"
        resource["instances"].append(instance)
    yield from found.values()


def _remembered(planned: Body) -> dict[str, Any]:
    held = {"value": planned.get("input") or MADE_UP, "type": "string"}
    triggers = planned.get("triggers_replace")
    if triggers is not None:
        triggers = {"value": triggers, "type": ["tuple", ["string"] * len(triggers)]}
    return {"id": MADE_UP, "input": held, "output": held, "triggers_replace": triggers}


def _block(value: Body, unknown: Any, block: Body) -> dict[str, Any]:
    """The values of a block, made up where the plan knows none."""
    lacking = unknown if isinstance(unknown, dict) else {}
    known = {
        name: _attribute(value.get(name), lacking.get(name), attribute)
        for name, attribute in block.get("attributes", {}).items()
    }
    for name, nested in block.get("block_types", {}).items():
        given = value.get(name)
        if isinstance(given, list):
            more = lacking.get(name)
            others = more if isinstance(more, list) else [{}] * len(given)
            known[name] = [
                _block(item, other, nested["block"])
                for item, other in zip(given, others, strict=True)
            ]
        elif isinstance(given, dict):
            known[name] = _block(given, lacking.get(name), nested["block"])
        else:
            known[name] = None if nested["nesting_mode"] == "single" else []
    return known


def _attribute(value: Any, unknown: Any, attribute: Body) -> Any:
    nested = attribute.get("nested_type")
    if nested is None:
        return _made_up(attribute["type"]) if value is None and unknown else value
    if value is None:
        return None
    inner = nested["attributes"]
    if nested["nesting_mode"] == "single":
        return _object(value, unknown, inner)
    others = unknown if isinstance(unknown, list) and unknown else [None] * len(value)
    return [_object(item, other, inner) for item, other in zip(value, others, strict=True)]


def _object(value: Body, unknown: Any, attributes: Body) -> dict[str, Any]:
    lacking = unknown if isinstance(unknown, dict) else {}
    return {
        name: _attribute(value.get(name), lacking.get(name), attribute)
        for name, attribute in attributes.items()
    }


def _made_up(kind: Any) -> Any:
    match kind:
        case "string":
            return MADE_UP
        case "number":
            return 0
        case "bool":
            return False
        case ["map", _]:
            return {}
        case ["list" | "set", _]:
            return []
        case _:
            return None


def _overlay(attributes: dict[str, Any], read_back: Body) -> None:
    for name, value in read_back.items():
        if isinstance(value, dict) and isinstance(attributes[name], list):
            _overlay(attributes[name][0], value)
        else:
            attributes[name] = value


def _paths(sensitive: Any, at: tuple[Body, ...] = ()) -> Iterator[list[Body]]:
    """Where sensitive values are, as a state says it: otherwise all of them would differ."""
    match sensitive:
        case True:
            yield [*at]
        case dict():
            for key, it in sensitive.items():
                yield from _paths(it, (*at, {"type": "get_attr", "value": key}))
        case list():
            for index, it in enumerate(sensitive):
                place = {"type": "index", "value": {"value": index, "type": "number"}}
                yield from _paths(it, (*at, place))
