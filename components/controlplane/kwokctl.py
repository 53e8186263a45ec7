"""How is kwokctl told to make one control plane?

kwokctl's binary runtime makes the certificates, links the binaries and starts
the five components as detached processes; this file writes its configuration
and calls it. Waiting, judging and ending them is left to `planes`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from components.controlplane import scheduler, stages
from components.controlplane.ports import LOOPBACK
from components.controlplane.settings import COMPONENTS, KUBERNETES_VERSION, Settings
from environments.errors import OutsideError

_BINARIES = {
    "etcdBinary": "etcd",
    "kubeApiserverBinary": "kube-apiserver",
    "kubeControllerManagerBinary": "kube-controller-manager",
    "kubeSchedulerBinary": "kube-scheduler",
    "kwokControllerBinary": "kwok",
}
REQUIRED_BINARIES = ("kwokctl", *_BINARIES.values())

_PORTS = {
    "etcd": "etcdPort",
    "etcd-peer": "etcdPeerPort",
    "kube-apiserver": "kubeApiserverPort",
    "kube-controller-manager": "kubeControllerManagerPort",
    "kube-scheduler": "kubeSchedulerPort",
    "kwok-controller": "kwokControllerPort",
}
PORT_NAMES = tuple(_PORTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What kwokctl is to make: a cluster of this name below this directory."""

    name: str
    directory: Path
    configuration: Path
    """Where the configuration is written, and its siblings beside it."""
    binaries: Mapping[str, Path]
    ports: Mapping[str, int]
    settings: Settings


def create(order: Order) -> subprocess.Popen[bytes]:
    """Writes the configuration and starts `kwokctl create cluster` on it."""
    _write_configuration(order)
    return _run(order, "create", "cluster", "--kubeconfig=", f"--config={order.configuration}")


def restart(order: Order) -> subprocess.Popen[bytes]:
    """Starts the components of a cluster that have ended; the others run on."""
    return _run(order, "start", "cluster")


def cluster_directory(directory: Path, name: str) -> Path:
    """Where kwokctl keeps a cluster's files, `bin`, `logs`, `pki` and `etcd` among them."""
    return directory / "clusters" / name


def forget(directory: Path, name: str) -> None:
    """Removes what kwokctl keeps of a cluster, so that it can be created anew."""
    shutil.rmtree(cluster_directory(directory, name), ignore_errors=True)


def _run(order: Order, *arguments: str) -> subprocess.Popen[bytes]:
    # Called through a link of ours, so that `processes` knows it for ours.
    link = order.configuration.parent / "kwokctl"
    link.unlink(missing_ok=True)
    link.symlink_to(order.binaries["kwokctl"])
    log = order.configuration.parent / "kwokctl.log"
    with log.open("ab") as output:
        return subprocess.Popen(
            (str(link), *arguments, f"--name={order.name}"),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=order.configuration.parent,
            env=_environment(order.directory),
            # Keys and data are nobody else's, whoever made the directory.
            umask=0o077,
            # Ctrl-C goes to the whole foreground group; `planes` ends this one itself.
            start_new_session=True,
        )


def _environment(directory: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KWOK_")}
    # An empty PATH, else kwokctl waits on a `kubectl` it may find there.
    return {**kept, "KWOK_WORKDIR": str(directory), "PATH": ""}


def _write_configuration(order: Order) -> None:
    folder = order.configuration.parent
    policy = folder / "scheduler.yaml"
    policy.write_text(yaml.safe_dump(scheduler.configuration(order.settings.node_policy)))
    documents = (_kwokctl(order, policy), _kwok(order.settings), *stages.documents())
    order.configuration.write_text(yaml.safe_dump_all(documents, sort_keys=False))


def _kwokctl(order: Order, policy: Path) -> dict[str, Any]:
    settings = order.settings
    return {
        "apiVersion": "config.kwok.x-k8s.io/v1alpha1",
        "kind": "KwokctlConfiguration",
        "options": {
            "runtime": "binary",
            "kubeVersion": KUBERNETES_VERSION,
            "bindAddress": LOOPBACK,
            "disableQPSLimits": True,
            "kubeSchedulerConfig": str(policy),
            # Else kwokctl multiplies all of the following by five.
            "heartbeatFactor": 1,
            "nodeLeaseDurationSeconds": settings.node_lease_seconds,
            "kubeControllerManagerNodeMonitorPeriodMilliseconds": 60_000,
            "kubeControllerManagerNodeMonitorGracePeriodMilliseconds": (
                settings.node_monitor_grace_seconds * 1000
            ),
            # kwokctl asks `kubectl` whether the cluster answers, and would download
            # one; `planes` asks itself.
            "kubectlBinary": _true(),
            **{option: str(order.binaries[name]) for option, name in _BINARIES.items()},
            **{_PORTS[name]: port for name, port in order.ports.items()},
        },
        "componentsPatches": [_patch(component, settings) for component in COMPONENTS],
    }


def _patch(component: str, settings: Settings) -> dict[str, Any]:
    return {
        "name": component,
        "extraArgs": [
            {"key": key, "value": value} for key, value in settings.flags.get(component, {}).items()
        ],
        "extraEnvs": [
            {"name": name, "value": value}
            for name, value in settings.environment.get(component, {}).items()
        ],
    }


def _kwok(settings: Settings) -> dict[str, Any]:
    return {
        "apiVersion": "config.kwok.x-k8s.io/v1alpha1",
        "kind": "KwokConfiguration",
        "options": dict(settings.kwok),
    }


def _true() -> str:
    found = shutil.which("true")
    if found is None:
        raise OutsideError("no command `true` on the PATH; add /usr/bin to it")
    return found
