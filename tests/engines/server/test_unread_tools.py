"""A server on this machine that drops the tools in silence is asked again in words."""

import pytest

from hroute.core.errors import Failure
from hroute.engines.base import Request
from tests.support.asking import ask, cloud_engine, local_engine, request
from tests.support.calling import ASKED, Calls, calling
from tests.support.servers.loopback import LoopbackServer, Reply

UNREAD, READ = ({"prompt_tokens": tokens, "completion_tokens": 3} for tokens in (20, 120))


@pytest.mark.parametrize("usage", [UNREAD, None], ids=["too few tokens", "no count of them"])
def test_it_is_known_by_the_tokens_that_it_has_read(usage: dict[str, int] | None) -> None:
    with LoopbackServer(Reply("Sunny!", usage=usage)) as server:
        engine = local_engine(server)
        heard = [ask(engine, calling()) for _ in range(2)]
        first, second = (r.body for r in server.requests)
    assert heard[0].error is not None
    assert heard[0].error.failure is Failure.UNREAD
    assert ("tools" in first, "tools" in second, heard[1].error) == (True, False, None)
    assert "get_weather" in second["messages"][0]["content"]


@pytest.mark.parametrize(
    "answer",
    [
        Reply("Sunny!", usage=READ),
        Calls([("1", "get_weather", "{}")], more={"usage": UNREAD}),
    ],
    ids=["read", "called"],
)
def test_without_that_sign_an_answer_is_one(answer: Reply | Calls) -> None:
    with LoopbackServer(answer) as server:
        assert ask(local_engine(server), calling()).error is None


def test_clouds_and_prompts_without_tools_are_not_looked_at() -> None:
    with LoopbackServer(Reply("Sunny!", usage=UNREAD)) as server:
        assert ask(cloud_engine(server), calling()).error is None
        assert ask(local_engine(server), Request((ASKED,), request().sampling)).error is None
