"""How many machines does a plan's change of a pool touch, and what happens to them?"""

from __future__ import annotations

from policies import fields
from policies.subject import Change
from policies.values import get, is_false, number


def machines(change: Change) -> int | None:
    """The machines that the pool has now, as the plan knows it; None where it does not say."""
    return _size(change.before, fields.DESIRED[change.type])


def in_words(change: Change) -> str:
    """`40 machines`, or `its machines` where the plan does not say how many."""
    size = machines(change)
    if size is None:
        return "its machines"
    return f"{size} machine{'' if size == 1 else 's'}"


def fate(change: Change) -> str:
    """What becomes of the machines of a pool that is destroyed, as the provider does it."""
    machines_named = in_words(change)
    retained = get(change.before, "retain_resources")
    stay = {
        fields.VKE: isinstance(retained, list) and "Ecs" in retained,
        fields.TKE: not is_false(get(change.before, "delete_keep_instance")),
    }
    if stay.get(change.type):
        return f"{machines_named} left behind, without a cluster and billed"
    return f"{machines_named} destroyed with what runs on them"


def _size(attributes: object, path: tuple[str, ...]) -> int | None:
    found = number({"size": fields.within(attributes, path)}, "size")
    return None if found is None else int(found)
