from collections.abc import Iterator
from pathlib import Path

import pytest

from hroute.core.errors import Failure, LocalInferenceError
from hroute.core.turn.message import Message, Role
from hroute.engines.base import Finish
from hroute.engines.llama.native import PREFILL_TOKENS, Model
from hroute.engines.llama.recipe import Recipe
from hroute.engines.llama.worker import LoadedModel, Run
from tests.support.files.ggufs import with_number

LONG = "Tell me about a dog. " * 42  # about 280 tokens: two full batches and some


@pytest.fixture(scope="module")
def session(starter_path: Path) -> Iterator[LoadedModel]:
    session = LoadedModel(Model(starter_path), None, 2)
    yield session
    session.close()


def run(*texts: str, max_tokens: int = 6, seed: int | None = None) -> Run:
    """Texts by turns of user and assistant."""
    roles = [Role.USER, Role.ASSISTANT] * len(texts)
    messages = tuple(Message.of(role, text) for role, text in zip(roles, texts, strict=False))
    return Run(messages, Recipe(max_tokens, 1.0, 0.9, 1.1, seed))


def answer(session: LoadedModel, the_run: Run) -> str:
    return "".join(session.answer(the_run))


def test_a_cut_answer_has_exactly_the_tokens_it_was_allowed(session: LoadedModel) -> None:
    cut = run("Tell me a long story.", max_tokens=5)
    answer(session, cut)
    assert (cut.finish, cut.output_tokens) == (Finish.LENGTH, 5)


def test_an_answer_that_ends_by_itself_says_so(session: LoadedModel) -> None:
    short = Run((Message.of(Role.USER, "Say only: hello"),), Recipe(200, 0.0, 1.0, 1.0, None))
    assert answer(session, short)
    assert short.finish is Finish.STOP


def test_a_second_turn_evaluates_only_what_is_new(session: LoadedModel) -> None:
    first = run(LONG)
    said = answer(session, first)
    before = session.evaluated_tokens
    second = run(LONG, said, "And a cat?", max_tokens=1)
    answer(session, second)
    assert first.input_tokens is not None
    assert second.input_tokens is not None
    assert second.cached_tokens >= first.input_tokens
    assert session.evaluated_tokens - before == second.input_tokens - second.cached_tokens < 40


def test_the_same_seed_gives_the_same_text_whatever_came_before(session: LoadedModel) -> None:
    first = answer(session, run(LONG, seed=7))
    answer(session, run(LONG + "Or a cat?", max_tokens=3))
    answer(session, run("Something else.", max_tokens=3, seed=1))
    again = run(LONG, seed=7)
    assert answer(session, again) == first
    answer(session, run(LONG, max_tokens=3))
    cached = run(LONG, seed=7)
    assert answer(session, cached) == first
    assert cached.cached_tokens == 2 * PREFILL_TOKENS


def test_a_seeded_prompt_asked_again_is_not_read_again(session: LoadedModel) -> None:
    first = answer(session, run(LONG, max_tokens=4, seed=3))
    again = run(LONG, max_tokens=4, seed=3)
    assert answer(session, again) == first
    assert again.cached_tokens == 2 * PREFILL_TOKENS


def test_another_seed_gives_another_text(session: LoadedModel) -> None:
    one, other = (answer(session, run("Tell me a story.", max_tokens=12, seed=seed)) for seed in (1, 2))
    assert one != other


def test_a_context_grows_without_losing_what_it_has_read(starter_path: Path) -> None:
    session = LoadedModel(Model(starter_path), None, 2)
    first = answer(session, run(LONG, max_tokens=4, seed=7))
    larger = run(LONG, max_tokens=2000, seed=7)
    grown = session.answer(larger)
    pieces = [piece for _, piece in zip(range(6), grown, strict=False)]
    grown.close()
    session.close()
    assert larger.cached_tokens == 2 * PREFILL_TOKENS
    assert "".join(pieces).startswith(first)


def test_a_stop_ends_an_answer_before_the_next_token(session: LoadedModel) -> None:
    stopped = run("Tell me a long story.", max_tokens=100)
    for piece in session.answer(stopped):
        if piece:
            evaluated = session.evaluated_tokens
            stopped.stop.set()
    assert stopped.output_tokens == 1
    assert session.evaluated_tokens == evaluated
    assert stopped.finish is None


def test_a_stop_ends_a_prefill_inside_its_batch(session: LoadedModel) -> None:
    stopped = run("Something new. " * 60)
    pieces = session.answer(stopped)
    assert next(pieces) == ""
    evaluated = session.evaluated_tokens
    stopped.stop.set()  # the next batch is computed all the same, if nothing stops it from within
    assert list(pieces) == []
    assert (session.evaluated_tokens, stopped.output_tokens) == (evaluated, 0)


def test_after_a_stop_the_next_answer_is_as_if_nothing_had_been(session: LoadedModel) -> None:
    expected = answer(session, run(LONG, seed=5))
    stopped = run("Something new. " * 60)
    pieces = session.answer(stopped)
    next(pieces)
    stopped.stop.set()
    list(pieces)
    assert answer(session, run(LONG, seed=5)) == expected


def test_a_prompt_longer_than_the_context_says_both_lengths(session: LoadedModel) -> None:
    with pytest.raises(LocalInferenceError, match=r"the prompt has 9,\d+ tokens, .* holds 8,192") as caught:
        answer(session, run("word " * 9000))
    assert caught.value.failure is Failure.CONTEXT
    assert answer(session, run("hi"))


def test_the_context_of_the_settings_is_a_limit_too(starter_path: Path) -> None:
    session = LoadedModel(Model(starter_path), 300, 2)
    with pytest.raises(LocalInferenceError, match="holds 300"):
        answer(session, run(LONG * 2))
    full = run("Tell me a story. " * 53, max_tokens=1000, seed=1)
    answer(session, full)
    session.close()
    assert full.input_tokens is not None
    assert full.input_tokens + full.output_tokens <= 300


def test_a_context_that_memory_cannot_hold_is_refused_before_it_is_allocated(
    starter_path: Path, tmp_path: Path
) -> None:
    path = with_number(starter_path, tmp_path, "llama.context_length", 2**31 - 1)
    session = LoadedModel(Model(path), None, 2)
    with pytest.raises(LocalInferenceError, match="GiB are free") as caught:
        answer(session, run("hi", max_tokens=1_000_000_000))
    assert caught.value.failure is Failure.MEMORY
    assert answer(session, run("hi"))
    session.close()


def test_text_that_spans_tokens_arrives_as_whole_characters(session: LoadedModel) -> None:
    parrots = Run((Message.of(Role.USER, "🦜 " * 30),), Recipe(11, 0.0, 1.0, 1.0, None))  # ends inside one
    assert set(session.answer(parrots)) == {"", "🦜", " "}
