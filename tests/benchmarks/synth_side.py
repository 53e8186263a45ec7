"""One of two ways to write the same resources, as a cold process: see `synth`.

    python -m tests.benchmarks.synth_side WAY TEAMS OUT [SCHEMAS]

WAY is `ours`, with classes made by our generator from the provider's schema, or
`prebuilt`, with those of `cdktn-provider-kubernetes`. Both write a namespace, a quota,
limits and an account for each of so many teams.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from components import cdk

KINDS = ("namespace_v1", "resource_quota_v1", "limit_range_v1", "service_account_v1")


def main(way: str, teams: int, out: Path, schemas: Path | None) -> None:
    """Write the stack below `out`."""
    makers = _ours(schemas) if way == "ours" and schemas else _prebuilt()
    app = cdk.App(outdir=str(out), stack_traces=False)
    stack = cdk.TerraformStack(app, "side")
    makers["provider"](stack, "kubernetes", config_path="/kubeconfig")
    for kind, name, arguments in resources(teams):
        makers[kind](stack, name, **arguments)
    app.synth()


def resources(teams: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Kind, id and arguments of each resource; of a namespace, the prebuilt want the metadata in a list."""
    for team in (f"team-{index:03d}" for index in range(teams)):
        inside = {"name": team, "namespace": team}
        outside = [{"name": team, "labels": {"gpu-fleet.dev/tenant": team}}]
        yield "namespace_v1", f"namespace-{team}", {"metadata": outside}
        hard = {"limits.nvidia.com/gpu": "100", "limits.nvidia.com/gpumem": "1048576"}
        quota = {"metadata": inside, "spec": {"hard": hard}}
        yield "resource_quota_v1", f"quota-{team}", quota
        limit = [{"type": "Container", "default_request": {"cpu": "1", "memory": "2Gi"}}]
        yield "limit_range_v1", f"limits-{team}", {"metadata": inside, "spec": {"limit": limit}}
        yield "service_account_v1", f"account-{team}", {"metadata": inside}


def _ours(schemas: Path) -> dict[str, Any]:
    """Our classes, made anew; the making is no part of what a user waits for."""
    file = Path(tempfile.gettempdir()) / "gpu_fleet_side_kubernetes.py"
    if not file.is_file():
        # Only where it is not made yet: the measured process has no part in it.
        from scripts import generate_bindings
        from scripts.bindings.providers import Wanted

        wanted = Wanted(source="hashicorp/kubernetes", version="3.2.1", resources=KINDS)
        file.write_text(generate_bindings.module("kubernetes", wanted, schemas), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("gpu_fleet_side_kubernetes", file)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {kind: getattr(module, _camel(kind)) for kind in KINDS} | {"provider": module.Provider}


def _prebuilt() -> dict[str, Any]:
    def part(name: str) -> ModuleType:
        return importlib.import_module(f"cdktn_provider_kubernetes.{name}")

    found: dict[str, Any] = {kind: _typed(part(kind), _camel(kind)) for kind in KINDS}
    return found | {"provider": part("provider").KubernetesProvider}


def _typed(module: ModuleType, name: str) -> Callable[..., Any]:
    """The class, called with structs where the arguments hold blocks: it takes nothing else."""

    def make(scope: cdk.Construct, name_: str, **arguments: Any) -> Any:
        return getattr(module, name)(scope, name_, **_structs(module, name, arguments))

    return make


def _structs(module: ModuleType, prefix: str, arguments: dict[str, Any]) -> dict[str, Any]:
    def of(key: str, value: Any) -> Any:
        struct = prefix + _camel(key)
        if isinstance(value, list):
            return [getattr(module, struct)(**_structs(module, struct, held)) for held in value]
        if hasattr(module, struct):
            return getattr(module, struct)(**_structs(module, struct, value))
        return value

    return {key: of(key, value) for key, value in arguments.items()}


def _camel(kind: str) -> str:
    return "".join(word.capitalize() for word in kind.split("_"))


if __name__ == "__main__":
    _, way, teams, out, *schemas = sys.argv
    main(way, int(teams), Path(out), Path(schemas[0]) if schemas else None)
