"""What engines are told of a turn: messages of one text each, from the system, the user or a model."""

import json
from collections.abc import Iterable
from dataclasses import replace

from hroute.core.decision.decision import TEXT_ALONE, Need
from hroute.core.turn.message import Message, Role, Text, ToolCall
from hroute.core.turn.turn import Turn


def rendered(turn: Turn, takes: frozenset[Need] = TEXT_ALONE) -> tuple[Message, ...]:
    """Tools or a schema are explained in the system prompt, alike for all engines.

    Calls are written as that explanation teaches them, and results are told by the user. Images stay, after
    the text of their message, where the engine `takes` them.
    """
    parts = (_preamble(turn), turn.system)
    instructions = "\n\n".join(part for part in parts if part)
    head = (Message.of(Role.SYSTEM, instructions),) if instructions else ()
    return (*head, *_plain(turn.messages[len(turn.head) :], with_images=Need.IMAGES in takes))


def _preamble(turn: Turn) -> str:
    if turn.bound_to is None:
        return ""
    from hroute.core.tools.preamble import preamble

    return preamble(turn.bound_to)


def _plain(messages: Iterable[Message], *, with_images: bool) -> list[Message]:
    rendered_messages: list[Message] = []
    names: dict[str, str] = {}  # of the calls so far, by their ids
    follows_result = False
    for message in messages:
        if _is_plain(message) and not follows_result:
            rendered_messages.append(message)
            continue
        names.update((call.id, call.name) for call in message.calls)
        one = _rendered(message, names)
        images = message.images if with_images else ()
        # Many chat templates refuse two messages of the user in a row.
        if follows_result and one.role is Role.USER:
            before = rendered_messages.pop()
            one, images = Message.of(Role.USER, f"{before.text}\n\n{one.text}"), (*before.images, *images)
        rendered_messages.append(replace(one, parts=(*one.parts, *images)) if images else one)
        follows_result = bool(message.results) or (follows_result and one.role is Role.USER)
    return rendered_messages


def _rendered(message: Message, names: dict[str, str]) -> Message:
    if message.calls:
        return Message.of(message.role, "\n\n".join(filter(None, (message.text, _calls(message.calls)))))
    if message.results:
        results = [
            f"{'Error' if result.is_error else 'Result'} of {names.get(result.call_id, 'a function')}"
            f" ({result.call_id}):\n{result.text}"
            for result in message.results
        ]
        return Message.of(Role.USER, "\n\n".join([*results, *filter(None, [message.text])]))
    return Message.of(message.role, message.text)


def _is_plain(message: Message) -> bool:
    """Whether it is a text and nothing else, as nearly all messages are."""
    match message.parts:
        case (Text(source=None),):
            return True
    return False


def _calls(calls: tuple[ToolCall, ...]) -> str:
    """Arguments that are no JSON are told as the text that they are."""
    written = [f'{{"name": {json.dumps(call.name)}, "arguments": {call.arguments}}}' for call in calls]
    return written[0] if len(written) == 1 else f"[{', '.join(written)}]"
