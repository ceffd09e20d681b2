import json
import re
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.confidence.agreement import agreement
from hroute.core.confidence.calibrator import features
from hroute.core.confidence.signals import AnswerSignals, Doubt, Own, Sureness, signals_of
from hroute.core.confidence.spans import SpanKind, decisive_spans
from hroute.core.confidence.tokens import ScoredToken


def scored(*tokens: tuple[str, float | None]) -> list[ScoredToken]:
    """Texts with their log-probabilities; entropy and lead are the same number."""
    return [ScoredToken(text, p, None if p is None else -p, p) for text, p in tokens]


def signals(*tokens: tuple[str, float | None]) -> AnswerSignals:
    found = signals_of(scored(*tokens))
    assert found is not None
    return found


def parts(text: str) -> list[tuple[SpanKind, str]]:
    return [(span.part, text[span.start : span.end]) for span in decisive_spans(text)]


def test_the_whole_answer_is_summed_up() -> None:
    found = signals(("It", -0.5), (" is", -0.25), ("", -0.75))
    assert (found.tokens, found.logprob_sum, found.logprob_mean, found.logprob_min) == (3, -1.5, -0.5, -0.75)
    assert (found.entropy_mean, found.entropy_max, found.lead_min) == (0.5, 0.75, -0.75)


def test_what_a_grammar_dictated_counts_neither_as_sure_nor_as_unsure() -> None:
    dictated = signals(('{"name": "', None), ("roll", -2.0), ('"}', None))
    assert (dictated.tokens, dictated.logprob_mean) == (1, -2.0)
    assert dictated.tool_name == Sureness(-2.0, -2.0)


def test_an_answer_without_a_choice_or_without_figures_has_no_signals() -> None:
    assert signals_of(scored(("{}", None))) is None
    assert signals_of([]) is None


def test_numbers_are_judged_by_the_tokens_that_reach_into_them() -> None:
    found = signals(("The sum is", -3.0), (" 4", -0.5), ("2", -1.5), (".", -0.1))
    assert found.number == Sureness(-1.0, -1.5)
    assert found.decisive == found.number


def test_without_decisive_parts_the_whole_answer_is_decisive() -> None:
    found = signals(("Yes", -1.0), ("!", -2.0))
    assert found.decisive == Sureness(-1.5, -2.0)


def test_the_parts_of_a_call_are_its_name_and_the_values_of_its_arguments() -> None:
    call = '{"name": "book", "arguments": {"guests": 4, "day": "Friday", "note": "", "vip": true}}'
    assert parts(call) == [
        (SpanKind.TOOL_NAME, "book"),
        (SpanKind.ARGUMENT, "4"),
        (SpanKind.ARGUMENT, "Friday"),
        (SpanKind.ARGUMENT, "true"),
    ]


def test_a_call_that_breaks_off_still_has_its_parts() -> None:
    assert parts('{"name": "book", "arguments": {"day": "Fri') == [
        (SpanKind.TOOL_NAME, "book"),
        (SpanKind.ARGUMENT, "Fri"),
    ]


def test_in_prose_numbers_are_decisive_and_in_code_its_identifiers() -> None:
    text = "Use `len(xs)` for 3 or -4.5 items:\n```python\nfor x in xs:\n    go(x)\n```"
    assert [part for kind, part in parts(text) if kind is SpanKind.NUMBER] == ["3", "-4.5"]
    identifiers = [part for kind, part in parts(text) if kind is SpanKind.IDENTIFIER]
    assert identifiers == ["len", "xs", "for", "x", "in", "xs", "go", "x"]


def test_neighbouring_doubts_are_one_and_say_where_they_are() -> None:
    found = signals(("It is", -0.1), (" 4", log(0.4)), ("2", log(0.2)), (" or", -0.1), (" so", log(0.3)))
    assert found.doubts == (Doubt(5, 8, log(0.2)), Doubt(11, 14, log(0.3)))


def test_a_long_answer_names_its_least_certain_places_only() -> None:
    found = signals(*[pair for i in range(40) for pair in ((" a", -1.0 - i), (" b", -0.1))])
    assert len(found.doubts) == 8
    assert min(doubt.logprob for doubt in found.doubts) == -40


def test_an_impossible_token_keeps_the_figures_finite() -> None:
    assert signals(("x", float("-inf"))).logprob_sum == -100


@given(
    st.lists(st.tuples(st.text(max_size=8), st.none() | st.floats(-40, 0)), max_size=30).filter(
        lambda tokens: any(p is not None for _text, p in tokens)
    )
)
def test_signals_come_back_from_json_and_doubts_lie_inside_the_answer(
    tokens: list[tuple[str, float | None]],
) -> None:
    found = signals(*tokens)
    assert AnswerSignals.from_json(json.loads(json.dumps(found.as_json()))) == found
    size = sum(len(text) for text, _p in tokens)
    assert all(0 <= doubt.start < doubt.end <= size for doubt in found.doubts)


def test_samples_agree_when_they_say_the_same_numbers_in_other_words() -> None:
    assert agreement("The answer is 42.", ["42", "It's 42!", "41", "no idea"]) == 0.5


def test_calls_agree_in_their_names_too() -> None:
    book, cancel = '{"name": "book", "table": 4}', '{"name": "cancel", "table": 4}'
    assert agreement(book, [book, cancel]) == 0.5


def test_without_numbers_the_words_count_but_not_their_case() -> None:
    assert agreement("Paris", ["paris.", "Rome"]) == 0.5
    assert agreement("Paris", []) is None


def own(text: str, asked: str) -> Own | None:
    """Each word is a token, the first the surest."""
    words = re.findall(r" ?[^ ]+", text)
    found = signals_of([ScoredToken(word, -1.0 - n, 0.5 + n, 1.0) for n, word in enumerate(words)], asked)
    assert found is not None
    return found.own


@pytest.mark.parametrize(
    ("asked", "text", "tokens"),
    [
        ("What is 7 + 9?", "7 + 9 is 16. Numbers are fun.", [4]),
        ("What is the opposite of wet?", "The opposite of wet is dry.\nWet is not dry.", [5]),
        ("What is 7 + 9?", "Add 7 and 9: 7 + 9 = 16.\nDone.", [0, 2, 8]),
        ("The past of see?", 'The past of see is "saw." Verbs differ.', [4, 5]),
        ("Say it", "pardon\n\nwhat", [0]),
        ("How many?", "3.5", [0]),
        ("Roll 2", '{"name": "roll", "arguments": {"count": 2}} ok', [1, 4]),  # a call may copy
    ],
)
def test_an_answers_own_are_its_numbers_and_first_words_that_the_question_does_not_have(
    asked: str, text: str, tokens: list[int]
) -> None:
    assert own(text, asked) == Own(-sum(1.0 + n for n in tokens), 0.5 + max(tokens))


@pytest.mark.parametrize("text", ["Repeat me", "...", ""])
def test_an_answer_that_adds_nothing_has_nothing_of_its_own(text: str) -> None:
    found = signals_of([ScoredToken(text, -1.0, 1.0)], "Repeat me")
    assert found is not None
    assert found.own is None


def test_a_token_that_reaches_into_two_words_counts_once() -> None:
    found = signals_of([ScoredToken("red-hot", -1.0)], "How hot?")
    both = signals_of([ScoredToken("red-hot", -1.0)], "How?")
    assert found is not None
    assert both is not None
    assert found.own == both.own == Own(-1.0)


def spoken(text: str, doubted: str) -> list[ScoredToken]:
    """A token a word; those of `doubted` were unlikely."""
    words = re.findall(r"\s*\S+", text)
    return [ScoredToken(word, -3.0 if word.strip(" .,") in doubted.split() else -0.01, 1.0) for word in words]


LONG = (
    "To find the sum we add the two numbers that were given. First we take the 12 of them and then the 30"
    " that come to it. Adding these we get 42 in all. So nothing else is left to do here. The answer is 42."
)


def test_a_long_answer_is_as_sure_as_the_value_that_it_concludes_with() -> None:
    asked = "What is 12 + 30? Think step by step."
    found = [signals_of(spoken(LONG, word), asked) for word in ("42", "nothing")]
    assert [one.conclusion if one else None for one in found] == [-3.0, -0.01]


def test_a_value_counts_where_it_was_found_and_not_where_it_is_repeated() -> None:
    tokens = [
        ScoredToken(t, p, 0.1)
        for t, p in (("6 x 7 = ", -0.1), ("42", -2.0), (". So it is ", -0.1), ("42", -0.01))
    ]
    found = signals_of(tokens, "What is 6 x 7?")
    assert found is not None
    assert found.conclusion == -2.0


def test_prose_is_as_sure_as_its_least_sure_sentences() -> None:
    text = "Oslo is the capital. It lies on a fjord. Vikings founded it in 1048. Many ferries leave daily."
    sure, unsure = (
        signals_of(spoken(text, words), "Tell me of Oslo.") for words in ("", "Vikings 1048 ferries")
    )
    assert sure is not None
    assert unsure is not None
    assert sure.weakest is not None
    assert unsure.weakest is not None
    assert (sure.weakest > -0.2, unsure.weakest < -8) == (True, True)


def test_what_a_text_is_sure_of_does_not_change_with_how_long_it_goes_on() -> None:
    short = "Oslo is the capital. It lies on a fjord."
    long = short + " That is all there is to say of it, and so we repeat it." * 20
    first, second = (signals_of(spoken(text, "fjord"), "Tell me of Oslo.") for text in (short, long))
    assert first is not None
    assert second is not None
    assert features(second)[1:] == pytest.approx(features(first)[1:], abs=0.25)  # the first is a mean


def test_in_code_names_and_operators_count_and_what_all_code_has_does_not() -> None:
    code = ["```python\n", "def", " ", "add(x):\n", "    return", " x", " -", " 3\n", "```"]
    found = [
        signals_of(
            [ScoredToken(t, -3.0 if t == doubted else -0.01, 0.5) for t in code], "Write add(x): x plus 3."
        )
        for doubted in (" -", "    return")
    ]
    assert [round(one.own.logprob_sum) if one and one.own else None for one in found] == [-3, 0]
