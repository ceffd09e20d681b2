"""The ids of tool calls: those of the model where it gave any, and none twice in a conversation."""

from collections.abc import Iterable
from uuid import uuid4

from hroute.core.turn.message import Message

_MAX_CHARS = 64  # what OpenAI takes; a longer one is nobody's id


class CallIds:
    """Ids that no earlier call of the conversation has."""

    def __init__(self, messages: Iterable[Message]) -> None:
        self._taken = {call.id for message in messages for call in message.calls}

    def unique(self, given: str) -> str:
        """The given id, or a new one where it is missing, taken or not one that others could send back."""
        is_fine = given.isascii() and given.isprintable() and 0 < len(given) <= _MAX_CHARS
        mine = given if is_fine and given not in self._taken else f"call_{uuid4().hex[:24]}"
        self._taken.add(mine)
        return mine
