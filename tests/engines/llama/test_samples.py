import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hroute.core.confidence.signals import AnswerSignals
from hroute.core.settings import LocalModel
from hroute.core.tools.judge import judge
from hroute.core.tools.schema.read import read_schema
from hroute.core.turn.message import Message, Role
from hroute.core.turn.options import Sampling
from hroute.engines.base import Finish, Request
from hroute.engines.llama.engine import LlamaEngine
from hroute.engines.llama.native import Model
from hroute.engines.llama.recipe import Recipe
from hroute.engines.llama.samples import SHORT_TOKENS, further, longest
from hroute.engines.llama.worker import LoadedModel, Run

GREEDY = Recipe(200, 0.0, 1.0, 1.0, None)
HELLO = Message.of(Role.USER, "Say only: hello")
LEVEL = read_schema("level: low|high")


@pytest.fixture(scope="module")
def session(starter_path: Path) -> Iterator[LoadedModel]:
    with closing(LoadedModel(Model(starter_path), None, 1)) as session:
        yield session


def run(*messages: Message, **fields: Any) -> Run:
    recipe = replace(GREEDY, **{key: fields.pop(key) for key in ("max_tokens", "seed") if key in fields})
    return Run(messages or (HELLO,), recipe, **fields)


def answer(session: LoadedModel, the_run: Run) -> str:
    return "".join(session.answer(the_run))


def test_a_short_answer_is_sampled_and_no_prompt_token_is_read_again(session: LoadedModel) -> None:
    before = session.evaluated_tokens
    sampled = run(samples=3)
    answer(session, sampled)
    assert sampled.finish is Finish.STOP
    assert len(sampled.sampled) == 3
    assert sampled.input_tokens is not None
    own = sampled.input_tokens - sampled.cached_tokens + sampled.output_tokens
    assert 3 <= session.evaluated_tokens - before - own <= 3 * longest(sampled.output_tokens)


def test_samples_differ_from_one_another_and_repeat_with_a_seed(starter_path: Path) -> None:
    reported = []
    for _ in range(2):
        with closing(LoadedModel(Model(starter_path), None, 1)) as fresh:
            sampled = run(seed=3, samples=4)
            answer(fresh, sampled)
            reported.append(sampled.sampled)
    assert reported[0] == reported[1]
    assert len(set(reported[0])) > 1


@pytest.mark.parametrize("expected", [None, LEVEL], ids=["free", "schema"])
def test_the_answer_is_the_same_with_and_without_samples(starter_path: Path, expected: Any) -> None:
    reported = []
    for samples in (0, 4):
        with closing(LoadedModel(Model(starter_path), None, 1)) as fresh:
            runs = [run(seed=seed, samples=samples, expected=expected) for seed in (5, 6)]
            reported.append([(answer(fresh, one), one.scored, one.finish, one.output_tokens) for one in runs])
    assert reported[0] == reported[1]


def test_after_samples_the_next_turn_reads_only_what_is_new(session: LoadedModel) -> None:
    first = run(samples=4)
    said = answer(session, first)
    assert first.input_tokens is not None
    before = session.evaluated_tokens
    second = run(HELLO, Message.of(Role.ASSISTANT, said), Message.of(Role.USER, "Again."), max_tokens=1)
    answer(session, second)
    assert second.input_tokens is not None
    assert second.cached_tokens >= first.input_tokens + first.output_tokens
    assert session.evaluated_tokens - before == second.input_tokens - second.cached_tokens < 30


def test_samples_keep_the_grammar_of_the_answer(session: LoadedModel) -> None:
    sampled = run(expected=LEVEL, samples=4)
    answer(session, sampled)
    assert len(sampled.sampled) == 4
    assert all(judge(text, LEVEL, cut=False).counts for text in sampled.sampled)


def test_nothing_more_is_computed_unless_it_is_asked_for(session: LoadedModel) -> None:
    before = session.evaluated_tokens
    plain = run()
    answer(session, plain)
    assert plain.input_tokens is not None
    computed = plain.input_tokens - plain.cached_tokens + plain.output_tokens
    assert (plain.sampled, session.evaluated_tokens - before) == ((), computed)


def test_an_answer_that_was_cut_is_not_sampled(session: LoadedModel) -> None:
    cut = run(max_tokens=1, samples=2)
    answer(session, cut)
    assert (cut.finish, cut.sampled) == (Finish.LENGTH, ())


def test_a_long_answer_is_not_sampled(session: LoadedModel) -> None:
    prose = read_schema('{"type": "string", "minLength": 350, "maxLength": 360}')
    long = run(max_tokens=400, expected=prose, samples=2)
    answer(session, long)
    assert long.output_tokens > SHORT_TOKENS
    assert (long.finish, long.sampled) == (Finish.STOP, ())


def test_samples_that_the_context_cannot_hold_are_left_out(starter_path: Path) -> None:
    with closing(LoadedModel(Model(starter_path), 256, 1)) as small:
        filled = run(Message.of(Role.USER, "go " * 150), expected=LEVEL, samples=8)
        answer(small, filled)
        assert (filled.finish, filled.sampled) == (Finish.STOP, ())


def test_a_stop_between_two_steps_ends_the_samples_and_the_session_goes_on(session: LoadedModel) -> None:
    expected = answer(session, run(seed=9))
    stopped = run(seed=9, samples=4)
    steps = 0
    for _ in session.answer(stopped):
        if stopped.finish is Finish.STOP:
            steps += 1
            stopped.stop.set()
    assert (steps, stopped.sampled) == (1, ())
    assert answer(session, run(seed=9)) == expected


def test_samples_that_were_left_in_the_middle_are_forgotten(session: LoadedModel) -> None:
    expected = answer(session, run(seed=9))
    left = run(seed=9, samples=4)
    with closing(session.answer(left)) as pieces:
        for _ in pieces:
            if left.finish is Finish.STOP:
                break
    again = run(seed=9, samples=4)
    assert (answer(session, again), left.sampled, len(again.sampled)) == (expected, (), 4)


def test_samples_are_warm_and_each_has_a_seed_of_its_own() -> None:
    own = Recipe(40, 0.2, 0.9, 1.1, 7)
    assert [(one.seed, one.max_tokens, one.repeat_penalty) for one in further(own, 2)] == [
        (8, 40, 1.1),
        (9, 40, 1.1),
    ]
    assert all(one.temperature > own.temperature for one in further(own, 2))
    assert further(replace(own, seed=None), 1)[0].seed is None


def signals(**settings: Any) -> AnswerSignals | None:
    async def ask() -> AnswerSignals | None:
        engine = LlamaEngine(LocalModel(threads=1, **settings), Path("/nowhere"))
        try:
            generation = engine.start(Request((HELLO,), Sampling(seed=1), expected=LEVEL))
            [_ async for _ in generation]
            return generation.answer_signals
        finally:
            await engine.close()

    return asyncio.run(ask())


def test_the_engine_says_how_many_samples_agree_when_its_settings_ask_for_some() -> None:
    found = signals(samples=4)
    assert found is not None
    assert found.agreement in (0, 0.25, 0.5, 0.75, 1)


def test_a_complete_answer_is_kept_when_its_time_is_over() -> None:
    async def ask() -> tuple[str, Finish | None]:
        loop, late_s = asyncio.get_running_loop(), 0.0
        clock = loop.time
        loop.time = lambda: clock() + late_s  # type: ignore[method-assign]
        engine = LlamaEngine(LocalModel(threads=1, samples=4), Path("/nowhere"))
        try:
            generation = engine.start(Request((HELLO,), Sampling(seed=1), expected=LEVEL))
            text = ""
            async for piece in generation:
                text += piece
                while generation.finish is None:
                    await asyncio.sleep(0.01)
                late_s = 10_000.0
            return text, generation.finish
        finally:
            await engine.close()

    text, finish = asyncio.run(ask())
    assert judge(text, LEVEL, cut=False).counts
    assert finish is Finish.STOP


def test_without_samples_there_is_no_agreement() -> None:
    found = signals()
    assert found is not None
    assert found.agreement is None
