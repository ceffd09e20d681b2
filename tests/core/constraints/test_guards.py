"""What is looked at before a pattern runs turns away only what the pattern would not match."""

import re

from hypothesis import given
from hypothesis import strategies as st

from hroute.core.constraints.families import quantities
from hroute.core.constraints.matching import FAMILIES
from hroute.core.constraints.rules import START, Gates, WordingRule, look, matches
from hroute.core.scout import boilerplate

WORDS = (
    "at most least max min maximum minutes minded up to no more than exactly 3 three 12 words a single and "
    "but please keep json only step by table lists tabular uk h2 don't without think carefully thanks hi "
    "answer: 1) 2. <= ≥ over limit of . , ; : ! ? ( | + & * - / • \n \n\n ' \" é 漢 。 ？ "
    "\ue000 \ue001 \ue002 \ue003"
)
TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from(WORDS.split(" ")), max_size=25).map(" ".join),
    st.lists(st.sampled_from(WORDS.split(" ")), max_size=25).map("".join),
).map(str.lower)


@given(TEXTS)
def test_the_gates_open_what_each_rule_asks_for(text: str) -> None:
    looked = look(text)

    def is_open(rule: WordingRule) -> bool:
        if isinstance(rule.gate, frozenset):
            return bool(rule.gate & looked.words)
        return not rule.gate or any(part in text for part in rule.gate)

    assert Gates(FAMILIES).open(looked) == [rule for rule in FAMILIES if is_open(rule)]


@given(TEXTS)
def test_every_place_where_a_terse_wish_can_start_is_found(text: str) -> None:
    possible = {match.start() for match in re.finditer(f"(?={START}[^{chr(0xE003)}])", text)}
    assert possible <= set(look(text).starts)


@given(TEXTS)
def test_terse_wishes_are_matched_where_a_search_finds_them(text: str) -> None:
    looked = look(text)
    for rule in FAMILIES:
        if rule.pattern.startswith(START):
            searched = [match.span() for match in re.finditer(rule.pattern, text)]
            assert [match.span() for match in matches(rule.pattern, looked)] == searched


@given(st.from_regex(f"(?:{quantities._BEFORE}):? ?(?:only |just |a total of |the )?", fullmatch=True))
def test_every_way_to_limit_ends_as_numbers_are_looked_back_from(words: str) -> None:
    assert words.rstrip(" :").endswith(quantities._LIMITING_ENDS)


@given(st.from_regex(quantities._LIMITED_NOUN, fullmatch=True))
def test_every_limited_noun_begins_as_texts_are_looked_through(words: str) -> None:
    assert quantities._may_limit(words)


@given(TEXTS, st.sampled_from([pattern for _, pattern in boilerplate._SENTENCES]))
def test_boilerplate_is_found_where_a_search_finds_it(text: str, sentence: str) -> None:
    pattern = boilerplate._pattern(sentence)
    searched = [match.span() for match in pattern.finditer(text) if match[0]]
    assert list(boilerplate._spans(text, [pattern])) == searched
