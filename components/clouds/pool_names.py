"""What is a node pool called at the cloud, so that its successor can stand beside it?

Some fields of a pool cannot be changed in place: the cloud deletes the pool and
makes another, and the machines with it. A pool's name therefore ends in a hash of
those fields. When one changes, the new pool has another name, is made first
(`create_before_destroy`), and the old one goes after it; names never clash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from environments.model import Environment

HASH = 6
"""Hexadecimal digits: enough to tell the generations of one pool apart."""


def pool_name(
    environment: Environment,
    cluster: str,
    pool: str,
    *,
    replacing: Mapping[str, object],
    limit: int = 64,
) -> str:
    """The name of the pool at the cloud, at most `limit` characters.

    `replacing` holds, by any stable names, the values whose change makes the cloud
    replace the pool. The user's `generation` is one of them.
    """
    generation = environment.clusters[cluster].pools[pool].generation
    told = json.dumps({**replacing, "generation": generation}, sort_keys=True, default=str)
    digest = hashlib.sha256(told.encode()).hexdigest()[:HASH]
    return f"{pool[: limit - HASH - 1]}-{digest}"
