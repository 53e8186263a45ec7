"""One run over a list of arrivals and departures (compiled): the loop of the simulator.

The scores of a class are kept per node until the node changes; one placement changes
one node, so that a run is mostly comparing kept numbers. What could not be placed
cannot be placed until something leaves, which is remembered too.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from policies.placement.cards import at_random, in_order, tightest
from policies.placement.compiled import compiled, compiled_entry
from policies.placement.fragmentation import fragments
from policies.placement.layout import CARDS, Flags, Floats, Ints, Room, Typical, Wants
from policies.placement.room import FITS, change, change_node, node_fits, node_refusal
from policies.placement.scoring.best_fit import best_fit
from policies.placement.scoring.clustering import clustering
from policies.placement.scoring.dot_product import dot_product
from policies.placement.scoring.fgd import fgd
from policies.placement.scoring.hami import hami_cards, hami_node
from policies.placement.scoring.kubernetes import least_allocated, most_allocated
from policies.placement.scoring.packing import packing
from policies.placement.scoring.worth import earnings, worth

_STALE = np.float32(np.inf)
_KEPT = 1 << 27
"""Scores that are kept at most: half a GiB of them."""
_UNKNOWN = -1e300
_NEVER = np.float32(-np.inf)
REASONS = FITS
"""Columns of `Outcome.why`."""


class Arrivals(NamedTuple):
    """Who comes and goes. An event `r` is request `r` arriving, `-1 - r` its leaving."""

    events: Ints
    cls: Ints
    """The class of each request."""
    first_card: Ints
    """Where the request's cards stand in `Outcome.card`; one more than there are requests."""
    priority: Ints
    preempts: Flags
    gang: Ints
    """The gang of each request, -1 for none; a gang's arrivals follow one another."""


class Outcome(NamedTuple):
    """What became of each request."""

    node: Ints
    """-1 where it was not placed, or has left."""
    card: Ints
    refused: Flags
    evicted: Flags
    why: Ints
    """Nodes by class and reason, at the time the class was first refused."""


class Book(NamedTuple):
    """What the loop keeps beside the room."""

    scores: NDArray[np.float32]
    """By class and node; `_STALE` where the node has changed since."""
    before: Floats
    """What the policy compares each node with as it is; `_UNKNOWN` where it is not known."""
    hopeless: Flags
    """Classes that no node takes, until something leaves."""
    youngest: Ints
    """The last request placed on each node, -1 for none."""
    older: Ints
    """The request placed on the same node before each request."""
    out: Ints


@compiled_entry
def place(
    room: Room,
    wants: Wants,
    typical: Typical,
    arrivals: Arrivals,
    policy: int,
    ties: int,
    seed: int,
) -> Outcome:
    """Runs all events; `room` is left as they leave it."""
    np.random.seed(seed)
    nodes, classes = room.nodes.shape[0], wants.pods.shape[0]
    requests = arrivals.cls.shape[0]
    outcome = Outcome(
        np.full(requests, -1, np.int64),
        np.full(arrivals.first_card[requests], -1, np.int64),
        np.zeros(requests, np.bool_),
        np.zeros(requests, np.bool_),
        np.zeros((classes, REASONS), np.int64),
    )
    book = Book(
        np.full((min(classes, max(1, _KEPT // max(1, nodes))), nodes), _STALE, np.float32),
        np.full(nodes, _UNKNOWN),
        np.zeros(classes, np.bool_),
        np.full(nodes, -1, np.int64),
        np.full(requests, -1, np.int64),
        np.zeros(room.scratch.shape[1] + 1, np.int64),
    )
    start, broken = 0, -1
    for event in arrivals.events:
        if event < 0:
            if outcome.node[-1 - event] >= 0:
                _leave(room, wants, arrivals, outcome, book, -1 - event)
            continue
        gang = arrivals.gang[event]
        if gang >= 0 and gang == broken:
            outcome.refused[event] = True
            continue
        n, start = _arrive(
            room, wants, typical, arrivals, outcome, book, event, policy, ties, start
        )
        if n < 0 and arrivals.preempts[event]:
            n = _preempt(room, wants, typical, arrivals, outcome, book, event, policy)
        if n >= 0:
            continue
        outcome.refused[event] = True
        if gang >= 0:
            broken = gang
            for r in range(requests):
                if arrivals.gang[r] == gang and outcome.node[r] >= 0:
                    _leave(room, wants, arrivals, outcome, book, r)
                    outcome.refused[r] = True
    return outcome


@compiled
def _arrive(
    room: Room,
    wants: Wants,
    typical: Typical,
    arrivals: Arrivals,
    outcome: Outcome,
    book: Book,
    r: int,
    policy: int,
    ties: int,
    start: int,
) -> tuple[int, int]:
    """Places request `r` where the policy wants it; -1 where nowhere."""
    c = arrivals.cls[r]
    if book.hopeless[c]:
        return -1, start
    n, start = _best(room, wants, typical, book, c, policy, ties, start)
    if n >= 0:
        _settle(room, wants, typical, arrivals, outcome, book, r, n, policy)
        return n, start
    book.hopeless[c] = True
    counted = 0
    for reason in range(REASONS):
        counted += outcome.why[c, reason]
    if counted == 0:
        for m in range(room.nodes.shape[0]):
            outcome.why[c, node_refusal(room, wants, c, m)] += 1
    return -1, start


@compiled
def _settle(
    room: Room,
    wants: Wants,
    typical: Typical,
    arrivals: Arrivals,
    outcome: Outcome,
    book: Book,
    r: int,
    n: int,
    policy: int,
) -> None:
    c = arrivals.cls[r]
    choose(room, wants, typical, c, n, policy, book.before[n], book.out)
    outcome.node[r] = n
    change_node(room, wants, c, n, 1)
    for k in range(wants.pods[c, CARDS]):
        outcome.card[arrivals.first_card[r] + k] = book.out[k]
        change(room, wants, c, book.out[k], 1)
    book.older[r] = book.youngest[n]
    book.youngest[n] = r
    _forget(book, n)


@compiled
def _leave(
    room: Room, wants: Wants, arrivals: Arrivals, outcome: Outcome, book: Book, r: int
) -> None:
    """Gives back all that request `r` holds."""
    c, n = arrivals.cls[r], outcome.node[r]
    change_node(room, wants, c, n, -1)
    for k in range(wants.pods[c, CARDS]):
        change(room, wants, c, outcome.card[arrivals.first_card[r] + k], -1)
    outcome.node[r] = -1
    if book.youngest[n] == r:
        book.youngest[n] = book.older[r]
    else:
        q = book.youngest[n]
        while book.older[q] != r:
            q = book.older[q]
        book.older[q] = book.older[r]
    _forget(book, n)
    for k in range(book.hopeless.shape[0]):
        book.hopeless[k] = False


@compiled
def _forget(book: Book, n: int) -> None:
    """Node `n` has changed."""
    for c in range(book.scores.shape[0]):
        book.scores[c, n] = _STALE
    book.before[n] = _UNKNOWN


@compiled
def _preempt(
    room: Room,
    wants: Wants,
    typical: Typical,
    arrivals: Arrivals,
    outcome: Outcome,
    book: Book,
    r: int,
    policy: int,
) -> int:
    """Makes room for request `r` where the fewest lose their place; -1 where nothing helps."""
    best, fewest = -1, arrivals.cls.shape[0] + 1
    c = arrivals.cls[r]
    for n in range(room.nodes.shape[0]):
        victims = _push_out(room, wants, arrivals, outcome, book, r, n, False)
        if 0 < victims < fewest:
            best, fewest = n, victims
    if best < 0:
        return -1
    _push_out(room, wants, arrivals, outcome, book, r, best, True)
    _score(room, wants, typical, book, c, best, policy)
    _settle(room, wants, typical, arrivals, outcome, book, r, best, policy)
    for k in range(book.hopeless.shape[0]):
        book.hopeless[k] = k == c
    return best


@compiled
def _push_out(
    room: Room,
    wants: Wants,
    arrivals: Arrivals,
    outcome: Outcome,
    book: Book,
    r: int,
    n: int,
    for_good: bool,
) -> int:
    """How many must leave node `n` for request `r`: least priority first, then the youngest.

    0 when even all of lower priority would not do. Unless `for_good`, all stay.
    """
    c, victims, enough = arrivals.cls[r], 0, False
    while not enough:
        victim, q = -1, book.youngest[n]
        while q >= 0:
            lower = arrivals.priority[q] < arrivals.priority[r] and not outcome.evicted[q]
            if lower and (victim < 0 or arrivals.priority[q] < arrivals.priority[victim]):
                victim = q
            q = book.older[q]
        if victim < 0:
            break
        outcome.evicted[victim] = True
        _return(room, wants, arrivals, outcome, victim, -1)
        victims += 1
        enough = node_fits(room, wants, c, n)
    q = book.youngest[n]
    while q >= 0:
        following = book.older[q]
        if outcome.evicted[q]:
            _return(room, wants, arrivals, outcome, q, 1)
            if for_good:
                _leave(room, wants, arrivals, outcome, book, q)
            else:
                outcome.evicted[q] = False
        q = following
    return victims if enough else 0


@compiled
def _return(
    room: Room, wants: Wants, arrivals: Arrivals, outcome: Outcome, r: int, sign: int
) -> None:
    """Takes back (1) or gives back (-1) what request `r` holds."""
    c = arrivals.cls[r]
    change_node(room, wants, c, outcome.node[r], sign)
    for k in range(wants.pods[c, CARDS]):
        change(room, wants, c, outcome.card[arrivals.first_card[r] + k], sign)


@compiled
def _best(
    room: Room,
    wants: Wants,
    typical: Typical,
    book: Book,
    c: int,
    policy: int,
    ties: int,
    start: int,
) -> tuple[int, int]:
    """The node for one pod, -1 for none, and where the next sampling starts."""
    nodes, scores = room.nodes.shape[0], book.scores
    row = min(c, scores.shape[0] - 1)
    if row == scores.shape[0] - 1 and scores.shape[0] < wants.pods.shape[0]:
        for n in range(nodes):  # classes beyond the kept ones share the last row
            scores[row, n] = _STALE
    enough = _sample(nodes) if ties == 2 else nodes
    best, leader, equal, found, last = _NEVER, -1, 0, 0, nodes
    for k in range(nodes):
        n = start + k if start + k < nodes else start + k - nodes
        score = scores[row, n]
        if score == _STALE:
            score = np.float32(_score(room, wants, typical, book, c, n, policy))
            scores[row, n] = score
        if score == _NEVER:
            continue
        found += 1
        if score > best:
            best, leader, equal = score, n, 1
        elif score == best:
            equal += 1
        if found == enough:
            last = k + 1
            break
    if equal > 1 and (ties != 0 or policy == 0):
        leader = _any(scores, row, best, start, np.random.randint(equal))
    return leader, (start + last) % nodes if ties == 2 else start


@compiled
def _any(scores: NDArray[np.float32], c: int, best: np.float32, start: int, skip: int) -> int:
    """The node with that score after `skip` others, from `start` on."""
    nodes = scores.shape[1]
    for k in range(nodes):
        n = start + k if start + k < nodes else start + k - nodes
        if scores[c, n] == best:
            if skip == 0:
                return n
            skip -= 1
    return -1


@compiled
def _sample(nodes: int) -> int:
    """How many feasible nodes kube-scheduler looks for, by its adaptive default."""
    if nodes < 100:
        return nodes
    return max(100, nodes * max(5, 50 - nodes // 125) // 100)


@compiled
def _score(  # noqa: C901, PLR0911, PLR0912 - one line a policy; compiled code has no table of functions
    room: Room, wants: Wants, typical: Typical, book: Book, c: int, n: int, policy: int
) -> float:
    if not node_fits(room, wants, c, n):
        return -np.inf
    if policy == 1:
        return dot_product(room, wants, c, n)
    if policy == 2:
        return clustering(room, wants, c, n)
    if policy == 3:
        return packing(room, wants, c, n)
    if policy == 4:
        return best_fit(room, wants, c, n)
    if policy == 5:
        if book.before[n] == _UNKNOWN:
            book.before[n] = fragments(room, typical, n)
        return fgd(room, wants, typical, c, n, book.before[n], book.out)
    if policy == 6:
        if book.before[n] == _UNKNOWN:
            book.before[n] = earnings(room, typical, n)
        return worth(room, wants, typical, c, n, book.before[n], book.out)
    if policy in (7, 8):
        return hami_node(room, n)
    if policy in (9, 10):
        return -hami_node(room, n)
    if policy in (11, 13):
        return least_allocated(room, wants, c, n)
    if policy == 12:
        return most_allocated(room, wants, c, n)
    return 0.0


@compiled
def choose(
    room: Room,
    wants: Wants,
    typical: Typical,
    c: int,
    n: int,
    policy: int,
    before: float,
    out: Ints,
) -> None:
    """Fills `out` with the cards that one pod of class `c` takes on node `n`."""
    if wants.pods[c, CARDS] == 0:
        return
    if policy == 0:
        at_random(room, wants, c, n, out)
    elif policy == 5:
        fgd(room, wants, typical, c, n, before, out)
    elif policy == 6:
        worth(room, wants, typical, c, n, before, out)
    elif policy in (7, 9):
        hami_cards(room, wants, c, n, False, out)
    elif policy in (8, 10):
        hami_cards(room, wants, c, n, True, out)
    elif policy == 13:
        in_order(room, wants, c, n, out)
    else:
        tightest(room, wants, c, n, out)
