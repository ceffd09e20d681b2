"""Tools, schemas, calls, results and images as servers are sent them."""

import json
from typing import Any

import pytest

from hroute.core.decision.decision import Need
from hroute.core.tools.definitions import Choice, read_toolset
from hroute.core.tools.schema.read import read_schema
from hroute.core.turn.message import Image, Message, Role, Text, ToolCall, ToolResult
from hroute.engines.base import CallPiece, Finish, Request
from tests.support.asking import ask, cloud_engine, local_engine, request
from tests.support.calling import ASKED, CALLED, TALK, Calls, calling, toolset
from tests.support.servers.loopback import LoopbackServer, Reply

PERSON = read_schema("name: str, born: int")


def sent(what: Request, *, is_local: bool = False, **settings: Any) -> dict[str, Any]:
    with LoopbackServer(Reply("ok")) as server:
        ask((local_engine if is_local else cloud_engine)(server, **settings), what)
        assert len(server.requests) == 1
        return server.requests[0].body


@pytest.mark.parametrize("is_local", [True, False])
def test_tools_go_as_tools_and_not_in_words(is_local: bool) -> None:
    body = sent(calling(), is_local=is_local)
    weather, time = (tool["function"] for tool in body["tools"])
    assert (weather["name"], weather["description"]) == ("get_weather", "of a city")
    assert weather["parameters"]["required"] == ["city"]
    assert (time["name"], "description" in time) == ("get_time", False)
    assert [m["role"] for m in body["messages"]] == ["user"]
    assert not body.keys() & {"tool_choice", "parallel_tool_calls", "response_format"}


@pytest.mark.parametrize(
    ("how", "choice"),
    [
        ({}, None),
        ({"choice": Choice.REQUIRED}, "required"),
        (
            {"choice": Choice.REQUIRED, "only": "get_time"},
            {"type": "function", "function": {"name": "get_time"}},
        ),
    ],
)
def test_what_must_be_called_is_said(how: dict[str, Any], choice: object) -> None:
    assert sent(calling(toolset(**how))).get("tool_choice") == choice


def test_the_one_tool_that_must_be_called_is_the_only_one_offered() -> None:
    body = sent(calling(toolset(choice=Choice.REQUIRED, only="get_time")))
    assert [tool["function"]["name"] for tool in body["tools"]] == ["get_time"]


def test_that_calls_are_not_to_be_several_is_said() -> None:
    assert sent(calling(toolset(is_parallel=False)))["parallel_tool_calls"] is False


def test_strict_is_asked_for_where_a_schema_fits_it() -> None:
    """All of the first tool's properties are required, the second's is optional."""
    assert [tool["function"].get("strict") for tool in sent(calling())["tools"]] == [True, None]


def test_a_tool_without_parameters_has_an_empty_object_of_them() -> None:
    body = sent(calling(read_toolset('[{"name": "now"}, {"name": "then", "parameters": {}}]')))
    for tool in body["tools"]:
        assert tool["function"]["parameters"]["properties"] == {}


def test_a_cloud_gets_the_schema_as_such_alone() -> None:
    body = sent(calling(PERSON))
    described = body["response_format"]["json_schema"]
    assert (body["response_format"]["type"], described["strict"]) == ("json_schema", True)
    assert described["schema"] == PERSON.document
    assert [m["role"] for m in body["messages"]] == ["user"]


def test_a_server_on_this_machine_is_told_the_schema_in_words_too() -> None:
    """Servers decode by it, and do not show it to their model."""
    body = sent(calling(PERSON), is_local=True)
    assert body["response_format"]["json_schema"]["schema"] == PERSON.document
    assert '"born"' in body["messages"][0]["content"]


@pytest.mark.parametrize("schema", ['{"type": "array", "items": {"type": "string"}}', '{"enum": ["a", "b"]}'])
def test_a_schema_of_no_object_is_told_to_a_cloud_in_words(schema: str) -> None:
    body = sent(calling(read_schema(schema)))
    assert "response_format" not in body
    assert "JSON Schema" in body["messages"][0]["content"]


def test_a_schema_with_optional_properties_is_not_strict() -> None:
    open_schema = read_schema(
        '{"type": "object", "properties": {"a": {"type": "string"}, "b": {}}, "required": ["a"]}'
    )
    assert "strict" not in sent(calling(open_schema))["response_format"]["json_schema"]


def test_calls_and_results_go_along_with_their_ids() -> None:
    _, call, result = sent(calling(None, *TALK))["messages"]
    assert call == {
        "role": "assistant",
        "content": "Let me look.",
        "tool_calls": [
            {
                "id": "call_1",
                "type": "function",
                "function": {"name": "get_weather", "arguments": '{"city": "Oslo"}'},
            }
        ],
    }
    assert result == {"role": "tool", "tool_call_id": "call_1", "content": "sun"}


def test_several_results_are_a_message_each_and_an_error_says_so() -> None:
    second = ToolCall("call_2", "get_time", "")
    results = (ToolResult("call_1", "sun"), ToolResult("call_2", "no such zone", is_error=True))
    talk = (ASKED, Message(Role.ASSISTANT, (CALLED, second)), Message(Role.TOOL, results))
    call, *reported = sent(calling(None, *talk))["messages"][1:]
    assert (call["content"], call["tool_calls"][1]["function"]["arguments"]) == (None, "{}")
    assert reported == [
        {"role": "tool", "tool_call_id": "call_1", "content": "sun"},
        {"role": "tool", "tool_call_id": "call_2", "content": "Error: no such zone"},
    ]


def test_a_server_on_this_machine_gets_an_empty_text_beside_a_call() -> None:
    """Chat templates add what is said to a text, and fail on null."""
    talk = (ASKED, Message(Role.ASSISTANT, (CALLED,)), TALK[2])
    assert sent(calling(None, *talk), is_local=True)["messages"][1]["content"] == ""


@pytest.mark.parametrize(
    "talk",
    [
        (ASKED, Message(Role.ASSISTANT, (CALLED,)), Message.of(Role.USER, "Well?")),
        (ASKED, Message(Role.ASSISTANT, (CALLED, ToolCall("call_2", "get_time", "{}"))), TALK[2]),
        (ASKED, Message(Role.ASSISTANT, (ToolCall("call_1", "get_weather", '{"city": '),)), TALK[2]),
        (ASKED, Message(Role.ASSISTANT, (CALLED, CALLED)), TALK[2]),
    ],
    ids=["no result", "one result missing", "broken arguments", "one id twice"],
)
def test_what_servers_refuse_of_a_conversation_is_told_in_words(talk: tuple[Message, ...]) -> None:
    messages = sent(calling(None, *talk))["messages"]
    assert not any("tool_calls" in m or m["role"] == "tool" for m in messages)
    assert "get_weather" in messages[1]["content"]


def test_names_that_servers_do_not_take_are_sent_as_others_and_read_back() -> None:
    tools = read_toolset('[{"name": "files.read"}, {"name": "files/read"}, {"name": "files_read"}]')
    done = ToolCall("1", "files/read", "{}")
    talk = (ASKED, Message(Role.ASSISTANT, (done,)), Message(Role.TOOL, (ToolResult("1", "x"),)))
    with LoopbackServer(Calls([("2", "files_read_2", "{}"), ("3", "files_read", "{}")])) as server:
        heard = ask(cloud_engine(server), calling(tools, *talk))
        body = server.requests[0].body
    names = [tool["function"]["name"] for tool in body["tools"]]
    assert names == ["files_read_2", "files_read_3", "files_read"]
    assert body["messages"][1]["tool_calls"][0]["function"]["name"] == "files_read_3"
    assert [piece.name for piece in heard.calls if piece.name] == ["files.read", "files_read"]


def test_calls_come_as_pieces_and_end_the_answer() -> None:
    with LoopbackServer(
        Calls([("call_7", "get_weather", '{"city": "Oslo"}')], text="Hm.", finish="stop")
    ) as server:
        heard = ask(cloud_engine(server), calling())
    assert (heard.text, heard.finish) == ("Hm.", Finish.TOOL_CALLS)
    assert heard.calls == (
        CallPiece(0, "call_7", "get_weather", '{"city":'),
        CallPiece(0, arguments=' "Oslo"}'),
    )


def test_images_go_to_a_server_on_this_machine_that_is_said_to_see() -> None:
    message = Message(Role.USER, (Text("What is it?"), Image("image/png", b"\x89PNG")))
    what = Request((message,), request().sampling)
    assert sent(what, is_local=True)["messages"][0]["content"] == "What is it?"
    assert sent(what, is_local=True, images=True)["messages"][0]["content"][1]["type"] == "image_url"


def test_an_images_only_message_has_no_empty_text() -> None:
    message = Message(Role.USER, (Image("image/png", b"\x89PNG"),))
    parts = sent(Request((message,), request().sampling))["messages"][0]["content"]
    assert [part["type"] for part in parts] == ["image_url"]


def test_a_providers_own_fields_are_sent() -> None:
    own = {"reasoning_effort": "low", "provider": {"order": ["x"]}, "temperature": 1}
    body = sent(request(temperature=0.1), extra_body=own)
    assert {name: body[name] for name in own} == own


def test_the_size_of_a_request_and_its_tokens_include_the_tools() -> None:
    with LoopbackServer(Calls([("1", "get_weather", "{}")])) as server:
        engine = cloud_engine(server)
        heard = ask(engine, calling())
        assert heard.sent_bytes == engine.request_bytes(calling()) == len(server.requests[0].raw)
        assert engine.takes >= {Need.TOOLS, Need.SCHEMAS}
    assert heard.sent_bytes > engine.request_bytes(Request((ASKED,), request().sampling)) + 300


def test_a_conversation_with_calls_and_no_tools_any_more_keeps_them() -> None:
    body = sent(Request(TALK, request().sampling))
    assert "tools" not in body
    assert json.dumps(body["messages"][1]).count("call_1") == 1
