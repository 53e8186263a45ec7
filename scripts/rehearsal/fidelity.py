"""What a rehearsal can and cannot say: which parts were real, and which stood in for something."""

from __future__ import annotations

from collections.abc import Collection

from components.clouds.embedded.twin import Scheduler
from components.controlplane.settings import KUBERNETES_VERSION
from environments.model import Environment, Mode
from scripts.rehearsal.result import Fidelity


def fidelity(environment: Environment, scheduler: Scheduler, *, charts_installed: bool) -> Fidelity:
    """In sentences, for the report. `environment` is the one that was asked for, not its twin."""
    modes = {cluster.mode for cluster in environment.clusters.values()}
    real = [
        f"kube-apiserver, kube-controller-manager, kube-scheduler and etcd, {KUBERNETES_VERSION}",
        "Terraform with the kubectl provider, driven by the CDK's own command line",
        "namespaces, quotas, limit ranges, priorities, admission policies: production's own",
        "the pods: production's own, in the keys that production's users write",
    ]
    simulated = [
        "nodes and kubelets: KWOK marks nodes ready and pods running; no container starts",
        "cards: published as the device layer would; nothing computes on them",
    ]
    left_out = [
        "networks, machines and managed control planes of the clouds",
        *_versions(environment),
    ]
    if scheduler == "hami":
        real.append("HAMi's scheduler extender and webhook, unmodified")
        simulated.append("HAMi's device plugin: it registers cards and releases the node lock")
    elif "hami" in modes:
        simulated.append(
            "HAMi's scheduler: the stock scheduler cuts cards through resource claims, which an "
            "admission policy makes of HAMi's keys; run with --hami-scheduler for the real one"
        )
    if charts_installed:
        real.append("the device layer's charts: installed by Terraform's Helm provider")
        simulated.append("the charts' own pods: those that fit are bound and do nothing")
        left_out += _of_charts(modes)
    else:
        left_out.append("Helm charts of the device layer; give --charts DIR to install them")
    return Fidelity(
        kubernetes=KUBERNETES_VERSION,
        scheduler=scheduler,
        real=real,
        simulated=simulated,
        left_out=left_out,
    )


def _of_charts(modes: Collection[Mode]) -> list[str]:
    """What the embedded cloud's values switch off in the charts."""
    left_out = []
    if "hami" in modes:
        left_out.append(
            "the webhook of HAMi's chart, and the jobs that make its certificate: no container "
            "runs that could answer, and without an answer no pod may be created"
        )
    if "dra" in modes:
        left_out.append(
            "the driver and the webhooks of HAMi's DRA chart: there is no kubelet to register "
            "with, and no container runs that could answer"
        )
    return left_out


def _versions(environment: Environment) -> list[str]:
    """Clusters whose Kubernetes the twin does not run."""
    ours = KUBERNETES_VERSION.removeprefix("v").rpartition(".")[0]
    others = sorted({c.kubernetes for c in environment.clusters.values()} - {ours})
    if not others:
        return []
    return [f"Kubernetes {', '.join(others)} as the environment asks: all clusters ran {ours}"]
