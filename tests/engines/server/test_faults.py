import json
import socket
from typing import Any

import pytest

from hroute.core.errors import CloudError, ConfigError, EngineError, Failure, LocalInferenceError
from hroute.core.turn.attempt import Usage
from tests.support.advice import advice_of
from tests.support.asking import PROMPT_TOKENS, Told, ask, cloud_engine, local_engine
from tests.support.servers.loopback import (
    Behaviour,
    Cut,
    Fail,
    Garbage,
    Hang,
    LoopbackServer,
    RawBody,
    Reply,
    delta,
    raw_sse,
)

ESTIMATED = Usage(PROMPT_TOKENS, 0, estimated=True)


def failed(*script: Behaviour, **settings: Any) -> Told:
    with LoopbackServer(*script) as server:
        return ask(cloud_engine(server, **settings))


def error_of(*script: Behaviour, **settings: Any) -> EngineError:
    error = failed(*script, **settings).error
    assert isinstance(error, CloudError)
    return error


def says(message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, **more}}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# --- what a server refuses -----------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (Fail(400, says("bad")), Failure.REFUSED),
        (Fail(401, says("bad key")), Failure.AUTH),
        (Fail(402, says("Insufficient Balance")), Failure.RATE_LIMIT),
        (Fail(403, says("not in your country")), Failure.AUTH),
        (Fail(404, says("no such model")), Failure.REFUSED),
        (Fail(408), Failure.TIMEOUT),
        (Fail(413), Failure.CONTEXT),
        (Fail(429, says("slow down")), Failure.RATE_LIMIT),
        (Fail(500, says("oops")), Failure.SERVER),
        (Fail(503, "<html>busy</html>"), Failure.SERVER),
        (Fail(400, says("too long", code="context_length_exceeded")), Failure.CONTEXT),
        (Fail(400, says("request exceeds the available context size", type="x")), Failure.CONTEXT),
        (Fail(307, headers={"Location": "http://elsewhere.example/"}), Failure.REFUSED),
    ],
)
def test_each_refusal_has_its_own_failure_and_costs_nothing(answer: Fail, failure: Failure) -> None:
    reported = failed(answer)

    assert reported.error is not None
    assert (reported.error.failure, reported.usage) == (failure, Usage())


def test_an_error_names_the_entry_the_host_and_what_the_server_said() -> None:
    with LoopbackServer(Fail(401, says("No such key.\nTry again."))) as server:
        error = ask(cloud_engine(server)).error

    assert error is not None
    assert error.message == f"acme ({server.base_url[7:-3]}) refused the key (401): No such key. Try again"
    assert advice_of(error.remedies) == "check the environment variable ACME_KEY"


def test_an_empty_account_is_not_told_to_wait() -> None:
    error = error_of(Fail(429, says("You exceeded your current quota", code="insufficient_quota")))

    assert (error.failure, advice_of(error.remedies)[:13]) == (Failure.RATE_LIMIT, "add credit at")


def test_a_local_server_fails_as_the_local_model() -> None:
    with LoopbackServer(Fail(500)) as server:
        error = ask(local_engine(server)).error

    assert isinstance(error, LocalInferenceError)
    assert len(server.requests) == 1


def test_neither_prompt_nor_key_follows_a_redirect() -> None:
    with LoopbackServer(Reply()) as elsewhere:
        location = {"Location": f"{elsewhere.base_url}/chat/completions"}
        error = error_of(Fail(307, headers=location))

    assert elsewhere.requests == []
    assert "redirects" in error.message


def test_a_message_is_one_short_line_that_no_terminal_obeys() -> None:
    error = error_of(Fail(400, says("\x1b]0;owned\x07red \x1b[31mline\r\n" * 500)))

    assert error.message.isprintable()
    assert len(error.message) <= 400


@pytest.mark.parametrize(
    "body", ["[]", "null", '{"error": "just text"}', '{"error": {"message": 7}}', '{"error": []}']
)
def test_an_error_body_of_any_shape_is_understood(body: str) -> None:
    assert error_of(Fail(400, body)).failure is Failure.REFUSED


# --- keys ------------------------------------------------------------------------


def test_without_its_key_an_endpoint_is_not_asked() -> None:
    with LoopbackServer(Reply()) as server:
        reported = ask(cloud_engine(server, key=lambda: None))

    assert reported.error is not None
    assert (reported.error.failure, reported.usage, reported.sent_bytes) == (Failure.AUTH, Usage(), 0)
    assert server.requests == []


def test_a_failed_key_command_is_a_failure_of_the_engine() -> None:
    def locked() -> str:
        raise ConfigError("the vault is locked", "unlock it")

    with LoopbackServer(Reply()) as server:
        error = ask(cloud_engine(server, key=locked)).error

    assert error is not None
    assert (error.failure, advice_of(error.remedies)) == (Failure.AUTH, "unlock it")
    assert "the vault is locked" in error.message


# --- no connection, no time --------------------------------------------------------


@pytest.mark.parametrize(
    "base_url",
    [
        f"http://127.0.0.1:{free_port()}/v1",
        "http://nowhere.invalid/v1",
        "http://127.0.0.1:99999/v1",
        "http://[::1/v1",
        f"http://{'long' * 20}.example/v1",
    ],
)
def test_an_endpoint_that_is_not_there_is_unreachable(base_url: str) -> None:
    reported = ask(cloud_engine(base_url))

    assert reported.error is not None
    assert (reported.error.failure, reported.usage, reported.sent_bytes) == (Failure.UNREACHABLE, Usage(), 0)


def test_an_endpoint_without_tls_is_unreachable_over_https() -> None:
    with LoopbackServer(Reply()) as server:
        error = ask(cloud_engine(server.base_url.replace("http:", "https:"))).error

    assert error is not None
    assert error.failure is Failure.UNREACHABLE


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with LoopbackServer(Reply("by proxy")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.base_url[:-3])
        assert ask(cloud_engine("http://api.example/v1")).text == "by proxy"

    assert proxy.requests[0].path == "http://api.example/v1/chat/completions"


def test_a_proxy_that_cannot_be_used_is_an_error_of_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    error = ask(cloud_engine("http://api.example/v1")).error

    assert error is not None
    assert error.failure is Failure.UNREACHABLE


@pytest.mark.parametrize("silence", [Hang(), Hang(["a"])])
def test_silence_is_a_stall_and_is_not_waited_for_again(silence: Hang) -> None:
    with LoopbackServer(silence) as server:
        reported = ask(cloud_engine(server, read_s=0.1, max_retries=2))

    assert reported.error is not None
    assert (reported.error.failure, len(server.requests)) == (Failure.STALL, 1)
    assert reported.usage.input_tokens == PROMPT_TOKENS, "the server may bill the prompt"


@pytest.mark.parametrize("slow", [Hang(), Hang(["a"]), Reply(["a"] * 50, delay_s=0.05)])
def test_an_answer_that_takes_too_long_is_a_timeout(slow: Behaviour) -> None:
    assert error_of(slow, timeout_s=0.15).failure is Failure.TIMEOUT


def test_waiting_to_ask_again_ends_with_the_whole_time() -> None:
    busy = Fail(429, headers={"Retry-After": "60"})

    assert error_of(busy, max_retries=3, timeout_s=0.15).failure is Failure.TIMEOUT


# --- what is no answer ---------------------------------------------------------------


@pytest.mark.parametrize("cut", [Cut(["par", "tial"]), Cut(["par", "tial"], quietly=True)])
def test_a_connection_that_breaks_in_an_answer_is_an_error(cut: Cut) -> None:
    reported = failed(cut)

    assert reported.error is not None
    assert (reported.text, reported.error.failure) == ("partial", Failure.UNREACHABLE)
    assert reported.usage == Usage(PROMPT_TOKENS, 2, estimated=True)
    assert "in the middle of its answer" in reported.error.message


@pytest.mark.parametrize(
    "nonsense",
    [
        Garbage(b"\x00\x01 not http\r\n\r\n"),
        Garbage(b""),
        Garbage(b"HTTP/1.1 200 OK\r\nX-Big: " + b"a" * 500_000),
        RawBody(b"<html>welcome to the wifi</html>", {"Content-Type": "text/html"}),
        RawBody(b'{"choices": []}', {"Content-Type": "application/json"}),
        RawBody(b""),
        RawBody(b"data: \xff\xfe\n\n"),
        raw_sse("data: {half"),
        raw_sse("data: 42"),
        raw_sse("data: null"),
        raw_sse('data: {"choices": "none"}'),
        raw_sse('data: {"choices": [{"delta": {"content": [7]}}]}'),
        raw_sse('data: {"choices": [{"delta": {"content": "x"}, "finish_reason": {}}]}'),
        raw_sse("data: " + "[" * 100_000),
        RawBody(b"compressed?", {"Content-Type": "text/event-stream", "Content-Encoding": "gzip"}),
    ],
)
def test_nonsense_is_a_failure_of_the_server(nonsense: Behaviour) -> None:
    assert error_of(nonsense).failure is Failure.SERVER


@pytest.mark.parametrize(
    "flood",
    [
        RawBody(b"data: one line without end ", endless=True),
        RawBody(b"data: one event without end\n", endless=True),
        RawBody(b": a comment" + b"." * 1000 + b"\n\n", endless=True),
        RawBody(b"x" * 1000, status=400, endless=True),
        RawBody(f"data: {json.dumps(delta('a' * 50_000))}\n\n".encode(), endless=True),
    ],
)
def test_a_flood_is_cut_off(flood: RawBody) -> None:
    with LoopbackServer(flood) as server:
        error = ask(cloud_engine(server)).error
        assert server.wait_for_disconnect()

    assert error is not None
    assert (error.failure, "was cut off" in error.message) == (Failure.SERVER, True)


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        ({"message": "overloaded"}, Failure.SERVER),
        ({"message": "overloaded", "code": 502}, Failure.SERVER),
        ({"message": "slow down", "code": 429}, Failure.RATE_LIMIT),
        ({"message": "maximum context length is 10"}, Failure.CONTEXT),
        ("just text", Failure.SERVER),
    ],
)
def test_an_error_inside_a_stream_is_an_error(error: object, failure: Failure) -> None:
    reported = failed(raw_sse("data: " + json.dumps(delta("par")), "data: " + json.dumps({"error": error})))

    assert reported.error is not None
    assert (reported.text, reported.error.failure) == ("par", failure)


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (says("You have run out.", code="insufficient_quota"), Failure.RATE_LIMIT),
        (says("slow down", code=429), Failure.RATE_LIMIT),
        ([says("API key not valid. Please pass a valid API key.", code=400)], Failure.AUTH),
        (says("the property api_key of tool 3 has no type"), Failure.REFUSED),
    ],
)
def test_a_400_for_who_asks_is_told_as_that(body: Any, failure: Failure) -> None:
    assert error_of(Fail(400, json.dumps(body))).failure is failure


@pytest.mark.parametrize("lines", [[], ["retry: 5"], ["data: [DONE]"]])
def test_a_stream_without_a_word_ended_before_it_began(lines: list[str]) -> None:
    error = error_of(raw_sse(*lines))
    assert (error.failure, "ended its answer before it began" in error.message) == (Failure.SERVER, True)
