"""Reads what is said: a text, hroute's own messages, or mappings in OpenAI's form."""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from hroute.core.errors import UsageError
from hroute.core.thoughts import split
from hroute.core.turn.checked import checked
from hroute.core.turn.message import Image, Message, MessagePart, Role, Text, ToolCall, ToolResult

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

PromptOrMessages = str | Sequence[Message | Mapping[str, Any]]


class _TextPart(BaseModel):
    type: Literal["text"]
    text: str


class _Url(BaseModel):
    url: str


class _ImagePart(BaseModel):
    type: Literal["image_url"]
    image_url: _Url


class _Function(BaseModel):
    name: str
    arguments: str


class _Call(BaseModel):
    id: str
    function: _Function


class _Given(BaseModel):
    """A message in OpenAI's form; what hroute has no use for is left aside, as in messages of an SDK."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[Annotated[_TextPart | _ImagePart, Field(discriminator="type")]] | None = None
    tool_calls: list[_Call] | None = None
    tool_call_id: str | None = None


def messages_of(said: PromptOrMessages) -> tuple[Message, ...]:
    """Raises UsageError for what no engine can be asked, and says which message is wrong."""
    if isinstance(said, str):
        said = [Message.of(Role.USER, said)]
    if isinstance(said, bytes) or not isinstance(said, Sequence):
        kind = type(said).__name__
        raise UsageError(f"what is said is a {kind}, must be a text or a list of messages")
    messages = checked([_message(one, f"messages[{i}]") for i, one in enumerate(said)])
    return tuple(_without_thoughts(message) for message in messages)


def _message(given: object, where: str) -> object:
    if not isinstance(given, Mapping):
        return given
    try:
        read = _Given.model_validate(dict(given))
    except ValidationError as error:
        raise UsageError(_said(error.errors(include_url=False)[0], where)) from None
    role = Role(read.role)
    parts = tuple(_parts(read, where))
    if role is not Role.TOOL:
        return Message(role, parts)
    if read.tool_call_id is None:
        raise UsageError(f"{where}: tool_call_id is missing, must be the id of the call")
    reported = Message(role, parts)
    if reported.images:
        raise UsageError(f"{where}: results of tools are text")
    return Message(role, (ToolResult(read.tool_call_id, reported.text),))


def _without_thoughts(message: Message) -> Message:
    """What a model said to itself is no part of a conversation, though some programs keep it there."""
    if message.role is not Role.ASSISTANT:
        return message
    parts = (
        Text(split(part.text)[0], part.source) if isinstance(part, Text) else part for part in message.parts
    )
    return Message(message.role, tuple(parts))


def _said(error: "ErrorDetails", where: str) -> str:
    place = ".".join(str(part) for part in error["loc"])
    return f"{where}: {place}: {error['msg'][:1].lower()}{error['msg'][1:]}"


def _parts(read: _Given, where: str) -> Iterator[MessagePart]:
    if isinstance(read.content, str):
        yield Text(read.content)
    elif read.content:
        for part in read.content:
            yield Text(part.text) if isinstance(part, _TextPart) else _image(part.image_url.url, where)
    for call in read.tool_calls or ():
        yield ToolCall(call.id, call.function.name, call.function.arguments)


def _image(url: str, where: str) -> Image:
    if not url.startswith("data:"):
        return Image("image/*", url=url)
    head, _, data = url.removeprefix("data:").partition(",")
    media_type, _, encoding = head.partition(";")
    if encoding != "base64":
        raise UsageError(f"{where}: an image's data must be in base64")
    try:
        return Image(media_type, base64.b64decode(data, validate=True))
    except binascii.Error as error:
        raise UsageError(f"{where}: an image's data is no base64: {error}") from error
