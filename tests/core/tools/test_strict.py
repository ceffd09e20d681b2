"""Which schemas are asked for in strict mode."""

from typing import Any

import pytest

from hroute.core.tools.schema.strict import is_strict

TEXT = {"type": "string"}


def closed(**properties: Any) -> dict[str, Any]:
    required = list(properties)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


@pytest.mark.parametrize(
    "schema",
    [
        closed(),
        closed(a=TEXT, b={"type": ["integer", "null"]}),
        closed(a={"type": "array", "items": closed(b={"enum": [1, "x"]})}),
        closed(a={"anyOf": [TEXT, closed(c=TEXT)]}),
        {**closed(a={"$ref": "#/$defs/b"}), "$defs": {"b": closed(again={"$ref": "#"})}},
    ],
)
def test_closed_objects_with_all_properties_required_are_strict(schema: dict[str, Any]) -> None:
    assert is_strict(schema)


@pytest.mark.parametrize(
    "schema",
    [
        True,
        TEXT,
        {**closed(a=TEXT), "required": []},
        {**closed(a=TEXT), "additionalProperties": True},
        {"type": "object", "properties": {"a": TEXT}, "required": ["a"]},
        closed(a={"type": "object"}),
        closed(a={}),
        closed(a=True),
        closed(a={"type": "array"}),
        closed(a={"type": "string", "minLength": 1}),
        closed(a={"oneOf": [TEXT]}),
        closed(a={**TEXT, "default": "x"}),
        {**closed(a=TEXT), "$defs": {"b": {"type": "object"}}},
        {**closed(), "anyOf": [closed(a=TEXT)]},
        closed(a={"enum": list(range(600))}),
        closed(a={"type": ["object", "null"]}),
    ],
)
def test_whatever_else_a_schema_says_it_is_not(schema: Any) -> None:
    assert not is_strict(schema)


def test_a_schema_that_is_too_deep_is_not_strict() -> None:
    schema = closed(a=TEXT)
    for _ in range(9):
        schema = closed(a=schema)
    assert is_strict(schema)
    assert not is_strict(closed(a=closed(a=schema)))
