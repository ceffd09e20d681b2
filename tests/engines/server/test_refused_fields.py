"""A server that refuses a part of a request is asked again without it; for any other reason it is not."""

import json
from typing import Any

import pytest

from hroute.core.errors import Failure
from hroute.core.tools.definitions import Choice
from hroute.core.tools.schema.read import read_schema
from hroute.core.turn.message import Message, Role
from hroute.engines.base import Request
from tests.support.asking import ask, cloud_engine, local_engine, request
from tests.support.calling import ASKED, TALK, Calls, calling, toolset
from tests.support.servers.loopback import (
    JSON_BODY,
    Behaviour,
    Fail,
    LoopbackServer,
    RawBody,
    Reply,
    delta,
    raw_sse,
)

FULL = calling(toolset(choice=Choice.REQUIRED, is_parallel=False))
BY_SCHEMA = calling(read_schema("name: str"))
ORDER = ["stream_options", "parallel_tool_calls", "strict", "tool_choice", "tools"]


def has(body: dict[str, Any], field: str) -> bool:
    if field != "strict":
        return field in body
    schema = body.get("response_format", {}).get("json_schema", {})
    return "strict" in schema or any("strict" in tool["function"] for tool in body.get("tools", ()))


def in_words(field: str) -> Fail:
    return Fail(400, {"error": {"message": f"'{field}' is not supported by this model.", "param": None}})


def by_param(field: str) -> Fail:
    param = "tools[0].function.strict" if field == "strict" else field
    return Fail(400, {"error": {"message": "Unsupported parameter.", "param": param, "code": "x"}})


def by_loc(field: str) -> Fail:
    detail = {"type": "extra_forbidden", "loc": ["body", field], "msg": "Extra inputs", "input": {"tools": 1}}
    return Fail(422, {"detail": [detail]})


def printed(field: str) -> Fail:
    message = f"[{{'type': 'extra_forbidden', 'loc': ('body', '{field}'), 'msg': 'Extra', 'input': 'tools'}}]"
    return Fail(400, {"object": "error", "message": message, "code": 400})


def as_text(field: str) -> Fail:
    return Fail(400, f"unknown field: {field}")


@pytest.mark.parametrize("refusing", [in_words, by_param, by_loc, printed, as_text])
@pytest.mark.parametrize("field", ORDER)
def test_a_named_field_alone_is_left_out(field: str, refusing: Any) -> None:
    with LoopbackServer(refusing(field), Reply("ok")) as server:
        heard = ask(cloud_engine(server), FULL)
    first, second = (r.body for r in server.requests)
    assert (heard.text, heard.error) == ("ok", None)
    assert [name for name in ORDER if has(first, name)] == ORDER
    gone = {"tools": set(ORDER[1:])}.get(field, {field})
    assert {name for name in ORDER if not has(second, name)} == gone
    assert heard.sent_bytes == sum(len(r.raw) for r in server.requests)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set', "tools"),
        ("registry.ollama.ai/library/gemma:2b does not support tools", "tools"),
        ("Function calling is not enabled for models/gemma-3", "tools"),
        ("This model does not support parallel tool calls.", "parallel_tool_calls"),
        ("include_usage is only for streams", "stream_options"),
        ("Invalid schema for function 'get_weather': 'required' is required to be strict", "strict"),
    ],
)
def test_a_field_is_known_by_what_it_is_for(words: str, field: str) -> None:
    how = {"is_parallel": False} if field == "parallel_tool_calls" else {}
    with LoopbackServer(Fail(400, {"error": {"message": words}}), Reply("ok")) as server:
        heard = ask(cloud_engine(server), calling(toolset(**how)))
    first, second = (r.body for r in server.requests)
    assert (heard.text, has(first, field), has(second, field)) == ("ok", True, False)


@pytest.mark.parametrize(
    "words", ["response_format is not available", "This model has no structured outputs"]
)
def test_a_refused_schema_goes_in_words(words: str) -> None:
    with LoopbackServer(Fail(400, {"error": {"message": words}}), Reply('{"name": "Ada"}')) as server:
        ask(cloud_engine(server), BY_SCHEMA)
    second = server.requests[1].body
    assert "response_format" not in second
    assert "JSON Schema" in second["messages"][0]["content"]


def test_refused_tools_go_in_words_and_with_them_the_calls_and_results() -> None:
    with LoopbackServer(in_words("tools"), Reply("ok")) as server:
        ask(cloud_engine(server), calling(None, *TALK))
    body = server.requests[1].body
    assert "tools" not in body
    assert [m["role"] for m in body["messages"]] == ["system", "user", "assistant", "user"]
    assert "get_weather" in body["messages"][0]["content"]
    assert body["messages"][3]["content"].startswith("Result of get_weather (call_1)")


def test_calls_of_a_conversation_go_in_words_where_they_are_refused_without_tools() -> None:
    with LoopbackServer(in_words("tools"), Reply("ok")) as server:
        heard = ask(cloud_engine(server), Request(TALK, request().sampling))
    assert heard.text == "ok"
    assert all(m["role"] != "tool" for m in server.requests[1].body["messages"])


@pytest.mark.parametrize("body", [{"error": {"message": "Bad Request"}}, "", {"detail": "Unprocessable"}])
@pytest.mark.parametrize("status", [400, 422])
def test_where_nothing_is_named_the_fields_go_in_their_order_three_times_at_most(
    status: int, body: Any
) -> None:
    with LoopbackServer(Fail(status, body)) as server:
        heard = ask(cloud_engine(server), FULL)
    assert heard.error is not None
    assert [[name for name in ORDER if not has(r.body, name)] for r in server.requests] == [
        ORDER[:0],
        ORDER[:1],
        ORDER[:2],
        ORDER[:3],
    ]
    assert heard.sent_bytes == sum(len(r.raw) for r in server.requests)


def test_what_helped_is_kept_for_the_next_request_and_what_was_in_vain_is_not() -> None:
    with LoopbackServer(
        in_words("tool_choice"), Reply("ok"), Fail(400), Fail(400), Fail(400), Fail(400)
    ) as server:
        engine = cloud_engine(server)
        ask(engine, FULL)
        assert ask(engine, FULL).error is not None
        ask(engine, FULL)
    assert not has(server.requests[2].body, "tool_choice")
    last = server.requests[6].body
    assert [name for name in ORDER if not has(last, name)] == ["tool_choice"]


@pytest.mark.parametrize(
    "error",
    [
        {"message": "This model's maximum context length is 4096 tokens, with tools.", "code": "x"},
        {"message": "Too long", "code": "context_length_exceeded"},
        {"message": "Please reduce the length of the tools or completion: limit 10 tokens"},
        {"message": "The response was filtered due to Azure's content management policy: tools"},
        {"message": "Input data may contain inappropriate content."},
        {"message": "Your input was flagged", "code": "content_filter"},
        {"message": "API key not valid. Please pass a valid API key."},
        {"message": "No", "code": "invalid_api_key"},
        {"message": "You exceeded your current quota, strict limit"},
        {"message": "Insufficient Balance"},
        {"message": "x", "type": "insufficient_quota"},
        {"message": "The model `x` does not exist"},
        {"message": "foo/bar is not a valid model ID"},
        {"message": "`inputs` tokens + `max_new_tokens` must be <= 4096"},
        {"message": "Prompt 超长", "code": "1261"},
        {"message": "Content Exists Risk"},
        {"message": "系统检测到输入内容可能包含不安全或敏感内容", "code": "1301"},
        {"message": "您的账户已欠费，请充值后重试。", "code": "1113"},
        {"message": "invalid token"},
        {"message": "slow down", "code": 429},
        {"message": "Try later", "code": 400, "status": "RESOURCE_EXHAUSTED"},
        {"message": "Not from where you are", "code": 400, "status": "FAILED_PRECONDITION"},
    ],
)
@pytest.mark.parametrize("status", [400, 422])
def test_a_refusal_for_what_is_said_or_who_asks_stays_one(status: int, error: dict[str, str]) -> None:
    with LoopbackServer(Fail(status, {"error": error})) as server:
        heard = ask(cloud_engine(server), FULL)
    assert (heard.error is not None, len(server.requests)) == (True, 1)


@pytest.mark.parametrize("param", ["messages[0].content", "model", "max_tokens", "reasoning_effort"])
def test_a_refusal_that_names_what_an_answer_cannot_do_without_stays_one(param: str) -> None:
    refusal = Fail(400, {"error": {"message": "Invalid value.", "param": param}})
    with LoopbackServer(refusal) as server:
        heard = ask(cloud_engine(server, extra_body={"reasoning_effort": "odd"}, max_tokens=5), FULL)
    assert (heard.error is not None, len(server.requests)) == (True, 1)


@pytest.mark.parametrize("status", [401, 403, 404, 413])
def test_no_other_status_is_about_fields(status: int) -> None:
    with LoopbackServer(Fail(status, {"error": {"message": "tools are not supported"}})) as server:
        assert ask(cloud_engine(server), FULL).error is not None
    assert len(server.requests) == 1


def test_llama_servers_500_for_tools_is_understood() -> None:
    refusal = Fail(500, {"error": {"code": 500, "message": "tools param requires --jinja flag"}})
    with LoopbackServer(refusal, Reply("ok")) as server:
        assert ask(local_engine(server), FULL).text == "ok"
    assert "tools" not in server.requests[1].body


@pytest.mark.parametrize("name", ["temperature", "top_p", "seed", "stop"])
def test_other_fields_are_left_out_where_they_are_named(name: str) -> None:
    asked: dict[str, Any] = {"temperature": 0.2, "top_p": 0.5, "seed": 4, "stop": ("END",)}
    with LoopbackServer(in_words(name), Reply("ok")) as server:
        heard = ask(cloud_engine(server), Request((ASKED,), request(**asked).sampling))
    assert heard.text == "ok"
    assert [name in r.body for r in server.requests] == [True, False]
    assert server.requests[1].body.keys() >= asked.keys() - {name}


def test_a_value_out_of_range_says_nothing_of_the_next_one() -> None:
    refusal = Fail(400, {"error": {"message": "temperature must be at most 1", "param": "temperature"}})
    with LoopbackServer(refusal, Reply("ok")) as server:
        engine = cloud_engine(server)
        ask(engine, request(temperature=2.0))
        ask(engine, request(temperature=0.5))
    assert [r.body.get("temperature") for r in server.requests] == [2.0, None, 0.5]


def test_one_bad_schema_says_nothing_of_the_next_one() -> None:
    bad = Fail(
        400, {"error": {"message": "Invalid schema for response_format 'answer'", "param": "response_format"}}
    )
    with LoopbackServer(bad, Reply("{}")) as server:
        engine = cloud_engine(server)
        ask(engine, BY_SCHEMA)
        ask(engine, BY_SCHEMA)
    assert ["response_format" in r.body for r in server.requests] == [True, False, True]


def refusing_by(status: int | str, words: str) -> Behaviour:
    """With a status, or inside an answer that began with status 200."""
    if isinstance(status, int):
        return Fail(status, {"error": {"message": words, "code": status}})
    error = {"error": {"message": words, "code": 500}}
    return (
        raw_sse(f"data: {json.dumps(error)}", "data: [DONE]")
        if status == "an event"
        else RawBody(json.dumps(error).encode(), JSON_BODY)
    )


@pytest.mark.parametrize("status", ["an event", "a document"])
def test_a_refusal_inside_an_answer_is_one_and_three_times_at_most(status: str) -> None:
    named = [refusing_by(status, f"'{field}' is not supported") for field in ORDER]
    with LoopbackServer(*named) as server:
        assert ask(cloud_engine(server), FULL).error is not None
    assert [[name for name in ORDER if not has(r.body, name)] for r in server.requests] == [
        ORDER[:0],
        ORDER[:1],
        ORDER[:2],
        ORDER[:3],
    ]


def test_an_error_behind_the_beginning_of_an_answer_is_asked_nothing_again() -> None:
    error = json.dumps({"error": {"message": "'stream_options' is not supported", "code": 400}})
    with LoopbackServer(
        raw_sse(f"data: {json.dumps(delta('Hel'))}", f"data: {error}"), Reply("ok")
    ) as server:
        heard = ask(cloud_engine(server), FULL)
    assert (heard.text, heard.error is not None, len(server.requests)) == ("Hel", True, 1)


def test_what_was_in_vain_inside_an_answer_is_not_remembered() -> None:
    refused = refusing_by("an event", "down for maintenance")
    with LoopbackServer(in_words("tool_choice"), refused, Reply("ok")) as server:
        engine = cloud_engine(server)
        assert ask(engine, FULL).error is not None
        ask(engine, FULL)
    assert [has(r.body, "tool_choice") for r in server.requests] == [True, False, True]


@pytest.mark.parametrize(
    "words",
    [
        "System role not supported",
        "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
        "Developer instruction is not enabled for models/gemma-3-27b-it",
        "role 'system' is not allowed",
        "Only user and assistant roles are supported!",
        "First message must be from user",
        "Input should be 'user' or 'assistant'",
        "Conversation roles must alternate user/assistant/user/assistant/...",
        "While executing CallExpression at line 1 in source:\n{{ raise_exception('roles must alternate') }}"
        " {% if tools %}...\nError: Jinja Exception: System role not supported",
    ],
)
@pytest.mark.parametrize("status", [400, 422, 500, "an event", "a document"])
def test_a_refused_system_role_is_folded_into_the_users_first_message(words: str, status: int | str) -> None:
    said = (Message.of(Role.SYSTEM, "Be brief."), Message.of(Role.USER, "Hi"))
    with LoopbackServer(refusing_by(status, words), Reply("ok")) as server:
        engine = cloud_engine(server)
        for _ in range(2):
            assert ask(engine, Request(said, request().sampling)).text == "ok"
    assert [r.body["messages"] for r in server.requests[1:]] == [
        [{"role": "user", "content": "Be brief.\n\nHi"}],
        [{"role": "user", "content": "Be brief.\n\nHi"}],
    ]


def test_what_would_come_again_is_not_asked_again_as_it_is() -> None:
    """Whatever the entry says of retries."""
    said = (Message.of(Role.SYSTEM, "Be brief."), Message.of(Role.USER, "Hi"))
    with LoopbackServer(refusing_by(500, "System role not supported"), Reply("ok")) as server:
        assert ask(cloud_engine(server, max_retries=2), Request(said, request().sampling)).text == "ok"
    assert [r.body["messages"][0]["role"] for r in server.requests] == ["system", "user"]
    empty = Fail(429, {"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}})
    with LoopbackServer(empty) as server:
        assert ask(cloud_engine(server, max_retries=2), FULL).error is not None
    assert len(server.requests) == 1


def test_where_roles_must_alternate_what_one_says_in_a_row_is_one_message() -> None:
    said = [("user", "Hi"), ("user", "there"), ("assistant", "Yes?"), ("user", "Well")]
    refusal = Fail(400, {"error": {"message": "Conversation roles must alternate user/assistant/user/..."}})
    messages = tuple(Message.of(Role(role), text) for role, text in said)
    with LoopbackServer(refusal, Reply("ok")) as server:
        ask(cloud_engine(server), Request(messages, request().sampling))
    assert [(m["role"], m["content"]) for m in server.requests[1].body["messages"]] == [
        ("user", "Hi\n\nthere"),
        ("assistant", "Yes?"),
        ("user", "Well"),
    ]


def test_an_error_page_that_is_odd_json_is_read_all_the_same() -> None:
    deep: Any = "tools are not supported"
    for _ in range(40):
        deep = {"error": [deep]}
    with LoopbackServer(Fail(400, deep), Calls([("1", "get_weather", "{}")])) as server:
        heard = ask(cloud_engine(server), calling())
    assert (len(heard.calls) > 0, len(server.requests)) == (True, 2)


def test_a_dropped_connection_after_a_refusal_is_told_as_what_it_is() -> None:
    with LoopbackServer(in_words("tools"), Fail(503, "busy")) as server:
        heard = ask(cloud_engine(server), FULL)
    assert heard.error is not None
    assert heard.error.failure is Failure.SERVER
