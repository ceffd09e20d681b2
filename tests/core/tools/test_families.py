"""A call in any model family's syntax is a call or a rejection, and never "no call was needed"."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.tools.definitions import Choice, Toolset, read_tools
from hroute.core.tools.judge import judge
from hroute.core.tools.verdict import ToolFault

WEATHER = {
    "name": "get_weather",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}, "units": {}},
        "required": ["city"],
    },
}
CLOCK = {"name": "clock.now", "parameters": {"type": "object", "properties": {}}}
TOOLS = Toolset(read_tools(json.dumps([WEATHER, CLOCK])))
OSLO = [("get_weather", {"city": "Oslo"})]
OSLO_3 = [("get_weather", {"city": "Oslo", "days": 3})]
BOTH = [("get_weather", {"city": "Oslo"}), ("get_weather", {"city": "Bergen"})]

CALLS: list[tuple[str, list[tuple[str, dict[str, Any]]]]] = [
    # Qwen3-Coder and its like
    ("<tool_call><function=get_weather><parameter=city>Oslo</parameter></function></tool_call>", OSLO),
    (
        "<tool_call>\n<function=get_weather>\n<parameter=city>\nOslo\n</parameter>\n<parameter=days>\n3\n"
        "</parameter>\n</function>\n</tool_call>",
        OSLO_3,
    ),
    ("I'll look.\n\n<function=get_weather>\n<parameter=city>\nOslo\n</parameter>\n</function>", OSLO),
    (
        "<seed:tool_call><function=get_weather><parameter=city>Oslo</parameter></function></seed:tool_call>",
        OSLO,
    ),
    # FunctionGemma and Gemma 4
    ("<start_function_call>call:get_weather{city:<escape>Oslo<escape>}<end_function_call>", OSLO),
    ("<start_function_call>call:get_weather{city:<escape>Oslo<escape>,days:3}<end_function_call>", OSLO_3),
    ('<|tool_call>call:get_weather{city:<|"|>Oslo<|"|>, "days": 3}<tool_call|>', OSLO_3),
    ("call:get_weather{city:Oslo}", OSLO),
    (
        '<|tool_call>call:get_weather{city:<|"|>Oslo<|"|>}<tool_call|>'
        '<|tool_call>call:get_weather{city:<|"|>Bergen<|"|>}<tool_call|>',
        BOTH,
    ),
    (
        "<start_function_call>call:get_weather{city:<escape>{a}, [b]: c<escape>,units:{in:[<escape>m<escape>,"
        "true,null,{}],x:-1.5,y:[]}}<end_function_call>",
        [
            (
                "get_weather",
                {"city": "{a}, [b]: c", "units": {"in": ["m", True, None, {}], "x": -1.5, "y": []}},
            )
        ],
    ),
    # Nothing for a tool that takes nothing
    ("[TOOL_CALLS]clock.now[ARGS]null", [("clock.now", {})]),
    ('[TOOL_CALLS]clock.now[ARGS]""', [("clock.now", {})]),
    ("<｜tool▁call▁begin｜>clock.now<｜tool▁sep｜>null<｜tool▁call▁end｜>", [("clock.now", {})]),
    # Claude's older form, MiniMax, DeepSeek V3.2
    (
        '<function_calls>\n<invoke name="get_weather">\n<parameter name="city">Oslo</parameter>\n'
        '<parameter name="days">3</parameter>\n</invoke>\n</function_calls>',
        OSLO_3,
    ),
    (
        '<minimax:tool_call><invoke name="get_weather"><parameter name="city">Oslo</parameter></invoke>'
        "</minimax:tool_call>",
        OSLO,
    ),
    (
        '<｜DSML｜function_calls><｜DSML｜invoke name="get_weather">'
        '<｜DSML｜parameter name="city" string="true">'
        "Oslo</｜DSML｜parameter></｜DSML｜invoke></｜DSML｜function_calls>",
        OSLO,
    ),
    # GLM
    (
        "<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Oslo</arg_value>\n<arg_key>days</arg_key>\n"
        "<arg_value>3</arg_value>\n</tool_call>",
        OSLO_3,
    ),
    ('get_weather\n{"city": "Oslo"}', OSLO),
    # the tool's own tag
    ("<get_weather>\n<city>Oslo</city>\n<days>3</days>\n</get_weather>", OSLO_3),
    ('<get_weather>{"city": "Oslo"}</get_weather>', OSLO),
    (
        '<tool_call><name>get_weather</name><arguments>{"city":"Oslo"}</arguments></tool_call>',
        OSLO,
    ),
    (
        "<tool_name>get_weather</tool_name>\n<parameters>\n<city>Oslo</city>\n</parameters>",
        OSLO,
    ),
    # Mistral
    ('[TOOL_CALLS]get_weather[ARGS]{"city":"Oslo"}', OSLO),
    ('[TOOL_CALLS]get_weather{"city": "Oslo"}', OSLO),
    ('[TOOL_CALLS]get_weather[CALL_ID]a1B2c3D4e[ARGS]{"city": "Oslo"}', OSLO),
    ('[TOOL_CALLS]get_weather[ARGS]{"city":"Oslo"}[TOOL_CALLS]get_weather[ARGS]{"city":"Bergen"}', BOTH),
    ('[TOOL_CALLS] [{"name": "get_weather", "arguments": {"city": "Oslo"}}]', OSLO),
    # Llama
    ('<function=get_weather>{"city":"Oslo"}</function>', OSLO),
    ('[get_weather(city="Oslo")]', OSLO),
    ("[get_weather(city='Oslo', days=3)]", OSLO_3),
    ('[get_weather(city="Oslo"), get_weather(city="Bergen")]', BOTH),
    ('<|python_start|>[get_weather(city="Oslo")]<|python_end|>', OSLO),
    ('<|python_tag|>get_weather.call(city="Oslo")', OSLO),
    ('<|python_tag|>{"name": "get_weather", "parameters": {"city": "Oslo"}}<|eom_id|>', OSLO),
    # Gemma, LFM2, OLMo
    ('```tool_code\nget_weather(city="Oslo")\n```', OSLO),
    ('```tool_code\nprint(default_api.get_weather(city="Oslo"))\n```', OSLO),
    ('<|tool_call_start|>[get_weather(city="Oslo")]<|tool_call_end|>', OSLO),
    ('<function_calls>\nget_weather(city="Oslo")\nget_weather(city="Bergen")\n</function_calls>', BOTH),
    ('Let me look that up.\nget_weather(city="Oslo")', OSLO),
    ("get_weather('Oslo', 3)", OSLO_3),
    # ReAct
    ('Action: get_weather\nAction Input: {"city": "Oslo"}', OSLO),
    ('Thought: I need it.\nAction: get_weather\nAction Input: {"city": "Oslo"}\nObservation:', OSLO),
    ('**Action:** get_weather\n**Action Input:** {"city": "Oslo"}', OSLO),
    ('Action: get_weather(city="Oslo")', OSLO),
    # DeepSeek, Kimi, Functionary, Hunyuan, Cohere, Nemotron, Apertus
    (
        "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n"
        '{"city": "Oslo"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
        OSLO,
    ),
    (
        "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>"
        '{"city": "Oslo"}<｜tool▁call▁end｜>',
        OSLO,
    ),
    (
        "<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>"
        '{"city": "Oslo"}<|tool_call_end|><|tool_calls_section_end|>',
        OSLO,
    ),
    ('>>>get_weather\n{"city": "Oslo"}', OSLO),
    ('<tool_calls><tool_call>get_weather\n```json\n{"city": "Oslo"}\n```\n</tool_call></tool_calls>', OSLO),
    (
        '<|START_ACTION|>[{"tool_call_id": "0", "tool_name": "get_weather", "parameters": {"city": "Oslo"}}]'
        "<|END_ACTION|>",
        OSLO,
    ),
    ('<TOOLCALL>[{"name": "get_weather", "arguments": {"city": "Oslo"}}]</TOOLCALL>', OSLO),
    ('<|tools_prefix|>[{"get_weather": {"city": "Oslo"}}]<|tools_suffix|>', OSLO),
    # harmony
    (
        '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city":"Oslo"}<|call|>',
        OSLO,
    ),
    ('<|start|>assistant to=functions.get_weather<|channel|>commentary json<|message|>{"city":"Oslo"}', OSLO),
    # JSON under other keys
    ('I will look it up: {"tool":"get_weather","args":{"city":"Oslo"}}', OSLO),
    ('{"tool": "get_weather", "tool_input": {"city": "Oslo"}}', OSLO),
    ('{"action": "get_weather", "action_input": {"city": "Oslo"}}', OSLO),
    ('{"function": "get_weather", "arguments": {"city": "Oslo"}}', OSLO),
    ('{"type": "tool_use", "id": "t1", "name": "get_weather", "input": {"city": "Oslo"}}', OSLO),
    # names as they are written
    ("[TOOL_CALLS]clock.now[ARGS]{}", [("clock.now", {})]),
    ("<tool_call><function=clock.now>\n</function></tool_call>", [("clock.now", {})]),
    ("[clock.now()]", [("clock.now", {})]),
    ("<tool_call>clock.now</tool_call>", [("clock.now", {})]),
    # an example before it
    (
        'The shape is {"name": "get_weather", "arguments": {"city": "…"}}, so: '
        '{"name": "get_weather", "arguments": {"city": "Oslo"}}',
        OSLO,
    ),
]
# As families write them that were met later.
CALLS += [
    ('✿FUNCTION✿: get_weather\n✿ARGS✿: {"city": "Oslo"}', OSLO),
    ('<function=get_weather{"city": "Oslo"}</function>', OSLO),
    ('<function=get_weather,{"city": "Oslo"}</function>', OSLO),
    ('<|from|>assistant\n<|recipient|>get_weather\n<|content|>{"city": "Oslo"}', OSLO),
    ('>>>all\nLet me look.>>>get_weather\n{"city": "Oslo"}', OSLO),
    ("<tool_call>get_weather<tool_sep><arg_key>city</arg_key><arg_value>Oslo</arg_value></tool_call>", OSLO),
    (' to=functions.get_weather<|channel|>commentary<|constrain|>json<|message|>{"city":"Oslo"}', OSLO),
    ('{"function_call": {"name": "get_weather", "arguments": "{\\"city\\": \\"Oslo\\"}"}}', OSLO),
    ('Well: {"functionCall": {"name": "get_weather", "args": {"city": "Oslo"}}}', OSLO),
    ('{"tool_uses": [{"recipient_name": "functions.get_weather", "parameters": {"city": "Oslo"}}]}', OSLO),
    ('{"name": "functions.get_weather", "arguments": {"city": "Oslo"}}', OSLO),
]
REJECTED = [
    ("<tool_call:opensource>get_weather<tool_sep:opensource>", ToolFault.INVALID_CALL),
    ("<tool_cal", ToolFault.INVALID_CALL),
    ("I will look.\n[TOOL_CAL", ToolFault.INVALID_CALL),
    ("<|python_t", ToolFault.INVALID_CALL),
    ("<function=get_we", ToolFault.INVALID_CALL),
    ("✿FUNCTION✿: get_", ToolFault.WRONG_TOOL),
    ("Action: get_weather", ToolFault.INVALID_CALL),
    ("Thought: so\nAction: get_weather\nAction In", ToolFault.INVALID_CALL),
    (">>>get_weather", ToolFault.INVALID_CALL),
    ("```tool_code\n", ToolFault.INVALID_CALL),
    ("<tool_call><function=get_weather><parameter=city>Oslo", ToolFault.INVALID_CALL),
    ("<tool_call><function=get_weather><parameter=city>Oslo</parameter>", ToolFault.INVALID_CALL),
    (
        "<tool_call><function=get_news><parameter=city>Oslo</parameter></function></tool_call>",
        ToolFault.WRONG_TOOL,
    ),
    ("<tool_call><function=get_weather><parameter=days>3</parameter></function>", ToolFault.SCHEMA_INVALID),
    ('[TOOL_CALLS]get_weather[ARGS]{"city":"Oslo"', ToolFault.BRACKET_DROP),
    ("[TOOL_CALLS]get_weather[ARGS]", ToolFault.INVALID_CALL),
    ('[TOOL_CALLS]get_news[ARGS]{"city":"Oslo"}', ToolFault.WRONG_TOOL),
    ('[get_weather(city="Oslo"', ToolFault.INVALID_CALL),
    ("[get_weather(city=home)]", ToolFault.INVALID_CALL),
    ("[get_weather(**{})]", ToolFault.INVALID_CALL),
    ('[get_news(city="Oslo")]', ToolFault.WRONG_TOOL),
    ("[get_weather(city=3)]", ToolFault.SCHEMA_INVALID),
    ("[get_weather(city='Oslo', days=1e999)]", ToolFault.INVALID_CALL),
    ("<|python_tag|>get_weather.call(city=", ToolFault.INVALID_CALL),
    ('<|python_tag|>get_weather.call(city="Oslo', ToolFault.INVALID_CALL),
    ("Action: get_weather\nAction Input: {city}", ToolFault.INVALID_JSON),
    ("Action: get_news\nAction Input: {}", ToolFault.WRONG_TOOL),
    ("<tool_call>\n</tool_call>", ToolFault.INVALID_CALL),
    ("<tool_call>get the weather in Oslo</tool_call>", ToolFault.INVALID_CALL),
    ("[TOOL_CALLS]", ToolFault.INVALID_CALL),
    ("<start_function_call>call:get_weather{city:<escape>Oslo", ToolFault.INVALID_CALL),
    ("<start_function_call>call:get_weather{city:<escape>Oslo<escape>", ToolFault.INVALID_CALL),
    ("<start_function_call>call:get_weather{city}<end_function_call>", ToolFault.INVALID_CALL),
    ("<start_function_call>call:get_news{city:<escape>Oslo<escape>}", ToolFault.WRONG_TOOL),
    ("<|tool_call>call:get_weather{city:3}<tool_call|>", ToolFault.SCHEMA_INVALID),
    (f"<|tool_call>call:get_weather{{city:{'[' * 100}{']' * 100}}}<tool_call|>", ToolFault.INVALID_CALL),
    ("<|tool_call>get_weather<tool_call|>", ToolFault.INVALID_CALL),
    ("<｜tool▁calls▁begin｜>", ToolFault.INVALID_CALL),
    ('{"tool":"get_news","args":{"city":"Oslo"}}', ToolFault.WRONG_TOOL),
    ('get_weather(city="Oslo"', ToolFault.INVALID_CALL),
]
PROSE = [
    "It is sunny in Oslo.",
    "I could use get_weather(city='Oslo') to find out, but you told me already.",
    "Action: none needed.\nThe answer is 4.",
    "Models write `<tool_call>` or `[TOOL_CALLS]` before a call.",
    "```xml\n<tool_call><x/></tool_call>\n```\nis how it looks.",
    "get_weather is the name of the tool.",
    "[1] and [see](x) are no calls.",
    "a < b and <b>bold</b>",
    "Please call: get_weather {if you can}.",
    "<b>bold</b> and <get_weather> are tags.",
    "Action: get_weather is a tool.",
    "The <tool",
]
INSERTED = ["", "<", ">", "{", "}", '"', "'", "\n", "\0", "(", "<escape>", "1e999", "</tool_call>", "[ARGS]"]


@pytest.mark.parametrize(("text", "calls"), CALLS)
def test_a_call_in_a_familys_syntax_is_a_call(text: str, calls: list[tuple[str, dict[str, Any]]]) -> None:
    verdict = judge(text, TOOLS)
    assert (verdict.fault, verdict.detail) == (None, "")
    assert [(call.name, call.arguments) for call in verdict.calls] == calls


@pytest.mark.parametrize(("text", "fault"), REJECTED)
def test_what_was_begun_as_a_call_and_is_none_is_rejected(text: str, fault: ToolFault) -> None:
    verdict = judge(text, TOOLS)
    assert verdict.fault is fault, verdict
    assert 0 <= verdict.at <= len(text)


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_no_call(text: str) -> None:
    verdict = judge(text, TOOLS)
    assert (verdict.fault, verdict.calls, verdict.prose) == (None, (), text.strip())


@pytest.mark.parametrize(("text", "calls"), [case for case in CALLS if "…" not in case[0]])
def test_a_call_that_the_token_limit_cut_is_whole_or_cut(
    text: str, calls: list[tuple[str, dict[str, Any]]]
) -> None:
    """Wherever it is cut: never another call than was begun."""
    for end in range(1, len(text)):
        verdict = judge(text[:end], Toolset(TOOLS.tools, Choice.REQUIRED), cut=True)
        if verdict.counts:
            assert [(call.name, call.arguments) for call in verdict.calls] == calls[: len(verdict.calls)], (
                text[:end]
            )


def test_the_place_of_a_wrong_argument_is_where_it_stands() -> None:
    text = '[TOOL_CALLS]get_weather[ARGS]{"city":"Oslo","days":"x"}'
    verdict = judge(text, TOOLS)
    assert (verdict.fault, text[verdict.at :]) == (ToolFault.SCHEMA_INVALID, '"x"}')


@given(
    text=st.sampled_from([text for text, _ in CALLS]),
    edits=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 12), st.sampled_from(INSERTED)), max_size=4),
    cut=st.booleans(),
)
def test_whatever_a_model_makes_of_it_is_judged(
    text: str, edits: list[tuple[int, int, str]], cut: bool
) -> None:
    for at, gone, inserted in edits:
        text = text[:at] + inserted + text[at + gone :]
    verdict = judge(text, TOOLS, cut=cut)
    assert 0 <= verdict.at <= len(text)
    assert verdict.counts or verdict.detail


@pytest.mark.parametrize(
    "unit",
    [
        "<tool_call>",
        "[TOOL_CALLS]",
        "[TOOL_CALLS]a",
        "<function=get_weather>",
        "<parameter=a>",
        "get_weather(",
        "[f(",
        "Action: get_weather\n",
        "<get_weather>",
        "<|channel|> to=a",
        "<invoke name='a'>",
        "<tool_call>a\n",
        "call:get_weather{",
        "<|tool_call>call:a{a:[",
        "<start_function_call>call:get_weather{city:<escape>",
        "call:get_weather{a:1,b:[2,",
        "<function=",
        "<function=a,",
        ">>>get_weather\n",
        "<|recipient|>a ",
        "✿FUNCTION✿: a\n",
        "to=a<|channel|>",
    ],
)
def test_text_made_to_hurt_is_read_quickly(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    begun_s = time.process_time()
    judge(text, TOOLS)
    assert time.process_time() - begun_s < 2
