"""Messages as a chat completion has them, and how they are told where a chat template refuses their roles."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hroute.core.decision.decision import Route
from hroute.core.turn.message import Image, Message, Role, Text, ToolCall, ToolResult


def message_json(message: Message, names: Mapping[str, str], route: Route) -> Iterator[dict[str, Any]]:
    """One, or several where it has results: a message each, and then what is said beside them.

    `names`: those of tools, as they are sent.
    """
    yield from map(_result_json, message.results)
    if message.calls:
        yield _call_json(message, names, route)
    elif message.text or message.images or not message.results:
        role = Role.USER if message.role is Role.TOOL else message.role
        yield {"role": role, "content": _content(message)}


def _result_json(result: ToolResult) -> dict[str, Any]:
    content = f"Error: {result.text}" if result.is_error else result.text
    return {"role": Role.TOOL, "tool_call_id": result.call_id, "content": content}


def _call_json(message: Message, names: Mapping[str, str], route: Route) -> dict[str, Any]:
    # Where nothing is said OpenAI has null, which chat templates on this machine add to a text and fail.
    silence = None if route is Route.CLOUD else ""
    calls = [_one_call(call, names) for call in message.calls]
    return {"role": message.role, "content": message.text or silence, "tool_calls": calls}


def _one_call(call: ToolCall, names: Mapping[str, str]) -> dict[str, Any]:
    function = {"name": names.get(call.name, call.name), "arguments": call.arguments or "{}"}
    return {"id": call.id, "type": "function", "function": function}


def _content(message: Message) -> str | list[dict[str, Any]]:
    if not message.images:
        return message.text
    images = [{"type": "image_url", "image_url": {"url": _url(image)}} for image in message.images]
    return [{"type": "text", "text": message.text}, *images] if message.text else images


def _url(image: Image) -> str:
    if image.data is None:
        return image.url or ""
    return f"data:{image.media_type};base64,{base64.b64encode(image.data).decode()}"


def folded(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Without the system role: its words begin the user's first message, as the in-process engine has it.

    What the system says later is said by the user.
    """
    first = next((i for i, m in enumerate(messages) if m.role is Role.USER), None)
    if first is None:
        return tuple(map(_by_user, messages))
    before = [m.text for m in messages[:first] if m.role is Role.SYSTEM]
    kept = [m for m in messages[:first] if m.role is not Role.SYSTEM]
    reported = _said("\n\n".join([*before, messages[first].text]), messages[first])
    return (*kept, reported, *map(_by_user, messages[first + 1 :]))


def _by_user(message: Message) -> Message:
    return replace(message, role=Role.USER) if message.role is Role.SYSTEM else message


def one_by_one(messages: Sequence[Message]) -> tuple[Message, ...]:
    """With what one role says in a row as one message; calls and results stay as they are."""
    reported: list[Message] = []
    for message in messages:
        before = reported[-1] if reported else None
        if (
            before is None
            or before.role is not message.role
            or any(m.calls or m.results for m in (before, message))
        ):
            reported.append(message)
            continue
        joined = _said(f"{before.text}\n\n{message.text}", message)
        reported[-1] = replace(joined, parts=(*joined.parts, *before.images))
    return tuple(reported)


def _said(text: str, like: Message) -> Message:
    return replace(like, parts=(Text(text), *like.images))
