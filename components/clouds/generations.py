"""How does a pool whose machines must be others come to stand beside the old one?

No cloud's node pool is replaced for another name: it is renamed in place, with its
old machines. Nor for other cards: running machines would keep theirs and get the
label of the new. So Terraform remembers the pool's name, which ends in a hash of
what its machines cannot change, in a resource of its own, and the pool is replaced
whenever that one changes.
"""

from __future__ import annotations

from components import cdk
from components.element import Resource
from environments.model import Pool


class Generation(Resource):
    """What the present machines of a pool are known by."""

    TYPE = "terraform_data"


def lasting(pool: Pool) -> dict[str, object]:
    """What running machines keep, whatever the file says, where the cloud replaces nothing."""
    return {"card": pool.card, "cards_per_node": pool.cards_per_node}


def generation(stack: cdk.TerraformStack, name: str, called: str) -> str:
    """The address to put into `replace_triggered_by` of the pool `called` so at the cloud.

    It is there from the first apply on: a trigger that is made together with its first
    value triggers nothing.
    """
    return Generation(stack, f"generation-{name}", input=called).address
