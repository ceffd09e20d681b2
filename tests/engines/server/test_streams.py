"""Event streams as the standard has them, and what is not quite one."""

import gzip
import json
import zlib
from typing import Any

import pytest

from hroute.core.errors import Failure
from hroute.engines.base import Finish
from tests.support.asking import Told, ask, cloud_engine
from tests.support.servers.loopback import (
    JSON_BODY,
    Behaviour,
    Chunks,
    Fail,
    LoopbackServer,
    RawBody,
    delta,
    raw_sse,
)

HI, END = f"data: {json.dumps(delta('Hi '))}", f"data: {json.dumps(delta('you', 'stop'))}"
DONE = "data: [DONE]"
BOM = b"\xef\xbb\xbf"


def asked(behaviour: Behaviour, **settings: Any) -> Told:
    with LoopbackServer(behaviour) as server:
        return ask(cloud_engine(server, **settings))


def event(content: Any, finish: Any = None, **more: Any) -> str:
    return "data: " + json.dumps(delta(content, finish, **more))


@pytest.mark.parametrize(
    "body",
    [
        f"data:\n\n{HI}\n\ndata: \n\n{END}\n\n",
        f"retry: 100\n\n{HI}\n\nretry: soon\n\n{END}\n\n",
        f"event: ping\n\n{HI}\n\nevent:\n\n{END}\n\n",
        f"id: 1\n\n{HI}\nid: 2\n\n{END}\n\n",
        f"event: ping\ndata: still here\n\n{HI}\n\n{END}\n\n",
        f": hello\n\n{HI}\n: in between\n\n:\n{END}\n\n",
        f"{HI}\n: between fields\nretry: 5\nevent: message\n\n{END}\n\n",
        f"data\n\n{HI}\n\nunknown: field\n{END}\n\n",
        f"{HI.replace('data: ', 'data:')}\n\n{END}\n\n",
        f"{HI}\n\n{END}",
        f"{HI}\n\n{END}\n",
        f"{HI}\r\n\r\n{END}\r\n\r\n",
        f"{HI}\r\r{END}\r\r",
        f"{HI}\n\r\n{END}\r\r",
        f"\n\n\n{HI}\n\n\n\n{END}\n\n",
    ],
)
def test_a_stream_is_read_as_the_standard_says(body: str) -> None:
    reported = asked(RawBody(body.encode()))

    assert (reported.text, reported.finish, reported.error) == ("Hi you", Finish.STOP, None)


def test_an_event_may_have_several_lines_of_data() -> None:
    spread = json.dumps(delta("Hi you", "stop"), indent=1).replace("\n", "\ndata: ")

    assert asked(RawBody(f"data: {spread}\n\n".encode())).text == "Hi you"


@pytest.mark.parametrize("mark", [[BOM], [BOM[:1], BOM[1:]], [BOM + b"\n"]])
def test_a_byte_order_mark_costs_no_text(mark: list[bytes]) -> None:
    assert asked(Chunks([*mark, f"{HI}\n\n{END}\n\n".encode()])).text == "Hi you"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_borders_of_chunks_may_fall_anywhere(line_end: str) -> None:
    text = json.dumps(delta("héllo € 😀\u2028\x85!", "stop"), ensure_ascii=False)
    body = f"data: {text}{line_end}{line_end}".encode()

    assert asked(Chunks([bytes([byte]) for byte in body])).text == "héllo € 😀\u2028\x85!"


def test_the_encoding_is_utf_8_whatever_the_header_says() -> None:
    headers = {"Content-Type": "text/event-stream; charset=iso-8859-1"}
    body = f"data: {json.dumps(delta('é', 'stop'), ensure_ascii=False)}\n\n"

    assert asked(RawBody(body.encode(), headers)).text == "é"


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "application/octet-stream"])
def test_a_stream_is_known_by_its_bytes(kind: str) -> None:
    assert asked(RawBody(f"{HI}\n\n{END}\n\n".encode(), {"Content-Type": kind})).text == "Hi you"


def test_a_last_event_that_was_cut_is_left_out() -> None:
    reported = asked(RawBody(f"{HI}\n\n{event('yo')[:20]}".encode()))

    assert (reported.text, reported.error and reported.error.failure) == ("Hi ", Failure.UNREACHABLE)


def test_a_compressed_answer_is_read_and_a_bomb_is_not() -> None:
    zipped = {"Content-Type": "text/event-stream", "Content-Encoding": "gzip"}
    bomb = asked(RawBody(gzip.compress(b": " + b"0" * 50_000_000), zipped))

    assert asked(RawBody(gzip.compress(f"{HI}\n\n{END}\n\n".encode()), zipped)).text == "Hi you"
    assert bomb.error is not None
    assert "was cut off" in bomb.error.message


# --- how an answer ends ----------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        [event("Hi you"), DONE],
        [
            event("Hi you"),
            'data: {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2}}',
            DONE,
        ],
        [event("Hi you"), "data:[DONE]"],
        [event("Hi you", ""), "data: [DONE] "],
        [event("Hi "), event("you", 0), DONE],
    ],
)
def test_done_ends_an_answer_that_has_no_reason(lines: list[str]) -> None:
    reported = asked(raw_sse(*lines))

    assert (reported.text, reported.finish, reported.error) == ("Hi you", Finish.STOP, None)


@pytest.mark.parametrize(
    "lines",
    [
        [event("Hi")],
        [event("Hi"), 'data: {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2}}'],
        ['data: {"choices": [{"index": 0, "message": {"content": "Hi"}}]}'],
        [event(None, tool_calls=[{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{"}}])],
    ],
)
def test_without_reason_and_done_an_answer_broke_off(lines: list[str]) -> None:
    error = asked(raw_sse(*lines)).error

    assert error is not None
    assert (error.failure, "in the middle" in error.message) == (Failure.UNREACHABLE, True)


def test_nothing_is_lost_of_a_server_that_says_stop_with_every_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hroute.engines.server.answer.USAGE_GRACE_S", 0.05)
    lines = [event("", "stop"), *(event(f"{n} ", "stop") for n in range(8)), DONE]
    reported = asked(Chunks([f"{line}\n\n".encode() for line in lines], pause_s=0.03))

    assert (reported.text, reported.finish, reported.error) == ("0 1 2 3 4 5 6 7 ", Finish.STOP, None)


def test_stop_with_every_piece_is_no_proof_that_a_broken_answer_is_whole() -> None:
    class Broken:
        def play(self, exchange: Any) -> None:
            exchange.begin(200, {"Content-Type": "text/event-stream"})
            exchange.event(delta("a", "stop"))
            exchange.event(delta("b", "stop"))

    reported = asked(Broken())

    assert reported.error is not None
    assert reported.error.failure is Failure.UNREACHABLE


@pytest.mark.parametrize(
    ("word", "finish"),
    [
        *(
            (word, Finish.STOP)
            for word in ("stop", "end_turn", "eos", "STOP", "stop_sequence", 1, 151645.0, "?")
        ),
        *(
            (word, Finish.LENGTH)
            for word in ("length", "max_tokens", "MAX_TOKENS", "maxTokens", "model_length")
        ),
        *(
            (word, Finish.LENGTH)
            for word in ("max_output_tokens", "model_context_window_exceeded", "ERROR_LIMIT")
        ),
        *((word, Finish.FILTERED) for word in ("content_filter", "SAFETY", "RECITATION", "sensitive")),
        *((word, Finish.FILTERED) for word in ("guardrail_intervened", "PROHIBITED_CONTENT", "ERROR_TOXIC")),
        *((word, Finish.TOOL_CALLS) for word in ("tool_calls", "tool_use", "function_call", "TOOL_CALL")),
        ("refusal", Finish.REFUSED),
    ],
)
def test_each_spelling_of_an_end_is_understood(word: object, finish: Finish) -> None:
    reported = asked(raw_sse(event("text", word), DONE))

    assert (reported.text, reported.finish, reported.error) == ("text", finish, None)


@pytest.mark.parametrize("later", ["stop", None, ""])
def test_an_ordinary_end_takes_no_reason_back(later: str | None) -> None:
    assert asked(raw_sse(event("a", "length"), event("", later), DONE)).finish is Finish.LENGTH


@pytest.mark.parametrize(
    "word",
    ["abort", "error", "ABORTED", "cancelled", "insufficient_system_resource", "network_error", "timeout"],
)
def test_an_answer_that_its_server_gave_up_is_a_failure(word: str) -> None:
    reported = asked(raw_sse(event("half an"), event(" answer", word), DONE))

    assert reported.error is not None
    assert (reported.error.failure, word in reported.error.message) == (Failure.SERVER, True)


# --- forms of a message ---------------------------------------------------------------


def choice(**fields: Any) -> str:
    return "data: " + json.dumps({"choices": [fields]})


@pytest.mark.parametrize(
    "lines",
    [
        [event([{"type": "text", "text": "Hi "}, {"type": "text", "text": "you"}], "stop")],
        [event([{"type": "text", "text": "Hi "}]), event({"type": "text", "text": "you"}, "stop")],
        [event([{"type": "output_text", "text": "Hi you"}, {"type": "image_url", "image_url": {}}], "stop")],
        [event(["Hi ", "you"], "stop")],
        [choice(index=None, delta={"content": "Hi "}), choice(index=0, delta={"content": "you"}), DONE],
        [choice(delta={"content": "Hi "}), choice(delta={"content": "you"}, finish_reason=7)],
        [choice(index=1, delta={"content": "Hi you"}), choice(index=2, delta={"content": "!"}), DONE],
        [choice(index=0, message={"role": "assistant", "content": "Hi you"}, finish_reason="stop")],
        [
            choice(index=0, delta={"content": "Hi "}, message={"content": "Hi "}),
            choice(index=0, delta={"content": "you"}, message={"content": "Hi you"}, finish_reason="stop"),
        ],
        [choice(index=0, delta={}, message={"content": "Hi you"}, finish_reason="stop")],
        [event("Hi "), event("you"), choice(index=0, message={"content": "Hi you"}, finish_reason="stop")],
        [choice(index=0, message={"content": "Hi "}), choice(message={"content": "you"}, finish_reason="x")],
        [event([{"type": "text", "text": {"value": "Hi you"}}], "stop")],
    ],
)
def test_a_message_is_read_in_each_of_its_forms(lines: list[str]) -> None:
    reported = asked(raw_sse(*lines))

    assert (reported.text, reported.finish, reported.error) == ("Hi you", Finish.STOP, None)


@pytest.mark.parametrize("finish", ["stop", None])
@pytest.mark.parametrize("mark", [b"", BOM, b"\n  \n"])
@pytest.mark.parametrize("headers", [JSON_BODY, {"Content-Type": "text/event-stream"}])
def test_one_document_in_place_of_a_stream_is_read(
    finish: str | None, mark: bytes, headers: dict[str, str]
) -> None:
    message = {"role": "assistant", "content": "Hi you", "reasoning_content": "hm"}
    document = {
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 4},
    }
    reported = asked(RawBody(mark + json.dumps(document, indent=1).encode(), headers))

    assert (reported.text, reported.thoughts, reported.finish) == ("Hi you", "hm", Finish.STOP)
    assert (reported.usage.input_tokens, reported.usage.output_tokens) == (11, 4)


def test_a_document_that_is_cut_is_no_answer() -> None:
    document = json.dumps({"choices": [{"message": {"content": "Hi you"}}]})

    assert asked(RawBody(document[:-3].encode(), JSON_BODY)).error is not None


def test_half_an_emoji_in_each_of_two_deltas_is_one_emoji() -> None:
    halves = r'data: {"choices":[{"delta":{"content":"%s"}}]}'
    lines = [
        halves % r"a\ud83d",
        halves % "",
        halves % r"\ude00b\ud83d",
        halves % r"c\udc00",
        halves % r"\ud83d",
    ]

    assert asked(raw_sse(*lines, DONE)).text == "a😀b?c??"


def test_half_an_emoji_in_each_of_two_thoughts_is_one_emoji() -> None:
    halves = r'data: {"choices":[{"delta":{"reasoning":"%s"}}]}'

    assert asked(raw_sse(halves % r"\ud83d", halves % r"\ude00", event("ok", "stop"))).thoughts == "😀"


@pytest.mark.parametrize(
    "deltas",
    [
        [{"refusal": "I can't"}, {"refusal": " help."}],
        [{"content": [{"type": "refusal", "refusal": "I can't help."}]}],
        [{"content": "", "refusal": "I can't help."}],
    ],
)
def test_a_refusal_is_told_as_one(deltas: list[dict[str, Any]]) -> None:
    reported = asked(raw_sse(*(choice(delta=each) for each in deltas), event(None, "stop"), DONE))

    assert (reported.text, reported.finish) == ("I can't help.", Finish.REFUSED)


@pytest.mark.parametrize("nothing", [None, "", []])
def test_an_empty_refusal_is_none(nothing: object) -> None:
    reported = asked(raw_sse(event("Sure.", None, refusal=nothing), event(None, "stop", refusal=nothing)))

    assert (reported.text, reported.finish) == ("Sure.", Finish.STOP)


@pytest.mark.parametrize(
    "thinking",
    [
        {"reasoning_content": "hm, 2"},
        {"reasoning": "hm, 2"},
        {"reasoning": "hm, 2", "reasoning_content": "hm, 2"},
        {
            "reasoning_details": [
                {"type": "reasoning.text", "text": "hm, "},
                {"type": "reasoning.summary", "summary": "2"},
            ]
        },
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm, 2"}]}]},
        {"content": [{"type": "thinking", "thinking": "hm, 2", "signature": "x"}]},
        {"content": [{"type": "reasoning", "text": "hm, 2"}]},
        {"content": [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm, 2"}]}]},
    ],
)
def test_thoughts_are_no_answer_in_any_form(thinking: dict[str, Any]) -> None:
    reported = asked(raw_sse(choice(delta=thinking), event("Two", "stop"), DONE))

    assert (reported.text, reported.thoughts) == ("Two", "hm, 2")


@pytest.mark.parametrize(
    "odd",
    [
        {"reasoning": 5},
        {"reasoning_details": [{"type": "reasoning.encrypted", "data": "x"}, 7, None]},
        {"refusal": False},
        {"tool_calls": ""},
        {"tool_calls": {}, "function_call": {}},
        {"role": None, "audio": {"id": 1}, "annotations": []},
    ],
)
def test_odd_fields_beside_a_text_cost_none_of_it(odd: dict[str, Any]) -> None:
    last = delta(None, "stop") | {"x_groq": "x", "usage": [], "system_fingerprint": 7}
    reported = asked(raw_sse(event("Fine.", None, **odd), f"data: {json.dumps(last)}"))

    assert (reported.text, reported.calls, reported.finish, reported.error) == (
        "Fine.",
        (),
        Finish.STOP,
        None,
    )


# --- errors in place of an answer ---------------------------------------------------------

WORDS = "the cluster is on fire"
FORMS: list[Any] = [
    {"error": {"message": WORDS, "type": "server_error"}},
    {"error": WORDS},
    {"message": WORDS, "object": "error", "code": 50001},
    {"detail": WORDS},
    {"detail": [{"loc": ["body", "messages"], "msg": WORDS, "type": "value_error"}]},
    {"msg": WORDS, "code": 1},
    {"errors": [{"message": WORDS}]},
    {"error": {"error": {"message": WORDS}}},
    {"type": "error", "error": {"type": "overloaded", "message": WORDS}},
    {"error": {"message": "Provider returned error", "metadata": {"raw": json.dumps({"detail": WORDS})}}},
    {"choices": None, "base_resp": {"status_code": 1000, "status_msg": WORDS}},
    {"choices": [], "error": {"message": WORDS}},
    {"choices": [{"index": 0, "delta": {}, "finish_reason": "error", "error": {"message": WORDS}}]},
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("is_stream", [True, False])
def test_an_error_with_status_200_is_told_in_its_own_words(form: Any, is_stream: bool) -> None:
    body = (
        raw_sse(f"data: {json.dumps(form)}") if is_stream else RawBody(json.dumps(form).encode(), JSON_BODY)
    )
    reported = asked(body)

    assert reported.error is not None
    assert (reported.error.failure, WORDS in reported.error.message) == (Failure.SERVER, True)
    assert reported.usage.input_tokens is None, "nothing was answered, so nothing is billed"


def test_a_list_of_errors_with_status_200_is_told() -> None:
    error = asked(RawBody(json.dumps([{"error": {"message": WORDS, "code": 429}}]).encode(), JSON_BODY)).error

    assert error is not None
    assert (error.failure, WORDS in error.message) == (Failure.RATE_LIMIT, True)


@pytest.mark.parametrize(
    "data", [json.dumps({"message": WORDS}), WORDS, json.dumps({"error": {"message": WORDS}})]
)
def test_an_event_named_error_is_one(data: str) -> None:
    error = asked(raw_sse(event("a"), f"event: error\ndata: {data}")).error

    assert error is not None
    assert WORDS in error.message


@pytest.mark.parametrize("form", [*FORMS[:9], [{"error": {"message": WORDS}}]])
@pytest.mark.parametrize("status", [400, 500])
def test_an_error_page_is_told_in_its_own_words(form: Any, status: int) -> None:
    error = asked(Fail(status, json.dumps(form))).error

    assert error is not None
    assert WORDS in error.message


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda body: zlib.compress(body, wbits=-zlib.MAX_WBITS)),
        ("", gzip.compress),
    ],
)
@pytest.mark.parametrize("status", [200, 400, 503])
def test_a_compressed_error_is_told_in_its_own_words(encoding: str, pack: Any, status: int) -> None:
    body = pack(json.dumps({"error": {"message": WORDS}}).encode())
    error = asked(
        RawBody(body, JSON_BODY | ({"Content-Encoding": encoding} if encoding else {}), status)
    ).error

    assert error is not None
    assert WORDS in error.message


@pytest.mark.parametrize(
    "words",
    [
        "This model's maximum context length is 8192 tokens, however you requested 9000",
        "the request exceeds the available context size, try increasing it",
        "prompt is too long: 210000 tokens > 200000 maximum",
        "Input is too long for requested model.",
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096.",
        "输入长度超过模型最大上下文长度",
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
        "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
        "Range of input length should be [1, 6000]",
    ],
)
@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_prompt_that_is_too_long_is_recognised(words: str, status: int) -> None:
    error = asked(RawBody(json.dumps({"detail": words}).encode(), JSON_BODY, status)).error

    assert error is not None
    assert error.failure is Failure.CONTEXT


def test_what_only_looks_like_an_error_is_none() -> None:
    said = {"error": None, "message": "", "detail": []} | delta("message: detail: error", "stop")
    odd = {
        "object": "ping",
        "error": False,
        "code": 0,
        "base_resp": {"status_code": 0, "status_msg": "success"},
    }
    reported = asked(raw_sse(f"data: {json.dumps(odd)}", f"data: {json.dumps(said)}"))

    assert (reported.text, reported.error) == ("message: detail: error", None)


def test_a_hostile_error_is_one_short_line_without_the_key() -> None:
    deep: Any = "x"
    for _ in range(500):
        deep = {"error": deep, "message": ["\x1b[31m sk-hush-0123456789abcdef " * 50] * 50}
    error = asked(raw_sse(f"data: {json.dumps(deep)}")).error

    assert error is not None
    assert error.message.isprintable()
    assert len(error.message) <= 400
    assert "0123456789" not in error.message
