import json
from typing import Any

import pytest

from hroute.core.errors import UsageError
from hroute.core.tools.definitions import Toolset, read_tools, read_toolset
from hroute.core.tools.forms import Tool
from hroute.core.tools.judge import judge
from hroute.core.tools.schema.read import Schema

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
DECIMAL = r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$"


def toolset(*tools: dict[str, Any]) -> Toolset:
    return read_toolset(json.dumps(tools))


def taking(properties: dict[str, Any], **rules: Any) -> Toolset:
    return toolset({"name": "f", "inputSchema": {"type": "object", "properties": properties, **rules}})


def counts(tools: Toolset, name: str, arguments: object) -> bool:
    return judge(json.dumps({"name": name, "arguments": arguments}), tools).counts


@pytest.mark.parametrize(
    "document",
    [
        {"tools": [{"name": "w", "title": "W", "inputSchema": CITY, "annotations": {"readOnlyHint": True}}]},
        {"jsonrpc": "2.0", "id": 1, "result": {"tools": [{"name": "w", "inputSchema": CITY, "_meta": {}}]}},
        [{"name": "w", "input_schema": CITY, "cache_control": {"type": "ephemeral"}}],
        [{"type": "custom", "name": "w", "input_schema": CITY}],
        [{"type": "function", "name": "w", "parameters": CITY, "strict": True}],
        [{"type": "function", "function": {"name": "w", "parameters": CITY, "strict": None}}],
    ],
)
def test_each_servers_form_is_read_without_a_word(document: object) -> None:
    tools = read_toolset(json.dumps(document))
    assert tools.tools == (Tool("w", "", Schema(json.dumps({**CITY, "additionalProperties": False}))),)
    assert tools.warnings == ()


@pytest.mark.parametrize("name", ["fs.read", "fs/read", "github:issues/list", "mcp__fs__read-file", "1st"])
def test_names_of_servers_are_taken_as_they_are(name: str) -> None:
    tools = toolset({"name": name, "inputSchema": CITY})
    assert counts(tools, name, {"city": "Graz"})


def test_null_says_nothing() -> None:
    schema = {"properties": {"a": {"enum": None, "maxItems": None, "description": None}, "b": None}}
    tools = toolset({"name": "f", "description": None, "parameters": {**schema, "required": None}})
    assert tools.tools[0].description == ""
    assert tools.warnings == ()
    assert counts(tools, "f", {"a": [1], "b": 2})
    assert not counts(tools, "f", {"c": 1})
    empty = toolset({"name": "f", "parameters": None}, {"name": "g", "parameters": {"properties": None}})
    assert counts(empty, "f", {})
    assert counts(empty, "g", {})


@pytest.mark.parametrize(
    ("tools", "good", "bad"),
    [
        (taking({"a": {"minimum": 0, "exclusiveMinimum": True}}), {"a": 1}, {"a": 0}),
        (taking({"a": {"items": [{"type": "string"}, {"type": "null"}]}}), {"a": ["x", None]}, {"a": [1]}),
        (taking({"a": {}, "b": {}}, dependencies={"a": ["b"]}), {"a": 1, "b": 1}, {"a": 1}),
        (taking({"a": {}}, dependencies={"a": ["a"]}), {"a": 1}, {"b": 1}),
        (
            taking({"a": {"$ref": "#/definitions/d"}}, definitions={"d": {"type": "null"}}),
            {"a": None},
            {"a": 1},
        ),
        (
            taking({"a": {}}, allOf=[{"properties": {"b": {}}}], unevaluatedProperties=False),
            {"a": 1, "b": 1},
            {"c": 1},
        ),
        (taking({"a": {"type": "string", "nullable": True}}), {"a": None}, {"a": 1}),
        (taking({"a": {"type": "string", "pattern": DECIMAL}}), {"a": "-1.5"}, {"a": "+."}),
        (taking({"a": {"type": "string", "pattern": r"^(\w)\1\Z"}}), {"a": "aa"}, {"a": "ab"}),
        (taking({"a": {"type": "STRING"}}), {"a": "x"}, {"a": 1}),
        (taking({"a": {}}, required=["b"]), {"a": 1, "b": 2}, {"a": 1}),
        (taking({"a": {}}, type=["object", "null"]), {"a": 1}, {"b": 1}),
    ],
)
def test_what_lists_in_the_wild_say_is_enforced(
    tools: Toolset, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    assert tools.warnings == ()
    assert counts(tools, "f", good)
    assert not counts(tools, "f", bad)


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ({"parameters": {"properties": {"a": {"$ref": "https://a.example/b"}}}}, "$ref at properties.a"),
        ({"parameters": {"properties": {"a": {"minimum": "1"}}}}, "minimum at properties.a"),
        ({"parameters": {"properties": {"a": {"pattern": "("}}}}, "pattern at properties.a"),
        ({"parameters": {"properties": {"a": {"requierd": True}}}}, "requierd at properties.a"),
        ({"parameters": {"properties": {"a": {"type": "strnig"}}}}, "type at properties.a"),
        ({"parameters": {"properties": {"a": {"required": True}}}}, "required at properties.a"),
        ({"parameters": {"required": "a", "properties": {"a": {}}}}, "required at the schema"),
        ({"parameters": {"type": "string"}}, "type at parameters"),
        ({"parameters": "a: str"}, "parameters"),
        ({"inputSchema": [1]}, "inputSchema"),
        ({"description": 3}, "description"),
        ({"paramters": CITY}, "'paramters' of the definition"),
        ({"parameters": {"$ref": "#"}}, "all of its parameters: "),
        ({"parameters": {"properties": {"a": {"$dynamicRef": "#x"}}}}, "$dynamicRef at properties.a"),
    ],
)
def test_one_odd_tool_refuses_no_list_and_is_named_once(odd: dict[str, Any], said: str) -> None:
    tools = toolset({"name": "odd", **odd}, {"name": "w", "parameters": CITY})
    [warning] = tools.warnings
    assert warning.startswith(f"tool odd: not enforced: {said}")
    assert tools.names == ("odd", "w")
    arguments = {"a": "x"} if "'a'" in str(odd) else {}
    assert counts(tools, "odd", arguments)
    assert not counts(tools, "w", {"city": 1})


def nested(depth: int) -> dict[str, Any]:
    return {"items": nested(depth - 1)} if depth else {}


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ({"type": "web_search"}, "type is 'web_search'"),
        ({"type": "custom", "name": "free"}, "type is 'custom'"),
        ({"name": "a b"}, "name is 'a b'"),
        ({"parameters": CITY}, "name is missing"),
        ("get_weather", "must be an object"),
        ({"name": "deep", "parameters": nested(120)}, "nested more than"),
        ({"name": "wide", "parameters": {"enum": list(range(20_001))}}, "more than 20,000 values"),
    ],
)
def test_what_is_no_tool_is_left_out_with_the_reason(odd: Any, said: str) -> None:
    tools = read_toolset(json.dumps([{"name": "w", "parameters": CITY}, odd]))
    assert tools.names == ("w",)
    [warning] = tools.warnings
    assert warning.startswith("left out: tools: tool 2: ")
    assert said in warning
    with pytest.raises(UsageError):
        read_tools(json.dumps([odd]))


def test_a_list_that_is_too_large_only_in_all_is_refused() -> None:
    with pytest.raises(UsageError, match="more than 20,000 values"):
        toolset(*({"name": f"f{i}", "parameters": {"enum": list(range(5_000))}} for i in range(5)))


NOW = toolset({"name": "now"}, {"name": "any", "parameters": {}}, {"name": "w", "parameters": CITY})


@pytest.mark.parametrize("nothing", ["", " ", None, [], {}, "{}", "null", "[]"])
@pytest.mark.parametrize("name", ["now", "any"])
def test_nothing_is_no_arguments_where_there_are_none(name: str, nothing: object) -> None:
    [call] = judge(json.dumps({"name": name, "arguments": nothing}), NOW).calls
    assert call.arguments == {}


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("w", ""),
        ("w", None),
        ("w", []),
        ("now", "x"),
        ("now", 0),
        ("now", False),
        ("now", [1]),
        ("now", {"a": 1}),
    ],
)
def test_nothing_or_something_else_is_rejected_elsewhere(name: str, arguments: object) -> None:
    assert not counts(NOW, name, arguments)


def test_a_tool_with_arguments_that_are_all_optional_is_still_given_an_object() -> None:
    assert not counts(taking({"a": {}}), "f", "")
    assert not counts(taking({}, patternProperties={"^a": {}}), "f", None)
