import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hroute.core.tools.schema.read import Schema, read_schema, schema_of
from hroute.core.tools.schema.validate import complaint

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([0.5, 2.0, -1.0])
    | st.text("ab1", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def _objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    properties = st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3)
    return st.builds(
        lambda named, wanted, extra: {
            "type": "object",
            "properties": named,
            "required": [name for name in named if name in wanted],
            "additionalProperties": extra,
        },
        properties,
        st.sets(st.sampled_from(["a", "b", "c"])),
        st.booleans(),
    )


SCALARS: list[Any] = [
    {},
    True,
    {"type": "string"},
    {"type": "string", "minLength": 1, "maxLength": 2, "pattern": "^a"},
    {"type": "integer"},
    {"uniqueItems": True},
    {"patternProperties": {"^a": {"type": "null"}, "b": {}}, "additionalProperties": False},
    {"properties": {"a": {}}, "anyOf": [{"properties": {"b": {}}}, {}], "unevaluatedProperties": False},
    {"prefixItems": [{}], "unevaluatedItems": {"type": "string"}},
    {"not": {"type": "string"}},
    {"type": "integer", "minimum": 0, "exclusiveMaximum": 3, "multipleOf": 2},
    {"type": "number", "exclusiveMinimum": -1, "maximum": 2},
    {"type": "boolean"},
    {"type": "null"},
    {"type": ["string", "integer"], "minLength": 2, "minimum": 1},
    {"enum": ["a", 1, None]},
    {"enum": [True, 2]},
    {"const": 1},
    {"const": False},
    {"type": "string", "enum": ["a", "b"]},
]
SCHEMAS = st.recursive(
    st.sampled_from(SCALARS),
    lambda inner: (
        _objects(inner)
        | st.builds(lambda items: {"type": "array", "items": items, "minItems": 1, "maxItems": 2}, inner)
        | st.builds(lambda options: {"anyOf": options}, st.lists(inner, min_size=1, max_size=3))
    ),
    max_leaves=6,
)


@given(SCHEMAS, JSON)
def test_what_is_replaced_of_jsonschema_agrees_with_it_on_every_value(document: Any, value: Any) -> None:
    by_itself = Draft202012Validator(document).is_valid(value)
    assert (complaint(schema_of(document, "s"), value) is None) == by_itself


PERSON = read_schema(
    '{"type": "object", "properties": {"name": {"type": "string", "minLength": 1}, "tags": {"type": "array",'
    ' "items": {"enum": ["x", "y"]}}, "pets": {"type": "array", "items": {"type": "object", "properties":'
    ' {"age": {"type": "integer", "minimum": 0}}}}}, "required": ["name"], "additionalProperties": false}'
)


@pytest.mark.parametrize(
    ("value", "path", "wanted"),
    [
        ({"name": 5}, ("name",), "a string of at least 1 characters"),
        ({"name": "a", "tags": ["x", "z"]}, ("tags", 1), 'one of "x", "y"'),
        ({"name": "a", "pets": [{"age": -1}]}, ("pets", 0, "age"), "an integer of at least 0"),
        ({"name": "a", "pets": [{"age": True}]}, ("pets", 0, "age"), "an integer of at least 0"),
        ({}, (), 'the property "name", which is missing'),
        ({"name": "a", "nmae": 1}, ("nmae",), 'no property "nmae"; the known ones: "name", "tags", "pets"'),
        ([], (), "an object"),
    ],
)
def test_a_complaint_says_where_and_what_was_wanted(
    value: object, path: tuple[object, ...], wanted: str
) -> None:
    wrong = complaint(PERSON, value)
    assert wrong is not None
    assert (wrong.path, wrong.wanted) == (path, wanted)


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ('{"type": "string", "format": "date"}', "2027-02-28", "2027-02-30"),
        ('{"type": "string", "format": "date-time"}', "2027-02-28T10:00:00Z", "2027-02-28 at ten"),
        ('{"type": "string", "format": "time"}', "10:00:00+01:00", "25:00:00"),
        ('{"type": "string", "format": "duration"}', "P1DT2H", "P"),
        ('{"type": "string", "format": "email"}', "a@b.example", "a at b"),
        ('{"type": "string", "format": "hostname"}', "a-1.example", "a_b"),
        ('{"type": "string", "format": "ipv4"}', "10.0.0.1", "10.0.0.256"),
        ('{"type": "string", "format": "ipv6"}', "::1", ":::1"),
        ('{"type": "string", "format": "uuid"}', "123e4567-e89b-12d3-a456-426614174000", "123e4567"),
        ('{"type": "string", "format": "uri"}', "https://a.example/b", "a.example"),
        (
            '{"patternProperties": {"^a": {"type": "null"}}, "additionalProperties": false}',
            {"ab": None},
            {"b": None},
        ),
        ('{"patternProperties": {"^a": {"type": "null"}}}', {"b": 1}, {"ab": 1}),
        ('{"type": "array", "uniqueItems": true}', [1, 2], [1, 1]),
        ('{"type": "number", "multipleOf": 0.5}', 1.5, 1.3),
        ('{"if": {"required": ["a"]}, "then": {"required": ["b"]}}', {"a": 1, "b": 1}, {"a": 1}),
        ('{"dependentRequired": {"a": ["b"]}}', {"b": 1}, {"a": 1}),
        ('{"type": "array", "prefixItems": [{"type": "null"}]}', [None, 3], [3]),
    ],
)
def test_rules_beyond_the_grammar_are_checked_all_the_same(text: str, good: object, bad: object) -> None:
    schema = read_schema(text)
    assert complaint(schema, good) is None
    assert complaint(schema, bad) is not None


def test_an_unknown_format_forbids_nothing() -> None:
    assert complaint(read_schema('{"type": "string", "format": "iban"}'), "x") is None


BOMB = "^(a|a)*$"


@pytest.mark.parametrize(
    ("document", "value"),
    [
        ({"type": "array", "items": {"pattern": BOMB}}, ["a" * 5_000 + "!"] * 50),
        ({"propertyNames": {"pattern": BOMB}}, {"a" * 5_000 + "!": 1}),
        ({"patternProperties": {BOMB: {"type": "null"}}}, {"a" * 5_000 + "!": 1}),
        ({"patternProperties": {BOMB: {}}, "additionalProperties": False}, {"a" * 5_000 + "!": 1}),
        ({"patternProperties": {BOMB: {}}, "unevaluatedProperties": False}, {"a" * 5_000 + "!": 1}),
        ({"items": {"enum": [str(i) for i in range(10_000)]}}, ["x"] * 2_000),
        ({"items": {"type": "null"}}, [list(range(1_000))] * 1_000),
        ({"prefixItems": [{}], "contains": {"const": 1}, "unevaluatedItems": False}, [0, 1] * 10_000),
        ({"required": [f"p{i}" for i in range(10_000)]}, {f"q{i}": 1 for i in range(10_000)}),
    ],
)
def test_no_schema_and_no_answer_take_a_check_long(document: Any, value: object) -> None:
    began = time.thread_time()
    assert complaint(schema_of(document, "s"), value) is not None
    assert time.thread_time() - began < 2


def test_unique_items_are_told_apart_without_comparing_pairs() -> None:
    began = time.thread_time()
    assert complaint(schema_of({"uniqueItems": True}, "s"), [{"a": [i]} for i in range(20_000)]) is None
    assert time.thread_time() - began < 2


def test_a_schema_that_names_another_document_never_fetches_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(*_: object, **__: object) -> None:
        raise AssertionError("fetched")

    monkeypatch.setattr("urllib.request.urlopen", fetch)
    document = {"$id": "https://a.example/b", "$schema": "https://a.example/c", "$ref": "#/$defs/d"}
    assert complaint(schema_of({**document, "$defs": {"d": {"type": "null"}}}, "s"), 1) is not None


@pytest.mark.parametrize(
    ("document", "value", "path", "wanted"),
    [
        ({"$ref": "#/$defs/a", "$defs": {"a": {"minimum": 3}}}, 1, (), "of at least 3"),
        ({"properties": {"a": {"pattern": r"^(?!x)\Z"}}}, {"a": "x"}, ("a",), r"matching ^(?!x)\Z"),
        ({"prefixItems": [{}, {"type": "null"}]}, [1, 2], (1,), "null"),
        ({"items": {"required": ["a", "b"]}}, [{"a": 1}], (0,), 'the property "b", which is missing'),
        ({"unevaluatedProperties": False}, {"a": 1}, ("a",), "'a' is not among the properties"),
        ({"properties": {"a": {"multipleOf": 0.1}}}, {"a": 0.25}, ("a",), "that is a multiple of 0.1"),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, (), "'b' is a dependency of 'a'"),
    ],
)
def test_a_complaint_of_any_keyword_leads_to_its_place(
    document: Any, value: object, path: tuple[object, ...], wanted: str
) -> None:
    wrong = complaint(schema_of(document, "s"), value)
    assert wrong is not None
    assert (wrong.path, wrong.wanted) == (path, wanted)


WIDE = {f"p{i}": "x" * 100 for i in range(5_000)}


@pytest.mark.parametrize(
    ("rule", "value"), [("contains", [0] * 50_000), ("not", WIDE), ("maxProperties", WIDE), ("const", WIDE)]
)
def test_a_complaint_is_short_whatever_the_answer_is(rule: str, value: object) -> None:
    limits = {"contains": {"const": 1}, "not": {}, "maxProperties": 1, "const": 1}
    wrong = complaint(schema_of({rule: limits[rule]}, "s"), value)
    assert wrong is not None
    assert len(wrong.wanted) <= 120


def test_a_schema_and_a_value_that_multiply_each_other_are_given_up() -> None:
    twice = [{"properties": {"a": {"$ref": "#/$defs/n"}}}] * 2
    schema: Schema = schema_of({"$defs": {"n": {"allOf": twice}}, "$ref": "#/$defs/n"}, "s")
    value: dict[str, Any] = {}
    for _ in range(60):
        value = {"a": value}
    wrong = complaint(schema, value)
    assert wrong is not None
    assert "reasonable time" in wrong.wanted
