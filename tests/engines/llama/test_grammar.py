import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hroute.core.errors import LocalInferenceError
from hroute.core.tools.definitions import Choice, Expected, Toolset, read_tools, read_toolset
from hroute.core.tools.judge import judge
from hroute.core.tools.schema.read import read_schema
from hroute.core.tools.verdict import ToolFault
from hroute.core.turn.message import Message, Role
from hroute.engines.base import Finish
from hroute.engines.llama.grammar import Grammar, GrammarState, Vocabulary
from hroute.engines.llama.native import Model
from hroute.engines.llama.recipe import Recipe
from hroute.engines.llama.worker import LoadedModel, Run

WEATHER = {
    "name": "get_weather",
    "parameters": {"properties": {"city": {"type": "string"}}, "required": ["city"]},
}
CLOCK = {"name": "clock.now", "parameters": {}}
TOOLS = read_tools(json.dumps([WEATHER, CLOCK]))
PERSON = read_schema("name: str, age: int, level: low|high")


@pytest.fixture(scope="module")
def model(starter_path: Path) -> Iterator[Model]:
    model = Model(starter_path, vocab_only=True)
    yield model
    model.close()


@pytest.fixture(scope="module")
def vocabulary(model: Model) -> Vocabulary:
    return Vocabulary(model)


@pytest.fixture(scope="module")
def session(starter_path: Path) -> Iterator[LoadedModel]:
    session = LoadedModel(Model(starter_path), None, 2)
    yield session
    session.close()


def written(text: str, expected: Expected, model: Model, vocabulary: Vocabulary) -> tuple[str, GrammarState]:
    """How much of the text the grammar allows, token by token."""
    constraint = Grammar(expected, vocabulary).begin()
    allowed = b""
    for token in model.vocab.tokenize(text, marks=False):
        if not constraint.allows(token):
            break
        constraint.is_complete_with([token])
        allowed += model.vocab.piece(token)
    return allowed.decode(), constraint


@pytest.mark.parametrize(
    "answer",
    [
        '{"name": "get_weather", "arguments": {"city": "Graz"}}',
        '{"name": "clock.now", "arguments": {}}',
        '{"name": "get_weather", "arguments": {"city": "\\u00e9 \\" é"}}',
        '[{"name": "clock.now", "arguments": {}}, {"name": "clock.now", "arguments": {}}]',
        "It is noon. {really}",
    ],
)
def test_a_call_calls_and_prose_are_allowed_where_calls_are_optional(
    answer: str, model: Model, vocabulary: Vocabulary
) -> None:
    assert written(answer, Toolset(TOOLS), model, vocabulary)[0] == answer


def test_no_prose_is_allowed_where_a_call_is_required(model: Model, vocabulary: Vocabulary) -> None:
    assert written("It is noon.", Toolset(TOOLS, Choice.REQUIRED), model, vocabulary)[0] == ""


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        ('{"name": "get_wind"', '{"name": "get_w'),
        ('{"name": "clock.now", "arguments": {"zone"', '{"name": "clock.now", "arguments": {'),
        ('{"name": "get_weather", "arguments": {}', '{"name": "get_weather", "arguments": {'),
    ],
)
def test_unknown_tools_unknown_and_missing_arguments_cannot_be_written(
    answer: str, allowed: str, model: Model, vocabulary: Vocabulary
) -> None:
    text, _ = written(answer, Toolset(TOOLS), model, vocabulary)
    assert allowed.startswith(text)  # a token of the answer may reach over the end of what is allowed


def test_a_whole_call_is_known_to_be_complete(model: Model, vocabulary: Vocabulary) -> None:
    expected = Toolset(TOOLS, Choice.REQUIRED)
    _, constraint = written('{"name": "clock.now", "arguments": {}}', expected, model, vocabulary)
    assert constraint.is_complete_with([])


def test_what_the_schema_dictates_needs_no_sampling(model: Model, vocabulary: Vocabulary) -> None:
    constraint = Grammar(PERSON, vocabulary).begin()
    forced = b"".join(map(model.vocab.piece, constraint.forced()))
    assert b'{"name": "'.startswith(forced)
    assert len(forced) >= len('{"name":')


ODD = {
    "a look-ahead": {"type": "string", "pattern": r"^(?!^[-+.]*$)[+-]?0*\d{1,3}$"},
    "a back-reference": {"type": "string", "pattern": r"^(a|b)\1\Z", "maxLength": 4},
    "only what is not": {"not": {"type": "string"}},
    "a list of items": {"items": [{"type": "integer"}, {"type": "null"}], "additionalItems": False},
    "dependencies": {"type": "object", "properties": {"a": {"type": "null"}}, "dependencies": {"a": ["a"]}},
    "an anchor": {"$ref": "#x", "$defs": {"y": {"$anchor": "x", "enum": ["p", "q"]}}},
    "a reference by path": {
        "type": "object",
        "properties": {"a": {"enum": [1, 2]}, "b": {"$ref": "#/properties/a"}},
        "required": ["a", "b"],
    },
    "a reference into what a grammar leaves out": {
        "type": "object",
        "properties": {"a": {"$ref": "#/not/properties/b"}},
        "not": {"required": ["b"], "properties": {"b": {"type": "boolean"}}},
    },
    "a name in other letters": {"$ref": "#/$defs/größe", "$defs": {"größe": {"type": "boolean"}}},
    "names with control characters": {
        "type": "object",
        "properties": {"a\nb": {"type": "boolean"}},
        "required": ["a\nb"],
    },
    "unevaluated properties": {
        "type": "object",
        "allOf": [{"properties": {"a": {"type": "boolean"}}, "required": ["a"]}],
        "unevaluatedProperties": False,
    },
    "a false property": {"type": "object", "properties": {"a": False, "b": {"type": "null"}}},
    "whole counts with a point": {
        "type": "array",
        "items": {"type": "null"},
        "minItems": 1.0,
        "maxItems": 2.0,
    },
    "anchors in the middle": {"type": "string", "pattern": "^(?:a^b|c)$", "maxLength": 3},
    "draft 7 beside a reference": {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$ref": "#/definitions/a",
        "type": "string",
        "definitions": {"a": {"type": "boolean"}},
    },
    "a required name that nobody declares": {
        "type": "object",
        "properties": {"a": {"type": "null"}},
        "required": ["b"],
        "maxProperties": 3,
    },
}


@pytest.mark.parametrize("document", ODD.values(), ids=ODD)
def test_an_odd_schema_is_written_as_far_as_a_grammar_holds_it_and_checked_in_full(
    document: object, session: LoadedModel, vocabulary: Vocabulary
) -> None:
    schema = read_schema(json.dumps(document))
    question = (Message.of(Role.USER, "Give an example."),)
    run = Run(question, Recipe(30, 0.8, 1.0, 1.1, 3), expected=schema)
    verdict = judge("".join(session.answer(run)), schema, cut=run.finish is Finish.LENGTH)
    is_beyond = bool(Grammar(schema, vocabulary).left_out) and verdict.fault is ToolFault.SCHEMA_INVALID
    assert verdict.counts or is_beyond or run.finish is Finish.LENGTH


def test_one_tool_that_no_grammar_can_keep_leaves_the_others_theirs(
    model: Model, vocabulary: Vocabulary
) -> None:
    odd = {"name": "odd", "parameters": {"properties": {"a": False}, "required": ["a"]}}
    toolset = read_toolset(json.dumps([odd, WEATHER]))
    assert "odd: all of the schema" in Grammar(toolset, vocabulary).left_out
    anything = '{"name": "odd", "arguments": {"b": 1}}'
    assert written(anything, toolset, model, vocabulary)[0] == anything
    wrong = '{"name": "get_weather", "arguments": {"city": 1}}'
    assert wrong.startswith(written(wrong, toolset, model, vocabulary)[0])
    assert written(wrong, toolset, model, vocabulary)[0] != wrong


def test_a_schema_that_no_grammar_can_keep_is_refused_with_the_reason(vocabulary: Vocabulary) -> None:
    impossible = read_schema('{"type": "string", "minLength": 5, "maxLength": 2}')
    with pytest.raises(LocalInferenceError, match=r"minLength \(5\) is greater than maxLength \(2\)"):
        Grammar(impossible, vocabulary)


def test_what_the_grammar_leaves_to_the_contract_is_named(vocabulary: Vocabulary) -> None:
    schema = read_schema(
        '{"type": "array", "items": {"type": "string", "format": "iban"}, "uniqueItems": true}'
    )
    assert Grammar(schema, vocabulary).left_out == ("format at items", "uniqueItems at the top")


@pytest.mark.parametrize("temperature", [0.0, 1.5])
@pytest.mark.parametrize("expected", [PERSON, Toolset(TOOLS, Choice.REQUIRED)], ids=["schema", "tools"])
def test_a_model_that_knows_little_still_answers_in_form(
    session: LoadedModel, expected: Expected, temperature: float
) -> None:
    for seed in range(3):
        recipe = Recipe(300, temperature, 1.0, 1.1, seed)
        run = Run((Message.of(Role.USER, "Tell me about Ada in Graz."),), recipe, expected=expected)
        text = "".join(session.answer(run))
        verdict = judge(text, expected, cut=run.finish is Finish.LENGTH)
        assert verdict.counts or run.finish is Finish.LENGTH
        assert verdict.notes == ()


def test_a_constrained_answer_stops_at_its_token_limit(session: LoadedModel) -> None:
    run = Run((Message.of(Role.USER, "Hi"),), Recipe(3, 0.0, 1.0, 1.0, 1), expected=PERSON)
    text = "".join(session.answer(run))
    assert (run.finish, run.output_tokens) == (Finish.LENGTH, 3)
    assert text.startswith('{"name')


def test_the_next_answer_is_free_again(session: LoadedModel) -> None:
    free = Recipe(12, 0.0, 1.0, 1.0, 7)
    question = (Message.of(Role.USER, "Say only: hello"),)
    before = "".join(session.answer(Run(question, free)))
    "".join(session.answer(Run(question, free, expected=PERSON)))
    assert "".join(session.answer(Run(question, free))) == before
