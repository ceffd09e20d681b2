"""Tool calls as servers stream them: with or without an index, an id, text or an object as arguments."""

import json
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, field_validator

from hroute.engines.base import CallPiece
from hroute.engines.server.faults import OversizedError
from hroute.engines.server.reading.content import Joiner

MAX_CALLS = 128  # OpenAI's limit on tools
_MAX_NAME_CHARS = 256


class _Function(BaseModel):
    name: str | None = None
    arguments: object = None


class _Call(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    index: int | None = None
    id: str | None = None
    function: _Function | None = None
    name: str | None = None  # where nobody wrapped it
    arguments: object = None


class CallList(BaseModel):
    """`tool_calls` of a delta or a message, or the one `function_call` from before there were several."""

    tool_calls: list[_Call] | None = None
    function_call: _Function | None = None

    @field_validator("tool_calls", "function_call", mode="before")
    @classmethod
    def _nothing_is_none(cls, value: object) -> object:
        return value or None

    @property
    def calls(self) -> list[_Call]:
        if self.tool_calls:
            return self.tool_calls
        return [_Call(index=0, function=self.function_call)] if self.function_call else []


@dataclass(slots=True)
class _Open:
    """A call that has begun."""

    key: int | None  # the server's index
    id: str = ""
    name: str = ""
    joiner: Joiner = field(default_factory=Joiner)
    _braces: int = 0  # open less closed, those in strings too: a sign for odd servers, and cheap
    _end: str = ""

    def add(self, arguments: str) -> str:
        text = self.joiner.feed(arguments)
        self._braces += text.count("{") - text.count("}")
        self._end = text.rstrip()[-1:] or self._end
        return text

    def is_followed_by(self, its_id: str, name: str) -> bool:
        """Whether a piece begins a call of its own: servers give several calls one index, or none.

        A new id alone is no sign, nor is a name again: some make up an id for every piece, or repeat both.
        """
        if not (name and self.name) or (its_id and its_id == self.id):
            return False
        is_whole = self._braces == 0 and self._end == "}"
        takes_nothing = self.key is None and not self._end and its_id != ""
        return name != self.name or is_whole or takes_nothing


@dataclass(slots=True)
class CallReader:
    """Numbers the calls of one answer from 0 in the order in which they begin."""

    _open: list[_Open] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self._open)

    def read(self, calls: list[_Call]) -> list[CallPiece]:
        """Raises OversizedError."""
        return [self._piece(call, place if len(calls) > 1 else None) for place, call in enumerate(calls)]

    def _piece(self, call: _Call, place: int | None) -> CallPiece:
        function = call.function or _Function(name=call.name, arguments=call.arguments)
        name, its_id = function.name or "", call.id or ""
        if max(len(name), len(its_id)) > _MAX_NAME_CHARS:
            raise OversizedError(f"a tool call's name or id is longer than {_MAX_NAME_CHARS} characters")
        at = self._place(call.index if call.index is not None else place, its_id, name)
        opened = self._open[at]
        arguments = opened.add(_json_text(function.arguments))
        # Some servers repeat name and id with every piece.
        piece = CallPiece(at, "" if opened.id else its_id, "" if opened.name else name, arguments)
        opened.id, opened.name = opened.id or its_id, opened.name or name
        return piece

    def _place(self, key: int | None, its_id: str, name: str) -> int:
        """Where in the list the piece belongs; begins a call where it belongs to none.

        Without an index a piece belongs to the call with its id, or else to the last one.
        """
        numbered = [
            at
            for at, opened in enumerate(self._open)
            if (opened.key == key if key is not None else its_id in ("", opened.id))
        ]
        at = numbered[-1] if numbered else len(self._open) - 1 if key is None else -1
        if at >= 0 and not self._open[at].is_followed_by(its_id, name):
            return at
        if len(self._open) == MAX_CALLS:
            raise OversizedError(f"the answer has more than {MAX_CALLS} tool calls")
        self._open.append(_Open(key))
        return len(self._open) - 1


def _json_text(arguments: object) -> str:
    if arguments is None:
        return ""
    return arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
