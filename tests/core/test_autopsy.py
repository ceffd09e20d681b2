import json

from hypothesis import given
from hypothesis import strategies as st

from hroute.core.autopsy import WIDTH, autopsy
from hroute.core.tools.judge import judge
from hroute.core.tools.schema.read import read_schema

PERSON = read_schema("name: str, age: int")


def lines(text: str) -> tuple[str, ...]:
    return autopsy(text, judge(text, PERSON))


def test_the_caret_stands_under_the_failure_and_says_what_was_wanted() -> None:
    assert lines('{"name": "Ada", "age": "old"}') == (
        '{"name": "Ada", "age": "old"}',
        "                       ^ schema_invalid",
        "wanted: an integer",
    )


def test_a_dropped_bracket_is_missed_at_the_end() -> None:
    assert lines('{"name": "Ada", "age": 36') == (
        '{"name": "Ada", "age": 36',
        "                         ^ bracket_drop",
        "wanted: '}'",
    )


def test_of_a_long_text_the_surroundings_are_shown() -> None:
    shown, caret, _ = lines(json.dumps({"name": "a" * 3000, "age": "b" * 3000}))
    assert len(shown) == WIDTH
    assert shown.startswith("…aaa")
    assert shown[caret.index("^") :].startswith('"bbb')
    assert shown.endswith("b…")


def test_an_answer_that_counts_has_no_autopsy() -> None:
    assert lines('{"name": "Ada", "age": 36}') == ()


def test_signs_that_would_shift_the_caret_are_replaced() -> None:
    shown, caret, *_ = lines('{"name": "日本\u202e",\n"age": []}\x1b[2J')
    assert shown == '{"name": "▯▯",↵"age": []}'
    assert shown[caret.index("^")] == "["


@given(st.text())
def test_every_line_is_printable_and_fits(text: str) -> None:
    for line in lines(text):
        assert len(line) <= WIDTH
        assert "\n" not in line
        assert "\x1b" not in line
