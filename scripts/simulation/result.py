"""What a simulation found: the one source of its JSON, its page, its plots and its text.

Shares are of 1. *Held* is what pods were given of cards; *busy* is what they are
expected to keep busy of it, by the `busy` of the demand.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Mode = Literal["none", "hami", "dra"]


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Pods of one workload that found no place."""

    workload: str
    pods: int
    reason: str
    """In words: what stands in the way on the nodes that come closest."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One cluster's demand, placed by one policy."""

    policy: str
    title: str
    mode: Mode
    """How cards are handed out in this trial."""
    asked: int
    placed: int
    cards: int
    touched: int
    """Cards that at least one pod holds some of."""
    memory: float
    """Share of the cards' memory that is held."""
    cores: float
    """Share of the cards' cores that is held."""
    busy: float
    """Share of all cards that is kept busy."""
    free: float
    """Cards' worth that nobody holds, by the scarcest resource of each card."""
    stranded: dict[str, float]
    """Cards' worth of `free` that the demand's mix cannot use, by cause."""
    waiting: tuple[Waiting, ...]
    cards_needed: int | None = None
    """Cards of the smallest fleet of these pools that holds the demand; None where not asked."""
    nodes_needed: dict[str, int] | None = None
    """Its nodes, by pool."""


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """Equal nodes."""

    name: str
    card: str
    nodes: int
    cards_per_node: int


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """One cluster under every policy that was tried."""

    name: str
    mode: Mode
    """How it hands out cards, by the environment."""
    policy: str
    """The policy that the environment names."""
    pools: tuple[Pool, ...]
    trials: tuple[Trial, ...]
    shares: tuple[tuple[float, ...], ...]
    """By node, in the order of the pools: what is held of each card under `policy`."""


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """The whole fleet in one way of sharing."""

    title: str
    asked: int
    placed: int
    cards: int
    busy_cards: float
    """Cards' worth kept busy."""
    cost_hour: float | None = None

    @property
    def utilization(self) -> float:
        """Share of the cards that is kept busy."""
        return self.busy_cards / self.cards if self.cards else 0.0


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """Before and after sharing, for the same pods."""

    before: Sum
    """Each slice on a card of its own, on as many cards as that takes."""
    before_here: Sum
    """The same on the cards that there are."""
    after: Sum
    """As the environment shares its cards, on the cards that there are."""
    after_needed: Sum
    """The same on no more cards than it takes."""


class Hour(msgspec.Struct, frozen=True, kw_only=True):
    """One hour of a day."""

    hour: int
    asked: int
    placed: int
    memory: float
    cores: float
    busy: float


class Shock(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happens at the worst moment, and what waits because of it."""

    title: str
    waiting: int
    told: str


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """A day of the fleet, and its worst moment."""

    hours: tuple[Hour, ...]
    worst: int
    """The hour at which most waits, or else most is held."""
    shocks: tuple[Shock, ...]

    @property
    def busy(self) -> float:
        """The mean over the day of the share of cards that is kept busy."""
        return sum(hour.busy for hour in self.hours) / len(self.hours)


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """What to change in the environment file."""

    cluster: str
    why: str
    yaml: str
    """The lines as they would stand in the file; empty where nothing is to be changed."""


class Simulation(msgspec.Struct, frozen=True, kw_only=True):
    """All that was found."""

    environment: str
    description: str
    seconds: float
    currency: str | None
    changes: tuple[str, ...]
    """What was asked to be different from the files."""
    clusters: tuple[Cluster, ...]
    story: Story | None
    day: Day | None
    advice: tuple[Advice, ...]
    assumptions: tuple[str, ...]
    format: str = "gpu-fleet-simulate/1"
