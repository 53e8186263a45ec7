"""What are things called at the cloud, within the lengths that it allows?

A name says environment and cluster first, so that a person finds what belongs
together. What does not fit is cut, and ends in a hash of the whole, so that two
long names stay two.
"""

from __future__ import annotations

import hashlib

from environments.model import Environment

LIMIT = 60
"""Characters of the names of networks, gateways and clusters."""
KEY_PAIR = 25
"""Characters of a key pair's name, which are letters, digits and underscores."""
NODE_POOL = 25
"""Characters of a node pool's name."""
REGISTRY = 50
"""Characters of a registry's name, which is part of its host's name."""


def named(environment: Environment, cluster: str, role: str = "", *, limit: int = LIMIT) -> str:
    """The name of a thing of this role in a cluster, at most `limit` characters."""
    return fitted("-".join(filter(None, (environment.name, cluster, role))), limit)


def key_pair(environment: Environment, cluster: str) -> str:
    """The same for the key pair."""
    return named(environment, cluster, limit=KEY_PAIR).replace("-", "_")


def fitted(name: str, limit: int) -> str:
    """The name, or its beginning and a hash of all of it."""
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:6]
    return f"{name[: limit - 7].rstrip('-')}-{digest}"
