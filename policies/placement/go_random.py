"""Go's `math/rand`, so that a seed means what it meant in the FGD study (compiled).

The study shuffled its requests and ordered its nodes with Go's global generator: an
additive lagged Fibonacci generator, y[n] = y[n-607] + y[n-273] mod 2^64. Go mixes every
seed with a table of 607 numbers, which is the generator's own state after 7.8e12 steps
from seed 1. The table is computed here: steps are powers of x modulo x^607 - x^334 - 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from policies.placement.compiled import compiled_entry
from policies.placement.layout import Ints

Words = NDArray[np.uint64]

_LENGTH, _TAP = 607, 273
_STEPS = 7_800_000_000_000


class GoRandom:
    """One seeded generator; methods are named for Go's."""

    def __init__(self, seed: int) -> None:
        self._state = _seeded(seed, 40, 20) ^ _cooked(_seeded(1, 20, 10), _STEPS)
        self._place = np.zeros(1, np.int64)

    def skip(self, count: int) -> None:
        """Draws and throws away."""
        _words(self._state, self._place, count)

    def intn(self, limit: int, count: int) -> Ints:
        """Numbers from 0 up to the limit, as `rand.Intn` gives them one by one."""
        return _intn(self._state, self._place, np.full(count, limit))

    def permutation(self, count: int) -> Ints:
        """`rand.Perm`."""
        result = np.zeros(count, np.int64)
        for i, j in enumerate(_intn(self._state, self._place, np.arange(1, count + 1)).tolist()):
            result[i] = result[j]
            result[j] = i
        return result

    def shuffled(self, count: int) -> Ints:
        """Where each item comes from after `rand.Shuffle`."""
        result = np.arange(count)
        picks = _shuffle(self._state, self._place, count)
        for i in range(count - 1, 0, -1):
            j = picks[i]
            result[i], result[j] = result[j], result[i]
        return result


def _seeded(seed: int, high: int, low: int) -> Words:
    """Three steps of the minimal standard generator for each number, after twenty idle ones."""
    x, modulus, state = seed % 0x7FFFFFFF or 89482311, 0x7FFFFFFF, []
    for _ in range(20):
        x = x * 48271 % modulus
    for _ in range(_LENGTH):
        a = x * 48271 % modulus
        b = a * 48271 % modulus
        x = b * 48271 % modulus
        state.append((a << high ^ b << low ^ x) & 0xFFFFFFFFFFFFFFFF)
    return np.array(state, np.uint64)


@compiled_entry
def _cooked(start: Words, steps: int) -> Words:
    """The state after so many steps, at the places where the steps leave it."""
    size = start.shape[0]
    power = np.zeros(size, np.uint64)
    power[0] = 1
    for bit in range(62, -1, -1):
        square = np.zeros(2 * size, np.uint64)
        for i in range(size):
            if power[i] != 0:
                for j in range(size):
                    square[i + j] += power[i] * power[j]
        if (steps >> bit) & 1:
            square[1:] = square[:-1].copy()
            square[0] = 0
        for i in range(2 * size - 1, size - 1, -1):
            square[i - size] += square[i]
            square[i - 273] += square[i]
        power = square[:size].copy()
    result = np.zeros(size, np.uint64)
    for k in range(size):
        number = np.uint64(0)
        for i in range(size):
            number += power[i] * start[(333 - i) % size]
        result[(333 - steps - k) % size] = number
        last = power[size - 1]
        power[1:] = power[:-1].copy()
        power[0] = last
        power[size - 273] += last
    return result


@compiled_entry
def _words(state: Words, place: Ints, count: int) -> Words:
    """The next numbers of 64 bits. `place` counts how many were drawn."""
    result = np.zeros(count, np.uint64)
    for k in range(count):
        feed = (333 - place[0]) % 607
        state[feed] += state[(606 - place[0]) % 607]
        result[k] = state[feed]
        place[0] += 1
    return result


@compiled_entry
def _intn(state: Words, place: Ints, limits: Ints) -> Ints:
    result = np.zeros(limits.shape[0], np.int64)
    for k in range(limits.shape[0]):
        limit = limits[k]
        most = 0x7FFFFFFF - 0x80000000 % limit
        number = most + 1
        while number > most:
            number = np.int64(
                (_words(state, place, 1)[0] & np.uint64(0x7FFFFFFFFFFFFFFF)) >> np.uint64(32)
            )
        result[k] = number % limit
    return result


@compiled_entry
def _shuffle(state: Words, place: Ints, count: int) -> Ints:
    """For each position from the last down, the position to swap with (Lemire's method)."""
    result = np.zeros(count, np.int64)
    for i in range(count - 1, 0, -1):
        limit = np.uint64(i + 1)
        while True:
            word = (_words(state, place, 1)[0] & np.uint64(0x7FFFFFFFFFFFFFFF)) >> np.uint64(31)
            product = word * limit
            low = product & np.uint64(0xFFFFFFFF)
            if low >= limit or low >= (np.uint64(0x100000000) - limit) % limit:
                break
        result[i] = np.int64(product >> np.uint64(32))
    return result
