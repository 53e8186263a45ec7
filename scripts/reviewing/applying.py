"""Apply what was reviewed, and nothing else.

Everything is planned once more and compared with what was reviewed; then what stands
against it is asked: rules that are critical and not waived, work that runs on machines
which would go, and how much of the fleet one apply may touch. Only then the kept plans
are applied, each stack after those it builds on.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from components import terraform_plans
from components.controlplane import planes
from components.terraform import Workspace
from environments.errors import FleetError, OutsideError
from environments.keys import HAMI_RESOURCES
from environments.load import Loaded
from environments.model import Environment
from policies.finding import Severity
from policies.review.dangers import POOL, Danger
from scripts.console import Reporter
from scripts.live import Live
from scripts.rehearsal.place import Place
from scripts.reviewing.planning import Kept
from scripts.reviewing.run import Reviewed
from stacks import names

SHORTEST = 12
"""Characters of a hash that name it."""
SHOWN = 5


class Refused(FleetError):
    """The apply is not what was reviewed, or something stands against it (exit 1)."""

    exit_code = 1


def same(reviewed: str, before: Kept | None, now: Kept) -> None:
    """The plans of now are those that were reviewed, or `Refused` says which are not."""
    if len(reviewed) < SHORTEST:
        raise Refused(f'"{reviewed}" names no plan; give {SHORTEST} characters of its hash or more')
    failed = [each for each in now.stacks if each.error]
    if failed:
        raise Refused(f"{failed[0].stack} cannot be planned: {failed[0].error}")
    if now.hash.startswith(reviewed):
        return
    said = f"the plans are not those that were reviewed: {reviewed[:16]} then, {now.hash[:16]} now"
    if before is not None and before.hash.startswith(reviewed):
        then = {each.stack: each.hash for each in before.stacks}
        other = [each.stack for each in now.stacks if then.pop(each.stack, "") != each.hash]
        said = f"{said}; it differs in {', '.join([*other, *then])}"
    raise Refused(f"{said}; review them anew: fleet review --env {now.environment}")


def refuse_critical(reviewed: Reviewed) -> None:
    """Nothing critical that no waiver covers. A waiver has a reason, an owner and an end."""
    if not reviewed.review.approvable:
        raise Refused("a plan cannot be applied as it is; see its review")
    against = [
        finding
        for finding in reviewed.findings
        if finding.waiver is None
        and finding.outcome != "unknown"
        and finding.severity >= Severity.CRITICAL
    ]
    if against:
        first = against[0]
        more = f" (and {len(against) - 1} more)" if len(against) > 1 else ""
        raise Refused(
            f"{first.rule}: {first.subject}: {first.message}{more}; {first.fix}; to do it all the"
            " same, waive the rule in the environment for a day"
        )


def refuse_share(reviewed: Reviewed, environment: Environment, most: float) -> None:
    """No more machines go than one apply may take.

    What a plan does not say (the machines of a whole cluster, of a pool without a size) is
    taken from the environment.
    """
    dangers = reviewed.review.dangers
    going = sum(_machines(environment, cluster, found) for cluster, found in _sorted(reviewed))
    left = sum(_size(environment, cluster) for cluster in environment.clusters)
    # The environment is what will be: what goes for good is not in it any more.
    lost = sum(danger.machines or 0 for danger in dangers if danger.what in {"delete", "shrink"})
    total = max(left + lost, going)
    if going > most * total:
        raise Refused(
            f"it takes away {going} of {total} machines, {100 * going / max(1, total):.0f} %; one"
            f" apply may take {100 * most:g} %; do it in steps, or raise --most-share"
        )


def refuse_in_use(reviewed: Reviewed, kubeconfigs: Mapping[str, Path]) -> None:
    """No machine goes on which work with cards runs, as far as its cluster can be asked.

    What a waiver accepts is not asked for: that is the glass to break.
    """
    accepted = {finding.subject for finding in reviewed.findings if finding.waiver is not None}
    for cluster, found in _sorted(reviewed):
        dangers = [danger for danger in found if danger.address not in accepted]
        if not dangers:
            continue
        kubeconfig = kubeconfigs.get(cluster)
        if kubeconfig is None or not kubeconfig.is_file():
            raise Refused(
                f"{dangers[0].address} takes machines of {cluster} away, and nobody can ask what"
                f" runs there; set TF_VAR_{names.kubeconfig_variable(cluster)}"
            )
        used = list(_used(Live(cluster, kubeconfig), dangers))
        if used:
            more = f" and {len(used) - SHOWN} more" if len(used) > SHOWN else ""
            shown = f"{', '.join(used[:SHOWN])}{more}"
            pods = "1 pod with cards runs" if len(used) == 1 else f"{len(used)} pods with cards run"
            raise Refused(f"{dangers[0].address}: {pods} on what would go: {shown}; drain it first")


def apply(place: Workspace, kept: Kept, reporter: Reporter) -> list[str]:
    """Applies each stack that changes something, in order; the stacks that were applied.

    Raises `OutsideError` at the first that fails, naming what was applied before it.
    """
    todo = [each for each in kept.stacks if each.changes]
    done: list[str] = []
    for each in todo:
        reporter.step("apply", len(done), len(todo), each.stack)
        try:
            terraform_plans.apply(place, each.stack, Path(each.binary))
        except OutsideError as error:
            before = f"; applied before it: {', '.join(done)}" if done else "; nothing was applied"
            raise OutsideError(f"{error}{before}") from None
        done.append(each.stack)
    reporter.step("apply", len(todo), len(todo))
    return done


def kubeconfigs(loaded: Loaded, *, twin: bool) -> dict[str, Path]:
    """Where each cluster's kubeconfig is, by the variable that Terraform takes it from."""
    clusters = loaded.environment.clusters
    if twin:
        home = Place(loaded.environment.name).twin
        return {name: planes.Plane(name=name, directory=home).kubeconfig for name in clusters}
    given = {name: os.environ.get(f"TF_VAR_{names.kubeconfig_variable(name)}") for name in clusters}
    return {name: Path(path).expanduser() for name, path in given.items() if path}


def _sorted(reviewed: Reviewed) -> list[tuple[str, list[Danger]]]:
    """What takes machines away, by cluster."""
    found: dict[str, list[Danger]] = {}
    prefix = f"{reviewed.review.environment}-"
    for danger in reviewed.review.dangers:
        if danger.subject in {"pool", "machine", "cluster"} and _takes(danger):
            # production-volc-infer-cluster: the cluster stands between environment and layer.
            cluster = danger.stack.removeprefix(prefix).rpartition("-")[0]
            found.setdefault(cluster, []).append(danger)
    return list(found.items())


def _takes(danger: Danger) -> bool:
    """Whether machines go, or nobody knows how many."""
    return danger.what in {"delete", "replace", "shrink"} and danger.machines != 0


def _machines(environment: Environment, cluster: str, dangers: Sequence[Danger]) -> int:
    """Machines of one cluster that go. With the cluster all of them do, each counted once."""
    said = sum(danger.machines or 0 for danger in dangers)
    if any(danger.machines is None for danger in dangers):
        return max(said, _size(environment, cluster))
    return said


def _size(environment: Environment, cluster: str) -> int:
    there = environment.clusters.get(cluster)
    return sum(pool.nodes.desired for pool in there.pools.values()) if there else 0


class _Named(msgspec.Struct, frozen=True):
    name: str
    namespace: str = ""


class _Resources(msgspec.Struct, frozen=True):
    limits: dict[str, str | int] = {}


class _Container(msgspec.Struct, frozen=True):
    resources: _Resources = _Resources()


class _Spec(msgspec.Struct, frozen=True, rename="camel"):
    node_name: str = ""
    containers: list[_Container] = []
    resource_claims: list[msgspec.Raw] = []


class _Pod(msgspec.Struct, frozen=True):
    metadata: _Named
    spec: _Spec


class _Node(msgspec.Struct, frozen=True):
    metadata: _Named


def _used(live: Live, dangers: Sequence[Danger]) -> Iterator[str]:
    """Pods with cards on the nodes that would go; on any node where nobody can tell which."""
    nodes = {danger.node for danger in dangers if danger.node}
    for pool in {danger.pool for danger in dangers if danger.pool}:
        found = live.list("/api/v1/nodes", _Node, labelSelector=f"{POOL}={pool}")
        nodes |= {node.metadata.name for node in found}
    anywhere = any(not danger.node and not danger.pool for danger in dangers)
    alive = "status.phase!=Succeeded,status.phase!=Failed"
    for pod in live.list("/api/v1/pods", _Pod, fieldSelector=alive):
        on_it = pod.spec.node_name and (anywhere or pod.spec.node_name in nodes)
        if on_it and _has_cards(pod.spec):
            yield f"{pod.metadata.namespace}/{pod.metadata.name}"


def _has_cards(spec: _Spec) -> bool:
    keys = {key for container in spec.containers for key in container.resources.limits}
    return bool(spec.resource_claims) or not keys.isdisjoint(HAMI_RESOURCES)
