import asyncio
import json
import subprocess
import sys
from typing import Any

import pytest

from hroute.core.decision.decision import Need, Route
from hroute.core.turn.attempt import Usage
from hroute.core.turn.message import Image, Message, Role, Text
from hroute.core.turn.options import Sampling
from hroute.engines.base import Finish, Request
from tests.support.asking import KEY, PROMPT_TOKENS, ask, cloud_engine, listen, local_engine, request
from tests.support.servers.loopback import Fail, Hang, LoopbackServer, Reply, delta, raw_sse

USAGE = {"prompt_tokens": 50, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 20}}
NO_STREAM_OPTIONS = Fail(422, {"detail": [{"loc": ["body", "stream_options"], "msg": "Extra inputs"}]})
WANTS_COMPLETION_TOKENS = Fail(
    400, {"error": {"message": "'max_tokens' is not supported with this model. Use 'max_completion_tokens'."}}
)


def event(content: Any, finish: str | None = None, **more: Any) -> str:
    return "data: " + json.dumps(delta(content, finish, **more))


def test_an_answer_streams_with_the_servers_own_token_counts() -> None:
    with LoopbackServer(Reply(["Hel", "lo"], usage=USAGE)) as server:
        reported = ask(cloud_engine(server))

    assert (reported.text, reported.finish, reported.error) == ("Hello", Finish.STOP, None)
    assert reported.usage == Usage(50, 3, cached_tokens=20)


def test_only_what_was_asked_for_is_sent() -> None:
    messages = (Message.of(Role.SYSTEM, "be brief"), Message.of(Role.USER, "héllo"))
    with LoopbackServer(Reply()) as server:
        ask(cloud_engine(server), Request(messages, Sampling()))

    assert server.requests[0].path == "/v1/chat/completions"
    assert server.requests[0].body == {
        "model": "m-1",
        "messages": [{"role": "system", "content": "be brief"}, {"role": "user", "content": "héllo"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_no_header_tells_more_than_the_request_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-private")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-endpoint")
    with LoopbackServer(Reply()) as server:
        ask(cloud_engine(server))

    headers = server.requests[0].headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert set(headers) == {
        *("accept", "accept-encoding", "authorization", "connection"),
        *("content-length", "content-type", "host", "user-agent"),
    }


def test_the_users_sampling_wins_over_the_settings() -> None:
    with LoopbackServer(Reply()) as server:
        engine = cloud_engine(server, max_tokens=100, temperature=0.5)
        ask(engine)
        ask(engine, request(max_tokens=9, temperature=0.0, seed=4))

    sampling = [{k: r.body.get(k) for k in ("max_tokens", "temperature", "seed")} for r in server.requests]
    assert sampling == [
        {"max_tokens": 100, "temperature": 0.5, "seed": None},
        {"max_tokens": 9, "temperature": 0.0, "seed": 4},
    ]


def test_a_local_server_is_the_local_route_and_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with LoopbackServer(Reply("hi")) as server:
        engine = local_engine(server)
        reported = ask(engine)

    assert (engine.name, engine.route, engine.endpoint) == ("local", Route.LOCAL, server.base_url)
    assert reported.text == "hi"
    assert server.requests[0].headers["authorization"] == "Bearer none"
    assert server.requests[0].body["top_p"] == 0.9


def test_the_size_of_a_request_is_what_the_server_receives() -> None:
    with LoopbackServer(Reply()) as server:
        engine = cloud_engine(server)
        reported = ask(engine, request("héllo €"))

    assert reported.sent_bytes == engine.request_bytes(request("héllo €")) == len(server.requests[0].raw)


def test_a_retry_counts_as_sent_again() -> None:
    with LoopbackServer(Fail(503, headers={"Retry-After": "0.01"}), Reply()) as server:
        reported = ask(cloud_engine(server, max_retries=1))

    assert reported.sent_bytes == sum(len(r.raw) for r in server.requests) == 2 * len(server.requests[0].raw)


def test_a_busy_server_is_asked_again_when_it_says_so() -> None:
    busy = Fail(429, {"error": {"message": "slow down"}}, {"Retry-After": "0.01"})
    with LoopbackServer(busy, Reply("at last")) as server:
        reported = ask(cloud_engine(server, max_retries=2))

    assert (reported.text, len(server.requests)) == ("at last", 2)


def test_a_server_that_refuses_stream_options_is_asked_without_from_then_on() -> None:
    with LoopbackServer(NO_STREAM_OPTIONS, Reply("ok")) as server:
        engine = cloud_engine(server)
        texts = [ask(engine).text, ask(engine).text]

    assert texts == ["ok", "ok"]
    assert ["stream_options" in r.body for r in server.requests] == [True, False, False]


def test_a_model_that_wants_max_completion_tokens_gets_it() -> None:
    with LoopbackServer(WANTS_COMPLETION_TOKENS, Reply("ok")) as server:
        reported = ask(cloud_engine(server, max_tokens=5))

    assert reported.text == "ok"
    assert [r.body.get("max_completion_tokens") for r in server.requests] == [None, 5]
    assert "max_tokens" not in server.requests[1].body


def test_usage_is_an_estimate_when_the_server_sends_none() -> None:
    with LoopbackServer(Reply(["one ", "two ", "three"])) as server:
        reported = ask(cloud_engine(server))

    assert reported.usage == Usage(PROMPT_TOKENS, 3, estimated=True)


def test_an_impossible_usage_report_is_not_believed() -> None:
    with LoopbackServer(Reply("ok", usage={"prompt_tokens": -5, "completion_tokens": 10**30})) as server:
        reported = ask(cloud_engine(server))

    assert (reported.text, reported.usage) == ("ok", Usage(PROMPT_TOKENS, 1, estimated=True))


def test_deepseeks_count_of_cached_tokens_is_read() -> None:
    usage = {"prompt_tokens": 10, "completion_tokens": 1, "prompt_cache_hit_tokens": 8}
    with LoopbackServer(Reply("ok", usage=usage)) as server:
        reported = ask(cloud_engine(server))

    assert reported.usage == Usage(10, 1, cached_tokens=8)


@pytest.mark.parametrize(
    ("word", "finish"),
    [
        ("stop", Finish.STOP),
        ("length", Finish.LENGTH),
        ("content_filter", Finish.FILTERED),
        ("eos", Finish.STOP),
    ],
)
def test_the_way_an_answer_ends_is_told(word: str, finish: Finish) -> None:
    with LoopbackServer(Reply("ok", finish=word)) as server:
        assert ask(cloud_engine(server)).finish is finish


def test_thoughts_are_no_part_of_the_answer_but_of_the_bill() -> None:
    thought = event(None, reasoning_content="x" * 400)
    with LoopbackServer(raw_sse(thought, event("yes"), event(None, "stop"), "data: [DONE]")) as server:
        reported = ask(cloud_engine(server))

    assert (reported.text, reported.usage) == ("yes", Usage(PROMPT_TOKENS, 101, estimated=True))


def test_comments_and_empty_events_are_passed_over() -> None:
    lines = [": waiting", 'data: {"choices": []}', 'data: {"choices": null}', 'data: {"id": "x"}']
    with LoopbackServer(raw_sse(*lines, event("hi"), event("", "stop"))) as server:
        assert ask(cloud_engine(server)).text == "hi"


def test_a_broken_character_becomes_a_question_mark() -> None:
    with LoopbackServer(raw_sse(event("a\ud800b"), event(None, "stop"))) as server:
        assert ask(cloud_engine(server)).text == "a?b"


def test_a_prompt_that_is_not_unicode_is_sent_all_the_same() -> None:
    with LoopbackServer(Reply("ok")) as server:
        assert ask(cloud_engine(server), request("caf\udce9")).text == "ok"

    assert server.requests[0].body["messages"][0]["content"] == "caf?"


def test_a_server_that_ends_its_answer_but_not_the_connection_loses_only_the_count() -> None:
    with LoopbackServer(Hang(["all"], finish="stop")) as server:
        reported = ask(cloud_engine(server, read_s=0.1))

    assert (reported.text, reported.finish, reported.error) == ("all", Finish.STOP, None)
    assert reported.usage.estimated


def test_closing_an_answer_ends_the_connection_at_once() -> None:
    async def first_piece_only(engine: Any) -> Usage:
        answer = engine.start(request())
        assert await anext(aiter(answer)) == "never"
        await answer.aclose()
        await answer.aclose()
        return (await listen(answer)).usage

    with LoopbackServer(Hang(["never", "ending"])) as server:
        usage = asyncio.run(first_piece_only(cloud_engine(server)))
        assert server.wait_for_disconnect()

    assert usage == Usage(PROMPT_TOKENS, 1, estimated=True)


def test_a_cancelled_wait_ends_the_connection_and_counts_the_prompt() -> None:
    async def cancelled(engine: Any) -> Usage:
        answer = engine.start(request())
        task = asyncio.create_task(listen(answer))
        while not server.requests:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        usage: Usage = answer.usage
        return usage

    with LoopbackServer(Hang()) as server:
        usage = asyncio.run(cancelled(cloud_engine(server)))
        assert server.wait_for_disconnect()

    assert usage == Usage(PROMPT_TOKENS, 0, estimated=True)


def test_closing_from_elsewhere_ends_the_reader_without_an_error() -> None:
    async def closed(engine: Any) -> Any:
        answer = engine.start(request())
        reader = asyncio.create_task(listen(answer))
        while answer.usage.output_tokens != 1:
            await asyncio.sleep(0.01)
        await answer.aclose()
        return await asyncio.wait_for(reader, 2)

    with LoopbackServer(Hang(["some"])) as server:
        reported = asyncio.run(closed(cloud_engine(server)))

    assert (reported.text, reported.error) == ("some", None)


def test_two_answers_run_side_by_side() -> None:
    async def both(engine: Any) -> list[str]:
        reported = await asyncio.gather(*(listen(engine.start(request())) for _ in range(2)))
        return [t.text for t in reported]

    with LoopbackServer(Reply(["a", "b"], delay_s=0.02)) as server:
        assert asyncio.run(both(cloud_engine(server))) == ["ab", "ab"]


def test_an_engine_outlives_its_event_loop() -> None:
    with LoopbackServer(Reply("again")) as server:
        engine = cloud_engine(server)
        assert [ask(engine).text for _ in range(2)] == ["again", "again"]


def test_making_an_engine_fetches_no_key_and_sends_nothing() -> None:
    with LoopbackServer(Reply()) as server:
        engine = cloud_engine(server, key=lambda: pytest.fail("the key was fetched"))
        engine.start(request())
        asyncio.run(engine.close())

    assert server.requests == []


def test_the_sdk_is_not_loaded_before_it_is_needed() -> None:
    found = "{'openai', 'httpx2', 'asyncio.events'} & {*sys.modules}"
    script = f"import sys, hroute.engines.server.engine; print({found})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "{'asyncio.events'}"


def test_an_answer_without_text_is_empty_not_an_error() -> None:
    with LoopbackServer(raw_sse(event(None), event(None, "stop"))) as server:
        reported = ask(cloud_engine(server))

    assert (reported.text, reported.finish, reported.error) == ("", Finish.STOP, None)


def test_a_token_in_the_address_is_not_shown() -> None:
    engine = cloud_engine("https://gate.example:8443/v1/?token=hush")

    assert engine.endpoint == "https://gate.example:8443/v1"


def test_images_are_sent_after_the_text_of_their_message() -> None:
    pixel = Image("image/png", b"\x89PNG")
    there = Image("image/png", url="https://example.com/a.png")
    message = Message(Role.USER, (Text("What is it?"), pixel, there))
    with LoopbackServer(Reply("ok")) as server:
        ask(cloud_engine(server), Request((message,), Sampling()))
    assert server.requests[0].body["messages"][0]["content"] == [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}},
        {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
    ]


def test_what_servers_take() -> None:
    with LoopbackServer(Reply("ok")) as server:
        assert cloud_engine(server).takes == {Need.IMAGES, Need.TOOLS, Need.SCHEMAS}
        assert local_engine(server).takes == {Need.TOOLS, Need.LOGPROBS}
        assert local_engine(server, images=True).takes == {Need.IMAGES, Need.TOOLS, Need.LOGPROBS}


def test_where_to_stop_and_the_share_of_tokens_are_asked_for() -> None:
    with LoopbackServer(Reply("ok")) as server:
        ask(cloud_engine(server), request(top_p=0.3, stop=("END",)))
    body = server.requests[0].body
    assert (body["top_p"], body["stop"]) == (0.3, ["END"])
