import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.tools.definitions import Choice, Toolset, read_tools
from hroute.core.tools.judge import judge
from hroute.core.tools.schema.read import read_schema
from hroute.core.tools.text.brackets import scan
from hroute.core.tools.verdict import ParsedCall, ToolFault, ToolVerdict

TOOLS = read_tools(
    json.dumps(
        [
            {
                "name": "weather",
                "parameters": {
                    "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1}},
                    "required": ["city"],
                },
            },
            {"name": "store", "parameters": {"additionalProperties": True}},
        ]
    )
)
OPTIONAL, REQUIRED = Toolset(TOOLS), Toolset(TOOLS, Choice.REQUIRED)
CALL = '{"name": "weather", "arguments": {"city": "Graz", "days": 3}}'
CALLED = (ParsedCall("weather", {"city": "Graz", "days": 3}),)
PERSON = read_schema("name: str, age: int, tags: list[str]")

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
CALLS = st.dictionaries(st.text(), VALUES, max_size=4).map(
    lambda arguments: json.dumps({"name": "store", "arguments": arguments}, ensure_ascii=False)
)
# Prose in which no JSON can begin.
PROSE = st.text("abc .,:\n!").filter(str.strip)


def fault(text: str, expected: Any = OPTIONAL, *, cut: bool = False) -> ToolFault | None:
    return judge(text, expected, cut=cut).fault


# --- what counts ---------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        CALL,
        f"[{CALL}]",
        CALL.replace("arguments", "parameters"),
        '{"type": "function", "id": "c1", "function": ' + CALL + "}",
        '{"tool_calls": [{"function": ' + CALL + "}]}",
        '{"name": "weather", "arguments": "{\\"city\\": \\"Graz\\", \\"days\\": 3}"}',
        f"<tool_call>\n{CALL}\n</tool_call>",
        CALL.replace("3", "3.0"),
    ],
)
def test_every_usual_way_to_write_a_call_counts(text: str) -> None:
    assert judge(text, REQUIRED) == ToolVerdict(calls=CALLED)


@pytest.mark.parametrize("between", [", ", "\n", " "])
def test_parallel_calls_count_as_a_list_or_one_after_the_other(between: str) -> None:
    assert judge(f"[{CALL}, {CALL}]", OPTIONAL).calls == CALLED * 2
    assert judge(f"{CALL}{between}{CALL}", OPTIONAL) == ToolVerdict(calls=CALLED * 2)


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        (f"```json\n{CALL}\n```", (ToolFault.CODE_FENCE,)),
        (f"Of course:\n{CALL}\nDone!", (ToolFault.EXTRA_TEXT,)),
        (f"Of course:\n```\n{CALL}\n```", (ToolFault.CODE_FENCE, ToolFault.EXTRA_TEXT)),
        (f"As in [1] and {{x}}, {CALL}", (ToolFault.EXTRA_TEXT,)),
    ],
)
def test_fences_and_text_around_are_noted_and_not_failed(text: str, notes: tuple[ToolFault, ...]) -> None:
    assert judge(text, REQUIRED) == ToolVerdict(calls=CALLED, notes=notes)


@given(CALLS, st.sampled_from(["```json\n{}\n```", "```\n{}```", "Sure: {}", "{}\nHope this helps."]))
def test_a_valid_call_still_counts_in_a_fence_or_in_text(call: str, around: str) -> None:
    plain = judge(call, REQUIRED)
    assert plain.counts
    assert judge(around.replace("{}", call), REQUIRED).calls == plain.calls


def test_a_fence_inside_an_argument_is_no_fence() -> None:
    text = json.dumps({"name": "store", "arguments": {"code": "```python\nprint({})\n```"}})
    assert judge(text, REQUIRED).notes == ()
    assert judge(f"```json\n{text}\n```", REQUIRED).counts


@given(PROSE)
def test_prose_says_that_no_call_is_needed_unless_one_is_required(text: str) -> None:
    assert judge(text, OPTIONAL) == ToolVerdict(prose=text.strip())
    assert fault(text, REQUIRED) is ToolFault.INVALID_JSON


def test_an_empty_list_of_calls_is_no_call() -> None:
    assert judge("[]", OPTIONAL) == ToolVerdict()
    assert fault("[]", REQUIRED) is ToolFault.SCHEMA_INVALID


def test_json_of_another_kind_counts_as_prose_only_inside_prose() -> None:
    assert judge('An example is {"a": 1}.', OPTIONAL).prose == 'An example is {"a": 1}.'
    assert fault('{"a": 1}', OPTIONAL) is ToolFault.SCHEMA_INVALID


@pytest.mark.parametrize("code", ["{'a': 1}", '{"a": }', "a { 'x", '["quoted', "f = {'name2': 3}"])
def test_code_that_is_not_json_is_no_broken_call_inside_prose(code: str) -> None:
    assert judge(f"In Python you would write {code} there.", OPTIONAL).counts


def test_a_broken_call_inside_prose_is_a_broken_call() -> None:
    assert fault(f"Let me see: {CALL[:-1]}", OPTIONAL) is ToolFault.BRACKET_DROP
    assert fault("Let me see: {'name': 'weather', 'arguments': {}}", OPTIONAL) is ToolFault.INVALID_JSON


def test_a_whole_call_counts_even_when_the_text_after_it_was_cut() -> None:
    assert judge(f"{CALL}\nThis call will", OPTIONAL, cut=True).calls == CALLED


def test_an_answer_by_schema_gives_its_value() -> None:
    person = {"name": "Ada", "age": 36, "tags": ["x"]}
    assert judge(json.dumps(person), PERSON) == ToolVerdict(value=person)
    assert judge(f"Here it is: {json.dumps(person)}", PERSON).value == person
    assert judge("42", read_schema('{"type": "integer"}')).value == 42


# --- what does not -------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ToolFault.EMPTY),
        (" \n", ToolFault.EMPTY),
        (CALL[:-1], ToolFault.BRACKET_DROP),
        (CALL[:-1] + "\n\nHope this helps, it's fine.", ToolFault.BRACKET_DROP),
        (f"```json\n{CALL[:-1]}\n```", ToolFault.BRACKET_DROP),
        (CALL[:-1] + "]", ToolFault.BRACKET_MISMATCH),
        (CALL + "}", ToolFault.BRACKET_MISMATCH),
        (f"[{CALL[:-1]}]", ToolFault.BRACKET_MISMATCH),
        (CALL[:40], ToolFault.INVALID_JSON),
        (CALL.replace('"Graz"', "Graz"), ToolFault.INVALID_JSON),
        (CALL.replace('"', "'"), ToolFault.INVALID_JSON),
        (CALL.replace('"days"', "days"), ToolFault.INVALID_JSON),
        (CALL.replace("3", "NaN"), ToolFault.INVALID_JSON),
        (CALL.replace("3", "1e999"), ToolFault.INVALID_JSON),
        (CALL.replace("3", "9" * 5000), ToolFault.INVALID_JSON),
        (CALL.replace("Graz", "Gr\naz"), ToolFault.INVALID_JSON),
        (CALL.replace("Graz", "\\ud83d"), ToolFault.INVALID_JSON),
        (CALL.replace("weather", "wether"), ToolFault.WRONG_TOOL),
        (CALL.replace('"weather"', "null"), ToolFault.WRONG_TOOL),
        (CALL.replace("3", '"3"'), ToolFault.SCHEMA_INVALID),
        (CALL.replace("3", "0"), ToolFault.SCHEMA_INVALID),
        (CALL.replace('"city"', '"town"'), ToolFault.SCHEMA_INVALID),
        (CALL.replace('"days"', '"weeks"'), ToolFault.SCHEMA_INVALID),
        ('{"name": "weather", "arguments": [1]}', ToolFault.SCHEMA_INVALID),
        ('{"name": "weather"}', ToolFault.SCHEMA_INVALID),
        (f"{CALL}\n{CALL[:-1]}", ToolFault.BRACKET_DROP),
    ],
)
def test_every_way_to_fail_has_its_class(text: str, wanted: ToolFault) -> None:
    assert fault(text, REQUIRED) is wanted


@pytest.mark.parametrize("end", range(1, len(CALL)))
def test_a_call_that_the_token_limit_cut_is_truncated_wherever_it_was_cut(end: int) -> None:
    assert fault(CALL[:end], REQUIRED, cut=True) is ToolFault.TRUNCATED


@given(CALLS, st.integers(1, 40))
def test_without_its_last_closers_a_call_is_a_bracket_drop(call: str, dropped: int) -> None:
    closers = len(call) - len(call.rstrip("]}"))
    kept = call[: len(call) - min(dropped, closers)]
    verdict = judge(kept, REQUIRED)
    assert (verdict.fault, verdict.at) == (ToolFault.BRACKET_DROP, len(kept))
    assert verdict.wanted == f"'{call[len(kept) :]}'"


@given(CALLS, st.data())
def test_a_closer_of_the_wrong_kind_is_a_bracket_mismatch_at_its_place(
    call: str, data: st.DataObject
) -> None:
    closers = [i for i, sign in enumerate(call) if sign in "]}" and not scan(call, 0, i).in_string]
    at = data.draw(st.sampled_from(closers))
    other = "]" if call[at] == "}" else "}"
    verdict = judge(f"{call[:at]}{other}{call[at + 1 :]}", REQUIRED)
    assert (verdict.fault, verdict.at) == (ToolFault.BRACKET_MISMATCH, at)
    assert verdict.wanted == f"'{call[at]}'"


@pytest.mark.parametrize(
    ("text", "marked", "wanted"),
    [
        (CALL.replace("3", '"x"'), '"x"}}', "an integer of at least 1"),
        (CALL.replace("weather", "wether"), '"wether", "arg', "one of weather, store"),
        (CALL.replace("days", "dais"), "3}}", 'no property "dais"; the known ones: "city", "days"'),
        (CALL.replace('"city": "Graz", ', ""), '{"days": 3}}', 'the property "city", which is missing'),
        (f"[{CALL}, {CALL.replace('Graz', 'Ö')[:-2]}9]", "9]", None),
    ],
)
def test_a_failure_is_placed_where_it_is(text: str, marked: str, wanted: str | None) -> None:
    verdict = judge(text, REQUIRED)
    if wanted is not None:
        assert text[verdict.at :].startswith(marked)
        assert verdict.wanted == wanted


@given(st.text() | st.text('{}[]",:\\ntrue1`{"name":') | CALLS.map(lambda call: call * 2), st.booleans())
def test_the_judge_never_raises(text: str, cut: bool) -> None:
    for expected in (OPTIONAL, REQUIRED, PERSON, read_schema('{"type": "integer"}'), read_schema("true")):
        verdict = judge(text, expected, cut=cut)
        assert 0 <= verdict.at <= len(text)
        assert verdict.counts or verdict.detail


@pytest.mark.parametrize(
    "text",
    [
        "{" * 100_000,
        "[" * 100_000,
        '{"a":' * 50_000,
        '{"' * 50_000,
        '"' * 100_001,
        "{\\" * 50_000,
        "[[" * 500 + "]]" * 500,
    ],
)
def test_the_judge_is_quick_and_safe_on_text_made_to_hurt(text: str) -> None:
    assert not judge(text, REQUIRED).counts
    assert not judge(text, PERSON, cut=True).counts


@given(CALLS)
def test_calls_that_came_as_structure_are_judged_as_their_text(call: str) -> None:
    verdict = judge(call, REQUIRED)
    assert judge(verdict.json_text, REQUIRED) == verdict
    assert json.loads(verdict.json_text) == [json.loads(call)]


# --- the choice of tools -------------------------------------------------------

STORE = '{"name": "store", "arguments": {}}'


def test_where_one_tool_is_to_be_called_another_one_and_prose_are_wrong() -> None:
    only = Toolset(TOOLS, only="weather")
    assert fault(CALL, only) is None
    assert fault(STORE, only) is ToolFault.WRONG_TOOL
    assert judge(STORE, only).wanted == "one of weather"
    assert fault("It is sunny.", only) is ToolFault.INVALID_JSON


def test_where_calls_are_not_parallel_a_second_one_is_wrong() -> None:
    single = Toolset(TOOLS, is_parallel=False)
    assert fault(CALL, single) is None
    assert fault(f"[{CALL}]", single) is None
    assert fault(f"[{CALL}, {STORE}]", single) is ToolFault.SCHEMA_INVALID
    assert fault(f"{CALL}\n{STORE}", single) is ToolFault.SCHEMA_INVALID
    assert fault(f"[{CALL}, {STORE}]") is None
