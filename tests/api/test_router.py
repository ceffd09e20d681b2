"""The Router as a program uses it, over scripted engines and a real log."""

import asyncio
import gc
import json
import os
import signal
from collections.abc import Coroutine
from contextlib import aclosing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hroute import (
    BudgetError,
    ConfigError,
    Decided,
    Delta,
    Done,
    Message,
    NoAnswerError,
    Role,
    Route,
    Router,
    RouterStateError,
    Settings,
    ToolCall,
    UsageError,
    reasons,
    remedies,
)
from hroute.core.decision.decision import Rule
from hroute.core.turn.attempt import Outcome
from hroute.store.no_log import NoLog
from tests.support.library import a_router, endless, owned
from tests.support.scripted import ScriptedEngine
from tests.support.world import CRASH, GOOD_CLOUD, GOOD_LOCAL, UNREACHABLE, Make, World

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}
CALL = '{"name": "get_weather", "arguments": {"city": "Oslo"}}'


TOLD_CALL = {"id": "a", "type": "function", "function": {"name": "look", "arguments": "{}"}}
TOLD_IMAGE = {"type": "image_url", "image_url": {"url": "http://127.0.0.1:9/a.png"}}


def asked(world: World, said: Any = "hello", **options: Any) -> Any:
    async def ask() -> Any:
        async with a_router(world) as router:
            return await router.ask(said, **options)

    return asyncio.run(ask())


# --- answers --------------------------------------------------------------------------------------


def test_a_reply_is_the_answer_with_where_it_comes_from_and_its_row_is_closed(make: Make) -> None:
    world = make()
    reply = asked(world, category="greeting")
    assert (reply.id, reply.text, reply.route, reply.model) == (1, GOOD_LOCAL, Route.LOCAL, "scripted")
    assert (reply.tool_calls, reply.warning, len(reply.attempts)) == ((), "", 1)
    assert reply.decision.rule is Rule.DEFAULT
    logged = world.runtime.log.turn(1)
    assert (logged.outcome, logged.command, logged.category) == ("ok", "library", "greeting")


def test_a_route_is_taken_to_the_letter_and_the_cost_is_what_all_attempts_cost(make: Make) -> None:
    reply = asked(make(), route="cloud")
    assert (reply.text, reply.route) == (GOOD_CLOUD, Route.CLOUD)
    assert reply.cost_usd == Decimal("0.000012")


def test_a_stream_tells_what_happens_from_the_decision_to_the_end(make: Make) -> None:
    async def stream() -> list[object]:
        async with a_router(make(["One ", "two."])) as router:
            return [event async for event in router.stream("hello", route=Route.LOCAL)]

    decided, *deltas, done = asyncio.run(stream())
    assert isinstance(decided, Decided)
    assert [delta.text for delta in deltas if isinstance(delta, Delta)] == ["One ", "two."]
    assert isinstance(done, Done)
    assert done.answer.text == "One two."


def test_tools_give_calls_and_their_results_go_along_with_the_next_turn(make: Make) -> None:
    world = make(CALL)
    world.local.script.append("Sunny.")
    first = asked(world, "Weather in Oslo?", tools=[WEATHER])
    (call,) = first.tool_calls
    assert call == ToolCall(call.id, "get_weather", '{"city": "Oslo"}')
    conversation = [
        {"role": "developer", "content": "Be short."},
        {"role": "user", "content": [{"type": "text", "text": "Weather in Oslo?"}]},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.name, "arguments": call.arguments},
                }
            ],
        },
        {"role": "tool", "tool_call_id": call.id, "content": "sun, 21 degrees"},
    ]
    second = asked(world, conversation, tools=[WEATHER], tool_choice="none")
    assert (second.text, second.tool_calls) == ("Sunny.", ())
    system, _, called, reported = world.local.sent_texts(1)
    assert system.text == "Be short."
    assert json.loads(called.text)["arguments"] == {"city": "Oslo"}
    assert "sun, 21 degrees" in reported.text


@pytest.mark.parametrize("thoughts", ["<think>hm</think>\n\n", "hm\n</think>\n\n", "[THINK]hm[/THINK]"])
def test_thoughts_in_a_conversation_go_along_with_no_turn(make: Make, thoughts: str) -> None:
    world = make("No")
    said = {"role": "assistant", "content": f"{thoughts}Yes"}
    asked(world, [{"role": "user", "content": "Is <think>?"}, said, Message.of(Role.USER, "Sure?")])
    assert [message.text for message in world.local.requests[0].messages] == ["Is <think>?", "Yes", "Sure?"]


def test_prose_where_no_call_is_needed_is_the_text(make: Make) -> None:
    reply = asked(make("No need to look that up."), tools=[WEATHER])
    assert (reply.text, reply.tool_calls) == ("No need to look that up.", ())


@pytest.mark.parametrize(
    "schema",
    ["born: int", {"type": "object", "properties": {"born": {"type": "integer"}}, "required": ["born"]}],
)
def test_a_schema_gives_json(make: Make, schema: Any) -> None:
    assert json.loads(asked(make('{"born": 1815}'), "Ada, born 1815", schema=schema).text) == {"born": 1815}


def test_hroutes_own_messages_and_every_option_reach_the_engine(make: Make) -> None:
    world = make()
    said = [Message.of(Role.SYSTEM, "old"), Message.of(Role.USER, "hello")]
    asked(world, said, system="new", max_tokens=9, temperature=0, top_p=0.5, seed=1, stop="\n", route="auto")
    (request,) = world.local.requests
    assert [message.text for message in request.messages] == ["new", "hello"]
    sampling = request.sampling
    assert (sampling.max_tokens, sampling.temperature, sampling.top_p) == (9, 0, 0.5)
    assert (sampling.seed, sampling.stop) == (1, ("\n",))


def test_a_route_is_told_without_an_answer_and_without_a_row(make: Make) -> None:
    world = make()

    async def route() -> Any:
        async with a_router(world) as router:
            return await router.route("hello")

    assert asyncio.run(route()).route is Route.LOCAL
    assert not world.local.requests
    assert not world.runtime.log.path.exists()


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "options", "problem"),
    [
        (" ", {}, "the prompt is empty"),
        ([], {}, "the prompt is empty"),
        ([{"role": "robot", "content": "x"}], {}, r"messages\[0\]: role: "),
        ([{"role": "user", "content": [{"type": "audio"}]}], {}, r"messages\[0\]: content"),
        ([3], {}, r"messages\[0\] is a int"),
        (
            [{"role": "user", "content": "x"}, {"role": "tool", "content": "x"}],
            {},
            "tool_call_id is missing",
        ),
        (
            [{"role": "user", "content": "x"}, {"role": "tool", "tool_call_id": "a", "content": "x"}],
            {},
            "no call before it has the id 'a'",
        ),
        ("x", {"route": "moon"}, "route is 'moon', must be auto, local or cloud"),
        ("x", {"temperature": 3}, "temperature is 3, must be a number from 0 to 2"),
        ("x", {"max_tokens": 0}, "max_tokens is 0, must be a whole number, 1 or more"),
        ("x", {"tools": "[]"}, "^tools: must be a list"),
        ("x", {"schema": "{"}, "^schema: not JSON"),
        ("x", {"tools": [WEATHER], "schema": "a: int"}, "tools and schema do not go together"),
        ("x", {"tools": [WEATHER], "tool_choice": "some"}, "tool_choice is 'some'"),
        ("x", {"tool_choice": "required"}, "there are no tools"),
        (None, {}, "what is said is a NoneType"),
        (b"hello", {}, "what is said is a bytes"),
        ({"role": "user", "content": "x"}, {}, "what is said is a dict"),
        ([{"role": "user", "content": None}], {}, r"messages\[0\]: says nothing"),
        ([{"role": "user", "content": "x", "tool_calls": [TOLD_CALL]}], {}, "calls come from the assistant"),
        ([{"role": "system", "content": [TOLD_IMAGE]}], {}, "images come from the user"),
        (
            [
                {"role": "user", "content": "x"},
                {"role": "assistant", "tool_calls": [TOLD_CALL]},
                {"role": "tool", "tool_call_id": "a", "content": [TOLD_IMAGE]},
            ],
            {},
            "results of tools are text",
        ),
        (
            [
                {"role": "user", "content": "x"},
                {"role": "assistant", "tool_calls": [TOLD_CALL, TOLD_CALL]},
            ],
            {},
            "two of its calls have the id 'a'",
        ),
        ("half \ud800", {}, "has half a character"),
        ("x", {"system": ["Be brief."]}, "system is a list, must be a text"),
        ("x", {"category": 3}, "category is a int, must be a text"),
        ("x", {"local_model": ""}, "local_model is empty"),
        ("x", {"local_model": Path("q8.gguf")}, "local_model is a PosixPath, must be a text"),
        ("x", {"stop": 3}, "stop is '3'"),
        ("x", {"stop": ["", "x"]}, "stop is "),
        ("x", {"parallel": "no", "tools": [WEATHER]}, "parallel is 'no'"),
        ("x", {"temperature": float("nan")}, "temperature is nan"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_anything_is_logged(
    make: Make, said: Any, options: dict[str, Any], problem: str
) -> None:
    world = make()
    with pytest.raises(UsageError, match=problem):
        asked(world, said, **options)
    assert not world.runtime.log.path.exists()


def test_a_misspelt_option_is_told_with_those_that_there_are(make: Make) -> None:
    with pytest.raises(TypeError, match="'rout' is no option; there are system, tools"):
        asked(make(), rout="local")


def test_failures_are_hroutes_own_errors(make: Make, tmp_path: Path) -> None:
    with pytest.raises(NoAnswerError):
        asked(make(CRASH, UNREACHABLE))
    with pytest.raises(ConfigError):
        asked(make(with_cloud=False), route="cloud")
    with pytest.raises(BudgetError):
        asked(make(budget={"daily_usd": 0}), route="cloud")
    with pytest.raises(ConfigError, match=r"settings: routing.max_constraints is -1"):
        Router.open(settings={"routing": {"max_constraints": -1}}, home=tmp_path)


def test_why_and_what_to_do_are_values_and_their_texts_name_no_option(make: Make) -> None:
    asks = {"route": "cloud"}
    with pytest.raises(ConfigError) as unset:
        asked(make(with_cloud=False), **asks)
    assert unset.value.remedies == (remedies.ConfigureCloud("openai"),)
    with pytest.raises(BudgetError) as spent:
        asked(make(budget={"daily_usd": 0}), **asks)
    assert spent.value.because == reasons.RouteForced()
    assert remedies.SetSetting("budget.daily_usd", "USD", "raise the limit") in spent.value.remedies
    decided = asked(make(), route="local").decision
    assert (decided.reasons, decided.flips) == ((reasons.RouteForced(),), (reasons.LeaveRouteOpen(),))
    reported = (str(unset.value), str(spent.value), repr(decided))
    assert not [text for text in reported if "--" in text or "hroute " in text]


# --- giving up ------------------------------------------------------------------------------------


def engine_of(world: World, route: Route) -> ScriptedEngine:
    return world.local if route is Route.LOCAL else world.cloud


async def begun(world: World, route: Route) -> None:
    """When the engine has said something."""
    engine = engine_of(world, route)
    while not (engine.generations and engine.generations[0].usage.output_tokens):
        await asyncio.sleep(0.001)


def is_given_up(world: World, route: Route) -> bool:
    (generation,) = engine_of(world, route).generations
    (row,) = world.runtime.log.turn(1).attempts
    attempt = row.attempt
    is_settled = attempt.cost_usd is not None and (route is Route.LOCAL or attempt.cost_usd > 0)
    return generation.is_closed and is_settled and attempt.outcome is Outcome.INTERRUPTED


@pytest.mark.parametrize("route", list(Route))
def test_a_cancelled_task_stops_the_engine_settles_the_money_and_closes_the_row(
    make: Make, route: Route
) -> None:
    world = endless(make())

    async def cancelled() -> None:
        async with a_router(world) as router:
            task = asyncio.create_task(router.ask("hello", route=route))
            await begun(world, route)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert is_given_up(world, route)

    asyncio.run(cancelled())


@pytest.mark.parametrize("route", list(Route))
def test_a_closed_iterator_stops_the_engine_settles_the_money_and_closes_the_row(
    make: Make, route: Route
) -> None:
    world = endless(make())

    async def left() -> None:
        async with a_router(world) as router:
            async with aclosing(router.stream("hello", route=route)) as events:
                async for event in events:
                    if isinstance(event, Delta):
                        break
            assert is_given_up(world, route)

    asyncio.run(left())


def test_an_iterator_that_is_only_left_is_given_up_at_the_latest_with_the_router(make: Make) -> None:
    world = endless(make())

    async def left() -> None:
        async with a_router(world) as router:
            async for event in router.stream("hello"):
                if isinstance(event, Delta):
                    break

    asyncio.run(left())
    gc.collect()
    assert is_given_up(world, Route.LOCAL)


def test_an_iterator_that_is_kept_is_given_up_with_the_router(make: Make) -> None:
    world = endless(make())

    async def kept() -> None:
        async with a_router(world) as router:
            events = router.stream("hello")
            async for event in events:
                if isinstance(event, Delta):
                    break
        assert is_given_up(world, Route.LOCAL)
        await events.aclose()

    asyncio.run(kept())


def test_a_task_that_waits_for_a_router_that_is_closed_is_told_so(make: Make) -> None:
    world = endless(make())

    async def closed() -> None:
        router = a_router(world)
        async with router:
            task = asyncio.create_task(router.ask("hello"))
            await begun(world, Route.LOCAL)
        with pytest.raises(RouterStateError, match="was closed before the answer was whole"):
            await task

    asyncio.run(closed())
    assert is_given_up(world, Route.LOCAL)


# --- where and when -------------------------------------------------------------------------------


def refused(asking: Coroutine[Any, Any, Any], problem: str) -> None:
    with pytest.raises(RouterStateError, match=problem):
        asyncio.run(asking)


def test_a_router_is_open_only_inside_of_its_context_and_once(make: Make) -> None:
    router = a_router(make())

    async def inside() -> None:
        async with router:
            pass
        await router.aclose()

    refused(router.ask("hello"), "not open yet")
    asyncio.run(inside())
    refused(router.ask("hello"), "closed")
    refused(router.__aenter__(), "opened before")


def test_another_event_loop_is_refused(make: Make) -> None:
    router = a_router(make())

    async def elsewhere() -> None:
        async with router:
            for use in (router.ask, router.route):
                with pytest.raises(RouterStateError, match="belongs to another event loop"):
                    await asyncio.to_thread(asyncio.run, use("hello"))
            with pytest.raises(RouterStateError, match="belongs to another event loop"):
                await asyncio.to_thread(router.stream, "hello")
            assert (await router.ask("hello")).text == GOOD_LOCAL

    asyncio.run(elsewhere())


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_the_child_of_a_fork_is_refused_and_closes_nothing(make: Make) -> None:
    runtime = owned(make())
    router = Router(runtime)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(router.__aenter__())
    child = os.fork()
    if child == 0:  # no return into pytest from here
        try:
            refused(router.ask("hello"), "before this process was forked off")
            asyncio.run(router.aclose())
            os._exit(runtime.closed)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    assert loop.run_until_complete(router.ask("hello")).text == GOOD_LOCAL
    loop.run_until_complete(router.aclose())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
    assert runtime.closed == 1


def test_nothing_is_printed_and_no_signal_is_handled(make: Make, capfd: pytest.CaptureFixture[str]) -> None:
    before = {number: signal.getsignal(number) for number in signal.valid_signals()}
    seen: list[Any] = []

    async def ask() -> None:
        async with a_router(make(CRASH)) as router:
            async for _ in router.stream("hello"):
                seen.append({number: signal.getsignal(number) for number in signal.valid_signals()})

    runner = asyncio.new_event_loop()  # asyncio.run itself takes SIGINT
    runner.run_until_complete(ask())
    runner.run_until_complete(runner.shutdown_default_executor())
    runner.close()
    assert all(one == before for one in seen)
    assert capfd.readouterr() == ("", "")


# --- settings, home, log --------------------------------------------------------------------------


def test_settings_of_a_mapping_are_laid_over_the_file_and_a_settings_stands_alone(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[routing]\nmax_constraints = 7\nmin_lead = 0.1\n")
    laid = Router.open(settings={"routing": {"min_lead": 0.2}}, home=tmp_path)._runtime.settings
    assert (laid.routing.max_constraints, laid.routing.min_lead) == (7, 0.2)
    alone = Settings.model_validate({"routing": {"min_lead": 0.2}})
    assert Router.open(settings=alone, home=tmp_path)._runtime.settings == alone


def test_without_a_log_limits_go_by_what_this_router_spends(make: Make) -> None:
    world = make(budget={"daily_usd": "0.000001"})
    world.runtime.log = NoLog()

    async def twice() -> None:
        async with a_router(world) as router:
            await router.ask("hello", route="cloud")
            with pytest.raises(BudgetError):
                await router.ask("hello", route="cloud")

    asyncio.run(twice())


def test_a_log_is_where_it_is_wanted(tmp_path: Path) -> None:
    assert Router.open(home=tmp_path)._runtime.log.path == tmp_path / "log.sqlite"
    elsewhere = tmp_path / "other.sqlite"
    assert Router.open(home=tmp_path, log=elsewhere)._runtime.log.path == elsewhere
    assert Router.open(home=tmp_path, log=None)._runtime.settings.log.prompts == "off"
