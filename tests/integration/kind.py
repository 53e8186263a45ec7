"""A kind cluster for tests, made by `pytest-kind`, with simulated nodes beside its real one.

KWOK's controller runs on this machine and plays the nodes that are annotated for it, and
the pods on them; kind's own node, its kubelet and its pods are left alone.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from components.controlplane import settings, stages, tools
from scripts.live import Live
from tests.integration.harness import Cluster, eventually

ENGINES = ("docker", "podman", "nerdctl")
KEPT = Path(__file__).parents[2] / ".fleet" / "kind"
"""Where the kubeconfig of a cluster is that `--keep-cluster` keeps for the next run."""
OLDEST = int(settings.KUBERNETES_VERSION.split(".")[1])
"""The minor version of the embedded control plane."""

# Each reads its input until that ends: the block is left, or this process is gone.
_DELETE = 'cat; exec "$0" delete cluster --name "$1" --kubeconfig "$2"'
_ACCOMPANY = '"$0" "$@" & cat; kill $!'


def why_not(config: pytest.Config) -> str | None:
    """What is missing for kind on this machine; None when it can run."""
    engine = os.environ.get("KIND_EXPERIMENTAL_PROVIDER") or next(filter(shutil.which, ENGINES), "")
    if not engine:
        return f"there is no {', '.join(ENGINES[:-1])} or {ENGINES[-1]} on the PATH; install one"
    if not _answers(engine):
        return f"the container engine does not answer `{engine} info`; start it"
    if _kind(config) is None:
        return (
            f"there is no `kind` on the PATH; install one that makes Kubernetes 1.{OLDEST} or newer"
            " (https://kind.sigs.k8s.io): what pytest-kind downloads by itself is years old"
        )
    return None


def cluster(request: pytest.FixtureRequest, directory: Path) -> Iterator[Cluster]:
    """The cluster of `pytest-kind`; gone afterwards, however this process ends.

    KIND_NODE_IMAGE overrides the node image. With `--keep-cluster` the cluster
    stays, and the next run with that option finds it again.
    """
    options, kind = request.config.option, _kind(request.config)
    assert kind is not None, why_not(request.config)
    directory = KEPT if options.keep_cluster else directory
    directory.mkdir(parents=True, exist_ok=True)
    kubeconfig = directory / "kubeconfig"
    if options.cluster_name == "pytest-kind":
        # One of this run's own: pytest-kind takes, and deletes, whatever has its name.
        options.cluster_name = "fleet-tests" if options.keep_cluster else f"fleet-{os.getpid()}"
    options.kubeconfig = str(kubeconfig)
    options.kind_bin = kind
    options.kind_image = options.kind_image or os.environ.get("KIND_NODE_IMAGE")
    delete = (_DELETE, kind, options.cluster_name, options.kubeconfig)
    with contextlib.ExitStack() as until_the_end:
        if not options.keep_cluster:
            until_the_end.enter_context(_shell(*delete, log=directory / "delete.log"))
        _create(request, directory)
        live = Live("kind", kubeconfig)
        _refuse_older(live)
        until_the_end.enter_context(_nodes_played(kubeconfig))
        account = "/api/v1/namespaces/default/serviceaccounts/default"
        eventually("kind's controllers are at work", lambda: live.get(account))
        yield Cluster(kind="kind", kubeconfig=kubeconfig, live=live)


def _create(request: pytest.FixtureRequest, directory: Path) -> None:
    failed = ""
    try:
        with contextlib.chdir(directory):  # where it makes a folder `.pytest-kind`
            request.getfixturevalue("kind_cluster")
    except subprocess.CalledProcessError as error:
        failed = " ".join(error.cmd)
    if failed:
        pytest.fail(f"`{failed}` failed; what it said is below", pytrace=False)


def _kind(config: pytest.Config) -> str | None:
    return shutil.which(config.option.kind_bin or "kind")


def _answers(engine: str) -> bool:
    try:
        run = subprocess.run([engine, "info"], capture_output=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return run.returncode == 0


def _refuse_older(live: Live) -> None:
    version = live.get("/version") or {}
    if int(version["minor"].rstrip("+")) < OLDEST:
        pytest.fail(
            f"kind made Kubernetes {version['gitVersion']}, and 1.{OLDEST} is the oldest that will"
            " do; name a newer image in KIND_NODE_IMAGE, or update kind"
        )


@contextmanager
def _nodes_played(kubeconfig: Path) -> Iterator[None]:
    """KWOK's controller for the annotated nodes alone."""
    binary = tools.ensure(("kwok",))["kwok"]
    config, log = kubeconfig.with_name("kwok.yaml"), kubeconfig.with_name("kwok.log")
    config.write_text(yaml.safe_dump_all(stages.documents()), encoding="utf-8")
    flags = {
        "kubeconfig": str(kubeconfig),
        "config": str(config),
        "manage-all-nodes": "false",
        "manage-nodes-with-annotation-selector": "kwok.x-k8s.io/node=fake",
        "node-lease-duration-seconds": "40",
        "v": "WARN",
    }
    words = [f"--{name}={value}" for name, value in flags.items()]
    with _shell(_ACCOMPANY, str(binary), *words, log=log) as shell:
        yield
    if shell.returncode != 0:
        pytest.fail(f"KWOK's controller had ended early: {log.read_text()[-1000:]}")


@contextmanager
def _shell(script: str, *words: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A script beyond the reach of Ctrl-C; its input ends with the block or with this process."""
    with (
        log.open("wb") as out,
        subprocess.Popen(
            ["sh", "-c", script, *words],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=out,
            start_new_session=True,
        ) as process,
    ):
        yield process
