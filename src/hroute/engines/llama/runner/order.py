"""What a runner is to write, as a value and as a frame."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from hroute.core.turn.message import Image, Message, MessagePart, Role, Text, ToolCall, ToolResult
from hroute.engines.llama.recipe import Recipe
from hroute.engines.llama.runner.frames import Frame

if TYPE_CHECKING:
    # Only an answer in a form pays for them.
    from hroute.core.tools.definitions import Expected
    from hroute.core.tools.schema.read import Schema


@dataclass(frozen=True, slots=True)
class AnswerOrder:
    """One answer that is wanted, see `worker.Run`."""

    messages: Sequence[Message]
    recipe: Recipe
    expected: "Expected | None" = None
    samples: int = 0
    conversation: Sequence[Message] = ()

    def frame(self) -> Frame:
        return {
            "messages": said(self.messages),
            "recipe": asdict(self.recipe),
            "expected": None if self.expected is None else _form(self.expected),
            "samples": self.samples,
            "conversation": said(self.conversation),
        }

    @classmethod
    def of(cls, frame: Frame) -> "AnswerOrder":
        form = frame["expected"]
        return cls(
            messages_of(frame["messages"]),
            Recipe(**frame["recipe"]),
            None if form is None else _expected(form),
            frame["samples"],
            messages_of(frame["conversation"]),
        )


_PARTS = {kind.__name__: kind for kind in (Text, ToolCall, ToolResult)}


def said(messages: Sequence[Message]) -> list[Any]:
    return [[message.role.value, *map(_part, message.parts)] for message in messages]


def messages_of(frame: list[Any]) -> tuple[Message, ...]:
    return tuple(map(_message, frame))


def _part(part: MessagePart) -> list[Any]:
    if isinstance(part, Image):  # no model here sees it
        return [Image.__name__, part.media_type]
    return [type(part).__name__, *(getattr(part, name) for name in part.__match_args__)]


def _message(one: list[Any]) -> Message:
    role, *parts = one
    return Message(Role(role), tuple(map(_part_of, parts)))


def _part_of(part: list[Any]) -> MessagePart:
    kind, *fields = part
    return Image(*fields) if kind == Image.__name__ else _PARTS[kind](*fields)


def _form(expected: "Expected") -> Frame:
    from hroute.core.tools.schema.read import Schema

    if isinstance(expected, Schema):
        return _schema(expected)
    tools = [
        {"name": tool.name, "description": tool.description, "parameters": _schema(tool.parameters)}
        for tool in expected.tools
    ]
    return {
        "tools": tools,
        "choice": expected.choice.value,
        "only": expected.only,
        "parallel": expected.is_parallel,
    }


def _schema(schema: "Schema") -> Frame:
    return {"schema": schema.text, "dialect": schema.dialect.value, "unenforced": schema.unenforced}


def _expected(form: Frame) -> "Expected":
    from hroute.core.tools.definitions import Choice, Toolset
    from hroute.core.tools.forms import Tool

    if "schema" in form:
        return _schema_of(form)
    tools = (
        Tool(tool["name"], tool["description"], _schema_of(tool["parameters"])) for tool in form["tools"]
    )
    return Toolset(tuple(tools), Choice(form["choice"]), form["only"], form["parallel"])


def _schema_of(form: Frame) -> "Schema":
    from hroute.core.tools.schema.dialects import Dialect
    from hroute.core.tools.schema.read import Schema

    return Schema(form["schema"], Dialect(form["dialect"]), tuple(form["unenforced"]))
