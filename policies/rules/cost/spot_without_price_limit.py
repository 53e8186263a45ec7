"""Spot machines without a price limit

Why: a spot price follows demand; on the day when everybody wants the card the pool costs more
    than on demand and still may be taken away.
Fix: set a limit at or below the price on demand: `spot_price_limit`, `spot_max_price`.

Bad (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"l20": {"spot_strategy": "SpotAsPriceGo"}}}}
Good (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"l20": {
      "spot_strategy": "SpotWithPriceLimit",
      "spot_price_limit": [{"instance_type": "ecs.gn8is.4xlarge", "price_limit": "18"}]}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import ABSENT, UNKNOWN


@rule(Severity.MEDIUM, judges=Resource, types=(fields.ACK, fields.TKE))
def check(pool: Resource, fleet: Fleet) -> Iterator[Fault]:
    """Spot, and nothing that says what it may cost. (VKE has no such field.)"""
    on_ack = pool.type == fields.ACK
    way = ("spot_strategy",) if on_ack else ("auto_scaling_config", "instance_charge_type")
    limit = ("spot_price_limit",) if on_ack else ("auto_scaling_config", "spot_max_price")
    path, kind = fields.one(pool, way)
    _, price = fields.one(pool, limit)
    if kind is UNKNOWN:
        yield Fault(f"{path[-1]} is known after an apply only", path, "unknown")
    elif kind == "SpotAsPriceGo":
        yield Fault("the price of this pool has no limit", path)
    elif kind in ("SpotWithPriceLimit", "SPOTPAID") and price is ABSENT:
        yield Fault(f"spot without {limit[-1]}", path)
