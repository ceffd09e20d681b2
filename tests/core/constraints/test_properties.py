"""What holds for every prompt: spans, restatements, order, code, unrelated sentences, bounded work."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.constraints import find_constraints
from hroute.core.constraints.sentences import cut
from hroute.core.segments.masking import mask
from hroute.core.segments.regions import keep_asked

PROMPTS = st.sampled_from(
    [
        "json only, keys a and b, max 3 items, lowercase",
        "Write a poem about the sea in under 50 words. Do not use commas. End with a question.",
        "tl;dr in 2 bullets, no jargon, spanish",
        "Draft the intro:\n- British English\n- max 90 words\n- no buzzwords\n- mention MIT license",
        "The answer must be in JSON format with keys title and body. Use a formal tone.",
        "Explain recursion for a beginner, max 100 words, one example, no math",
        "What is the capital of Peru?",
    ]
)
UNRELATED = st.sampled_from(
    [
        "The weather was nice yesterday.",
        "My cat likes tuna.",
        "I had coffee this morning.",
        "Our office moved to Berlin in 2019.",
        "We have been customers for ten years.",
        "Rivers flow to the sea.",
        "This is for a school project.",
        "Hope you are well.",
    ]
)
ENTRIES = st.lists(
    st.sampled_from(
        [
            "British English",
            "max 90 words",
            "no buzzwords",
            "mention the MIT license",
            "start with the project name",
            "use a table with at most 5 rows",
            "include the keyword 'harbour'",
            "formal tone",
            "JSON only",
            "end with a period",
            "sorted by date",
        ]
    ),
    min_size=2,
    max_size=7,
    unique=True,
)
# Words of the families, so that arbitrary text comes near the rules.
TEXT = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            [
                *("at most", "5", "words", "no", "json", "only", "'a'", '"b', "keys", ",", "\n", "- ", "```"),
                *("must", "İ", "\uff1f", "each", "in French", "Q:", "A:", "{", "}"),
            ]
        ),
        max_size=30,
    ).map(" ".join),
)


def count(prompt: str) -> int:
    return len(find_constraints(prompt))


@given(TEXT)
def test_any_text_is_read_and_every_span_matches_it(prompt: str) -> None:
    for item in find_constraints(prompt):
        assert item.text
        assert prompt[item.start : item.end] == item.text


@given(TEXT)
def test_the_count_is_always_the_same(prompt: str) -> None:
    assert find_constraints(prompt) == find_constraints(prompt)


@given(PROMPTS, UNRELATED, st.sampled_from(["\n", "\n\n"]))
def test_an_unrelated_sentence_does_not_change_the_count(prompt: str, sentence: str, gap: str) -> None:
    assert count(prompt + gap + sentence) == count(prompt) == count(sentence + gap + prompt)


@given(PROMPTS, st.data())
def test_a_repeated_constraint_does_not_change_the_count(prompt: str, data: st.DataObject) -> None:
    items = find_constraints(prompt)
    if items:
        again = data.draw(st.sampled_from(items)).text
        assert count(f"{prompt}\n{again}") == len(items)


@given(ENTRIES, st.data(), st.sampled_from(["- ", "* ", "1. "]))
def test_the_order_of_list_items_does_not_change_the_count(
    entries: list[str], data: st.DataObject, mark: str
) -> None:
    def prompt(order: list[str]) -> str:
        return "Draft the README intro:\n" + "\n".join(mark + entry for entry in order)

    shuffled = data.draw(st.permutations(entries))
    assert count(prompt(shuffled)) == count(prompt(entries)) == len(entries)


@given(PROMPTS, TEXT.filter(lambda text: "`" not in text))
def test_a_code_fence_never_counts(prompt: str, code: str) -> None:
    assert count(f"{prompt}\n\n```\n{code}\n```") == count(prompt)


@given(TEXT)
def test_masking_points_back_to_the_original(prompt: str) -> None:
    masked = mask(prompt)
    whole = masked.origin(0, len(masked.text))

    assert whole == (0, len(prompt))
    assert len(masked.text) <= len(prompt) + prompt.count('"') + prompt.count("'")


@given(TEXT)
def test_cutting_keeps_every_character_once(prompt: str) -> None:
    text = keep_asked(mask(prompt).text)
    sentences = cut(text).sentences

    assert re.sub("\n", "", "".join(sentence.text for sentence in sentences)) == re.sub("\n", "", text)


@pytest.mark.parametrize(
    "unit",
    [" ", "\n", "(", "{", ",", "'", '"', "`", "word ", "json ", "a", "7", "- ", "no x, ", "at most 5 words."],
)
def test_monotonous_text_collapses_to_a_handful_of_items(unit: str) -> None:
    assert count(unit * 3000) <= 3
