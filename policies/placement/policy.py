"""The scheduling policies by name: what each is, and the code the compiled core knows it by."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Policy(StrEnum):
    """Where a pod goes, and which cards of the node it takes."""

    RANDOM = "random"
    DOT_PRODUCT = "dot-product"
    CLUSTERING = "clustering"
    PACKING = "packing"
    BEST_FIT = "best-fit"
    FGD = "fgd"
    WORTH = "worth"
    HAMI_BINPACK_SPREAD = "hami-binpack-spread"
    HAMI_BINPACK_BINPACK = "hami-binpack-binpack"
    HAMI_SPREAD_SPREAD = "hami-spread-spread"
    HAMI_SPREAD_BINPACK = "hami-spread-binpack"
    LEAST_ALLOCATED = "least-allocated"
    MOST_ALLOCATED = "most-allocated"
    DRA = "dra"
    FIRST_FIT = "first-fit"

    @property
    def code(self) -> int:
        """The number by which the compiled core knows it."""
        return list(Policy).index(self)


class Ties(IntEnum):
    """Which of several nodes with the best score is taken."""

    FIRST = 0
    """The first in the fleet's order, as in the FGD study (a fixed random order)."""
    RANDOM = 1
    """Any of them, as kube-scheduler does."""
    SAMPLED = 2
    """Any of them, of the share of the nodes that kube-scheduler looks at by default."""
