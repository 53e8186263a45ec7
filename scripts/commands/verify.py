"""`fleet verify`: live clusters against the environment."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from components.clouds.embedded.twin import twin_of
from components.controlplane.planes import Plane
from environments import load, model
from environments.errors import OutsideError, UsageError
from scripts import console
from scripts.commands import options
from scripts.rehearsal import result
from scripts.rehearsal.place import Place
from scripts.verification import cluster as verification

EPILOG = """\b
Examples:
  fleet verify lab --twin              the twin that `fleet rehearse lab` left up
  IDC_INFER_KUBECONFIG=~/idc.yaml fleet verify production --cluster idc-infer

\b
Each cluster is read through the kubeconfig that its environment variable names.
Nothing is changed: policies are tried by dry runs.
"""


@options.command(epilog=EPILOG)
@options.environment
@click.option("--twin", is_flag=True, help="The twin of ENV instead of its real clusters.")
@click.option("--cluster", "chosen", multiple=True, help="Only this cluster; may be repeated.")
@options.output_format
def command(environment: str, twin: bool, chosen: tuple[str, ...], output: str) -> int:
    """Compare live clusters with ENV: nodes, cards, objects, quotas, pods and policies.

    Exit code 1 when a check fails.
    """
    loaded = load.load(environment)
    wanted, kubeconfigs = _targets(loaded.environment, twin=twin, chosen=chosen)
    with console.reporter(quiet=output == "json") as reporter:
        clusters = _verify(wanted, loaded, kubeconfigs, reporter)
    if output == "json":
        options.print_json(
            {"format": "gpu-fleet-verify/1", "environment": wanted.name, "clusters": clusters}
        )
    else:
        for cluster in clusters:
            _print(cluster)
    return 1 if any(failed(cluster) for cluster in clusters) else 0


def failed(cluster: result.Cluster) -> bool:
    """Whether any check of the cluster failed."""
    return any(check.status == "fail" for check in cluster.checks)


def _verify(
    environment: model.Environment,
    loaded: load.Loaded,
    kubeconfigs: dict[str, Path],
    reporter: console.Reporter,
) -> list[result.Cluster]:
    def one(name: str) -> result.Cluster:
        step = f"verify {name}"
        reporter.step(step, 0, 0, "")
        found = verification.verify(
            verification.Target(environment=environment, name=name, demand=loaded.demand),
            kubeconfigs[name],
            lambda note: reporter.step(step, 0, 0, note),
        )
        bad = sum(check.status == "fail" for check in found.checks)
        reporter.step(step, 1, 1, f"{bad} checks failed" if bad else "")
        return found

    with ThreadPoolExecutor(max_workers=4) as pool:
        return list(pool.map(one, kubeconfigs))


def _targets(
    environment: model.Environment, *, twin: bool, chosen: tuple[str, ...]
) -> tuple[model.Environment, dict[str, Path]]:
    """The environment as it is to be judged, and the kubeconfig of each cluster."""
    for name in chosen:
        if name not in environment.clusters:
            there = ", ".join(environment.clusters)
            msg = f'no cluster "{name}" in {environment.name}; there is {there}'
            raise UsageError(msg)
    names = chosen or tuple(environment.clusters)
    if not twin:
        return environment, {name: _kubeconfig(environment, name) for name in names}
    place = Place(environment.name)
    note = place.read_note()
    if note is None:
        msg = f"no twin of {environment.name} is up; run 'fleet rehearse {environment.name}' first"
        raise OutsideError(msg)
    planes = {name: Plane(name=name, directory=place.twin) for name in names}
    return twin_of(environment, note.scheduler), {n: p.kubeconfig for n, p in planes.items()}


def _kubeconfig(environment: model.Environment, name: str) -> Path:
    cloud = environment.clusters[name].cloud
    variable = variable_of(name)
    if isinstance(cloud, model.Private):
        variable = cloud.kubeconfig_env
    path = os.environ.get(variable)
    if not path:
        msg = (
            f"{name}: {variable} is not set; set it to the path of the cluster's kubeconfig, "
            "leave the cluster out with --cluster, or use --twin"
        )
        raise UsageError(msg)
    return Path(path).expanduser()


def variable_of(cluster: str) -> str:
    """The environment variable for the kubeconfig of a cluster that names none."""
    return f"{cluster.upper().replace('-', '_')}_KUBECONFIG"


def _print(cluster: result.Cluster) -> None:
    mark = {"pass": "ok     ", "fail": "FAILED ", "unknown": "unknown"}
    click.echo(f"{cluster.name}: {cluster.pods_running} of {cluster.pods_demanded} pods run")
    for check in cluster.checks:
        click.echo(f"  {mark[check.status]} {check.title}: {check.detail}")
    for item in cluster.unplaced:
        click.echo(
            f"  {item.workload} ({item.tenant}): {item.pods} pods: {item.reason}: {item.message}"
        )
