"""What a control plane and `verify` might say, for rehearsals that are made up in `made`."""

from __future__ import annotations

import random

from environments.demand import Workload
from scripts.rehearsal.result import Check, Fidelity, Layer, Phase, Proof, Unplaced

VERSIONS = {
    "fleet": "0.1.0",
    "kubernetes": "v1.36.3",
    "etcd": "3.6.5",
    "kwok": "v0.8.0",
    "terraform": "1.9.8",
    "engine": "cdktn 0.24.0",
}

FIDELITY = Fidelity(
    kubernetes="v1.36.3",
    scheduler="stock",
    real=[
        "kube-apiserver, kube-controller-manager, kube-scheduler and etcd, one set for each cluster",
        "Terraform stacks of the in-cluster layers, deployed by cdktf and planned again",
        "quotas, priorities and admission policies: production's own objects",
        "every pod: created by its Deployment or Job, admitted, scheduled and bound",
    ],
    simulated=[
        "nodes and the life of pods on them (KWOK)",
        "HAMi's placement: kube-scheduler cuts the same cards by memory and cores through DRA",
    ],
    left_out=[
        "Helm charts: no chart archive was given (--charts DIR)",
        "networks and machines of the public clouds",
    ],
)


def unplaced(name: str, workload: Workload, pods: int, nodes: int) -> Unplaced:
    """Pods that found no card, in the scheduler's words."""
    what = "Insufficient nvidia.com/gpu" if workload.gpu.whole else "cannot allocate all claims"
    message = (
        f"0/{nodes} nodes are available: {nodes} {what}. preemption: 0/{nodes} nodes are available: "
        f"{nodes} No preemption victims found for incoming pod."
    )
    return Unplaced(
        workload=name,
        tenant=workload.tenant,
        pods=pods,
        reason="insufficient-cards",
        message=message,
        explained=True,
    )


def unexplained() -> Unplaced:
    """Pods of which nobody knows why they do not run."""
    return Unplaced(
        workload="chat-8b",
        tenant="ads",
        pods=3,
        reason="unexplained",
        message="no event was recorded for these pods",
        explained=False,
    )


def proofs(mode: str) -> list[Proof]:
    """Each admission policy of a cluster of this kind, proven."""
    refused = "ValidatingAdmissionPolicy '{0}' with binding '{0}' denied request: {1}"
    rows = [
        (
            "tenant-and-priority",
            "GPU pods name a tenant and a priority",
            "a pod with a card and no tenant",
            'a GPU pod must carry the label "gpu-fleet.dev/tenant" and a priority class',
            "the same pod with both",
        ),
        (
            "memory-in-mebibytes",
            "Card memory is asked for in MiB",
            "nvidia.com/gpumem: 2Gi",
            'nvidia.com/gpumem counts MiB and "2Gi" is 2147483648 of them; write 2048',
            "nvidia.com/gpumem: 2048",
        ),
    ]
    if mode == "none":
        rows.append(
            (
                "no-slices",
                "GPU clusters hand out whole cards only",
                "a pod with 2 GiB of a card",
                "this cluster hands out whole cards; send slices to a vGPU cluster",
                "a pod with one whole card",
            )
        )
    else:
        rows.append(
            (
                "few-whole-cards",
                "vGPU clusters hand out few whole cards to one pod",
                "a pod with 4 whole cards",
                "at most 1 whole card on a vGPU cluster; send training to a GPU cluster",
                "a pod with one whole card",
            )
        )
    return [
        Proof(
            policy=policy,
            title=title,
            request=request,
            refused=True,
            message=refused.format(policy, message),
            passing_request=passing,
            passed=True,
        )
        for policy, title, request, message, passing in rows
    ]


def checks(pods: int, nodes: int, cards: int, tenants: int) -> list[Check]:
    """What `verify` compares, all of it well."""
    rows = [
        ("pods-running", "Every pod runs, or its waiting is explained", f"{pods} pods run", pods),
        ("card-memory", "No card hands out more memory than it has", f"{cards} cards", cards),
        ("card-cores", "No card hands out more cores than it has", f"{cards} cards", cards),
        ("devices", "Every node's cards are accounted for", f"{nodes} nodes", nodes),
        ("quotas", "Quotas are in force", f"{tenants} tenants", tenants),
        ("policies", "Each admission policy refuses and passes as it should", "3 policies", 3),
    ]
    return [
        Check(name=name, title=title, status="pass", detail=detail, compared=compared)
        for name, title, detail, compared in rows
    ]


def layers(environment: str, cluster: str, nodes: int) -> list[Layer]:
    """The stacks of one cluster as deployed."""
    resources = {"cluster": 2 * nodes + 1, "device": 7, "tenancy": 34}
    return [
        Layer(
            stack=f"{environment}-{cluster}-{layer}",
            layer=layer,
            resources=number,
            second_plan="empty",
        )
        for layer, number in resources.items()
    ]


def addons(mode: str) -> list[str]:
    """What was put into a cluster of this kind."""
    device = ["nvidia-device-plugin"] if mode == "none" else ["hami", "device-classes"]
    return [*device, "runtime-class", "namespaces", "quotas", "priorities", "admission-policies"]


def charts(mode: str) -> list[str]:
    """What production installs by Helm."""
    return ["nvidia-device-plugin 0.17.4"] if mode == "none" else ["hami 2.9.0"]


def phases(clusters: int, replay: float) -> list[Phase]:
    """The parts of a run."""
    return [
        Phase(name="validate", title="Validate the environment", seconds=0.3),
        Phase(name="lint", title="Lint manifests and Terraform", seconds=0.9),
        Phase(name="synth", title="Synthesize the stacks", seconds=1.1 * clusters),
        Phase(name="start", title="Start the control planes", seconds=4.2 + 2.1 * clusters),
        Phase(
            name="deploy",
            title="Deploy the in-cluster layers",
            seconds=11.0 + 19 * clusters,
            note=f"{3 * clusters} stacks, two clusters at a time",
        ),
        Phase(
            name="replay", title="Replay the demand", seconds=replay, note="all clusters at once"
        ),
        Phase(name="verify", title="Verify", seconds=1.8 + 1.2 * clusters),
        Phase(name="plan-again", title="Plan again", seconds=6.4 * clusters, note="must be empty"),
    ]


def curve(pods: int, seconds: float, chance: random.Random) -> list[tuple[float, int]]:
    """Pods running over time: slower as the cluster fills."""
    steps = max(4, min(240, int(seconds * 2)))
    gains = [chance.uniform(0.6, 1.4) * (1.25 - 0.5 * step / steps) for step in range(steps)]
    total, reached, points = sum(gains), 0.0, [(0.0, 0)]
    for step, gain in enumerate(gains, start=1):
        reached += gain
        points.append((round(seconds * step / steps, 2), int(pods * reached / total + 1e-6)))
    return points
