"""Tags as Volcano Engine takes them: a set of keys and values, each complete.

All of the provider's words for a tag have the same shape, so that one stands for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from components.clouds import vocabulary
from environments.model import Environment

if TYPE_CHECKING:
    from components.bindings.volcenginecc import VpcVpcTags as Tag


def tags(environment: Environment, cluster: str) -> list[Tag]:
    """The tags of everything that is made for the cluster, in a stable order."""
    return pairs(vocabulary.tags(environment, cluster))


def pairs(words: Mapping[str, str]) -> list[Tag]:
    """Keys and values, in a stable order."""
    return [{"key": key, "value": value} for key, value in sorted(words.items())]
