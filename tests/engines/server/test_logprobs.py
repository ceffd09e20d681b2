import asyncio
import json
from typing import Any

import pytest

from hroute.core.confidence.signals import AnswerSignals
from hroute.engines.server.engine import ServerEngine
from tests.support.asking import Told, cloud_engine, listen, local_engine, request
from tests.support.servers.loopback import Fail, LoopbackServer, RawBody, Reply, delta, raw_sse


def scored(text: str, *tokens: tuple[str, Any]) -> RawBody:
    event = delta(text)
    event["choices"][0]["logprobs"] = {"content": [{"token": t, "logprob": p} for t, p in tokens]}
    return raw_sse(f"data: {json.dumps(event)}", f"data: {json.dumps(delta(None, 'stop'))}", "data: [DONE]")


def ask(engine: ServerEngine) -> tuple[Told, AnswerSignals | None]:
    async def run() -> tuple[Told, AnswerSignals | None]:
        answer = engine.start(request())
        reported = await listen(answer)
        return reported, answer.answer_signals

    return asyncio.run(run())


def test_a_local_server_is_asked_for_log_probabilities_and_a_cloud_is_not() -> None:
    with LoopbackServer(Reply()) as server:
        ask(local_engine(server))
        ask(cloud_engine(server))
    assert [request.body.get("logprobs") for request in server.requests] == [True, None]


def test_what_the_server_sends_becomes_the_signals_of_the_answer() -> None:
    with LoopbackServer(scored("It is 42", ("It is", -0.5), (" 42", -1.5))) as server:
        _told, signals = ask(local_engine(server))
    assert signals is not None
    assert (signals.tokens, signals.logprob_sum, signals.entropy_max) == (2, -2.0, None)
    assert signals.number is not None
    assert signals.number.min == -1.5


def test_a_server_that_sends_none_gives_no_signals() -> None:
    with LoopbackServer(Reply("hello")) as server:
        reported, signals = ask(local_engine(server))
    assert (reported.text, signals) == ("hello", None)


def test_a_server_that_refuses_them_is_asked_without_and_not_asked_again() -> None:
    with LoopbackServer(Fail(400, "logprobs is not supported"), Reply("one"), Reply("two")) as server:
        engine = local_engine(server)
        texts = [ask(engine)[0].text for _ in range(2)]
    assert texts == ["one", "two"]
    assert [request.body.get("logprobs") for request in server.requests] == [True, None, None]


def test_where_nothing_is_named_they_are_the_last_to_be_left_out() -> None:
    extra = Fail(400, '{"detail": [{"msg": "Extra inputs are not permitted"}]}')
    with LoopbackServer(extra, extra, Reply("one")) as server:
        reported, _signals = ask(local_engine(server))
    assert reported.text == "one"
    assert [{"stream_options", "logprobs"} & set(request.body) for request in server.requests] == [
        {"stream_options", "logprobs"},
        {"logprobs"},
        set(),
    ]


def test_a_refusal_that_has_another_reason_stays_what_it_is() -> None:
    with LoopbackServer(Fail(400, "the prompt is too long"), Reply()) as server:
        engine = local_engine(server)
        reported, _signals = ask(engine)
        ask(engine)
    assert reported.error is not None
    assert [request.body.get("logprobs") for request in server.requests] == [True, True]


@pytest.mark.parametrize(
    "tokens",
    [
        [("hi", "very")],
        [("hi", float("nan"))],
        [("x", -1.0)] * 1000,  # more tokens than the text has bytes
        [],
    ],
)
def test_nonsense_for_log_probabilities_costs_the_signals_and_not_the_answer(
    tokens: list[tuple[str, Any]],
) -> None:
    with LoopbackServer(scored("hi", *tokens)) as server:
        reported, signals = ask(local_engine(server))
    assert (reported.text, reported.error, signals) == ("hi", None, None)


def test_tokens_that_are_parts_of_a_character_still_count() -> None:
    with LoopbackServer(scored("é1", ("\\xc3", -0.5), ("\\xa9", -0.25), ("1", -0.25))) as server:
        reported, signals = ask(local_engine(server))
    assert reported.text == "é1"
    assert signals is not None
    assert (signals.tokens, signals.logprob_sum) == (3, -1.0)
