"""The one place that refuses what callers say where no engine can be asked it."""

from collections.abc import Iterator, Sequence

from hroute.core.errors import UsageError
from hroute.core.turn.message import Image, Message, MessagePart, Role, Text, ToolCall, ToolResult

_PLACES: dict[type[MessagePart], Role] = {ToolCall: Role.ASSISTANT, ToolResult: Role.TOOL, Image: Role.USER}
_SAID_OF: dict[type[MessagePart], str] = {
    ToolCall: "calls come from the assistant",
    ToolResult: "results come from a tool",
    Image: "images come from the user",
}


def checked(messages: Sequence[object]) -> tuple[Message, ...]:
    """The same messages. Raises UsageError that says which one is wrong, and how."""
    found = tuple(_message(one, f"messages[{i}]") for i, one in enumerate(messages))
    if not any(one.role is Role.USER and (one.text.strip() or one.images) for one in found):
        raise UsageError("the prompt is empty")
    called: set[str] = set()
    for i, message in enumerate(found):
        where = f"messages[{i}]"
        if lost := next((one.call_id for one in message.results if one.call_id not in called), None):
            raise UsageError(f"{where}: no call before it has the id {lost[:60]!r}")
        ids = [call.id for call in message.calls]
        if twice := next((one for one in ids if ids.count(one) > 1), None):
            raise UsageError(f"{where}: two of its calls have the id {twice[:60]!r}")
        called.update(ids)
    return found


def checked_text(text: object, where: str) -> str:
    """Raises UsageError for what can be neither read by a model nor kept in the log."""
    if not isinstance(text, str):
        raise UsageError(f"{where} is a {type(text).__name__}, must be a text")
    if "\0" in text:
        raise UsageError(f"{where} has a NUL, which is no text")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"{where} has half a character at {error.start}, which is no text") from None
    return text


def _message(message: object, where: str) -> Message:
    if not isinstance(message, Message):
        raise UsageError(f"{where} is a {type(message).__name__}, must be a Message or a mapping")
    if wrong := _unlike(message):
        raise UsageError(f"{where}: {wrong}", "Message.of(Role.USER, text)")
    for part in message.parts:
        if wrong := _misplaced(part, message.role):
            raise UsageError(f"{where}: {wrong}")
        for text in _texts(part):
            checked_text(text, where)
    if message.role is Role.TOOL and not message.results:
        raise UsageError(f"{where}: a tool's message needs the result of a call")
    return message


def _unlike(message: Message) -> str:
    """Why it is no message, whatever its type says; empty: it is one."""
    if not isinstance(message.role, Role):
        return f"role is {str(message.role)[:60]!r}, must be a Role"
    if not isinstance(message.parts, tuple):
        return f"parts are a {type(message.parts).__name__}, must be a tuple"
    strange = [type(part).__name__ for part in message.parts if not isinstance(part, MessagePart)]
    if strange:
        return f"a part is a {strange[0]}, must be a Text, Image, ToolCall or ToolResult"
    return "" if message.parts else "says nothing"


def _misplaced(part: MessagePart, role: Role) -> str:
    """Why this part cannot be in a message of that role; empty: it can."""
    kind = type(part)
    if kind in _PLACES and role is not _PLACES[kind]:
        return f"{_SAID_OF[kind]}, not from the {role}"
    if not isinstance(part, Image):
        return ""
    is_one = (part.data is None) is not (part.url is None) and isinstance(part.data, bytes | None)
    return "" if is_one else "an image has either its bytes or a URL"


def _texts(part: MessagePart) -> Iterator[object]:
    match part:
        case Text(text=text, source=source):
            yield from (text,) if source is None else (text, source)
        case Image(media_type=media_type, url=url):
            yield from (media_type,) if url is None else (media_type, url)
        case ToolCall(id=call_id, name=name, arguments=arguments):
            yield from (call_id, name, arguments)
        case ToolResult(call_id=call_id, text=text):
            yield from (call_id, text)
