"""How a review speaks: verdicts, actions and dangers in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policies.review.dangers import Danger
from policies.review.groups import ORDER, Action, Group
from policies.review.review import Review

SIGNS: dict[Action, str] = {
    "unknown": "?",
    "replace": "-/+",
    "delete": "-",
    "forget": "x",
    "update": "~",
    "create": "+",
    "import": "<-",
    "move": ">",
    "read": "<=",
}
"""As Terraform draws them, where it does."""

WHAT = {
    "delete": "DELETE",
    "replace": "REPLACE",
    "forget": "FORGET",
    "shrink": "SHRINK",
    "unprotect": "UNPROTECT",
}

VERBS = {
    "takes away": {"delete", "replace"},
    "forgets": {"forget"},
    "shrinks": {"shrink"},
    "unprotects": {"unprotect"},
}
"""What a danger does, as a verdict says it."""

SUBJECTS = {
    "cluster": "cluster",
    "pool": "node pool",
    "machine": "node",
    "data": "data",
    "chart": "Helm release",
    "object": "Kubernetes object",
    "network": "network",
    "other": "resource",
}


def counted(number: int, noun: str) -> str:
    """`1 pool`, `2 pools`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def counts(found: Mapping[Action, int]) -> str:
    """`1 replace, 2 update, 3 create`, the worst first; `no changes`."""
    parts = [f"{found[word]:,} {word}" for word in ORDER if found.get(word)]
    return ", ".join(parts) or "no changes"


def verdict(review: Review) -> str:
    """What the plans come to, in a sentence."""
    if not review.approvable:
        return "cannot be applied as it is"
    match review.risk:
        case "danger":
            return taken(review.dangers) if review.dangers else "is not understood"
        case "high":
            if any(output.read_by for output in review.outputs):
                return "takes away outputs that other stacks read"
            return "has findings against it"
        case "low":
            if only_new(review):
                return "changes nothing that is in use"
            return "changes in place" if _seen(review) else "changes nothing that can be seen"
        case _:
            return "changes outputs only" if review.outputs else "changes nothing"


def _seen(review: Review) -> bool:
    groups = (group for stack in review.changes for group in stack.groups)
    return any(group.lines or group.action != "update" for group in groups)


def only_new(review: Review) -> bool:
    """Whether everything that changes is new."""
    return not set(review.counts) - {"create", "import", "move", "read"}


MOST_COMPUTED = 8


def untold(group: Group) -> str:
    """What changes in a group beside its lines, and is no news; nothing where there is nothing."""
    parts = []
    if group.computed:
        names = ", ".join(group.computed[:MOST_COMPUTED])
        rest = len(group.computed) - MOST_COMPUTED
        more = f" and {rest:,} more" if rest > 0 else ""
        parts.append(f"computed, known after the apply: {names}{more}")
    if group.noise and group.action == "update":
        parts.append(f"nothing in another shape: {counted(group.noise, 'attribute')}")
    if group.action == "update" and not group.lines:
        parts.insert(0, "no change that can be seen")
    return "; ".join(parts)


def taken(dangers: Sequence[Danger]) -> str:
    """`takes away: 1 cluster, 2 node pools (48 machines); shrinks: 1 node pool (7 machines)`."""
    parts = []
    for verb, whats in VERBS.items():
        found = [danger for danger in dangers if danger.what in whats]
        if found:
            parts.append(f"{verb}: {_things(found)}")
    return "; ".join(parts)


def _things(dangers: Sequence[Danger]) -> str:
    parts = []
    for kind, noun in SUBJECTS.items():
        here = [danger for danger in dangers if danger.subject == kind]
        if not here:
            continue
        machines = sum(danger.machines or 0 for danger in here)
        # A pool may lose machines now and room for more: it is one pool.
        things = len({(danger.stack, danger.address) for danger in here})
        said = counted(things, noun) if noun != "data" else f"{things:,} data"
        told = machines and kind != "machine"
        parts.append(f"{said} ({counted(machines, 'machine')})" if told else said)
    return ", ".join(parts)


def several(groups: Sequence[Group]) -> set[str]:
    """Types that come from more than one provider: their name alone says too little."""
    seen: dict[str, set[str]] = {}
    for group in groups:
        seen.setdefault(group.type, set()).add(group.provider)
    return {kind for kind, providers in seen.items() if len(providers) > 1}


def provider(group: Group) -> str:
    """`hashicorp/helm`, without the registry that it comes from."""
    return "/".join(group.provider.split("/")[-2:])


def forced(danger: Danger) -> str:
    """Why it happens, with the attributes that force it."""
    said = danger.reason
    if danger.forced_by and danger.what != "shrink":
        said = f"{said}: {', '.join(danger.forced_by)}" if said else ", ".join(danger.forced_by)
    if danger.order:
        said = f"{said} ({danger.order})"
    return said
