from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.bench.haystack import haystack

DEPTHS = (0.0, 0.25, 0.5, 0.75, 1.0)


@given(st.integers(5, 300), st.integers(0, 1000))
def test_every_fact_stands_in_the_notes_once(lines: int, seed: int) -> None:
    notes = haystack(lines, DEPTHS, Random(seed))
    assert [notes.text.count(fact.line) for fact in notes.facts.values()] == [1] * len(DEPTHS)
    assert all(notes.text.count(fact.code) == 1 for fact in notes.facts.values())


def test_a_fact_stands_at_its_depth() -> None:
    notes = haystack(101, DEPTHS, Random(0))
    lines = notes.text.splitlines()[2:]
    assert [lines.index(fact.line) for fact in notes.facts.values()] == [0, 25, 50, 75, 100]


def test_the_same_seed_makes_the_same_notes() -> None:
    assert haystack(40, DEPTHS, Random("a")) == haystack(40, DEPTHS, Random("a"))
    assert haystack(40, DEPTHS, Random("a")) != haystack(40, DEPTHS, Random("b"))


def test_all_questions_begin_with_the_whole_notes() -> None:
    notes = haystack(30, DEPTHS, Random(0))
    first, last = notes.facts[0.0], notes.facts[1.0]
    for facts in ([first], [last], [first, last]):
        assert notes.question(facts).startswith(notes.text)
        assert all(fact.place in notes.question(facts)[len(notes.text) :] for fact in facts)


@pytest.mark.parametrize("lines", [0, 1, 5])
def test_notes_have_room_for_all_facts(lines: int) -> None:
    assert len(haystack(lines, DEPTHS, Random(0)).text.splitlines()) == 2 + len(DEPTHS)
