"""How long does `fleet lint` take, and how does it grow? `python -m tests.benchmarks.lint`.

Whole processes, cold: wall time, processor time and peak memory, the best of some
runs, from 1,000 to 30,000 things. With `--checkov PROGRAM` the same Terraform JSON
goes through Checkov too (`uv venv V && uv pip install --python V/bin/python checkov`
makes one): 1,000 resources take it some 15 seconds, 10,000 some minutes, so the sizes
are chosen with `--checkov-sizes`. Figures are printed and never asserted: machines
differ. The aims are those of two cores with nothing else to do.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
FLEET = [sys.executable, "-m", "scripts.main"]
SIZES = (1_000, 3_000, 10_000, 30_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one process took."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds, on all cores."""
    peak: float
    """MiB of memory."""
    code: int


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    asked.add_argument("--checkov", help="the program, in an environment of its own")
    asked.add_argument("--checkov-sizes", type=int, nargs="*", default=[1_000])
    chosen = asked.parse_args()
    subprocess.run([*FLEET, "lint", "production", "--fail-on", "never"], cwd=CHECKOUT, check=False, capture_output=True)  # fmt: skip
    print(f"{'':48} {'wall':>8} {'cpu':>8} {'peak':>9} {'aim':>8}")
    _show("fleet lint production", 0.8, _best([*FLEET, "lint", "production"], chosen.runs))
    with tempfile.TemporaryDirectory() as directory:
        for kind in KINDS:
            for size in chosen.sizes:
                _measure(kind, size, Path(directory), chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Something to be judged, in any size."""

    title: str
    write: Callable[[int, Path], None]
    options: tuple[str, ...]
    aims: dict[int, float]
    """Seconds, by size."""
    for_checkov: bool = False


def _measure(kind: Kind, size: int, directory: Path, chosen: argparse.Namespace) -> None:
    folder = directory / f"{kind.title} {size}".replace(" ", "-")
    folder.mkdir()
    # In a process of its own: the memory of this one is taken for that of its children.
    writer = multiprocessing.get_context("fork").Process(target=kind.write, args=(size, folder))
    writer.start()
    writer.join()
    megabytes = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
    target = next(iter(folder.iterdir())) if kind.options == ("--plan",) else folder
    title = f"{size:,} {kind.title} ({megabytes:.0f} MB)"
    command = [*FLEET, "lint", *kind.options, str(target)]
    _show(title, kind.aims.get(size), _best(command, chosen.runs))
    if kind.for_checkov and chosen.checkov and size in chosen.checkov_sizes:
        command = [chosen.checkov, "--directory", str(folder), "--framework", "terraform_json"]
        command += ["--quiet", "--compact", "--skip-download", "--output", "json"]
        _show(f"  the same with Checkov {_version(chosen.checkov)}", None, _spent(command))


def _best(command: Sequence[str], runs: int) -> Spent:
    _spent(command)  # fills the page cache and writes bytecode
    return min((_spent(command) for _ in range(runs)), key=lambda spent: spent.wall)


def _spent(command: Sequence[str]) -> Spent:
    start = time.perf_counter()
    with Path(os.devnull).open("wb") as nowhere:
        child = subprocess.Popen(command, cwd=CHECKOUT, stdout=nowhere, stderr=nowhere)
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return Spent(
        wall=time.perf_counter() - start,
        cpu=used.ru_utime + used.ru_stime,
        peak=used.ru_maxrss / 1024,
        code=child.returncode,
    )


def _show(title: str, aim: float | None, spent: Spent) -> None:
    wanted = f"< {aim}" if aim else ""
    odd = f"  exit code {spent.code}" if spent.code not in {0, 1} else ""
    print(
        f"{title:48} {spent.wall:7.2f}s {spent.cpu:7.2f}s {spent.peak:6.0f}MiB {wanted:>8}{odd}",
        flush=True,
    )


def _version(program: str) -> str:
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.strip()  # fmt: skip


# --- what is judged ------------------------------------------------------------


def pools(size: int, *, at_fault: bool) -> dict[str, Any]:
    """A stack of node pools on three clouds, as the CDK writes it."""
    made: dict[str, dict[str, Any]] = {}
    for number in range(size):
        resource_type, body = POOLS[number % len(POOLS)](number, at_fault)
        path = f"bench-cluster/pools/pool-{number}"
        unique = f"pool-{number}"
        body["//"] = {"metadata": {"path": path, "uniqueId": unique}}
        made.setdefault(resource_type, {})[unique] = body
    return {"//": {"metadata": {"version": "0.24.0", "stackName": "bench"}}, "resource": made}


def _alicloud(number: int, at_fault: bool) -> tuple[str, dict[str, Any]]:
    return "alicloud_cs_kubernetes_node_pool", {
        "cluster_id": "${alicloud_cs_managed_kubernetes.main.id}",
        "node_pool_name": f"pool-{number}",
        "vswitch_ids": ["vsw-a", "vsw-b"],
        "instance_types": ["ecs.gn7i-c32g1.8xlarge", "ecs.gn7i-c16g1.4xlarge"],
        "force_delete": at_fault,
        "desired_size": 4,
        "update_nodes": True,
        "system_disk_category": "cloud_essd",
        "system_disk_size": 200,
        "system_disk_encrypted": True,
        "labels": [{"key": "gpu-fleet.dev/pool", "value": f"pool-{number}"}],
        "taints": [{"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}],
        "tags": {"owner": "platform", "cost-center": "inference"},
        "lifecycle": {"ignore_changes": ["desired_size"], "prevent_destroy": True},
    }


def _volcengine(number: int, at_fault: bool) -> tuple[str, dict[str, Any]]:
    return "volcenginecc_vke_node_pool", {
        "cluster_id": "${volcenginecc_vke_cluster.main.cluster_id}",
        "name": f"pool-{number}",
        "retain_resources": [] if at_fault else ["Ecs"],
        "auto_scaling": {"enabled": False, "desired_replicas": 4},
        "node_config": {
            "instance_type_ids": ["ecs.ebmhpcpni3l.48xlarge", "ecs.pni2.28xlarge"],
            "subnet_ids": ["subnet-a", "subnet-b"],
            "security": {"security_group_ids": ["sg-a"]},
            "data_volumes": [{"size": 1000, "type": "ESSD_PL0"}],
        },
        "kubernetes_config": {
            "labels": [{"key": "gpu-fleet.dev/pool", "value": f"pool-{number}"}],
            "taints": [{"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}],
        },
        "tags": [{"key": "owner", "value": "platform"}, {"key": "cost-center", "value": "a"}],
        "lifecycle": {"prevent_destroy": True},
    }


def _tencentcloud(number: int, at_fault: bool) -> tuple[str, dict[str, Any]]:
    return "tencentcloud_kubernetes_node_pool", {
        "cluster_id": "${tencentcloud_kubernetes_cluster.main.id}",
        "name": f"pool-{number}",
        "max_size": 8,
        "min_size": 2,
        "vpc_id": "vpc-a",
        "subnet_ids": ["subnet-a", "subnet-b"],
        "deletion_protection": not at_fault,
        "delete_keep_instance": False,
        "auto_scaling_config": {
            "instance_type": "GN10Xp.20XLARGE320",
            "backup_instance_types": ["GN10X.18XLARGE320"],
            "system_disk_size": "200",
            "orderly_security_group_ids": ["sg-a"],
        },
        "labels": {"gpu-fleet.dev/pool": f"pool-{number}"},
        "taints": [{"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}],
        "node_os": "img-a",
        "tags": {"owner": "platform", "cost-center": "a"},
        "lifecycle": {"ignore_changes": ["desired_capacity"], "prevent_destroy": True},
    }


POOLS = (_alicloud, _volcengine, _tencentcloud)


def _write_terraform(size: int, folder: Path) -> None:
    text = json.dumps(pools(size, at_fault=False), indent=2)
    (folder / "cdk.tf.json").write_text(text)


def _write_faulty_terraform(size: int, folder: Path) -> None:
    text = json.dumps(pools(size, at_fault=True), indent=2)
    (folder / "cdk.tf.json").write_text(text)


def _write_plan(size: int, folder: Path) -> None:
    """One in ten is changed; the others are told with all that they are, as Terraform does."""
    changes = []
    for number in range(size):
        resource_type, body = POOLS[number % len(POOLS)](number, False)
        after = {**body, "tags": {"owner": "somebody"}} if number % 10 == 0 else body
        changes.append(
            {
                "address": f"{resource_type}.pool-{number}",
                "mode": "managed",
                "type": resource_type,
                "name": f"pool-{number}",
                "provider_name": "registry.terraform.io/x/y",
                "change": {
                    "actions": ["update"] if number % 10 == 0 else ["no-op"],
                    "before": {**body, "id": f"np-{number}", "padding": "x" * 1500},
                    "after": {**after, "id": f"np-{number}", "padding": "x" * 1500},
                    "after_unknown": {},
                    "before_sensitive": {},
                    "after_sensitive": {},
                },
            }
        )
    plan = {"format_version": "1.2", "terraform_version": "1.12.2", "resource_changes": changes}
    (folder / "plan.json").write_text(json.dumps(plan))


MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-{number}
  namespace: search
  labels: {{app: web-{number}}}
spec:
  replicas: 2
  selector:
    matchLabels: {{app: web-{number}}}
  template:
    metadata:
      labels: {{app: web-{number}}}
    spec:
      priorityClassName: serving
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector: {{matchLabels: {{app: web-{number}}}}}
      containers:
        - name: main
          image: "registry.example.com/search/web:1.{number}.0"
          ports: [{{containerPort: 8080}}]
          readinessProbe: {{httpGet: {{path: /ready, port: 8080}}}}
          env:
            - name: MODEL
              value: "ranker-{number}"
          resources:
            requests: {{cpu: "4", memory: 16Gi}}
            limits: {{nvidia.com/gpu: 1, nvidia.com/gpumem: 2000, nvidia.com/gpucores: 20, memory: 16Gi}}
---
"""


def _write_manifests(size: int, folder: Path) -> None:
    """Fifty files, each with some documents."""
    for file in range(50):
        numbers = range(file, size, 50)
        text = "".join(MANIFEST.format(number=number) for number in numbers)
        (folder / f"{file}.yaml").write_text(text)


KINDS = (
    Kind(
        title="resources of Terraform JSON",
        write=_write_terraform,
        options=("--terraform",),
        aims={10_000: 1.0},
        for_checkov=True,
    ),
    Kind(
        title="resources with a fault each",
        write=_write_faulty_terraform,
        options=("--terraform",),
        aims={},
    ),
    Kind(
        title="resources of a plan",
        write=_write_plan,
        options=("--plan",),
        aims={10_000: 1.5},
    ),
    Kind(
        title="manifests",
        write=_write_manifests,
        options=("--manifests",),
        aims={5_000: 2.0},
    ),
)


if __name__ == "__main__":
    main()
