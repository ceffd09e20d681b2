"""What a runner dies of ends one answer as what it was; the next one has a new runner."""

import asyncio
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event, Timer

import pytest

from hroute.core.errors import Failure, LocalInferenceError
from hroute.core.settings import LocalModel
from hroute.core.turn.message import Message, Role
from hroute.core.turn.options import Sampling
from hroute.engines.base import Request
from hroute.engines.llama.engine import LlamaEngine
from hroute.engines.llama.recipe import Recipe
from hroute.engines.llama.runner.order import AnswerOrder
from hroute.engines.llama.runner.process import Runner
from hroute.engines.llama.runner.to_load import ToLoad
from hroute.engines.llama.runner.told import Told
from tests.support.children import came_true, cpu_s, is_alive, runners
from tests.support.files.ggufs import with_number, with_template

NOWHERE = Path("/nowhere")
CHATML = "{% for m in messages %}<|im_start|>{{ m.content }}<|im_end|>{% endfor %}"
LOOPS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
DOUBLING = (
    "{% set n = namespace(x=messages[0].content) %}"
    "{% for i in range(40) %}{% set n.x = n.x + n.x %}{% endfor %}{{ n.x }}"
)
GROWING = LOOPS.replace("{% endfor %}", "{{ messages[0].content * 99 }}{% endfor %}", 1)


def request(text: str = "Tell me a long story.", max_tokens: int = 400) -> Request:
    return Request((Message.of(Role.USER, text),), Sampling(max_tokens=max_tokens, seed=1))


@asynccontextmanager
async def opened(model: Path | None = None, **settings: float) -> AsyncIterator[LlamaEngine]:
    named = {} if model is None else {"model": str(model)}
    engine = LlamaEngine(LocalModel(**named, **settings), NOWHERE)
    try:
        yield engine
    finally:
        await engine.close()


async def answer(engine: LlamaEngine, what: Request, at_first: Callable[[], object] = lambda: None) -> str:
    generation = engine.start(what)
    pieces: list[object] = []
    try:
        async for piece in generation:
            if not pieces:
                at_first()
            pieces.append(piece)
    finally:
        await generation.aclose()
    return "".join(map(str, pieces))


async def failure(
    engine: LlamaEngine, what: Request, at_first: Callable[[], object] = lambda: None
) -> LocalInferenceError:
    with pytest.raises(LocalInferenceError) as caught:
        await answer(engine, what, at_first)
    return caught.value


_OTHERS: set[int] = set()


@pytest.fixture(autouse=True)
def _others() -> None:
    """Runners of engines and counters that other tests have left open."""
    _OTHERS.clear()
    _OTHERS.update(runners())


def mine() -> set[int]:
    return runners() - _OTHERS


def the_runner() -> int:
    (pid,) = mine()
    return pid


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_a_runner_that_is_killed_fails_one_answer_and_is_replaced(number: signal.Signals) -> None:
    async def scenario() -> None:
        async with opened() as engine:
            error = await failure(engine, request(), lambda: os.kill(the_runner(), number))
            assert error.failure is Failure.CRASH
            assert number.name in error.message
            assert await answer(engine, request(max_tokens=2))

    asyncio.run(scenario())


def test_a_runner_that_dies_while_it_is_idle_is_replaced_before_anybody_notices() -> None:
    async def scenario() -> None:
        async with opened() as engine:
            said = await answer(engine, request(max_tokens=2))
            idle = the_runner()
            os.kill(idle, signal.SIGKILL)
            assert came_true(lambda: not is_alive(idle))
            assert await answer(engine, request(max_tokens=2)) == said

    asyncio.run(scenario())


def test_a_runner_that_is_stopped_has_stalled_and_is_killed() -> None:
    async def scenario() -> None:
        async with opened(stall_s=3) as engine:
            assert await answer(engine, request(max_tokens=1))
            stopped = the_runner()
            error = await failure(engine, request(), lambda: os.kill(stopped, signal.SIGSTOP))
            assert (error.failure, error.is_timeout) == (Failure.STALL, True)
            assert came_true(lambda: not is_alive(stopped), 2)
            assert await answer(engine, request(max_tokens=1))

    asyncio.run(scenario())


def test_waiting_answers_survive_the_death_of_the_one_before_them() -> None:
    async def scenario() -> None:
        async with opened() as engine:
            dying = asyncio.create_task(
                failure(engine, request(), lambda: os.kill(the_runner(), signal.SIGKILL))
            )
            await asyncio.sleep(0)
            alive = [answer(engine, request(f"Story {n}", max_tokens=3)) for n in range(3)]
            assert all(await asyncio.gather(*alive))
            assert (await dying).failure is Failure.CRASH

    asyncio.run(scenario())


def test_twenty_answers_at_once_are_each_what_they_are_alone() -> None:
    asked = [request(f"What is {n} and {n}?", max_tokens=5) for n in range(20)]

    async def scenario() -> None:
        async with opened() as engine:
            together = await asyncio.gather(*(answer(engine, one) for one in asked))
            assert len(mine()) == 1
            assert together == [await answer(engine, one) for one in asked]

    asyncio.run(scenario())


def test_a_runner_knows_no_keys(monkeypatch: pytest.MonkeyPatch, starter_path: Path) -> None:
    for name in ("SKY_API_KEY", "HF_TOKEN", "db_password"):
        monkeypatch.setenv(name, "c0nfidential")
    runner = Runner()
    try:
        assert runner.load(ToLoad(starter_path, only_counts=True), lambda: False)
        environment = Path(f"/proc/{the_runner()}/environ").read_text()
    finally:
        runner.end()
    assert "PATH=" in environment
    assert "c0nfidential" not in environment


def test_too_many_open_files_fail_one_answer() -> None:
    async def scenario() -> None:
        async with opened() as engine:
            most = resource.getrlimit(resource.RLIMIT_NOFILE)
            free = os.dup(0)
            os.close(free)
            resource.setrlimit(resource.RLIMIT_NOFILE, (free + 1, most[1]))
            try:
                error = await failure(engine, request())
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, most)
            assert "could not be started" in error.message
            assert await answer(engine, request(max_tokens=1))

    asyncio.run(scenario())


# --- files ------------------------------------------------------------------------------------------


def test_a_header_at_which_llama_cpp_aborts_is_a_crash(starter_path: Path, tmp_path: Path) -> None:
    path = with_number(starter_path, tmp_path, "llama.block_count", 0)

    async def scenario() -> None:
        async with opened(path) as engine:
            for _ in range(2):
                error = await failure(engine, request())
                assert (error.failure, "SIGABRT" in error.message) == (Failure.CRASH, True)
                assert str(path) in error.message

    asyncio.run(scenario())


def test_a_file_that_is_cut_while_it_is_in_use_is_a_bad_file(starter_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    shutil.copy(starter_path, path)

    async def scenario() -> None:
        async with opened(path) as engine:
            assert await answer(engine, request(max_tokens=2))
            error = await failure(engine, request(), lambda: os.truncate(path, 10_000_000))
            assert error.failure is Failure.BAD_FILE
            assert "became shorter" in error.message
            shutil.copy(starter_path, path)
            assert await answer(engine, request(max_tokens=2))

    asyncio.run(scenario())


def loaded_and_asked(runner: Runner, path: Path, order: AnswerOrder) -> list[str]:
    runner.load(ToLoad(path, threads=1), lambda: False)
    return list(runner.answer(order, Told(), Event()))


# --- chat templates ---------------------------------------------------------------------------------


@pytest.mark.parametrize("template", [LOOPS, "{{ 9 ** (9 ** 9) }}", GROWING], ids=["loops", "power", "grows"])
def test_a_template_that_does_not_end_is_ended(starter_path: Path, tmp_path: Path, template: str) -> None:
    path = with_template(starter_path, tmp_path, template)
    runner = Runner(template_limit_s=1.5)
    order = AnswerOrder(request().messages, Recipe(1, 0.0, 1.0, 1.0, 1))
    try:
        with pytest.raises(LocalInferenceError) as caught:
            loaded_and_asked(runner, path, order)
    finally:
        runner.end()
    assert caught.value.failure in (Failure.TIMEOUT, Failure.REFUSED)
    assert "template" in caught.value.message
    assert not mine()


@pytest.mark.parametrize("template", [DOUBLING, "{{ 'a' * 5000000000 }}"], ids=["runs", "compiles"])
def test_a_template_cannot_take_the_memory(starter_path: Path, tmp_path: Path, template: str) -> None:
    path = with_template(starter_path, tmp_path, template)

    async def scenario() -> None:
        async with opened(path) as engine:
            error = await failure(engine, request())
            assert error.failure in (Failure.REFUSED, Failure.BAD_FILE)
            assert "template" in error.message

    asyncio.run(scenario())


def test_giving_up_a_hanging_template_frees_the_processor(starter_path: Path, tmp_path: Path) -> None:
    path = with_template(starter_path, tmp_path, CHATML + LOOPS)

    async def scenario() -> None:
        async with opened(path, stall_s=2) as engine:
            error = await failure(engine, request())
            assert error.failure is Failure.STALL
            assert came_true(lambda: not mine(), 1.5)

    asyncio.run(scenario())


# --- memory -----------------------------------------------------------------------------------------

UNDER_A_LIMIT = """
import asyncio, resource, sys
from tests.engines.llama.runner.test_breakage import failure, opened, request
async def scenario():
    async with opened() as engine:
        resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]) << 20,) * 2)
        return (await failure(engine, request(max_tokens=2))).failure
print(asyncio.run(scenario()))
"""


@pytest.mark.parametrize("megabytes", [120, 200, 250, 300])
def test_too_little_memory_is_told_as_such(megabytes: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNDER_A_LIMIT, str(megabytes)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "memory\n", "")


# --- stopping ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("after_s", [0.3, 1.0], ids=["early", "later"])
def test_cancelling_a_long_prompt_frees_the_processor_within_a_second(after_s: float) -> None:
    async def scenario() -> None:
        async with opened() as engine:
            await answer(engine, request(max_tokens=1))
            pid = the_runner()
            before_s = cpu_s(pid)
            task = asyncio.create_task(answer(engine, request("Tell me about a dog. " * 900, max_tokens=1)))
            await asyncio.sleep(after_s)
            assert cpu_s(pid) > before_s
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.sleep(1)
            idle_from_s = cpu_s(pid)
            await asyncio.sleep(0.5)
            assert cpu_s(pid) - idle_from_s < 0.1

    asyncio.run(scenario())


ENDING = """
import asyncio, os, sys, time
from tests.engines.llama.runner.test_breakage import LlamaEngine, LocalModel, NOWHERE, request
from tests.support.children import runners
engine = LlamaEngine(LocalModel(), NOWHERE)
async def scenario():
    async for _ in engine.start(request()):
        print(*runners(), flush=True)
        if sys.argv[1] == "stays":
            time.sleep(60)
        return
asyncio.run(scenario())
"""


@pytest.mark.parametrize("how", ["ends", "stays"])
def test_the_end_of_a_program_waits_for_no_answer_and_leaves_no_runner(how: str) -> None:
    parent = subprocess.Popen([sys.executable, "-c", ENDING, how], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    runner = int(parent.stdout.readline())
    if how == "stays":
        parent.kill()
    started_s = time.monotonic()
    parent.wait(10)
    assert time.monotonic() - started_s < 2.5
    assert came_true(lambda: not is_alive(runner), 1)
    parent.stdout.close()


def test_closing_while_the_model_loads_does_not_wait_for_it() -> None:
    async def scenario() -> float:
        async with opened() as engine:
            engine.load_ahead()
            started_s = time.monotonic()
        return time.monotonic() - started_s

    assert asyncio.run(scenario()) < 1.5
    assert not mine()


def test_a_runner_that_takes_no_order_is_given_up_with_it(starter_path: Path) -> None:
    runner, stop = Runner(), Event()
    try:
        assert runner.load(ToLoad(starter_path, threads=1), lambda: False)
        os.kill(the_runner(), signal.SIGSTOP)
        Timer(0.3, stop.set).start()
        order = AnswerOrder(request("word " * 1_000_000).messages, Recipe(1, 0.0, 1.0, 1.0, 1))
        started_s = time.monotonic()
        assert list(runner.answer(order, Told(), stop)) == []
        assert time.monotonic() - started_s < 2
    finally:
        runner.end()
