"""Which instance types have cards? Families that the clouds' own pages name.

For files that stand alone: whoever judges an environment has its catalogue of
instance types. A type that is in no family here is not known to have cards, and
rules about cards leave it alone.
"""

from __future__ import annotations

from typing import Any

ALIBABA = frozenset(
    {
        *("gn5", "gn5i", "gn6e", "gn6i", "gn6v", "gn7", "gn7e", "gn7i", "gn7s", "gn7r"),
        *("gn8is", "gn8ia", "gn8v", "gn8te", "ebmgn6e", "ebmgn6i", "ebmgn6ia", "ebmgn6v"),
        *("ebmgn7", "ebmgn7e", "ebmgn7ex", "ebmgn7i", "ebmgn7ix", "ebmgn7v", "ebmgn8is"),
        *("ebmgn8ia", "ebmgn8v", "ebmgn8te", "ebmgn9g", "ebmgn9gc"),
    }
)
TENCENT = frozenset(
    {
        *("GN6", "GN6S", "GN7", "GN7VW", "GN8", "GN10X", "GN10XP", "GI3X", "GT4"),
        *("PNV4", "PNV5B", "PNV6", "HCCG5V", "HCCPNV4H", "HCCPNV4S", "HCCPNV4SN"),
        *("HCCPNV4SNE", "HCCPNV5", "HCCPNV5V", "HCCPNV6", "HCCPNV6S"),
    }
)
VOLCANO = frozenset(
    {
        *("g1v", "g1ve", "gni2", "gni3", "gni3cgd", "pni2", "pni2l", "pni3l", "pni3ln", "xni3c"),
        *("hpcpni2", "hpcpni2l", "hpcpni3ln", "ebmhpcpni2l", "ebmhpcpni3l"),
    }
)


def has_gpus(instance_type: Any) -> bool:
    """Whether the type is of a family with cards: `ecs.gn8is.4xlarge`, `PNV6.8XLARGE320`."""
    if not isinstance(instance_type, str):
        return False
    parts = instance_type.split(".")
    if parts[0] in {"ecs", "ml"} and len(parts) > 1:
        family = parts[1].partition("-")[0]
        return family in ALIBABA or family in VOLCANO
    return len(parts) > 1 and parts[0].upper() in TENCENT
