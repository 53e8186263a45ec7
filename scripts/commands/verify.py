"""`fleet verify`: live clusters against the environment."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import click

from components.clouds.embedded.twin import twin_of
from components.controlplane.planes import Plane
from environments import load, model
from environments.errors import OutsideError, UsageError
from scripts import console
from scripts.commands import options
from scripts.rehearsal import result
from scripts.rehearsal.place import Note, Place
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
    targets = _targets(loaded, twin=twin, chosen=chosen)
    with console.reporter(quiet=output == "json") as reporter:
        clusters = _verify(targets, reporter)
    if output == "json":
        options.print_json(
            {
                "format": "gpu-fleet-verify/1",
                "environment": loaded.environment.name,
                "clusters": clusters,
            }
        )
    else:
        for cluster in clusters:
            _print(cluster)
    return 1 if any(failed(cluster) for cluster in clusters) else 0


def failed(cluster: result.Cluster) -> bool:
    """Whether any check of the cluster failed."""
    return any(check.status == "fail" for check in cluster.checks)


def _verify(
    targets: list[tuple[verification.Target, Path]], reporter: console.Reporter
) -> list[result.Cluster]:
    def one(order: tuple[verification.Target, Path]) -> result.Cluster:
        target, kubeconfig = order
        step = f"verify {target.name}"
        reporter.step(step, 0, 0, "")
        found = verification.verify(
            target, kubeconfig, lambda note: reporter.step(step, 0, 0, note)
        )
        bad = sum(check.status == "fail" for check in found.checks)
        reporter.step(step, 1, 1, f"{bad} checks failed" if bad else "")
        return found

    with ThreadPoolExecutor(max_workers=4) as pool:
        return list(pool.map(one, targets))


def _targets(
    loaded: load.Loaded, *, twin: bool, chosen: tuple[str, ...]
) -> list[tuple[verification.Target, Path]]:
    """The clusters as they are to be judged, each with its kubeconfig."""
    environment = loaded.environment
    for name in chosen:
        if name not in environment.clusters:
            there = ", ".join(environment.clusters)
            msg = f'no cluster "{name}" in {environment.name}; there is {there}'
            raise UsageError(msg)
    judged, with_charts, kubeconfig = environment, True, partial(_kubeconfig, environment)
    if twin:
        place = Place(environment.name)
        note = _note(place)
        judged, with_charts = twin_of(environment, note.scheduler), note.charts
        kubeconfig = partial(_twin_kubeconfig, place)
    return [
        (
            verification.Target(
                environment=judged, name=name, demand=loaded.demand, with_charts=with_charts
            ),
            kubeconfig(name),
        )
        for name in chosen or environment.clusters
    ]


def _note(place: Place) -> Note:
    note = place.read_note()
    if note is None:
        msg = f"no twin of {place.name} is up; run 'fleet rehearse {place.name}' first"
        raise OutsideError(msg)
    return note


def _twin_kubeconfig(place: Place, name: str) -> Path:
    return Plane(name=name, directory=place.twin).kubeconfig


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
