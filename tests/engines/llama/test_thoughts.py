"""Thoughts of a model in this process: begun by its template, or marked by control tokens."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hroute.core.thoughts import split
from hroute.core.tools.schema.read import read_schema
from hroute.core.turn.message import Message, Role
from hroute.engines.base import Finish
from hroute.engines.llama.native import Model
from hroute.engines.llama.recipe import Recipe
from hroute.engines.llama.worker import LoadedModel, Run
from tests.support.files.ggufs import with_template, with_token

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "<|im_start|>assistant\n"
)


@pytest.fixture(scope="module")
def thinking(starter_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoadedModel]:
    path = with_template(starter_path, tmp_path_factory.mktemp("thinking"), CHATML + "<think>\n")
    session = LoadedModel(Model(path), None, 2)
    yield session
    session.close()


def asked(text: str, schema: str | None = None, max_tokens: int = 12) -> Run:
    recipe = Recipe(max_tokens, 0.0, 1.0, 1.0, None)
    return Run((Message.of(Role.USER, text),), recipe, expected=read_schema(schema) if schema else None)


def test_an_answer_begins_inside_the_thoughts_that_the_template_has_begun(thinking: LoadedModel) -> None:
    run = asked("What is 2 + 2? <think>")
    wrote = "".join(thinking.answer(run))
    assert wrote.startswith("<think>\n")
    assert split(wrote)[0] == ""
    assert "".join(token.text for token in run.scored) == wrote
    ended = run.finish is Finish.STOP
    assert run.output_tokens == len(run.scored) - 1 - ended  # the template's mark was not computed


def test_an_answer_in_a_form_is_none_of_the_thoughts(thinking: LoadedModel) -> None:
    wrote = "".join(thinking.answer(asked("Ada was born in 1815.", "born: int", max_tokens=40)))
    assert isinstance(json.loads(split(wrote)[0])["born"], int)


def test_a_prompt_that_ends_like_thoughts_begins_none(starter_path: Path, tmp_path: Path) -> None:
    path = with_template(starter_path, tmp_path, "{% for m in messages %}{{ m['content'] }}{% endfor %}")
    session = LoadedModel(Model(path), None, 2)
    try:
        assert not "".join(session.answer(asked("hi <think>\n", max_tokens=1))).startswith("<think>")
    finally:
        session.close()


@pytest.mark.parametrize(
    ("spelling", "is_given"),
    [("[THINK]", True), ("<|channel|>", True), ("<|START_THINKING|>", True), ("[TOOL_CALLS]", True),
     ("<|python_tag|>", True), ("<|im_sep|>", False), ("</s>", False)],
)  # fmt: skip
def test_control_tokens_that_are_marks_have_a_text_and_those_of_turns_none(
    starter_path: Path, tmp_path: Path, spelling: str, is_given: bool
) -> None:
    model = Model(with_token(starter_path, tmp_path, "<repo_name>", spelling), vocab_only=True)
    try:
        (token,) = model.vocab.tokenize(spelling, marks=True)
        assert model.vocab.piece(token) == (spelling.encode() if is_given else b"")
    finally:
        model.close()
