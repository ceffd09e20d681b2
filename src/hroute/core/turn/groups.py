"""A conversation in whole groups: what the user says, with the answers, calls and results that belong to it.

What leaves a full context leaves by the group, so that no call is parted from its result.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from hroute.core.frozen import frozen
from hroute.core.turn.message import Message, Role
from hroute.core.turn.turn import Turn


@frozen
class Groups:
    """`head`: the system messages at the beginning. The last group is the one that is to be answered."""

    head: tuple[Message, ...]
    groups: tuple[tuple[Message, ...], ...]

    @property
    def earlier(self) -> tuple[tuple[Message, ...], ...]:
        return self.groups[:-1]

    @property
    def last(self) -> tuple[Message, ...]:
        return self.groups[-1] if self.groups else ()


def split(messages: Sequence[Message]) -> Groups:
    """Head and groups, put together again, are the messages.

    A message of the user opens a group, unless that would part a call from its result. What precedes the
    user's first message is a group of its own.
    """
    first = next((i for i, m in enumerate(messages) if m.role is not Role.SYSTEM), len(messages))
    joined = _joined(messages)
    opened = (i for i in range(first + 1, len(messages)) if messages[i].role is Role.USER and i not in joined)
    bounds = pairwise((first, *opened, len(messages)))
    groups = tuple(tuple(messages[start:end]) for start, end in bounds if start < end)
    return Groups(tuple(messages[:first]), groups)


def _joined(messages: Sequence[Message]) -> set[int]:
    """Where no group may begin: after a call, up to its result. An id belongs to the nearest call before."""
    called_at: dict[str, int] = {}
    joined: set[int] = set()
    for i, message in enumerate(messages):
        for result in message.results:
            if result.call_id in called_at:
                joined.update(range(called_at[result.call_id] + 1, i + 1))
        for call in message.calls:
            called_at[call.id] = i
    return joined


def earlier_groups(turn: Turn) -> int:
    return len(split(turn.messages).earlier)


def with_last(turn: Turn, n: int) -> Turn:
    """The turn with the last `n` of its earlier groups; its place says how many."""
    whole = split(turn.messages)
    kept = whole.groups[max(0, len(whole.groups) - 1 - n) :]
    place = turn.options.place and replace(turn.options.place, history_turns=min(n, len(whole.earlier)))
    messages = (*whole.head, *(message for group in kept for message in group))
    return replace(turn, messages=messages, options=replace(turn.options, place=place))


def without_earlier(turn: Turn) -> Turn:
    """The turn alone, without what was said before it."""
    whole = split(turn.messages)
    return replace(turn, messages=(*whole.head, *whole.last))


def after(turn: Turn, earlier: Sequence[Message]) -> Turn:
    """The turn with this said before it, in place of what was."""
    whole = split(turn.messages)
    return replace(turn, messages=(*whole.head, *earlier, *whole.last))
