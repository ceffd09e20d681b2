"""Tool calls in the forms in which servers stream them."""

import json
from typing import Any

import pytest

from hroute.core.errors import Failure
from hroute.engines.base import Finish
from tests.support.asking import Told, ask, cloud_engine
from tests.support.servers.loopback import JSON_BODY, LoopbackServer, RawBody, raw_sse

OSLO, ROME = '{"city":"Oslo"}', '{"city":"Rome"}'
Deltas = list[dict[str, Any]]


def asked(deltas: Deltas, finish: str | None = "tool_calls") -> Told:
    events = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    ended = {"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}
    lines = [f"data: {json.dumps(event)}" for event in [*events, ended]]
    with LoopbackServer(raw_sse(*lines, "data: [DONE]")) as server:
        return ask(cloud_engine(server))


def joined(reported: Told) -> list[tuple[str, str, str]]:
    """Id, name and arguments of each call, put together as whoever reads the pieces does."""
    calls: dict[int, tuple[str, str, str]] = {}
    for piece in reported.calls:
        had = calls.get(piece.index, ("", "", ""))
        calls[piece.index] = (had[0] + piece.id, had[1] + piece.name, had[2] + piece.arguments)
    assert list(calls) == list(range(len(calls)))
    return list(calls.values())


def part(arguments: Any = None, name: str | None = None, **more: Any) -> dict[str, Any]:
    function = {key: value for key, value in (("name", name), ("arguments", arguments)) if value is not None}
    return {"tool_calls": [{"type": "function", "function": function, **more}]}


def both(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"tool_calls": [call for each in parts for call in each["tool_calls"]]}


ONE = [("a", "weather", OSLO)]
TWO = [("a", "weather", OSLO), ("b", "weather", ROME)]


@pytest.mark.parametrize(
    ("deltas", "calls"),
    [
        ([part("", "weather", index=0, id="a"), part(OSLO[:5], index=0), part(OSLO[5:], index=0)], ONE),
        ([part(None, "weather", index=0, id="a"), part(OSLO, index=0, id=None)], ONE),
        ([part("", "weather", index=None, id="a"), part(OSLO[:5], index=None), part(OSLO[5:])], ONE),
        ([part(OSLO[:5], "weather", id="a"), part(OSLO[5:], "weather", id="a")], ONE),
        ([part(OSLO[:5], "weather", index=0, id="a"), part(OSLO[5:], "weather", index=0, id="made-up")], ONE),
        ([part(OSLO[:5], "weather", id="a"), part(OSLO[5:], id="made-up")], ONE),
        ([part(json.loads(OSLO), "weather", index=0, id="a")], [("a", "weather", '{"city": "Oslo"}')]),
        ([{"tool_calls": [{"id": "a", "name": "weather", "arguments": OSLO}]}], ONE),
        ([part(OSLO, "weather", index="0", id=7)], [("7", "weather", OSLO)]),
        ([part(OSLO, "weather", index=0, id="a"), part(ROME, "weather", index=1, id="b")], TWO),
        ([part(OSLO, "weather", index=1, id="a"), part(ROME, "weather", index=2, id="b")], TWO),
        ([part(OSLO, "weather", index=0, id="a"), part(ROME, "weather", index=0, id="b")], TWO),
        ([part(OSLO, "weather", id="a"), part(ROME, "weather", id="b")], TWO),
        ([both(part(OSLO, "weather", id="a"), part(ROME, "weather", id="b"))], TWO),
        (
            [
                part("", "weather", index=0, id="a"),
                part("", "weather", index=1, id="b"),
                part(OSLO, index=0),
                part(ROME, index=1),
            ],
            TWO,
        ),
        ([part("", "weather", id="a"), part(OSLO, id="a"), part("", "weather", id="b"), part(ROME)], TWO),
        (
            [part("", "one", id="a"), part("", "two", id="b"), part(OSLO, id="a")],
            [("a", "one", OSLO), ("b", "two", "")],
        ),
        ([part("", "ping", id="a"), part("", "ping", id="b")], [("a", "ping", ""), ("b", "ping", "")]),
        (
            [
                {"function_call": {"name": "weather", "arguments": OSLO[:5]}},
                {"function_call": {"arguments": OSLO[5:]}},
            ],
            [("", "weather", OSLO)],
        ),
        ([{"content": None, "tool_calls": None}, {"tool_calls": []}], []),
    ],
)
def test_calls_are_put_together_however_they_are_cut(deltas: Deltas, calls: list[Any]) -> None:
    reported = asked(deltas)

    assert (reported.error, joined(reported)) == (None, calls)


@pytest.mark.parametrize("finish", ["tool_calls", "stop", "function_call", None])
def test_an_answer_with_calls_waits_for_the_tools(finish: str | None) -> None:
    assert asked([part(OSLO, "weather", index=0, id="a")], finish).finish is Finish.TOOL_CALLS


def test_a_cut_answer_with_calls_is_still_cut() -> None:
    assert asked([part(OSLO[:5], "weather", index=0, id="a")], "length").finish is Finish.LENGTH


def test_whole_calls_come_in_one_document() -> None:
    calls = [
        {"id": "a", "type": "function", "function": {"name": "weather", "arguments": OSLO}},
        {"id": "b", "type": "function", "function": {"name": "weather", "arguments": ROME}},
    ]
    message = {"role": "assistant", "content": None, "tool_calls": calls}
    body = json.dumps({"choices": [{"message": message, "finish_reason": "tool_calls"}]}).encode()
    with LoopbackServer(RawBody(body, JSON_BODY)) as server:
        reported = ask(cloud_engine(server))

    assert (joined(reported), reported.finish) == (TWO, Finish.TOOL_CALLS)


def test_half_an_emoji_in_each_of_two_pieces_of_arguments_is_one() -> None:
    first, second = '{"city":"\ud83d', '\ude00"}'

    assert joined(asked([part(first, "f", index=0, id="a"), part(second, index=0)])) == [
        ("a", "f", '{"city":"😀"}')
    ]


@pytest.mark.parametrize(
    "flood",
    [
        [part("{}", "f", index=n, id=f"{n}") for n in range(200)],
        [part("{}", "f" * 1000, index=0, id="a")],
        [part("{}", "f", index=0, id="a" * 1000)],
        [part("x" * 900_000, index=0) for _ in range(5)],
    ],
)
def test_a_flood_of_calls_is_cut_off(flood: Deltas) -> None:
    error = asked(flood).error

    assert error is not None
    assert (error.failure, "was cut off" in error.message) == (Failure.SERVER, True)
