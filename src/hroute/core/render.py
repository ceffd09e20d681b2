"""What an engine is sent of a turn, by what it takes: the one place where tools and results are told.

What an engine does not take is told in words, as messages of one text each: tools or a schema are explained
in the system prompt, calls are written as that explanation teaches them, and results are told by the user.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from hroute.core.decision.decision import TEXT_ALONE, Need
from hroute.core.frozen import frozen
from hroute.core.turn.message import Message, Role, Text, ToolCall

if TYPE_CHECKING:
    from hroute.core.tools.definitions import Expected, Toolset
    from hroute.core.tools.schema.read import Schema

_NOTHING: frozenset[str] = frozenset()


@frozen
class Sent:
    """`tools`, `schema`, and calls in `messages` are there only for an engine that takes them as such."""

    messages: tuple[Message, ...]
    tools: "Toolset | None" = None
    schema: "Schema | None" = None

    @property
    def texts(self) -> tuple[Message, ...]:
        """What a tokenizer reads of it: servers write tools, calls and results into the prompt themselves."""
        reported = self.messages
        if any(message.calls or message.results for message in reported):
            reported = tuple(_plain(reported, with_images=False, kept=_NOTHING))
        if self.schema is not None:
            return (Message.of(Role.SYSTEM, self.schema.text), *reported)
        if self.tools is None:
            return reported
        from hroute.core.tools.preamble import definitions

        return (Message.of(Role.SYSTEM, definitions(self.tools)), *reported)


def rendered(
    messages: Sequence[Message],
    expected: "Expected | None" = None,
    takes: frozenset[Need] = TEXT_ALONE,
) -> Sent:
    """`expected`: what the answer is bound to; None: prose.

    Images stay, after the text of their message, where the engine `takes` them; the system messages at the
    beginning are one.
    """
    head = tuple(takewhile(lambda message: message.role is Role.SYSTEM, messages))
    tools, schema = _native(expected, takes)
    reported = "\n\n".join(message.text for message in head)
    parts = ("" if tools or schema or expected is None else _preamble(expected), reported)
    instructions = "\n\n".join(part for part in parts if part)
    rest = messages[len(head) :]
    kept = _answered(rest) if Need.TOOLS in takes else _NOTHING
    said = _plain(rest, with_images=Need.IMAGES in takes, kept=kept)
    return Sent((*((Message.of(Role.SYSTEM, instructions),) if instructions else ()), *said), tools, schema)


def _native(expected: "Expected | None", takes: frozenset[Need]) -> "tuple[Toolset | None, Schema | None]":
    if expected is None or not takes & {Need.TOOLS, Need.SCHEMAS}:
        return None, None
    from hroute.core.tools.definitions import Toolset

    if isinstance(expected, Toolset):
        return (expected, None) if Need.TOOLS in takes else (None, None)
    return (None, expected) if Need.SCHEMAS in takes else (None, None)


def _preamble(expected: "Expected") -> str:
    from hroute.core.tools.preamble import preamble

    return preamble(expected)


def _answered(messages: Sequence[Message]) -> frozenset[str]:
    """The ids of calls that servers accept: arguments that are an object, all results right after the call.

    Everything else, such as a call that was interrupted, makes them refuse the conversation.
    """
    answered: set[str] = set()
    for i, message in enumerate(messages):
        if not message.calls:
            continue
        following = takewhile(lambda later: later.results, messages[i + 1 :])
        results = {result.call_id for later in following for result in later.results}
        ids = {call.id for call in message.calls}
        is_whole = ids <= results and len(ids) == len(message.calls) and not ids & answered
        if is_whole and all(_is_object(call.arguments) for call in message.calls):
            answered |= ids
    return frozenset(answered)


def _is_object(arguments: str) -> bool:
    try:
        return isinstance(json.loads(arguments or "{}"), dict)
    except (ValueError, RecursionError):
        return False


def _plain(messages: Iterable[Message], *, with_images: bool, kept: frozenset[str]) -> list[Message]:
    """`kept`: the ids of calls that stay what they are, with their results."""
    reported: list[Message] = []
    names: dict[str, str] = {}  # of the calls so far, by their ids
    follows_result = False
    for message in messages:
        if _is_plain(message) and not follows_result:
            reported.append(message)
            continue
        ids = {call.id for call in message.calls} | {result.call_id for result in message.results}
        if ids and ids <= kept:
            reported.append(message if with_images else _without_images(message))
            follows_result = False
            continue
        names.update((call.id, call.name) for call in message.calls)
        one = _in_words(message, names)
        images = message.images if with_images else ()
        # Many chat templates refuse two messages of the user in a row.
        if follows_result and one.role is Role.USER:
            before = reported.pop()
            one, images = Message.of(Role.USER, f"{before.text}\n\n{one.text}"), (*before.images, *images)
        reported.append(replace(one, parts=(*one.parts, *images)) if images else one)
        follows_result = bool(message.results) or (follows_result and one.role is Role.USER)
    return reported


def _without_images(message: Message) -> Message:
    if not message.images:
        return message
    return replace(message, parts=tuple(part for part in message.parts if part not in message.images))


def _in_words(message: Message, names: dict[str, str]) -> Message:
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
