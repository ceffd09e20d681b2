"""Calls that come as such: put together, judged by the same contract, found again in the text of a log."""

import json

import pytest

from hroute.core.tools.assembler import MAX_CALLS, MAX_CHARS, CallAssembler, TooManyCallsError, assembled_in
from hroute.core.tools.definitions import Toolset, read_toolset
from hroute.core.tools.judge import judge
from hroute.core.tools.verdict import ParsedCall, ToolFault

TOOLS = read_toolset(
    '[{"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"},'
    ' "days": {"type": "integer"}}, "required": ["city"]}}, {"name": "now"}]'
)
GRAZ = '{"city": "Graz"}'


def heard(*calls: tuple[str, str], beside: str = "") -> str:
    found = CallAssembler()
    for index, (name, arguments) in enumerate(calls):
        found.add(index, f"id{index}", name, "")
        for char in arguments:
            found.add(index, "", "", char)
    return found.text(beside)


def test_pieces_of_several_calls_may_come_in_any_order() -> None:
    found = CallAssembler()
    found.add(1, "b", "now", "")
    found.add(0, "a", "weather", '{"city":')
    found.add(1, "", "", "{}")
    found.add(0, "a", "weather", '"Graz"}')
    text = assembled_in(found.text())
    assert text is not None
    assert [(one.id, one.name, one.arguments) for one in text.calls] == [
        ("b", "now", "{}"),
        ("a", "weather", '{"city":"Graz"}'),
    ]


def test_valid_calls_count_and_what_is_said_beside_them_is_no_call() -> None:
    beside = 'Such as {"name": "now", "arguments": {}} or <tool_call>{"name": "now"}</tool_call>'
    verdict = judge(heard(("weather", GRAZ), ("now", ""), beside=beside), TOOLS)
    assert (verdict.calls, verdict.notes) == (
        (ParsedCall("weather", {"city": "Graz"}), ParsedCall("now", {})),
        (),
    )


@pytest.mark.parametrize(
    "words",
    ['{"name": "now", "arguments": {}}', "<function=now></function>", "[TOOL_CALLS]now{}", "Action: now"],
)
def test_arguments_that_speak_of_calls_are_arguments(words: str) -> None:
    verdict = judge(heard(("weather", json.dumps({"city": words}))), TOOLS)
    assert verdict.calls == (ParsedCall("weather", {"city": words}),)


@pytest.mark.parametrize(
    ("name", "arguments", "cut", "fault", "at_text"),
    [
        ("forecast", GRAZ, False, ToolFault.WRONG_TOOL, '"forecast"'),
        ("weather", '{"city": 7}', False, ToolFault.SCHEMA_INVALID, "7}"),
        ("weather", '{"city": "é\\n", "days": "x"}', False, ToolFault.SCHEMA_INVALID, '\\"x\\"'),
        ("weather", "{}", False, ToolFault.SCHEMA_INVALID, "{}"),
        ("weather", "[]", False, ToolFault.SCHEMA_INVALID, "[]"),
        ("weather", '{"city": "Graz"', False, ToolFault.BRACKET_DROP, '"}]'),
        ("weather", '{"city": "Gr', True, ToolFault.TRUNCATED, '"}]'),
        ("weather", GRAZ + "}", False, ToolFault.BRACKET_MISMATCH, '}"'),
        ("weather", GRAZ + " and so on", False, ToolFault.INVALID_JSON, "and so on"),
        ("weather", "city=Graz", False, ToolFault.INVALID_JSON, "city=Graz"),
    ],
)
def test_a_fault_is_told_with_its_place_in_the_text(
    name: str, arguments: str, cut: bool, fault: ToolFault, at_text: str
) -> None:
    text = heard(("now", "{}"), (name, arguments))
    verdict = judge(text, TOOLS, cut=cut)
    assert verdict.fault is fault
    assert text[verdict.at :].lstrip().startswith(at_text)


def test_what_a_terminal_would_obey_is_escaped_and_moves_no_place() -> None:
    text = heard(("weather", '{"city": "\x9b\u202eGraz", "days": "x"}'), beside="\x9b2J\x1b[2J")
    assert text.isprintable()
    assert text[judge(text, TOOLS).at :].startswith('\\"x\\"')


def test_a_whole_call_counts_although_a_limit_ended_the_answer() -> None:
    assert judge(heard(("weather", GRAZ)), TOOLS, cut=True).counts


def test_two_calls_where_one_is_allowed_are_refused() -> None:
    one = Toolset(TOOLS.tools, is_parallel=False)
    assert judge(heard(("now", ""), ("now", "")), one).fault is ToolFault.SCHEMA_INVALID


def test_there_is_an_end_to_calls_and_to_their_size() -> None:
    many = CallAssembler()
    for n in range(MAX_CALLS):
        many.add(n, "", "now", "")
    with pytest.raises(TooManyCallsError):
        many.add(MAX_CALLS, "", "now", "")
    long = CallAssembler()
    long.add(0, "", "now", "x" * (MAX_CHARS - 3))
    with pytest.raises(TooManyCallsError):
        long.add(0, "", "", "x")


@pytest.mark.parametrize(
    "text",
    [
        '{"tool_calls": []}',
        '{"tool_calls": [{"name": "now", "arguments": {}}]}',
        '{"tool_calls": [{"id": 1, "name": "now", "arguments": ""}]}',
        '{"tool_calls": 1, "content": ""}',
        '{"content": 1, "tool_calls": [{"id": "", "name": "now", "arguments": ""}]}',
        '{"tool_calls": "' + "[" * 9_999,
    ],
)
def test_text_of_another_form_is_what_a_model_has_written(text: str) -> None:
    assert assembled_in(text) is None
