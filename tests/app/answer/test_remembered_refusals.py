"""What a server refuses is remembered for the next process, beside the log; without a log it is not."""

import asyncio
import json
from contextlib import aclosing
from pathlib import Path

import pytest

from hroute import Router
from hroute.app.answer.events import Done
from hroute.app.answer.router import answer
from hroute.core.decision.decision import Route
from hroute.core.turn.attempt import Answer
from hroute.core.turn.message import Message, Role
from hroute.core.turn.options import Options
from hroute.core.turn.turn import Turn
from tests.support.calling import Calls, toolset
from tests.support.servers.loopback import Fail, LoopbackServer, Reply
from tests.support.user import user_runtime

NO_CHOICE = Fail(400, {"error": {"message": "tool_choice is not supported", "param": "tool_choice"}})
PROSE, CALL = Reply("It is sunny."), Calls([("call_1", "get_weather", '{"city": "Oslo"}')])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HROUTE_HOME", str(tmp_path))
    return tmp_path


def configure(home: Path, server: LoopbackServer) -> None:
    (home / "config.toml").write_text(
        f'[[cloud]]\nname = "sky"\nmodel = "m"\nbase_url = "{server.base_url}"\n'
        "input_usd_per_mtok = 1\noutput_usd_per_mtok = 1\n"
    )


def asked(route: Route = Route.CLOUD) -> Answer:
    """One turn of a process of its own."""

    async def run() -> Answer:
        turn = Turn((Message.of(Role.USER, "Weather?"),), toolset(only="get_weather"), Options(route))
        async with user_runtime() as runtime, aclosing(answer(turn, runtime)) as events:
            async for event in events:
                if isinstance(event, Done):
                    return event.answer
        raise AssertionError

    return asyncio.run(run())


def test_the_next_process_asks_without_and_the_contract_still_holds(home: Path) -> None:
    with LoopbackServer(NO_CHOICE, CALL, PROSE) as server:
        configure(home, server)
        first = asked()
        assert (first.given.calls[0].id, len(server.requests)) == ("call_1", 2)
        assert first.given.sent_bytes == sum(len(r.raw) for r in server.requests)
        with pytest.raises(Exception, match="this is not JSON"):  # prose, where a call was required
            asked()
        assert ["tool_choice" in r.body for r in server.requests] == [True, False, False]
    (fields,) = json.loads((home / "servers.json").read_text()).values()
    assert list(fields) == ["tool_choice"]


def test_a_program_that_logs_nothing_leaves_no_file(home: Path) -> None:
    async def run() -> None:
        async with Router.open(log=None) as router:
            await router.ask("Weather?", tools=[{"name": "now"}], tool_choice="required", route="cloud")

    with LoopbackServer(NO_CHOICE, Calls([("1", "now", "")])) as server:
        configure(home, server)
        asyncio.run(run())
        assert len(server.requests) == 2
    assert not (home / "servers.json").exists()


def test_a_local_server_that_drops_tools_in_silence_is_asked_again_in_words(home: Path) -> None:
    written = Reply('{"name": "get_weather", "arguments": {"city": "Oslo"}}')
    with LoopbackServer(PROSE, written) as server:
        (home / "config.toml").write_text(f'[local.chat]\nmodel = "m"\nbase_url = "{server.base_url}"\n')
        found = asked(Route.LOCAL)
        assert [one.reason for one in found.attempts] == ["unread", None]
        assert asked(Route.LOCAL).given.calls[0].name == "get_weather"
    assert ["tools" in r.body for r in server.requests] == [True, False, False]
