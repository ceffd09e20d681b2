"""Twenty turns at once on one runtime and one log: every row is that of its own turn."""

import asyncio
import json
import re
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hroute.app.answer.events import Decided, Delta, Done
from hroute.app.answer.router import answer
from hroute.app.answer.runtime import Runtime
from hroute.core.decision.decision import Route
from hroute.core.decision.signals import TokenCount
from hroute.core.errors import NoAnswerError
from hroute.core.pricing import Price
from hroute.core.settings import Cloud
from hroute.core.turn.attempt import Attempt, Outcome
from hroute.core.turn.message import Message
from hroute.core.turn.options import Sampling
from hroute.core.turn.turn import Turn
from hroute.engines.base import Piece, Request
from hroute.store.log import Log
from tests.support.scripted import ByteCounter, ScriptedEngine, ScriptedGeneration
from tests.support.turns import a_turn
from tests.support.user import user_runtime
from tests.support.world import CLOUD_SECTION, CRASH, DOLLARS, Make, ScriptedRuntime, World

TURNS = 20
BLOCKS_S = 0.25


@dataclass
class WrittenAnswer(ScriptedGeneration):
    """Lets others run between its pieces."""

    async def __aiter__(self) -> AsyncIterator[Piece]:
        async for piece in super().__aiter__():
            await asyncio.sleep(0.001)
            yield piece


@dataclass
class Repeating(ScriptedEngine):
    """Says its name and what it was asked, piece by piece; fails where that asks for it."""

    def start(self, request: Request) -> WrittenAnswer:
        prompt = request.messages[-1].text
        words: list[str] = re.findall(r"\S+\s*", f"{self.name} heard {prompt}.")
        return WrittenAnswer([*words[:2], CRASH] if f"{self.name} fails" in prompt else words)


def repeating(world: World) -> World:
    local = Repeating("local", Route.LOCAL, [], context_tokens=8192)
    cloud = Repeating("sky", Route.CLOUD, [], endpoint="http://127.0.0.1:9/v1", context_tokens=100_000)
    world.runtime.model, world.runtime.clouds = local, (cloud,)
    return world


async def asked(turn: Turn, runtime: Runtime, *, stop_after: int | None = None) -> tuple[int, str]:
    """The turn's id, and what its caller got."""
    turn_id, pieces = 0, 0
    async with aclosing(answer(turn, runtime)) as events:
        async for event in events:
            match event:
                case Decided():
                    turn_id = event.turn_id
                case Delta():
                    pieces += 1
                    if pieces == stop_after:
                        return turn_id, ""
                case Done():
                    return turn_id, event.answer.text
                case _:
                    pass
    raise AssertionError("no answer")


def test_every_row_is_that_of_its_own_turn(make: Make) -> None:
    runtime = repeating(make(price=DOLLARS)).runtime

    async def all_at_once() -> list[tuple[int, str]]:
        return await asyncio.gather(
            *(
                asked(
                    a_turn(f"turn {n}" + (" where local fails" if n % 4 == 1 else ""), forced=forced(n)),
                    runtime,
                    stop_after=2 if n % 4 == 3 else None,
                )
                for n in range(TURNS)
            )
        )

    def forced(n: int) -> Route | None:
        return Route.CLOUD if n % 4 == 2 else None

    reported = asyncio.run(all_at_once())
    assert sorted(turn_id for turn_id, _ in reported) == list(range(1, TURNS + 1))
    for n, (turn_id, text) in enumerate(reported):
        logged = runtime.log.turn(turn_id)
        found = [(a.attempt.engine, a.attempt.outcome, a.attempt.text, a.given) for a in logged.attempts]
        ok = Outcome.OK
        match n % 4:
            case 0:
                wanted = [("local", ok, f"local heard turn {n}.", True)]
            case 1:
                prompt = f"turn {n} where local fails"
                wanted = [
                    ("local", Outcome.ERROR, "local heard ", False),
                    ("sky", ok, f"sky heard {prompt}.", True),
                ]
            case 2:
                wanted = [("sky", ok, f"sky heard turn {n}.", True)]
            case _:
                wanted = [("local", Outcome.INTERRUPTED, "local heard ", False)]
        assert found == wanted
        assert (logged.prompt or "").startswith(f"turn {n}")
        assert text == (wanted[-1][2] if n % 4 != 3 else "")
        assert logged.outcome == ("ok" if n % 4 != 3 else "interrupted")

    clouds = [
        a.attempt for turn in runtime.log.export() for a in turn.attempts if a.attempt.route is Route.CLOUD
    ]
    costs = [attempt.cost_usd or Decimal(0) for attempt in clouds]
    assert len(costs) == TURNS // 2
    assert all(costs)
    assert runtime.log.spent_usd(runtime.log.turn(1).created_at) == sum(costs)


# --- nothing blocks the loop ----------------------------------------------------------------------


class SlowCounter(ByteCounter):
    def count(self, messages: Sequence[Message], limit: int) -> TokenCount:
        time.sleep(BLOCKS_S)
        return super().count(messages, limit)


class SlowLog(Log):
    """Each of these takes as long as on a disk that is busy."""

    SLOW = ("open_turn", "open_attempt", "close_attempt", "close_turn", "spent_usd")

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in SlowLog.SLOW:
            return found

        def slowly(*given: Any, **named: Any) -> object:
            time.sleep(BLOCKS_S)
            return found(*given, **named)

        return slowly


@dataclass
class SlowRuntime(ScriptedRuntime):
    prices: list[str] = field(default_factory=list)

    def price(self, cloud: Cloud) -> Price | None:
        time.sleep(BLOCKS_S)
        self.prices.append(cloud.name)
        return self.price_of_cloud


async def longest_gap_s(until: "asyncio.Future[list[tuple[int, str]]]") -> float:
    """How long the loop did nothing else at the worst."""
    longest, last = 0.0, time.perf_counter()
    while not until.done():
        await asyncio.sleep(0.005)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return longest


def test_whatever_is_slow_before_an_answer_stops_no_other_turn(make: Make, tmp_path: Path) -> None:
    fast = repeating(make(**CLOUD_SECTION, budget={"daily_usd": 100})).runtime
    fast.model.counter = SlowCounter()
    runtime = SlowRuntime(
        fast.settings, SlowLog(tmp_path / "slow.sqlite"), fast.scout, fast.model, fast.clouds, DOLLARS
    )

    async def watched() -> float:
        turns = asyncio.gather(*(asked(a_turn(f"turn {n} " * 200), runtime) for n in range(6)))
        longest = await longest_gap_s(turns)
        await turns
        return longest

    assert asyncio.run(watched()) < BLOCKS_S
    assert runtime.prices
    assert len(list(runtime.log.turns())) == 6


def test_no_preparation_however_slow_holds_up_what_another_turn_writes(make: Make) -> None:
    runtime = repeating(make()).runtime
    free = threading.Event()

    async def scenario() -> tuple[int, str]:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(1))
        async with aclosing(answer(a_turn("turn"), runtime)) as events:
            assert isinstance(await anext(events), Decided)
            slow = loop.run_in_executor(None, free.wait, 20)  # all that there is for preparations
            await anext(events)
            found = runtime.log.turn(1)
            free.set()
            await slow
        return len(found.attempts), found.outcome

    assert asyncio.run(scenario()) == (1, "interrupted")


# --- real models ----------------------------------------------------------------------------------


def test_two_real_models_answer_twenty_turns_at_once(
    starter_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HROUTE_HOME", str(tmp_path))
    other = tmp_path / "other.gguf"
    other.symlink_to(starter_path)

    def turn(n: int) -> Turn:
        if n % 2:
            return a_turn(f"Is {n} high?", schema="level: low|high", sampling=Sampling(max_tokens=16, seed=n))
        return a_turn(f"Say {n}.", sampling=Sampling(max_tokens=2, seed=n))

    async def all_at_once() -> list[tuple[int, str]]:
        async with user_runtime([f"local.tools.model={other}"], free_bytes=lambda: None) as runtime:
            return await asyncio.gather(*(asked(turn(n), runtime) for n in range(TURNS)))

    reported = asyncio.run(all_at_once())
    waits: dict[str, list[float]] = {"starter": [], "other": []}
    with Log(tmp_path / "log.sqlite") as log:
        assert [logged.id for logged in log.export()] == list(range(1, TURNS + 1))
        for n, (turn_id, text) in enumerate(reported):
            logged = log.turn(turn_id)
            [attempt] = [a.attempt for a in logged.attempts]
            assert (logged.prompt, logged.outcome) == (turn(n).ask, "ok")
            assert attempt.model == ("other" if n % 2 else "starter")
            assert attempt.text.strip() == text.strip()
            assert json.loads(text)["level"] in ("low", "high") if n % 2 else text
            assert attempt.usage.input_tokens
            assert 0 < (attempt.ttft_ms or 0) <= attempt.wall_ms
            waits[attempt.model].append(attempt.wait_ms)
    for model_waits in waits.values():
        assert sum(wait == 0 for wait in model_waits) >= 1  # the first of each
        assert len([wait for wait in model_waits if wait > 0]) >= TURNS // 2 - 2


# --- cancelled turns ------------------------------------------------------------------------------


class HeldLog(Log):
    """Where `writes` is called, its row is written, but it does not return before `go_on` is set."""

    def __init__(self, path: Path, writes: str) -> None:
        self.writes, self.is_written, self.go_on = writes, threading.Event(), threading.Event()
        super().__init__(path)

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name == "writes" or name != self.writes:
            return found

        def held(*given: Any, **named: Any) -> object:
            written = found(*given, **named)
            self.is_written.set()
            assert self.go_on.wait(20)
            return written

        return held


@dataclass
class Endless(ScriptedEngine):
    """Goes on for longer than any test waits, and says when it has begun."""

    is_heard: Callable[[], None] = lambda: None

    def start(self, request: Request) -> WrittenAnswer:
        return WrittenAnswer(["again ", self.is_heard, *(f"and {n} " for n in range(100_000))])


async def cancel_often(task: "asyncio.Task[tuple[int, str]]") -> None:
    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("writes", "outcome"), [("open_attempt", Outcome.INTERRUPTED), ("close_attempt", Outcome.OK)]
)
def test_a_turn_cancelled_while_its_row_is_written_has_it_settled(
    make: Make, tmp_path: Path, writes: str, outcome: Outcome
) -> None:
    runtime = make().runtime
    log = runtime.log = HeldLog(tmp_path / "held.sqlite", writes)

    async def cancelled() -> None:
        task = asyncio.create_task(asked(a_turn("turn"), runtime))
        assert await asyncio.to_thread(log.is_written.wait, 20)
        await cancel_often(task)
        log.go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    attempt = the_attempt_of_an_interrupted_turn(runtime)
    assert attempt.outcome is outcome
    assert attempt.wall_ms > 0  # it was closed


def test_a_turn_cancelled_while_it_is_answered_has_its_row_settled(make: Make) -> None:
    runtime = make().runtime
    moment = asyncio.Event()
    runtime.model = Endless("local", Route.LOCAL, [], context_tokens=8192, is_heard=moment.set)

    async def cancelled() -> None:
        task = asyncio.create_task(asked(a_turn("turn"), runtime))
        await asyncio.wait_for(moment.wait(), 20)
        await cancel_often(task)
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    attempt = the_attempt_of_an_interrupted_turn(runtime)
    assert attempt.outcome is Outcome.INTERRUPTED
    assert attempt.text.startswith("again ")
    assert attempt.wall_ms > 0


def the_attempt_of_an_interrupted_turn(runtime: Runtime) -> Attempt:
    logged = runtime.log.turn(1)
    assert logged.outcome == "interrupted"
    [attempt] = [a.attempt for a in logged.attempts]
    return attempt


def test_a_failure_of_every_engine_is_each_callers_own(make: Make) -> None:
    world = repeating(make(with_cloud=False))
    world.runtime.clouds = ()

    async def both() -> list[object]:
        prompts = ("one", "two where local fails")
        return await asyncio.gather(
            *(asked(a_turn(prompt), world.runtime) for prompt in prompts), return_exceptions=True
        )

    good, bad = asyncio.run(both())
    assert good in {(1, "local heard one."), (2, "local heard one.")}
    assert isinstance(bad, NoAnswerError)
