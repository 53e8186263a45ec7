"""A cluster offers the sum of its pools, and a cut card never promises more than it has."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from environments import cards, offer
from environments.model import Cluster, Dra, Embedded, Hami, Machine, Nodes, Pool, Sharing
from environments.offer import Offer
from environments.quantity import Cpu, Memory

MACHINE = Machine(cpu=Cpu("96"), memory=Memory("1Ti"))


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    least, desired, most = sorted(draw(st.tuples(*[st.integers(0, 999)] * 3)))
    return Pool(
        card=draw(st.sampled_from(list(cards.table()))),
        cards_per_node=draw(st.integers(1, 64)),
        nodes=Nodes(desired=desired, min=least, max=draw(st.sampled_from([most, None]))),
        machine=MACHINE,
    )


WHOLE: Sharing = "none"

sharings: st.SearchStrategy[Sharing] = (
    st.just(WHOLE)
    | st.builds(
        Hami,
        split=st.integers(1, 100),
        memory_scaling=st.floats(1, 2),
        core_scaling=st.floats(1, 2),
    )
    | st.builds(Dra, split=st.integers(1, 100))
)


def cluster(sharing: Sharing, *found: Pool) -> Cluster:
    named = {f"p{at}": pool for at, pool in enumerate(found)}
    return Cluster(cloud=Embedded(), kubernetes="1.36", sharing=sharing, pools=named)


@given(sharings, st.lists(pools(), min_size=1, max_size=5))
def test_a_cluster_offers_the_sum_of_its_pools(sharing: Sharing, found: list[Pool]) -> None:
    whole = Offer.of(cluster(sharing, *found))
    parts = [Offer.of(cluster(sharing, pool)) for pool in found]

    assert whole.cards == sum(part.cards for part in parts)
    assert whole.slices == sum(part.slices for part in parts)
    assert whole.memory_mib == sum(part.memory_mib for part in parts)
    assert 0 <= whole.cores - sum(part.cores for part in parts) <= len(parts)


@given(sharings, pools())
def test_nobody_promises_less_than_the_cards_have_nor_more_than_scaling_allows(
    sharing: Sharing, pool: Pool
) -> None:
    found = Offer.of(cluster(sharing, pool))
    memory = found.cards * cards.table()[pool.card].memory_mib

    assert memory <= found.memory_mib <= 2 * memory
    assert 100 * found.cards <= found.cores <= 200 * found.cards
    assert found.cards <= found.slices <= 100 * found.cards


@given(pools())
def test_a_card_that_is_not_scaled_promises_exactly_what_it_has(pool: Pool) -> None:
    for sharing in ("none", Hami(), Dra()):
        promised = offer.card_memory_mib(cluster(sharing, pool), pool)
        assert promised == cards.table()[pool.card].memory_mib


@given(sharings, pools(), st.integers(0, 100))
def test_more_nodes_never_offer_less(sharing: Sharing, pool: Pool, more: int) -> None:
    larger = Pool(
        card=pool.card,
        cards_per_node=pool.cards_per_node,
        nodes=Nodes(desired=pool.nodes.desired, max=pool.nodes.most + more),
        machine=MACHINE,
    )
    one, other = Offer.of(cluster(sharing, pool)), Offer.of(cluster(sharing, larger))

    assert one.cards + more * pool.cards_per_node == other.cards
    assert one.memory_mib <= other.memory_mib
    assert one.cores <= other.cores
