"""Requests with tools or a schema to a loopback server, and what comes back of calls."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hroute.core.tools.definitions import Expected, Toolset, read_toolset
from hroute.core.turn.message import Message, Role, Text, ToolCall, ToolResult
from hroute.core.turn.options import Sampling
from hroute.engines.base import Request
from tests.support.servers.loopback import EVENT_STREAM, Exchange

WEATHER: dict[str, Any] = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
}
TOOLS = json.dumps(
    [
        {"name": "get_weather", "description": "of a city", "parameters": WEATHER},
        {"name": "get_time", "parameters": {"type": "object", "properties": {"zone": {"type": "string"}}}},
    ]
)
ASKED = Message.of(Role.USER, "Weather in Oslo?")
CALLED = ToolCall("call_1", "get_weather", '{"city": "Oslo"}')
TALK = (
    ASKED,
    Message(Role.ASSISTANT, (Text("Let me look."), CALLED)),
    Message(Role.TOOL, (ToolResult("call_1", "sun"),)),
)


def toolset(**how: Any) -> Toolset:
    return read_toolset(TOOLS, **how)


def calling(expected: Expected | None = None, *said: Message, **sampling: Any) -> Request:
    return Request(said or (ASKED,), Sampling(**sampling), toolset() if expected is None else expected)


@dataclass(frozen=True)
class Calls:
    """An answer that calls tools, streamed: the arguments of each in two pieces."""

    calls: Sequence[tuple[str, str, str]]  # id, name, arguments
    text: str = ""
    finish: str = "tool_calls"
    more: dict[str, Any] = field(default_factory=dict)

    def play(self, exchange: Exchange) -> None:
        exchange.begin(200, EVENT_STREAM)
        if self.text:
            exchange.event({"choices": [{"index": 0, "delta": {"content": self.text}}]})
        for index, (id_, name, arguments) in enumerate(self.calls):
            middle = len(arguments) // 2
            begun = {
                "id": id_,
                "type": "function",
                "function": {"name": name, "arguments": arguments[:middle]},
            }
            for one in (begun, {"function": {"arguments": arguments[middle:]}}):
                delta = {"tool_calls": [{"index": index, **one}]}
                exchange.event({"choices": [{"index": 0, "delta": delta}]})
        exchange.event({"choices": [{"index": 0, "delta": {}, "finish_reason": self.finish}], **self.more})
        exchange.send(b"data: [DONE]\n\n")
        exchange.end()
