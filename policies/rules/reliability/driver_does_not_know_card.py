"""Driver that does not know the card

Why: branches of NVIDIA's driver begin with an architecture and end before another. With the wrong
    one a machine joins as a node that has no cards, and costs as much as one that has.
Fix: write a driver of a branch that knows the card, or leave `driver` out

Bad (environment):
    clusters:
      infer:
        cloud: {provider: tencentcloud, region: ap-shanghai, zones: [ap-shanghai-4]}
        kubernetes: "1.32"
        pools:
          h20: {driver: 470.182.03, instance_types: [PNV6.96XLARGE2304], selector: null}
Good (environment):
    clusters:
      infer:
        cloud: {provider: tencentcloud, region: ap-shanghai, zones: [ap-shanghai-4]}
        kubernetes: "1.32"
        pools:
          h20: {driver: 550.144.03, instance_types: [PNV6.96XLARGE2304], selector: null}
"""

from __future__ import annotations

from collections.abc import Iterator

from environments import cards
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Pool

FIRST = {"turing": 410, "ampere": 450, "ada": 525, "hopper": 525, "blackwell": 570}
"""The first branch of the data centre driver that knows the architecture."""
LAST = {"volta": 580}
"""The last branch that does."""


@rule(Severity.HIGH, judges=Pool)
def check(pool: Pool, fleet: Fleet) -> Iterator[Fault]:
    """A branch before the first or after the last one."""
    if pool.pool.driver is None:
        return
    branch, card = int(pool.pool.driver.partition(".")[0]), pool.pool.card
    architecture = cards.table()[card].architecture
    if branch < FIRST.get(architecture, 0):
        said = f"{card} needs a driver from {FIRST[architecture]} on"
        yield Fault(said, ("driver",))
    elif branch > LAST.get(architecture, branch):
        said = f"{card} is known to drivers up to {LAST[architecture]}"
        yield Fault(said, ("driver",))
