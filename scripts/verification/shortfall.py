"""The pods that were demanded and do not run: how many, why, and is that true?

The control plane's own words are the reason. A reason is *explained* only when
arithmetic over the cards agrees: a pod that "does not fit" while a card that
would hold it is free is not explained but a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from components.addon import CARD
from environments.demand import Demand, Workload, pods_of
from scripts.rehearsal.result import Unplaced
from scripts.verification.allocation import Allocation
from scripts.verification.observation import Observation, Pod


def shortfall(
    cluster: str,
    demand: Demand,
    seen: Observation,
    allocation: Allocation,
    refused: Mapping[str, str] | None = None,
) -> Iterator[Unplaced]:
    """Each workload of the cluster that has fewer pods running than it asks for.

    `refused` holds the API server's answer for workloads that could not be
    created at all: it leaves no trace in the cluster.
    """
    pods, said = seen.workloads(), _controllers_say(seen)
    for name, work in demand.of(cluster).items():
        mine = pods.get(name, [])
        running = sum(pod.running for pod in mine)
        pending = [pod for pod in mine if not pod.running]
        missing = pods_of(work) - len(mine)
        held = [pod for pod in pending if _claim_refused(pod, seen)]
        waiting = [pod for pod in pending if not _claim_refused(pod, seen)]
        if held:
            yield _without_claim(name, work, held, seen)
        if waiting:
            yield _pending(name, work, waiting, seen, allocation)
        if missing > 0:
            yield _never_made(
                name, work, missing, (refused or {}).get(name) or said.get((work.tenant, name), "")
            )
        if running > pods_of(work):
            yield Unplaced(
                workload=name,
                tenant=work.tenant,
                pods=0,
                reason="too-many",
                message=f"{running} pods run, {pods_of(work)} were asked for",
                explained=False,
            )


def _claim_refused(pod: Pod, seen: Observation) -> str:
    """Why the pod's claim was not made; empty when it was."""
    return seen.claim_failures.get((pod.metadata.namespace, pod.metadata.name), "")


def _without_claim(name: str, work: Workload, pods: list[Pod], seen: Observation) -> Unplaced:
    message = _claim_refused(pods[0], seen)
    quota = "exceeded quota" in message
    return Unplaced(
        workload=name,
        tenant=work.tenant,
        pods=len(pods),
        reason="quota" if quota else "unexplained",
        message=message,
        explained=quota,
    )


def _pending(
    name: str, work: Workload, pods: list[Pod], seen: Observation, allocation: Allocation
) -> Unplaced:
    message = next((text for pod in pods if (text := _scheduler_says(pod))), "")
    if not message:
        phases = sorted({pod.status.phase or "no phase" for pod in pods})
        return Unplaced(
            workload=name,
            tenant=work.tenant,
            pods=len(pods),
            reason="unexplained",
            message=f"{', '.join(phases)}, and the scheduler says nothing yet",
            explained=False,
        )
    fits = _nodes_that_would_hold(work, seen, allocation)
    if fits:
        message = f"{message} (but {fits[0]} has room by our count)"
    return Unplaced(
        workload=name,
        tenant=work.tenant,
        pods=len(pods),
        reason="insufficient-cards" if not fits else "unexplained",
        message=message,
        explained=not fits,
    )


def _scheduler_says(pod: Pod) -> str:
    for condition in pod.status.conditions:
        if condition.type == "PodScheduled" and condition.status == "False":
            return condition.message
    return ""


def _nodes_that_would_hold(work: Workload, seen: Observation, allocation: Allocation) -> list[str]:
    """Nodes whose cards could take one more pod of the workload."""
    found = []
    for name, cards in allocation.cards.items():
        node = seen.nodes.get(name)
        if node is None or not node.ready or node.spec.unschedulable:
            continue
        if work.card is not None and node.metadata.labels.get(CARD) != work.card:
            continue
        size = allocation.sizes[name]
        memory = size.memory_mib if work.gpu.memory is None else work.gpu.memory.mib
        cores = size.cores if work.gpu.whole else work.gpu.cores or 0
        free = [
            use
            for use in cards
            if use.memory_mib + memory <= size.memory_mib
            and use.cores + cores <= size.cores
            and use.pods < size.slots
        ]
        if len(free) >= work.gpu.cards:
            found.append(name)
    return found


def _never_made(name: str, work: Workload, missing: int, message: str) -> Unplaced:
    lowered = message.lower()
    reason = "unexplained"
    if "exceeded quota" in lowered:
        reason = "quota"
    elif "validatingadmissionpolicy" in lowered or "denied" in lowered:
        reason = "refused"
    return Unplaced(
        workload=name,
        tenant=work.tenant,
        pods=missing,
        reason=reason,
        message=message or "no pod was created, and no controller says why",
        explained=reason != "unexplained",
    )


def _controllers_say(seen: Observation) -> Mapping[tuple[str, str], str]:
    """The last reason for not creating pods, by namespace and workload.

    A ReplicaSet is named for its Deployment and a hash; a Job has its own name.
    """
    found = {}
    for event in seen.failures:
        made_by = event.involved_object
        name = made_by.name.rpartition("-")[0] if made_by.kind == "ReplicaSet" else made_by.name
        found[made_by.namespace, name] = event.message
    return found
