import json
from typing import Any

import pytest

from hroute.core.errors import UsageError
from hroute.core.tools.schema.dialects import Dialect
from hroute.core.tools.schema.read import read_schema, schema_of, tolerant_schema_of
from hroute.core.tools.schema.validate import complaint

D7 = "http://json-schema.org/draft-07/schema#"


def keeps(document: Any, value: object) -> bool:
    return complaint(schema_of(document, "s"), value) is None


@pytest.mark.parametrize(
    ("document", "good", "bad"),
    [
        ({"$defs": {"a": {"$anchor": "x", "type": "null"}}, "items": {"$ref": "#x"}}, [None], [1]),
        ({"$id": "https://a.example/b", "$ref": "/c", "$defs": {"c": {"$id": "c", "type": "null"}}}, None, 1),
        ({"properties": {"a": {"type": "null"}, "b": {"$ref": "#/properties/a"}}}, {"b": None}, {"b": 1}),
        ({"$ref": "#/$defs/50%25", "$defs": {"50%": {"type": "null"}}}, None, 1),
        ({"$ref": "#/components/schemas/x", "components": {"schemas": {"x": {"type": "null"}}}}, None, 1),
        ({"items": {"$ref": "#/$defs/no"}, "$defs": {"no": False}}, [], [1]),
        ({"items": [{"type": "null"}], "additionalItems": False}, [None], [None, 1]),
        ({"$schema": D7, "items": [{}, {"type": "null"}]}, [1, None], [1, 2]),
        ({"dependencies": {"a": ["b"], "c": {"required": ["d"]}}}, {"a": 1, "b": 1}, {"c": 1}),
        ({"dependentSchemas": {"a": {"minProperties": 2}}}, {"b": 1}, {"a": 1}),
        ({"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False}, {"a": 1}, {"b": 1}),
        (
            {"patternProperties": {"^a": {}}, "unevaluatedProperties": {"type": "null"}},
            {"ab": 1, "b": None},
            {"ab": 1, "b": 1},
        ),
        (
            {
                "$ref": "#/$defs/one",
                "$defs": {"one": {"if": {"required": ["a"]}, "then": {"properties": {"a": {}, "b": {}}}}},
                "unevaluatedProperties": False,
            },
            {"a": 1, "b": 1},
            {"b": 1},
        ),
        ({"prefixItems": [{}], "contains": {"type": "null"}, "unevaluatedItems": False}, [1, None], [1, 2]),
        ({"maxItems": 2.0}, [1, 2], [1, 2, 3]),
        ({"minimum": 1, "exclusiveMinimum": True}, 2, 1),
        ({"maximum": 1, "exclusiveMaximum": False}, 1, 2),
        ({"type": "string", "nullable": True, "enum": ["a"]}, None, "b"),
        ({"allOf": [{"type": "string"}], "nullable": True}, None, 1),
        ({"type": "array", "maxItems": None, "items": None, "minItems": 1}, [1], []),
        ({"$schema": D7, "$ref": "#/definitions/a", "type": "null", "definitions": {"a": {}}}, 1, ...),
        ({"multipleOf": 1e-8}, 12.34567891, 1e-9),
        ({"multipleOf": 0.01}, 19.99, 19.995),
        ({"multipleOf": 1e-300}, 1e308, ...),
        ({"uniqueItems": True}, [1, True, "1", [1], {"a": [1]}], [{"a": [1.0]}, {"a": [1]}]),
        ({"properties": {"a\nb": {"type": "null"}}}, {"a\nb": None}, {"a\nb": 1}),
        (False, ..., None),
        ({"enum": []}, ..., None),
    ],
)
def test_all_of_json_schema_is_checked_in_all_its_drafts(document: Any, good: object, bad: object) -> None:
    """An ellipsis stands for no such value."""
    assert good is ... or keeps(document, good)
    assert bad is ... or not keeps(document, bad)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"$ref": "https://a.example/b"}, "outside of this schema"),
        ({"items": {"$ref": "other.json#/a"}}, "items: $ref to 'other.json#/a' is outside"),
        ({"$ref": "file:///etc/passwd"}, "outside of this schema"),
        ({"$ref": "https://json-schema.org/draft/2020-12/schema"}, "outside of this schema"),
        ({"$ref": "#nowhere"}, "leads to no schema"),
        ({"$ref": "#/required/0", "required": ["a"]}, "leads to no schema"),
        ({"$dynamicRef": "#node"}, "$dynamicRef is not supported"),
        ({"$recursiveRef": "#"}, "$recursiveRef is not supported"),
        ({"$ref": "#"}, "comes back to itself"),
        ({"$id": 5}, "$id is 5, must be a text"),
        ({"properties": {"a": 5}}, "properties.a: is 5, must be a schema"),
        ({"items": [3]}, "items.0: is 3, must be a schema"),
        ({"pattern": "("}, 'pattern is "(", must be a regular expression'),
        ({"patternProperties": {"(": {}}}, "a regular expression of ECMA-262"),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema", "items": [{}]}, "prefixItems"),
        (5, "is 5, must be a schema"),
    ],
)
def test_what_cannot_be_enforced_is_refused_by_place_and_keyword(document: Any, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        schema_of(document, "s")
    assert refused.value.message.startswith("s: ")
    assert said in refused.value.message


@pytest.mark.parametrize(
    ("document", "unenforced", "value"),
    [
        ({"items": {"$ref": "https://a.example/b"}}, "$ref at items", [1]),
        ({"$dynamicRef": "#a", "minimum": 1}, "$dynamicRef at the schema", 5),
        ({"required": "a"}, "required at the schema", {}),
        ({"properties": {"a": {"pattern": "("}}}, "pattern at properties.a", {"a": ")"}),
        ({"properties": {"a": "string"}}, "properties at properties.a", {"a": 1}),
        ({"anyOf": [{"type": "strnig"}]}, "type at anyOf.0", 1),
    ],
)
def test_a_tolerant_reader_leaves_out_and_names_it(document: Any, unenforced: str, value: object) -> None:
    schema = tolerant_schema_of(document, "s")
    assert schema.unenforced == (unenforced,)
    assert complaint(schema, value) is None


@pytest.mark.parametrize(
    ("declared", "dialect"),
    [
        ("http://json-schema.org/draft-04/schema#", Dialect.D6),
        ("https://json-schema.org/draft-07/schema", Dialect.D7),
        ("https://json-schema.org/draft/2019-09/schema", Dialect.D2019),
        ("https://a.example/mine", Dialect.D2020),
        (7, Dialect.D2020),
    ],
)
def test_a_schema_is_read_by_the_draft_that_it_declares(declared: object, dialect: Dialect) -> None:
    assert schema_of({"$schema": declared}, "s").dialect is dialect


def test_what_a_draft_does_not_know_is_not_enforced_and_named() -> None:
    schema = schema_of({"$schema": D7, "prefixItems": [{"type": "null"}], "unevaluatedItems": False}, "s")
    assert schema.unenforced == ("prefixItems at the schema", "unevaluatedItems at the schema")
    assert complaint(schema, [1]) is None


def test_a_warning_names_a_few_and_counts_the_rest() -> None:
    properties = {f"p{i}": {f"odd{i}": 1} for i in range(8)}
    [warning] = read_schema(json.dumps({"properties": properties})).warnings
    assert warning.startswith("not enforced: odd0 at properties.p0, odd1 at ")
    assert warning.endswith(" and 2 more")
    assert read_schema("name: str").warnings == ()


def test_reading_does_not_change_what_was_given() -> None:
    document = {"$ref": "#/x/y", "x": {"y": {"$id": "z", "type": "null"}}}
    before = json.dumps(document)
    assert keeps(document, None)
    assert json.dumps(document) == before
