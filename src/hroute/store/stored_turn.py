"""How the log stores what was asked: a form of its own, so that values may change and old rows still read.

Form 1: a prompt, what preceded it as pairs of role and text, and tools or a schema as text. Form 2: messages
of parts. Form 3: the same, and the reasons in the row are values (see stored_reasons). A form that was
released is never changed: its reader stays, and a new one gets the next number.
"""

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

from hroute.core.decision.decision import Route
from hroute.core.errors import UsageError
from hroute.core.frozen import frozen
from hroute.core.turn.groups import without_earlier
from hroute.core.turn.message import Image, Message, MessagePart, Role, Text, ToolCall, ToolResult
from hroute.core.turn.options import Options, Sampling
from hroute.core.turn.turn import Turn

if TYPE_CHECKING:
    from hroute.core.tools.definitions import Expected

FORM = 3  # of what is written now

_MAX_IMAGE_BYTES = 256 * 1024  # larger ones are known by size and hash alone


@frozen
class StoredExpected:
    """Tools or a schema as they were given, to be read when they are needed."""

    tools: str | None = None
    schema: str | None = None
    choice: str = "auto"
    only: str | None = None
    is_parallel: bool = True

    def read(self) -> "Expected | None":
        """Raises UsageError for what is not well-formed, or not any more."""
        if self.schema:
            from hroute.core.tools.schema.read import read_schema

            return read_schema(self.schema, "the schema of this turn")
        if not self.tools:
            return None
        from hroute.core.tools.definitions import Choice, read_toolset

        choice = Choice(self.choice)
        return read_toolset(
            self.tools,
            "the tools of this turn",
            choice=choice,
            only=self.only,
            is_parallel=self.is_parallel,
        )


@frozen
class StoredTurn:
    """`said`: the turn without what is expected of its answer."""

    said: Turn
    expected: StoredExpected

    def turn(self) -> Turn:
        """To be asked again. Raises UsageError for tools or a schema that are not well-formed."""
        lost = any(not image.data and not image.url for m in self.said.messages for image in m.images)
        if lost:
            raise UsageError("an image of this turn was too large to be kept in the log")
        return Turn(self.said.messages, self.expected.read(), self.said.options)

    def readable(self) -> Turn:
        """To be looked at: without tools or a schema that are not well-formed."""
        try:
            return self.turn()
        except UsageError:
            return self.said


# --- writing -----------------------------------------------------------------


def written(turn: Turn) -> dict[str, Any]:
    """Without what has columns of its own: the ask, and the place in a session with its history."""
    options = turn.options
    kept = turn if options.place is None else without_earlier(turn)
    asking = kept.asking
    return {
        "messages": [
            message_json(message, has_column=message is asking and _is_one_text(message))
            for message in kept.messages
        ],
        "expected": _expected_json(turn.expected),
        "options": {
            "forced": options.forced,
            "held": options.held,
            "category": options.category,
            "dismissed": options.dismissed,
            "sampling": {
                "max_tokens": options.sampling.max_tokens,
                "temperature": options.sampling.temperature,
                "seed": options.sampling.seed,
                "top_p": options.sampling.top_p,
                "stop": options.sampling.stop,
            },
            **({"local_model": options.local_model} if options.local_model else {}),
        },
    }


def _is_one_text(message: Message) -> bool:
    return sum(text.is_own for text in message.texts) == 1


def message_json(message: Message, *, has_column: bool = False) -> dict[str, Any]:
    """`has_column`: its own text is stored as the prompt, and not twice."""
    parts = [
        {"ask": True} if has_column and isinstance(part, Text) and part.is_own else _part_json(part)
        for part in message.parts
    ]
    return {"role": message.role, "parts": parts}


def _part_json(part: MessagePart) -> dict[str, Any]:
    match part:
        case Text():
            return {"text": part.text} | ({} if part.source is None else {"source": part.source})
        case Image():
            return {"image": {"media_type": part.media_type, "url": part.url, **_bytes_json(part.data)}}
        case ToolCall():
            return {"call": {"id": part.id, "name": part.name, "arguments": part.arguments}}
        case ToolResult():
            return {"result": {"call_id": part.call_id, "text": part.text, "is_error": part.is_error}}


def _bytes_json(data: bytes | None) -> dict[str, Any]:
    if data is None:
        return {}
    if len(data) <= _MAX_IMAGE_BYTES:
        return {"base64": base64.b64encode(data).decode()}
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _expected_json(expected: "Expected | None") -> dict[str, Any] | None:
    if expected is None:
        return None
    from hroute.core.tools.schema.read import Schema

    if isinstance(expected, Schema):
        return {"schema": expected.source or expected.text}
    return {
        "tools": expected.source,
        "choice": expected.choice,
        "only": expected.only,
        "is_parallel": expected.is_parallel,
    }


# --- reading -----------------------------------------------------------------


def read(form: int, prompt: str, request: str) -> StoredTurn:
    """Raises ValueError or LookupError for what no version has written."""
    raw = json.loads(request)
    if not isinstance(raw, dict) or not 1 <= form <= FORM:
        raise ValueError(f"a stored turn of form {form}, this hroute knows 1 to {FORM}")
    return _read_1(prompt, raw) if form == 1 else _read_2(prompt, raw)


def _read_1(prompt: str, raw: dict[str, Any]) -> StoredTurn:
    """The first versions knew no tools, the next no dismissed texts and no held route."""
    said = Turn.of(
        prompt,
        system=raw.get("system"),
        history=[Message.of(Role(one["role"]), one["content"]) for one in raw.get("history") or ()],
        files=[Text(one["text"], one["name"]) for one in raw.get("attachments") or ()],
        options=_options(raw),
    )
    return StoredTurn(said, StoredExpected(raw.get("tools"), raw.get("schema")))


def _read_2(prompt: str, raw: dict[str, Any]) -> StoredTurn:
    messages = tuple(
        Message(Role(one["role"]), tuple(_part(part, prompt) for part in one["parts"]))
        for one in raw["messages"]
    )
    return StoredTurn(
        Turn(messages, options=_options(raw["options"])), StoredExpected(**(raw["expected"] or {}))
    )


def _part(raw: dict[str, Any], prompt: str) -> MessagePart:
    if "ask" in raw:
        return Text(prompt)
    if "text" in raw:
        return Text(raw["text"], raw.get("source"))
    if "image" in raw:
        image = raw["image"]
        encoded = image.get("base64")
        return Image(image["media_type"], base64.b64decode(encoded) if encoded else None, image["url"])
    return ToolCall(**raw["call"]) if "call" in raw else ToolResult(**raw["result"])


def _options(raw: dict[str, Any]) -> Options:
    sampling = raw.get("sampling") or {}
    return Options(
        forced=_route(raw.get("forced")),
        held=_route(raw.get("held")),
        dismissed=tuple(raw.get("dismissed") or ()),
        category=raw.get("category"),
        sampling=Sampling(
            sampling.get("max_tokens"),
            sampling.get("temperature"),
            sampling.get("seed"),
            sampling.get("top_p"),
            tuple(sampling.get("stop") or ()),
        ),
        local_model=raw.get("local_model"),
    )


def _route(name: str | None) -> Route | None:
    return None if name is None else Route(name)
