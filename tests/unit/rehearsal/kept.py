"""Rehearsals kept in files, and what they look like when things go wrong.

`made` writes the files; reading them needs nothing but `result`, so these stay the
same whatever becomes of the environments.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from scripts.rehearsal import result
from tests.unit.rehearsal import made_words as words

FIXTURES = Path(__file__).parents[2] / "fixtures"


def fixture(name: str) -> result.Rehearsal:
    """The rehearsal that is kept in a file."""
    file = FIXTURES / f"rehearsal-{name}.json"
    return msgspec.json.decode(file.read_bytes(), type=result.Rehearsal)


def failed(name: str) -> result.Rehearsal:
    """The kept rehearsal, had everything gone wrong on its first cluster that can."""
    kept = fixture(name)
    first, *others = kept.clusters
    bad = msgspec.structs.replace(
        first,
        unplaced=[words.unexplained()],
        proofs=[
            msgspec.structs.replace(first.proofs[0], refused=False, message=""),
            *first.proofs[1:],
        ],
        checks=[
            msgspec.structs.replace(first.checks[0], status="fail", detail="3 pods are missing"),
            msgspec.structs.replace(
                first.checks[1], status="unknown", compared=0, detail="no answer"
            ),
            *first.checks[2:],
        ],
        layers=[msgspec.structs.replace(first.layers[0], second_plan="changes"), *first.layers[1:]],
    )
    return msgspec.structs.replace(kept, verdict="fail", clusters=[bad, *others])


def overfull(name: str) -> result.Rehearsal:
    """The kept rehearsal with more memory promised of its first card than it has."""
    kept = fixture(name)
    first, *others = kept.clusters
    pool = first.pools[0]
    node = pool.nodes[0]
    card = result.Card(pool.card_memory_mib + 1, 100, 3)
    full = msgspec.structs.replace(node, cards=[card, *node.cards[1:]])
    pool = msgspec.structs.replace(pool, nodes=[full, *pool.nodes[1:]])
    return msgspec.structs.replace(
        kept, clusters=[msgspec.structs.replace(first, pools=[pool]), *others]
    )
