import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hroute.core.errors import LocalInferenceError
from hroute.core.tools.definitions import Choice, Expected, Toolset, read_tools
from hroute.core.tools.judge import judge
from hroute.core.tools.schema.read import read_schema
from hroute.core.turn.message import Message, Role
from hroute.engines.base import Finish
from hroute.engines.llama.grammar import Grammar, GrammarState, Vocabulary
from hroute.engines.llama.native import Model, Recipe, StopFlag
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
    session = LoadedModel(starter_path, None, 2, StopFlag())
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
