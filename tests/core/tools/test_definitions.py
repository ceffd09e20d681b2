import json
from typing import Any

import pytest

from hroute.core.errors import UsageError
from hroute.core.tools.definitions import Toolset, read_tools, read_toolset
from hroute.core.tools.forms import Tool
from hroute.core.tools.grammar_text import grammar_of
from hroute.core.tools.schema.read import Schema, read_schema
from hroute.core.tools.schema.relax import relaxed
from tests.support.advice import advice_of


def tool(**changes: Any) -> dict[str, Any]:
    return {"name": "f", "description": "d", "parameters": {"type": "object", "properties": {}}, **changes}


def the_parameters(properties: dict[str, Any]) -> Any:
    [read] = read_tools(json.dumps(tool(parameters={"type": "dict", "properties": properties})))
    return read.parameters.document


@pytest.mark.parametrize(
    "document",
    [
        [{"type": "function", "function": tool()}],
        [{"type": "function", **tool()}],
        [tool()],
        tool(),
        {"tools": [tool(strict=True)]},
    ],
)
def test_every_usual_form_of_a_definition_is_read(document: object) -> None:
    parameters = Schema('{"type": "object", "properties": {}, "additionalProperties": false}')
    assert read_tools(json.dumps(document)) == (Tool("f", "d", parameters),)


def test_a_tool_without_parameters_takes_none() -> None:
    [read] = read_tools('{"name": "ping"}')
    assert read.parameters.document == {"type": "object", "additionalProperties": False}


def test_the_leaderboards_types_become_those_of_json_schema() -> None:
    given = {
        "a": {"type": "dict", "properties": {"type": {"type": "float"}}},
        "b": {"type": "tuple", "items": {"type": "float"}},
        "c": {"type": "any", "default": "float"},
    }
    assert the_parameters(given)["properties"] == {
        "a": {"type": "object", "properties": {"type": {"type": "number"}}},
        "b": {"type": "array", "items": {"type": "number"}},
        "c": {"default": "float"},
    }


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("[]", "must be a list of tool definitions"),
        ("3", "must be a list of tool definitions"),
        ("{", "not JSON"),
        ("[3]", "tool 1: must be an object"),
        (json.dumps([tool(name="a b")]), "tool 1: name is 'a b'"),
        (json.dumps([tool(name=None)]), "tool 1: name is missing"),
        (json.dumps([tool(), tool()]), "two tools are named 'f'"),
        (json.dumps([{"type": "retrieval", "function": tool()}]), "tool 1: type is 'retrieval'"),
        ('{"name": "f", "parameters": {"properties": {"a": {"const": NaN}}}}', "nan is no number"),
    ],
)
def test_a_list_without_any_tool_is_refused_with_the_reason(document: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_tools(document, "tools.json")
    assert refused.value.message.startswith("tools.json: ")
    assert said in refused.value.message


def test_more_tools_than_a_model_can_be_offered_are_refused() -> None:
    many = [tool(name=f"f{i}") for i in range(129)]
    with pytest.raises(UsageError, match="129 tools, at most 128"):
        read_tools(json.dumps(many))


def test_a_toolset_finds_its_tools_by_name() -> None:
    tools = read_tools(json.dumps([tool(name="a"), tool(name="b")]))
    assert Toolset(tools).names == ("a", "b")
    assert Toolset(tools).named("b") is tools[1]
    assert Toolset(tools).named("c") is None


# --- the short form ----------------------------------------------------------


@pytest.mark.parametrize(
    ("short", "properties"),
    [
        ("name: str, age: int", {"name": {"type": "string"}, "age": {"type": "integer"}}),
        ("tags: list[str]", {"tags": {"type": "array", "items": {"type": "string"}}}),
        ("x: float|null", {"x": {"anyOf": [{"type": "number"}, {"type": "null"}]}}),
        ("level: low|mid|high", {"level": {"enum": ["low", "mid", "high"]}}),
        ("level: low|null", {"level": {"enum": ["low", None]}}),
        ("stars: 1|2|3", {"stars": {"enum": [1, 2, 3]}}),
        ('mood: "so so"|"str"', {"mood": {"enum": ["so so", "str"]}}),
        ("insurance: none|full", {"insurance": {"enum": ["none", "full"]}}),
        ("all: list, rest: any", {"all": {"type": "array"}, "rest": {}}),
    ],
)
def test_the_short_form_says_what_json_schema_would(short: str, properties: dict[str, Any]) -> None:
    assert read_schema(short).document == {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "required": [*properties],
    }


def test_a_question_mark_makes_a_name_optional() -> None:
    schema = read_schema("a: str, note?: str").document
    assert isinstance(schema, dict)
    assert schema["required"] == ["a"]


def test_the_short_form_nests() -> None:
    inner = read_schema("b: int").document
    outer = read_schema("a: list[{b: int}]").document
    assert isinstance(outer, dict)
    assert outer["properties"]["a"] == {"type": "array", "items": inner}


@pytest.mark.parametrize(
    ("short", "said"),
    [
        ("", "a name at character 1"),
        ("age", "':' at character 4"),
        ("age: intt", "a type"),
        ("a: str|high", "either types or words"),
        ("a: list[str", "']'"),
        ("a: str b: int", "',' or the end"),
        ("a: str, a: int", "'a' only once"),
        ("a: {" * 40, "at most 20 levels"),
    ],
)
def test_a_slip_in_the_short_form_is_shown_where_it_is(short: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_schema(short)
    assert said in refused.value.message
    assert "example:" in advice_of(refused.value.remedies)


# --- what is unknown, and what the grammar leaves out --------------------------


def test_an_unknown_keyword_is_named_and_not_enforced() -> None:
    schema = read_schema('{"properties": {"a": {"requierd": true}}}')
    assert schema.unenforced == ("requierd at properties.a",)


def test_annotations_are_no_unknown_keywords() -> None:
    assert (
        read_schema(
            '{"title": "t", "description": "d", "default": 1, "$comment": "c", "x-order": 1}'
        ).unenforced
        == ()
    )


def test_a_schema_loses_the_name_that_its_refs_would_be_relative_to() -> None:
    schema = read_schema('{"$id": "https://x.example/y", "$schema": "z", "type": "null"}')
    assert schema.text == '{"type": "null"}'


def test_what_a_grammar_cannot_say_is_left_out_and_named() -> None:
    schema = read_schema(
        '{"type": "object", "properties": {"a": {"type": "string", "maxLength": 1000000, "minLength": 2},'
        ' "b": {"oneOf": [{"type": "null"}, {"not": {}}]}}, "minProperties": 1}'
    )
    plain = relaxed(schema)
    assert plain.left_out == (
        "maxLength at properties.a",
        "not at properties.b.oneOf.1",
        "oneOf at properties.b",
        "minProperties at the top",
    )
    assert isinstance(plain.document, dict)
    assert plain.document["properties"]["a"] == {"type": "string", "minLength": 2}


def test_a_grammar_closes_objects_that_say_nothing_of_other_properties() -> None:
    plain = relaxed(read_schema('{"type": "object", "properties": {"a": {}}}'))
    assert plain.document == {"type": "object", "properties": {"a": {}}, "additionalProperties": False}


@pytest.mark.parametrize(
    "text",
    [
        '{"properties": {"a": {}}, "additionalProperties": true}',
        '{"properties": {"a": {}}, "allOf": [{"properties": {"b": {}}}]}',
    ],
)
def test_a_grammar_closes_no_object_that_others_add_to(text: str) -> None:
    assert relaxed(read_schema(text)).document == json.loads(text)


def test_an_object_with_patterns_that_are_left_out_is_open() -> None:
    text = '{"patternProperties": {"^a": {}, "b$": {}}, "additionalProperties": false, "type": "object"}'
    assert relaxed(read_schema(text)).document == {"type": "object"}


def test_the_same_text_is_parsed_once_and_kept_for_people() -> None:
    text = '[{"name": "look"}]'
    assert read_toolset(text) is read_toolset(text)
    assert read_toolset(text).source == text
    assert read_toolset(text) == read_toolset(f" {text}")


def test_the_one_tool_to_call_must_be_among_them() -> None:
    with pytest.raises(UsageError, match="no tool is named 'act'"):
        read_toolset('[{"name": "look"}]', only="act")


def test_a_grammar_has_the_tools_that_may_be_called_and_no_second_call_where_one_is_allowed() -> None:
    text = '[{"name": "look"}, {"name": "act"}]'
    assert '", " call' in grammar_of(read_toolset(text)).lark
    single = grammar_of(read_toolset(text, only="act", is_parallel=False)).lark
    assert '", " call' not in single
    assert "look" not in single
    assert "prose" not in single
