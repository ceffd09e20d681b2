"""Tool calls that an engine sends as such: put together, judged, kept with their ids."""

import json
from typing import Any

import pytest

from hroute.app.answer.events import Delta, Rejected, Thinking
from hroute.core.decision.decision import Need
from hroute.core.errors import NoAnswerError
from hroute.core.tools.assembler import MAX_CALLS
from hroute.core.tools.verdict import ToolFault
from hroute.core.turn.attempt import Answer, Outcome
from hroute.core.turn.message import Message, Role, ToolCall, ToolResult
from hroute.core.turn.turn import Turn
from hroute.engines.base import CallPiece, Finish, ThoughtPiece
from tests.support.calling import TOOLS, toolset
from tests.support.world import Make, World

OSLO = '{"city": "Oslo"}'


def piece(arguments: str = OSLO, id_: str = "call_1", name: str = "get_weather", index: int = 0) -> CallPiece:
    return CallPiece(index, id_, name, arguments)


def called(make: Make, *steps: Any, **turn: Any) -> tuple[World, Answer]:
    world = make(list(steps))
    return world, world.answered("Weather in Oslo?", **({"tools": TOOLS} | turn))


def test_the_result_is_as_that_of_a_call_written_as_text(make: Make) -> None:
    written = '{"name": "get_weather", "arguments": {"city": "Oslo"}}'
    results = [
        called(make, *steps)[1].text
        for steps in ((piece('{"ci'), CallPiece(0, arguments='ty": "Oslo"}')), (written,))
    ]
    assert results[0] == results[1] == f"[{written}]"


def test_ids_are_kept_and_reach_the_answer_and_the_log(make: Make) -> None:
    world, answer = called(make, piece(), piece('{"zone": "CET"}', "call_2", "get_time", 1))
    assert answer.given.calls == (
        ToolCall("call_1", "get_weather", OSLO),
        ToolCall("call_2", "get_time", '{"zone": "CET"}'),
    )
    given = world.runtime.log.turn(1).given
    assert given is not None
    assert [call["id"] for call in json.loads(given.attempt.text)["tool_calls"]] == ["call_1", "call_2"]


@pytest.mark.parametrize("ids", [("", ""), ("same", "same"), ("\n", "x" * 500), ("é", "old")])
def test_ids_are_made_where_a_server_gives_none_or_one_that_is_taken(
    make: Make, ids: tuple[str, str]
) -> None:
    talk = (
        Message.of(Role.USER, "Weather?"),
        Message(Role.ASSISTANT, (ToolCall("old", "get_weather", OSLO),)),
        Message(Role.TOOL, (ToolResult("old", "sun"),)),
    )
    world = make([piece(id_=ids[0]), piece(id_=ids[1], index=1)])
    world.run(Turn(talk, toolset()))
    given = world.runtime.log.turn(1).given
    assert given is not None
    found = [call["id"] for call in json.loads(given.attempt.text)["tool_calls"]]
    assert len({"old", *found}) == 3
    assert all(one.isascii() and 0 < len(one) <= 64 for one in found)


def test_a_call_written_as_text_gets_an_id_too(make: Make) -> None:
    _, answer = called(make, '{"name": "get_weather", "arguments": {"city": "Oslo"}}')
    (call,) = answer.given.calls
    assert (call.name, call.arguments, call.id != "") == ("get_weather", OSLO, True)


def test_what_is_said_beside_calls_is_kept_apart(make: Make) -> None:
    beside = 'I call {"name": "get_time", "arguments": {}} now.'
    world, answer = called(make, beside, piece())
    assert [call["name"] for call in json.loads(answer.text)] == ["get_weather"]
    given = world.runtime.log.turn(1).given
    assert given is not None
    assert json.loads(given.attempt.text)["content"] == beside


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (piece('{"city": 7}'), ToolFault.SCHEMA_INVALID),
        (piece('{"city": "Oslo"'), ToolFault.BRACKET_DROP),
        (piece(name="forecast"), ToolFault.WRONG_TOOL),
        (piece(name=""), ToolFault.WRONG_TOOL),
    ],
)
def test_the_contract_is_that_of_every_answer(make: Make, bad: CallPiece, fault: ToolFault) -> None:
    world = make([bad], [piece()])
    answer = world.answered("Weather?", tools=TOOLS)
    assert (answer.attempts[0].reason, answer.given.engine) == (fault, "sky")
    assert answer.attempts[0].calls == ()


def test_prose_where_a_call_was_required_is_rejected(make: Make) -> None:
    world = make("It is sunny.", with_cloud=False)
    with pytest.raises(NoAnswerError):
        world.run(Turn((Message.of(Role.USER, "Weather?"),), toolset(only="get_weather")))
    assert world.runtime.log.turn(1).attempts[0].attempt.outcome is Outcome.INVALID


def test_a_cut_call_is_asked_for_again_with_more_room(make: Make) -> None:
    world = make(with_cloud=False)
    world.local.script, world.local.ends_with = [[piece('{"city": "Os')], [piece()]], Finish.LENGTH
    answer = world.answered("Weather?", tools=TOOLS)
    assert [one.reason for one in answer.attempts] == [ToolFault.TRUNCATED, None]


def test_calls_that_nobody_asked_for_are_no_answer(make: Make) -> None:
    world = make(["Hello!", piece()])
    assert world.answered("hi").text == "Hello!"
    assert world.runtime.log.turn(1).attempts[0].attempt.calls == ()


def test_more_calls_than_any_answer_needs_fail_over(make: Make) -> None:
    world = make([piece(index=n) for n in range(MAX_CALLS + 1)], [piece()])
    answer = world.answered("Weather?", tools=TOOLS)
    assert (answer.attempts[0].outcome, answer.given.engine) == (Outcome.ERROR, "sky")


def test_thoughts_are_told_apart_and_are_no_part_of_an_answer(make: Make) -> None:
    world = make([ThoughtPiece("Hm, "), ThoughtPiece("\x1b[2Jyes"), "Hello!"])
    events = world.ask("hi")
    assert [event.text for event in events if isinstance(event, Thinking)] == ["Hm, ", "yes"]
    assert [event.text for event in events if isinstance(event, Delta)] == ["Hello!"]
    assert world.runtime.log.turn(1).attempts[0].attempt.text == "Hello!"


def test_thoughts_come_also_while_calls_are_awaited(make: Make) -> None:
    events = make([ThoughtPiece(), piece()]).ask("Weather?", tools=TOOLS)
    assert [type(event) for event in events if isinstance(event, Thinking | Delta | Rejected)] == [
        Thinking,
        Delta,
    ]


def test_the_conversation_is_counted_with_its_tools_where_they_go_as_such(make: Make) -> None:
    """Both engines hold the prompt alone, and neither the tools beside it."""
    world = make([piece()], [piece()], local_context=300)
    world.cloud.takes = frozenset({Need.TOOLS})
    world.cloud.context_tokens = 300
    with pytest.raises(NoAnswerError, match="too few"):
        world.answered("Weather?", tools=TOOLS)
    assert world.local.requests == world.cloud.requests == []
