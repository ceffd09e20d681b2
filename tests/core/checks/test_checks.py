"""An answer keeps a constraint, breaks it, or nobody can tell."""

from collections.abc import Mapping
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.checks import check
from hroute.core.decision.signals import ConstraintItem
from hroute.core.turn.attempt import CheckStatus, ConstraintCheck

KEPT, BROKEN, UNCHECKED = CheckStatus.KEPT, CheckStatus.BROKEN, CheckStatus.UNCHECKED


def item(params: Mapping[str, object]) -> ConstraintItem:
    return ConstraintItem("length", "under 50 words", 0, 14, params)


def status(params: Mapping[str, object], answer: str) -> CheckStatus:
    return check(item(params), answer).status


def test_a_check_names_its_item_and_what_was_counted() -> None:
    found = check(item({"unit": "words", "max": 3}), "one two three four")
    assert found == ConstraintCheck("length", "under 50 words", BROKEN, "4 words, at most 3")


def test_an_item_without_parameters_stays_unchecked() -> None:
    assert status({}, "anything") is UNCHECKED


@pytest.mark.parametrize(
    ("params", "kept", "broken", "doubtful"),
    [
        (
            {"unit": "words", "max": 4},
            "a well known cat",
            "one two three four five",
            "a well-known black cat",
        ),
        ({"unit": "words", "min": 3}, "one two three", "one two", "well-known cat"),
        ({"unit": "sentences", "max": 2}, "One. Two.", "One. Two. Three.", "A title\n\nOne. Two."),
        ({"unit": "sentences", "exactly": 2}, "It rains. It pours.", "It rains.", "Mr. Smith fell."),
        (
            {"unit": "paragraphs", "exactly": 2},
            "One.\n\nTwo.",
            "One.\n\nTwo.\n\nThree.",
            "# Title\n\nOne.\n\nTwo.",
        ),
        (
            {"unit": "paragraphs", "exactly": 2, "separator": "***"},
            "One.\n***\nTwo.",
            "One.\n\nTwo.",
            "A ***big*** one.\n***\nTwo.",
        ),
        (
            {"unit": "parts", "exactly": 2, "separator": "******"},
            "One.\n******\nTwo.",
            "One. Two.",
            "One.\n***\nTwo.",
        ),
        ({"unit": "bullets", "exactly": 2}, "* One\n* Two", "* One", "1. One\n2. Two"),
        ({"unit": "highlights", "min": 2}, "*one* and **two**", "*one*", "*one* and _two_"),
        ({"unit": "placeholders", "min": 1}, "Dear [name],", "Dear you,", "See [here](x)."),
        ({"unit": "capital words", "max": 1}, "a GREAT day", "a VERY GREAT day", "I am GREAT"),
        (
            {"unit": "sections", "exactly": 2, "marker": "SECTION"},
            "SECTION 1\na\nSECTION 2\nb",
            "SECTION 1\na",
            "Section 1\na\nSection 2\nb",
        ),
        ({"unit": "rows", "max": 2}, "| a |\n|---|\n| 1 |", "| a |\n|---|\n| 1 |\n| 2 |\n| 3 |", "no table"),
        ({"words": ["cat"], "min": 1}, "The Cat sat.", "The dog sat.", "The cats sat."),
        ({"words": ["cat"], "max": 0}, "The dog sat.", "The cat sat.", "concatenate"),
        ({"letter": "q", "min": 2}, "Quick quiz", "Quick", None),
        ({"without": ","}, "no such sign", "one, two", "say `a, b`"),
        ({"case": "lower"}, "all small", "Not small", "run `Foo`"),
        ({"case": "upper"}, "ALL BIG", "NOT big", "12 34"),
        (
            {"options": ["My answer is yes.", "My answer is no."]},
            "Well. My answer is no.",
            "Perhaps.",
            "my answer is no",
        ),
        ({"format": "json"}, '```json\n{"a": 1}\n```', "a: 1", 'Here:\n```json\n{"a": 1}\n```'),
        ({"format": "json", "whole": True}, '{"a": 1}', 'Here:\n```json\n{"a": 1}\n```', "12"),
        ({"format": "csv"}, "a,b\n1,2", "a b", "a,b\n1"),
        ({"format": "xml"}, "<a><b/></a>", "plain", "Here: <a></a>"),
        ({"format": "table"}, "| a | b |\n|---|---|\n| 1 | 2 |", "plain", "a | b"),
        ({"format": "bullet list"}, "- one\n- two", "plain", "1. one"),
        ({"keys": ["a", "b"]}, '{"a": 1, "b": 2}', '{"a": 1}', "a and b"),
        ({"starts": "In short"}, "In short, no.", "Well, in short, no.", "**In short**, no."),
        ({"starts": "elm", "paragraph": 2}, "One.\n\nElm trees.", "One.", "One.\n\n- elm"),
        ({"ends": "So long!"}, 'Bye. "So long!"', "So long! Bye.", "Bye. So long."),
        ({"wrapped": '"'}, '"Yes."', "Yes.", "“Yes.”"),
        ({"title": "<<>>"}, "<<Rain>>\nIt rains.", "# Rain", "«Rain»"),
        ({"postscript": "P.S."}, "Bye.\nP.S. Call me.", "Bye.", "Bye. (p.s. call)"),
        (
            {"repeats": "Write about the rain."},
            "Write about the rain.\n\nRain.",
            "Sure! Rain falls.",
            '"Write about the rain." Rain.',
        ),
        (
            {"language": "de"},
            "Das ist der Hund und die Katze ist nicht auf dem Tisch.",
            "The dog is on the table and the cat is in the house for you.",
            "Bonjour mein Freund aus Berlin",
        ),
        (
            {"language": "ko"},
            "오늘은 좋은 날이고 우리는 모두 행복합니다. 친구들과 함께 있습니다.",
            "It is a nice day and we are all happy.",
            "오늘은 좋은 날이고 우리는 nice day happy",
        ),
    ],
)
def test_clear_cases_are_decided_and_doubtful_ones_are_not(
    params: Mapping[str, object], kept: str, broken: str, doubtful: str | None
) -> None:
    assert (status(params, kept), status(params, broken)) == (KEPT, BROKEN)
    if doubtful is not None:
        assert status(params, doubtful) is UNCHECKED


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_words_of_nothing_are_none(text: str) -> None:
    assert status({"unit": "words", "min": 1}, text) is BROKEN


def test_words_are_not_counted_where_no_spaces_divide_them() -> None:
    assert status({"unit": "words", "max": 5}, "今日はとても良い天気ですから散歩に行きましょう") is UNCHECKED


def test_entities_of_hostile_xml_are_not_expanded() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    assert status({"format": "xml"}, bomb) is UNCHECKED


def test_json_nested_without_end_is_broken_not_a_crash() -> None:
    assert status({"format": "json", "whole": True}, "[" * 90_000) is BROKEN


def test_an_answer_that_is_far_too_long_is_not_checked() -> None:
    assert status({"unit": "words", "max": 5}, "a " * 100_000) is UNCHECKED


ALL_PARAMS: tuple[Mapping[str, object], ...] = (
    *(
        {"unit": unit, "exactly": 3}
        for unit in (
            "words",
            "sentences",
            "paragraphs",
            "bullets",
            "items",
            "placeholders",
            "highlights",
            "capital words",
            "lines",
            "characters",
            "rows",
            "columns",
            "questions",
            "hashtags",
            "parts",
            "unheard of",
        )
    ),
    {"unit": "paragraphs", "exactly": 2, "separator": "***"},
    {"unit": "paragraphs", "exactly": 2, "separator": "blank line"},
    {"unit": "sections", "min": 2, "marker": "SECTION"},
    *(
        {"format": name}
        for name in ("json", "csv", "xml", "html", "yaml", "table", "bullet list", "numbered list", "odd")
    ),
    {"words": ["a b", "c"], "min": 2},
    {"letter": "a", "max": 3},
    {"without": ","},
    {"without": "."},
    {"case": "title"},
    {"options": ["yes", "no"]},
    {"keys": ["a"]},
    {"starts": "a", "paragraph": -1},
    {"ends": "."},
    {"wrapped": '"'},
    {"title": "<<>>"},
    {"postscript": "P.P.S"},
    {"repeats": "a request to repeat"},
    {"language": "hi"},
    {"language": "ar"},
    {"language": "ja"},
    {"divided": "***"},
)


@given(st.text(max_size=200))
def test_every_check_has_a_verdict_on_any_text(answer: str) -> None:
    for params in ALL_PARAMS:
        assert status(params, answer) in CheckStatus


@pytest.mark.parametrize(
    "unit", ["*a", "[", " ", ". ", "<<", '"', "\n", "```", "P.S. ", "| a", "<a ", "word. ", "***\n", "_a "]
)
def test_hostile_answers_take_linear_time(unit: str) -> None:
    answer = (unit * 100_000)[:100_000]
    started_s = process_time()
    for params in ALL_PARAMS:
        check(item(params), answer)
    assert process_time() - started_s < 15  # quadratic work on 100 kB takes minutes
