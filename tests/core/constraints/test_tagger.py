"""The tagger: its data file, the posterior of a chain, and that its work grows with the pieces."""

from array import array
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.constraints import find_constraints
from hroute.core.constraints.notice import notice
from hroute.core.constraints.tagger import Chain, TaggerCard, pack, packed, shipped, unpack

BUCKETS = 8
MOVES = (((1.0, 1.0, 0.0), (1.0, 1.0, 1.0), (1.0, 1.0, 1.0)),) * 5
CHAIN = Chain(1.0, (0.0, 0.0), (1.0, 1.0), MOVES, 0.5, 0.5)
CARD = TaggerCard("test", BUCKETS, (-0.5, 1.0), CHAIN, CHAIN, [], {})


def columns(**weights: dict[int, int]) -> list[list[int]]:
    names = ("gate", "typed_begins", "typed_on", "composed_begins", "composed_on")
    return [[weights.get(name, {}).get(bucket, 0) for bucket in range(BUCKETS)] for name in names]


def test_a_packed_tagger_is_read_back_as_it_was() -> None:
    weights = columns(gate={1: -3}, typed_begins={2: 127, 3: -127}, composed_on={4: 5})

    assert unpack(pack(CARD, weights)) == packed(CARD, weights)


@pytest.mark.parametrize("damage", [b"", b"other", slice(None, -1), slice(None, 40)])
def test_a_damaged_file_is_refused(damage: bytes | slice) -> None:
    data = pack(CARD, columns())

    with pytest.raises(ValueError, match="tagger"):
        unpack(data[damage] if isinstance(damage, slice) else damage)


def test_a_weight_moves_the_chance_of_its_own_piece() -> None:
    tagger = packed(CARD, columns(typed_begins={2: 3}))

    _, chances = tagger.read([[1], [2], [1]], [2, 1, 1])

    assert chances[1].begins > 0.8
    assert chances[0].begins < 0.6


def test_a_constraint_does_not_go_on_before_it_began() -> None:
    tagger = packed(CARD, columns(typed_on={2: 9}))

    _, (first,) = tagger.read([[2]], [2])

    assert first.goes_on == 0


def test_the_gate_chooses_the_weights() -> None:
    tagger = packed(CARD, columns(gate={3: 1}, typed_begins={3: -9}, composed_begins={3: 9}))

    _, (chance,) = tagger.read([[3]], [2])

    assert chance.begins > 0.9


def test_sums_of_many_weights_do_not_spill_into_their_neighbours() -> None:
    tagger = packed(CARD, columns(typed_begins={1: -127}, typed_on={1: -127}, gate={1: -127}))
    mirror = packed(CARD, columns(typed_begins={1: 127}, typed_on={1: -127}, gate={1: -127}))

    assert tagger.read([[1] * 500], [2]).chances[0].begins < 1e-9
    assert mirror.read([[1] * 500], [2]).chances[0].begins > 1 - 1e-9


def test_the_shipped_tagger_names_its_data_and_is_small() -> None:
    card = shipped().card

    assert {"source", "prompts", "licence"} <= set(card.trained_on[0])
    assert card.metrics
    assert isinstance(shipped().typed, array)


@given(st.integers(1, 6))
def test_pieces_and_clues_grow_with_the_prompt_and_no_faster(times: int) -> None:
    """Counts work, not time: each repetition adds as many pieces, each of a bounded number of clues."""
    sentence = "Write {} words about tea number {}, no sugar, in French, and end with a question. "
    prompt = "".join(sentence.format(n, n) for n in range(times))
    noticed = notice(prompt)

    assert len(noticed.pieces) <= 8 * times
    assert max(len(row) for row in noticed.clues()) <= 160


@given(st.text(max_size=400))
def test_items_are_in_order_and_do_not_overlap(prompt: str) -> None:
    items = find_constraints(prompt)

    assert all(prompt[item.start : item.end] == item.text for item in items)
    assert all(one.end <= other.start for one, other in pairwise(items))
