import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hroute.core.decision.decision import Route
from hroute.core.decision.signals import CountMethod
from hroute.core.errors import Failure, LocalInferenceError
from hroute.core.settings import LocalModel
from hroute.core.turn.message import Message, Role
from hroute.core.turn.options import Sampling
from hroute.engines.base import Engine, Finish, Request
from hroute.engines.llama.counter import LlamaCounter
from hroute.engines.llama.engine import EngineRun, LlamaEngine, LlamaGeneration
from hroute.engines.llama.recipe import Recipe
from hroute.engines.llama.runner.order import AnswerOrder
from tests.support.advice import advice_of
from tests.support.files.ggufs import with_text, written

NOWHERE = Path("/nowhere")
PATIENCE_S = 1.0
LONG = "Tell me about a dog. " * 150


@pytest.fixture(scope="module")
def engine() -> Iterator[LlamaEngine]:
    engine = LlamaEngine(LocalModel(), NOWHERE)
    yield engine
    asyncio.run(engine.close())


def request(text: str = "Tell me a story.", **sampling: Any) -> Request:
    return Request((Message.of(Role.USER, text),), Sampling(**({"max_tokens": 8} | sampling)))


async def pieces(engine: LlamaEngine, what: Request) -> list[str]:
    generation = engine.start(what)
    try:
        return [piece async for piece in generation]
    finally:
        await generation.aclose()


def with_engine(use: Callable[[LlamaEngine], Awaitable[object]], **settings: Any) -> None:
    async def scenario() -> None:
        engine = LlamaEngine(LocalModel(**settings), NOWHERE)
        try:
            await use(engine)
        finally:
            await engine.close()

    asyncio.run(scenario())


def failure(**settings: Any) -> LocalInferenceError:
    caught: list[LocalInferenceError] = []

    async def use(engine: LlamaEngine) -> None:
        with pytest.raises(LocalInferenceError) as info:
            await pieces(engine, request(LONG))
        caught.append(info.value)

    with_engine(use, **settings)
    return caught[0]


def test_it_says_what_it_is_without_loading_the_model(engine: Engine) -> None:
    reported = (engine.name, engine.route, engine.model, engine.endpoint, engine.context_tokens)
    assert reported == ("local", Route.LOCAL, "starter", None, 8192)


@pytest.mark.parametrize(("asked", "given"), [(2048, 2048), (1_000_000, 8192)])
def test_the_context_is_the_smaller_of_settings_and_file(asked: int, given: int) -> None:
    assert LlamaEngine(LocalModel(context_tokens=asked), NOWHERE).context_tokens == given


def test_a_missing_model_still_has_a_name_and_an_unknown_context() -> None:
    engine = LlamaEngine(LocalModel(model="/nowhere/tiny.Q4_0.gguf"), NOWHERE)
    assert (engine.model, engine.context_tokens) == ("tiny.Q4_0", None)


def test_text_arrives_in_pieces(engine: LlamaEngine) -> None:
    got = asyncio.run(pieces(engine, request()))
    assert len(got) > 3
    assert all(got)


def test_the_counter_counts_what_the_engine_reads(engine: LlamaEngine) -> None:
    async def scenario(messages: tuple[Message, ...]) -> tuple[int | None, int]:
        generation = engine.start(Request(messages, Sampling(max_tokens=1)))
        async for _ in generation:
            pass
        return generation.usage.input_tokens, generation.usage.output_tokens or 0

    for text in ("hi", "<|im_end|>\n<|im_start|>user\n", "  多 🙂\n\n\tx "):
        messages = (Message.of(Role.SYSTEM, "Be brief."), Message.of(Role.USER, text))
        counted = engine.counter.count(messages, 200)  # too few for a proof by size
        assert counted.method is CountMethod.TOKENIZER
        assert asyncio.run(scenario(messages)) == (counted.tokens, 1)


def test_two_answers_at_once_do_not_mix(engine: LlamaEngine) -> None:
    async def both() -> list[list[str]]:
        asked = [request(text, seed=1) for text in ("Tell me about dogs.", "What is seven times six?")]
        together = await asyncio.gather(*(pieces(engine, one) for one in asked))
        return [*together, *[await pieces(engine, one) for one in asked]]

    dogs, sums, dogs_alone, sums_alone = asyncio.run(both())
    assert (dogs, sums) == (dogs_alone, sums_alone)


def test_a_cancelled_task_stops_the_model(engine: LlamaEngine) -> None:
    async def scenario() -> None:
        generation = engine.start(request(max_tokens=400))
        first = asyncio.Event()

        async def listen() -> None:
            async for _ in generation:
                first.set()

        task = asyncio.create_task(listen())
        await first.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await generation.aclose()
        await generation.aclose()
        spent = generation.usage
        assert spent.output_tokens is not None
        assert 1 <= spent.output_tokens < 100
        assert generation.finish is None
        assert await pieces(engine, request())
        assert generation.usage == spent

    asyncio.run(scenario())


def test_closing_a_generation_that_nobody_listens_to_is_harmless(engine: LlamaEngine) -> None:
    async def scenario() -> None:
        generation = engine.start(request())
        await generation.aclose()
        assert [piece async for piece in generation] == []

    asyncio.run(scenario())


def test_leaving_the_loop_early_stops_the_model(engine: LlamaEngine) -> None:
    async def scenario() -> None:
        generation = engine.start(request(max_tokens=400))
        async for _ in generation:
            break
        await generation.aclose()
        assert (generation.usage.output_tokens or 0) < 100

    asyncio.run(scenario())


def test_a_model_that_is_silent_for_too_long_has_stalled() -> None:
    error = failure(stall_s=0.001)
    assert (error.failure, error.is_timeout) == (Failure.STALL, True)
    assert "0.001 s" in error.message


def test_an_answer_that_takes_too_long_times_out() -> None:
    error = failure(timeout_s=0.3)
    assert (error.failure, error.is_timeout) == (Failure.TIMEOUT, True)
    assert "0.3 s" in error.message


def test_waiting_for_other_answers_is_no_stall() -> None:
    async def use(engine: LlamaEngine) -> None:
        before = [engine.start(request(f"Tell me story {n}.", max_tokens=60)) for n in range(3)]
        recipe = Recipe(max_tokens=1, temperature=0, top_p=1, repeat_penalty=1, seed=1)
        run = EngineRun(AnswerOrder(request("hi").messages, recipe))
        last = LlamaGeneration(engine, run, LocalModel(stall_s=PATIENCE_S))

        async def read(generation: LlamaGeneration) -> None:
            assert [piece async for piece in generation]

        await asyncio.gather(*map(read, [*before, last]))
        assert before[0].waited_ms == 0
        assert last.waited_ms > 1000 * PATIENCE_S

    with_engine(use)


def test_waiting_for_too_long_has_a_limit_and_a_word_of_its_own() -> None:
    async def use(engine: LlamaEngine) -> None:
        first = engine.start(request(max_tokens=400))
        async for _ in first:
            with pytest.raises(LocalInferenceError) as info:
                await pieces(engine, request("hi", max_tokens=1))
            break
        await first.aclose()
        assert (info.value.failure, info.value.is_timeout) == (Failure.BUSY, False)
        assert "busy with other answers for 0.05 s" in info.value.message
        assert await pieces(engine, request("hi", max_tokens=1))

    with_engine(use, wait_s=0.05)


def test_after_a_timeout_the_engine_answers_again() -> None:
    async def use(engine: LlamaEngine) -> None:
        with pytest.raises(LocalInferenceError):
            await pieces(engine, request(LONG, max_tokens=1000))
        assert await pieces(engine, request("hi", max_tokens=1))

    with_engine(use, timeout_s=2.0)


def test_closing_the_engine_ends_what_is_running() -> None:
    async def use(engine: LlamaEngine) -> None:
        generation = engine.start(request(max_tokens=400))
        async for _ in generation:
            await engine.close()
        assert (generation.usage.output_tokens or 0) < 100

    with_engine(use)


# --- files that are no model ------------------------------------------------------------------------


def test_a_missing_file_is_named() -> None:
    error = failure(model="/nowhere/m.gguf")
    assert (error.failure, error.message) == (Failure.MISSING, "/nowhere/m.gguf: no such model file")
    assert advice_of(error.remedies)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "is empty"), (b"\x13\x37" * 500, "is not a GGUF file"), (b"GGUF\x03\x00\x00", "is truncated")],
    ids=["empty", "random", "header"],
)
def test_a_file_that_is_no_model_is_named(content: bytes, says: str, tmp_path: Path) -> None:
    path = written(tmp_path, content)
    error = failure(model=str(path))
    assert error.failure is Failure.BAD_FILE
    assert error.message.startswith(f"{path} {says}")
    assert advice_of(error.remedies)


@pytest.mark.parametrize("size", [1_000_000, 50_000_000], ids=["vocabulary", "weights"])
def test_a_download_that_broke_off_is_a_bad_file(size: int, starter_path: Path, tmp_path: Path) -> None:
    path = written(tmp_path, starter_path.read_bytes()[:size])
    error = failure(model=str(path))
    assert error.failure is Failure.BAD_FILE
    assert str(path) in error.message
    assert "gave no reason" not in error.message


def test_an_architecture_that_nobody_knows_is_named(starter_path: Path, tmp_path: Path) -> None:
    path = with_text(starter_path, tmp_path, "general.architecture", "lxama")
    assert "unknown model architecture: 'lxama'" in failure(model=str(path)).message


# --- silence ----------------------------------------------------------------------------------------


def test_nothing_reaches_the_terminal(tmp_path: Path) -> None:
    written(tmp_path, b"GGUF" + b"\x03" + b"\x00" * 40)
    script = """
import asyncio, sys
from pathlib import Path
from tests.engines.llama.test_engine import (
    LlamaEngine, LocalModel, LocalInferenceError, LONG, pieces, request
)

failures = []

async def ask(model, text, context_tokens=None):
    engine = LlamaEngine(LocalModel(model=model, context_tokens=context_tokens), Path(sys.argv[1]).parent)
    try:
        await pieces(engine, request(text, max_tokens=2))
        failures.append("")
    except LocalInferenceError as exc:
        failures.append(exc.failure)
    engine.counter.count(request("word " * 2000).messages, 2000)
    await engine.close()

asyncio.run(ask("starter", "hi"))
asyncio.run(ask("starter", LONG, 256))
asyncio.run(ask(sys.argv[1], "hi"))
asyncio.run(ask("hf:owner/repo/absent.gguf", "hi"))
sys.exit(failures != ["", "context", "bad_file", "missing"])
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "model.gguf")],
        env=os.environ | {"HF_ENDPOINT": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_its_counter_is_the_one_of_its_model(engine: LlamaEngine) -> None:
    assert isinstance(engine.counter, LlamaCounter)
    assert engine.start(request()).finish is not Finish.STOP
