"""What an ask demands beside its difficulty."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.abilities.ability import Demand
from hroute.core.abilities.demands import demands_of


@pytest.mark.parametrize("ask", ["What is 2+2?", "Convert ٣ kilometres to miles", "who won in 1998"])
def test_digits_in_the_ask_are_demanding(ask: str) -> None:
    assert Demand.DIGITS in demands_of(ask)


def test_digits_that_were_pasted_are_not() -> None:
    log = "2026-11-27 10:00:01 ERROR worker 17 died\n2026-11-27 10:00:02 INFO worker 18 began\n" * 4
    assert demands_of(f"Why does it die?\n\n```\n{log}```") == ()


@pytest.mark.parametrize(
    "ask",
    [
        'How many times does the letter "s" occur in that word?',
        "Spell the word hat letter by letter.",
        'Write "lamp" in capital letters.',
        "Put these words in alphabetical order: key, plant, music",
        "reverse the string cloud",
        'Replace "box" with "wolf" in this text: bus gold box',
        "What is the third letter of planet?",
        "Sort these by length: a, bb, c",
        "Schreib das Wort rückwärts",
        "Deletrea la palabra casa",
        "Écris-le en majuscules",
        "how many r in strawberry",
        "How many e's are there in nevertheless?",
        "how often does 't' occur in institution",
        "how many times do you see the letter in question, how many a's in banana",
    ],
)
def test_work_on_letters_or_their_order_is_demanding(ask: str) -> None:
    assert Demand.LETTERS in demands_of(ask)


@pytest.mark.parametrize(
    "ask",
    [
        "Write a cover letter for a nurse",
        "Collect letters from the post office",
        "What sort of bread is this?",
        "Explain reverse mortgages",
        "Should I replace the battery?",
        "Name the capitals of Europe",
        "How do plants order their leaves?",
        "Hello there",
        "How many people are in a rugby team?",
        "how many in a dozen",
        "how often is a train late in winter?",
    ],
)
def test_letters_to_people_and_the_like_are_not(ask: str) -> None:
    assert demands_of(ask) == ()


@given(st.text(max_size=300))
def test_any_text_demands_something_or_nothing_always_the_same(text: str) -> None:
    assert demands_of(text) == demands_of(text)
    assert set(demands_of(text)) <= set(Demand)
