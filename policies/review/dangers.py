"""What would an apply destroy, and what would the provider really do?

A danger is a change that takes away machines, control planes, data, or the state's
knowledge of them. The rules of the pack `plans` judge the same changes one by one;
here they are told as a reviewer must see them: with the reason, the attribute that
forces it, the fate of the machines, and what guards them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from policies import fields, machines
from policies.change import Change
from policies.finding import dotted
from policies.review.differences import leaves
from policies.values import ABSENT, UNKNOWN, get, is_false, is_true, number, text

Subject = Literal["pool", "machine", "cluster", "data", "network", "chart", "object", "other"]
What = Literal["delete", "replace", "forget", "shrink", "unprotect"]

_ORDER: tuple[Subject, ...] = (
    *("cluster", "pool", "machine", "data", "chart", "object", "network", "other"),
)
_NETWORKS = ("_vpc", "_subnet", "_vswitch", "_nat_gateway", "_natgateway_ngw", "_security_group")
MOST_EDITED = 4
"""Attributes that are named where a trigger replaces a pool."""
_REMEMBERED = re.compile(r"generation-.*|pool-.*-lasting|kubernetes-(version|minor)|today")
"""What the fleet's own stacks keep in `terraform_data` to know an edit by: no loss to anybody."""
_ATTACHED = "tencentcloud_kubernetes_cluster_attachment"
"""A machine that is a node of TKE without a pool."""
_KINDS = ("Namespace", "CustomResourceDefinition", "PersistentVolume", "PersistentVolumeClaim")
"""Kubernetes objects that take others with them."""

POOL = "gpu-fleet.dev/pool"
"""The label by which a node knows its pool."""

REASONS = {
    "replace_because_cannot_update": "cannot change in place",
    "replace_because_tainted": "marked as tainted",
    "replace_by_request": "asked for with -replace",
    "replace_by_triggers": "follows another resource (replace_triggered_by)",
    "delete_because_no_resource_config": "no longer in the configuration",
    "delete_because_wrong_repetition": "count and for_each were exchanged",
    "delete_because_count_index": "its index is past count",
    "delete_because_each_key": "its key is no longer in for_each",
    "delete_because_no_module": "its module is gone",
    "delete_because_no_move_target": "moved to what is not there",
    "delete_because_enabled_false": "enabled is false",
    "forgot_because_lifecycle_destroy_in_state": "destroy = false in the state",
    "forgot_because_lifecycle_destroy_in_config": "destroy = false in the configuration",
}
"""Terraform's and OpenTofu's words in ours; others are shown as they come."""


KNOWN = frozenset({"no-op", "create", "read", "update", "delete", "forget"})
"""Actions of a plan. Words that nobody knows yet are dangerous until somebody does."""


class Danger(msgspec.Struct, frozen=True, kw_only=True):
    """One change that takes something away."""

    address: str
    stack: str
    subject: Subject
    what: What
    reason: str
    """Why it happens."""
    forced_by: tuple[str, ...] = ()
    """Attributes that cannot change in place."""
    then: str = ""
    """What the provider will do."""
    guard: str = ""
    """What stands in its way: a protection that is on, or that there is none."""
    machines: int | None = None
    """Machines that it takes away; None where the plan does not say."""
    order: Literal["", "new first", "old first"] = ""
    node: str = ""
    """The node that goes, where it is one."""
    pool: str = ""
    """The pool's name in the environment, where its labels tell."""


def dangers(stack: str, changes: tuple[Change, ...]) -> Iterator[Danger]:
    """The dangers of one plan, the worst first; what only reads or makes is none."""
    found = [danger for change in changes for danger in _of(stack, change)]
    yield from worst_first(found)


def worst_first(found: Iterable[Danger]) -> list[Danger]:
    """By what is taken away, then by where it is."""
    return sorted(found, key=lambda each: (_ORDER.index(each.subject), each.stack, each.address))


def subject(change: Change) -> Subject:
    """What kind of thing the resource is."""
    kind = change.type
    if kind in fields.POOLS:
        return "pool"
    if kind in fields.CLUSTERS:
        return "cluster"
    if kind in fields.DATA:
        return "data"
    if kind == _ATTACHED:
        return "machine"
    if kind == "helm_release":
        return "chart"
    if kind.startswith(("kubectl_", "kubernetes_")):
        return "machine" if get(change.before, "kind") == "Node" else "object"
    return "network" if kind.endswith(_NETWORKS) else "other"


def _of(stack: str, change: Change) -> Iterator[Danger]:
    if change.mode != "managed":
        return
    if change.type == "terraform_data" and _REMEMBERED.fullmatch(change.name):
        return
    what = _what(change)
    kind = subject(change)
    if what is not None:
        yield Danger(
            address=change.address,
            stack=stack,
            subject=kind,
            what=what,
            reason=_reason(change),
            forced_by=_forced_by(change, kind),
            then=_then(change, kind, what),
            guard=_guard(change),
            machines=_machines(change, kind, what),
            order=_order(change),
            node=_node(change) if kind == "machine" else "",
            pool=_pool(change),
        )
    elif kind == "pool" and change.updates:
        yield from _shrinks(stack, change)
    if change.updates and change.type in fields.PROTECTION:
        yield from _unprotects(stack, change, kind)


def _forced_by(change: Change, kind: Subject) -> tuple[str, ...]:
    """What cannot change in place; of a pool that follows its trigger, what is edited in it."""
    if change.replace_paths or kind != "pool" or change.reason != "replace_by_triggers":
        return tuple(dict.fromkeys(map(dotted, change.replace_paths)))
    known = [leaf for leaf in leaves(change) if leaf.after is not UNKNOWN]
    edited = [dotted(leaf.path) for leaf in known if leaf.kind == "changed"]
    return tuple(edited[:MOST_EDITED])


def _node(change: Change) -> str:
    """Its name in the cluster; what TKE attaches is known by its instance only."""
    return text(change.before, "instance_id" if change.type == _ATTACHED else "name")


def _machines(change: Change, kind: Subject, what: What) -> int | None:
    if what == "forget":
        return 0 if kind in {"machine", "pool"} else None
    if kind == "machine":
        return 1
    return machines.machines(change) if kind == "pool" else None


def _reason(change: Change) -> str:
    strange = [word for word in change.actions if word not in KNOWN]
    if strange:
        return f'nobody here knows the action "{strange[0]}"; it is taken for the worst'
    if change.deposed and not change.reason:
        return "left behind by a replacement that did not finish"
    return REASONS.get(change.reason, change.reason.replace("_", " "))


def _pool(change: Change) -> str:
    """The pool's name, from the labels that its nodes get."""
    if change.type not in fields.LABELS:
        return ""
    labels = fields.within(change.before, fields.LABELS[change.type])
    return text(fields.as_map(labels), POOL)


def _what(change: Change) -> What | None:
    if change.forgets and not change.deletes:
        return "forget"
    if change.replaces:
        return "replace"
    if change.deletes or not KNOWN.issuperset(change.actions):
        return "delete"
    return None


def _order(change: Change) -> Literal["", "new first", "old first"]:
    if not change.replaces or not change.deletes:
        return ""
    return "new first" if change.actions[0] == "create" else "old first"


def _then(change: Change, kind: Subject, what: What) -> str:
    if what == "forget":
        return "stays where it is, runs and is billed; Terraform no longer knows it"
    match kind:
        case "pool":
            return machines.fate(change)
        case "cluster":
            return _cluster_fate(change)
        case "machine":
            return "the node goes, with every pod on it"
        case "data":
            return "what is in it cannot be brought back by an apply"
        case "chart":
            return "what the release runs stops; custom resources may go with its CRDs"
        case "object":
            return _object_fate(change)
        case _:
            return ""


def _cluster_fate(change: Change) -> str:
    match change.type:
        case "volcengine_vke_cluster" | "volcenginecc_vke_cluster":
            return "the control plane goes, and with it every node pool and its machines"
        case "tencentcloud_kubernetes_cluster":
            keeps = get(change.before, "instance_delete_mode") == "retain"
            rest = "its machines stay and are billed" if keeps else "its machines are destroyed"
            return f"the control plane goes; {rest}"
        case _:
            return "the control plane goes; load balancers and logs may stay behind"


def _object_fate(change: Change) -> str:
    kind = get(change.before, "kind")
    if kind == "Namespace":
        return "everything in the namespace goes with it"
    if kind == "CustomResourceDefinition":
        return "every object of its kind goes with it"
    return "a volume may go with it" if kind in _KINDS else ""


def _guard(change: Change) -> str:
    if change.type == fields.ACK and is_false(get(change.before, "force_delete")):
        return "ACK deletes no pool that has nodes: the apply will fail"
    if change.type not in fields.PROTECTION:
        return ""
    now = change.had(*fields.PROTECTION[change.type])
    return "protected by the cloud: the apply will fail" if is_true(now) else "not protected"


def _shrinks(stack: str, change: Change) -> Iterator[Danger]:
    for table, word in ((fields.DESIRED, "size"), (fields.MOST, "maximum")):
        path, after = fields.of(change, table)
        before = number({"n": change.had(*path)}, "n")
        size = None if after is UNKNOWN else number({"n": after}, "n")
        gone = _gone(change, word, before, size)
        if before is not None and size is not None and size < before:
            yield Danger(
                address=change.address,
                stack=stack,
                subject="pool",
                what="shrink",
                reason=f"the {word} falls from {before:.0f} to {size:.0f}",
                forced_by=(dotted(path),),
                then="the provider chooses the machines that go, and drains none"
                if gone
                else "the next peak has less room",
                machines=gone,
                pool=_pool(change),
            )


def _gone(change: Change, word: str, before: float | None, after: float | None) -> int:
    """Machines that a lower size, or a maximum below the present size, takes away."""
    if before is None or after is None:
        return 0
    if word == "size":
        return int(before - after)
    # Those that a lower size takes away are told with it.
    _, size = fields.of(change, fields.DESIRED)
    now = number({"n": size}, "n")
    return 0 if now is None else max(0, int(now - after))


def _unprotects(stack: str, change: Change, kind: Subject) -> Iterator[Danger]:
    path = fields.PROTECTION[change.type]
    after = change.get(*path)
    if is_true(change.had(*path)) and after is not UNKNOWN and not is_true(after):
        yield Danger(
            address=change.address,
            stack=stack,
            subject=kind,
            what="unprotect",
            reason=f"{dotted(path)} is switched off",
            then="the next apply may destroy it" if after is not ABSENT else "",
        )
