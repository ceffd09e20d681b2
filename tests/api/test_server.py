"""The library over real HTTP: a server on loopback that follows a script, as local model and as cloud."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, suppress
from decimal import Decimal
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from hroute import (
    BudgetError,
    Decided,
    Delta,
    Done,
    Event,
    FailedOver,
    Message,
    NoAnswerError,
    Rejected,
    Role,
    Route,
    Router,
    SyncRouter,
    ToolResult,
)
from hroute.core.turn.attempt import Attempt, Outcome
from hroute.store.log import Log
from hroute.store.rows import LoggedTurn
from tests.support.program import Program
from tests.support.servers.loopback import Behaviour, Cut, Fail, Hang, LoopbackServer, Reply

WEATHER = {"name": "get_weather", "parameters": {"properties": {"city": {"type": "string"}}}}
CALL = '{"name": "get_weather", "arguments": {"city": "Oslo"}}'
NOWHERE = "http://127.0.0.1:9/v1"
USAGE = {"prompt_tokens": 1000, "completion_tokens": 500}
Use = Callable[[Router], Coroutine[Any, Any, Any]]


def settings(local: str = NOWHERE, cloud: str | None = None) -> dict[str, Any]:
    sky = {"name": "sky", "model": "big", "base_url": cloud, "max_retries": 0}
    prices = {"input_usd_per_mtok": 1, "output_usd_per_mtok": 2}
    return {
        "local": {"chat": {"base_url": local, "model": "small"}},
        "cloud": [{**sky, **prices}] if cloud else [],
    }


def used(home: Path, given: dict[str, Any], use: Use) -> Any:
    async def run() -> Any:
        async with Router.open(home=home, settings=given) as router:
            return await use(router)

    return asyncio.run(run())


def rows(home: Path) -> list[LoggedTurn]:
    with Log(home / "log.sqlite") as log:
        return [*log.export()]


def attempts(home: Path) -> list[Attempt]:
    return [row.attempt for turn in rows(home) for row in turn.attempts]


def test_an_answer_and_what_it_costs(tmp_path: Path) -> None:
    with LoopbackServer(Reply("A cloud answer.", USAGE)) as cloud:
        given = settings(cloud=cloud.base_url)
        reply = used(tmp_path, given, lambda router: router.ask("hello", route="cloud", max_tokens=9))
    assert (reply.text, reply.model, reply.cost_usd) == ("A cloud answer.", "big", Decimal("0.002"))
    assert cloud.requests[0].body["messages"] == [{"role": "user", "content": "hello"}]
    assert rows(tmp_path)[0].outcome == "ok"


def test_a_stream_with_tools_and_the_turn_with_their_results(tmp_path: Path) -> None:
    async def loop(router: Router) -> tuple[list[Event], str]:
        messages = [Message.of(Role.USER, "Weather in Oslo?")]
        events = [event async for event in router.stream(messages, tools=[WEATHER], route="local")]
        reply = await router.ask(messages, tools=[WEATHER], route="local")
        results = tuple(ToolResult(call.id, "sun") for call in reply.tool_calls)
        reported = [*messages, reply.message, Message(Role.TOOL, results)]
        return events, (await router.ask(reported, tools=[WEATHER], route="local")).text

    read = {"prompt_tokens": 200, "completion_tokens": 20}  # so many that the tools are among them
    script = Reply([CALL[:9], CALL[9:]], read), Reply(CALL, read), Reply("Sunny.", read)
    with LoopbackServer(*script) as local:
        events, text = used(tmp_path, settings(local.base_url), loop)
    decided, *_, done = events
    assert isinstance(decided, Decided)
    assert isinstance(done, Done)
    assert json.loads(done.answer.text)[0]["arguments"] == {"city": "Oslo"}
    assert text == "Sunny."
    *_, called, reported = local.requests[2].body["messages"]
    assert called["tool_calls"][0]["function"]["name"] == "get_weather"
    assert (reported["role"], reported["content"]) == ("tool", "sun")


def given_up(home: Path) -> bool:
    (attempt,) = attempts(home)
    return attempt.outcome is Outcome.INTERRUPTED and bool(attempt.cost_usd)


async def left(router: Router) -> None:
    async with aclosing(router.stream("hello", route="cloud")) as events:
        async for event in events:
            if isinstance(event, Delta):
                break


async def cancelled(router: Router) -> None:
    begun = asyncio.Event()

    async def follow() -> None:
        async for event in router.stream("hello", route="cloud"):
            if isinstance(event, Delta):
                begun.set()

    task = asyncio.create_task(follow())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def given_up_in_a_session(router: Router) -> None:
    async for event in router.session().stream("hello", route="cloud"):
        if isinstance(event, Delta):
            break


@pytest.mark.parametrize("use", [left, cancelled, given_up_in_a_session])
def test_giving_up_in_the_middle_leaves_the_server_counts_the_money_and_closes_the_row(
    tmp_path: Path, use: Use
) -> None:
    with LoopbackServer(Hang(["One "])) as cloud:
        used(tmp_path, settings(cloud=cloud.base_url), use)
        assert cloud.wait_for_disconnect()
    assert given_up(tmp_path)


def test_what_was_given_up_counts_against_the_limit(tmp_path: Path) -> None:
    async def twice(router: Router) -> None:
        await left(router)
        await router.ask("hello", route="cloud")

    with LoopbackServer(Hang(["One "])) as cloud:
        given = settings(cloud=cloud.base_url) | {"budget": {"daily_usd": "0.0000001"}}
        with pytest.raises(BudgetError):
            used(tmp_path, given, twice)
        assert len(cloud.requests) == 1


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (Cut(["One "]), "unreachable"),
        (Fail(500, {"error": {"message": "no"}}), "server"),
        (Fail(401, {"error": {"message": "bad key"}}), "auth"),
    ],
)
@pytest.mark.parametrize("route", list(Route))
def test_a_server_that_dies_or_refuses_fails_over_or_is_an_error_of_hroute(
    tmp_path: Path, behaviour: Behaviour, reason: str, route: Route
) -> None:
    seen: list[object] = []

    async def ask(router: Router) -> None:
        try:
            async for event in router.stream("hello", route=None if route is Route.LOCAL else route):
                seen.append(event)
        except NoAnswerError as error:
            seen.append(error)

    with LoopbackServer(behaviour) as failing, LoopbackServer(Reply("A good answer.")) as working:
        servers = (failing, working) if route is Route.LOCAL else (working, failing)
        used(tmp_path, settings(servers[0].base_url, servers[1].base_url), ask)
    failed = attempts(tmp_path)[0]
    assert (failed.route, failed.outcome, failed.reason) == (route, Outcome.ERROR, reason)
    assert rows(tmp_path)[0].closed
    if route is Route.CLOUD:
        assert isinstance(seen[-1], NoAnswerError)
        assert not working.requests
        return
    assert {Rejected, FailedOver} <= {type(event) for event in seen}
    assert isinstance(seen[-1], Done)
    assert seen[-1].answer.text == "A good answer."


def test_a_local_server_that_is_not_there_fails_over_to_the_cloud(tmp_path: Path) -> None:
    with LoopbackServer(Reply("A cloud answer.", USAGE)) as cloud:
        reply = used(tmp_path, settings(cloud=cloud.base_url), lambda router: router.ask("hello"))
    assert [(a.route, a.outcome) for a in reply.attempts] == [
        (Route.LOCAL, Outcome.ERROR),
        (Route.CLOUD, Outcome.OK),
    ]
    assert reply.cost_usd == Decimal("0.002")


def test_the_named_local_model_is_asked_for_at_the_server(tmp_path: Path) -> None:
    async def both(router: Router) -> None:
        await asyncio.gather(router.ask("hello"), router.ask("hello", local_model="large"))

    with LoopbackServer(Reply("An answer.")) as local:
        used(tmp_path, settings(local.base_url), both)
    assert sorted(request.body["model"] for request in local.requests) == ["large", "small"]
    assert sorted(attempt.model for attempt in attempts(tmp_path)) == ["large", "small"]


def test_threads_ask_at_once_and_each_gets_its_own(tmp_path: Path) -> None:
    with (
        LoopbackServer(Reply(["An ", "answer."], delay_s=0.1)) as local,
        SyncRouter.open(home=tmp_path, settings=settings(local.base_url)) as router,
        ThreadPoolExecutor(8) as threads,
    ):
        replies = [*threads.map(lambda n: router.ask(f"hello {n}"), range(8))]
    assert {reply.text for reply in replies} == {"An answer."}
    by_id = {turn.id: turn.prompt for turn in rows(tmp_path)}
    assert [by_id[reply.id] for reply in replies] == [f"hello {n}" for n in range(8)]


def test_leaving_the_plain_iterator_leaves_the_server(tmp_path: Path) -> None:
    with (
        LoopbackServer(Hang(["One "])) as cloud,
        SyncRouter.open(home=tmp_path, settings=settings(cloud=cloud.base_url)) as router,
    ):
        for event in router.stream("hello", route="cloud"):
            if isinstance(event, Delta):
                break
        assert cloud.wait_for_disconnect()
        assert given_up(tmp_path)


SCRIPT = """
import json, sys
from pathlib import Path
from hroute import SyncRouter

with SyncRouter.open(home=Path(sys.argv[1]), settings=json.loads(sys.argv[2])) as router:
    for event in router.stream("hello", route="cloud"):
        print(type(event).__name__, flush=True)
"""


def test_ctrl_c_ends_a_script_and_its_turn(tmp_path: Path) -> None:
    with LoopbackServer(Hang(["One "])) as cloud:
        given = json.dumps(settings(cloud=cloud.base_url))
        script = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(tmp_path), given],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=Program(tmp_path).environment(),
        )
        assert script.stdout is not None
        while script.stdout.readline() != "Delta\n":
            assert script.poll() is None
        script.send_signal(signal.SIGINT)
        _, err = script.communicate(timeout=60)
        assert cloud.wait_for_disconnect()
    assert err.rstrip().endswith("KeyboardInterrupt"), err
    assert script.returncode == -signal.SIGINT
    assert given_up(tmp_path)


def test_the_server_of_llama_cpp_is_asked_and_left(tmp_path: Path, starter_path: Path) -> None:
    for needed in ("uvicorn", "fastapi", "sse_starlette", "starlette_context", "pydantic_settings"):
        pytest.importorskip(needed, reason='pip install "llama-cpp-python[server]"')
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(starter_path), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    async def use(router: Router) -> str:
        await left_locally(router)
        reply = await router.ask("Name a colour.", max_tokens=8, seed=1)
        return reply.text

    try:
        wait_for(port, server)
        assert used(tmp_path, settings(f"http://127.0.0.1:{port}/v1"), use).strip()
    finally:
        server.terminate()
        server.wait(30)
    assert [one.outcome for one in attempts(tmp_path)] == [Outcome.INTERRUPTED, Outcome.OK]


async def left_locally(router: Router) -> None:
    async with aclosing(router.stream("Count to a hundred.", seed=1)) as events:
        async for event in events:
            if isinstance(event, Delta):
                break


def wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = monotonic() + 120
    while monotonic() < deadline and server.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        sleep(0.2)
    raise AssertionError(f"llama_cpp.server did not start: {server.poll()}")
