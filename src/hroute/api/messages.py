"""Reads what is said: a text, hroute's own messages, or mappings in OpenAI's form."""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from hroute.core.errors import UsageError
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
    messages = tuple(_message(one, f"messages[{i}]") for i, one in enumerate(said))
    _check(messages)
    return messages


def _message(given: object, where: str) -> Message:
    if isinstance(given, Message):
        return given
    if not isinstance(given, Mapping):
        raise UsageError(f"{where} is a {type(given).__name__}, must be a Message or a mapping")
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
    return Message(role, (ToolResult(read.tool_call_id, Message(role, parts).text),))


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


def _check(messages: Sequence[Message]) -> None:
    if not any(one.role is Role.USER and (one.text.strip() or one.images) for one in messages):
        raise UsageError("the prompt is empty")
    called: set[str] = set()
    for i, message in enumerate(messages):
        where = f"messages[{i}]"
        if message.calls and message.role is not Role.ASSISTANT:
            raise UsageError(f"{where}: only the assistant calls tools, not the {message.role}")
        if message.results and message.role is not Role.TOOL:
            raise UsageError(f"{where}: results come from a tool, not from the {message.role}")
        if lost := next((one.call_id for one in message.results if one.call_id not in called), None):
            raise UsageError(f"{where}: no call before it has the id {lost[:60]!r}")
        called.update(call.id for call in message.calls)
        if any("\0" in text.text for text in message.texts):
            raise UsageError(f"{where}: has a NUL, which is no text")
