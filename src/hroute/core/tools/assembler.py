"""Tool calls that a server sends as such, put together from pieces and written in OpenAI's form.

In that form they are judged, and stand in the log: arguments are a text of JSON, as the model wrote them.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from hroute.core.sanitize import safe_json

MAX_CALLS = 128
MAX_CHARS = 1_000_000  # of all calls together
_KEYS = {"content", "tool_calls"}
_CALL_KEYS = {"id", "name", "arguments"}


class TooManyCallsError(Exception):
    """More than any answer needs."""


@dataclass(slots=True)
class AssembledCall:
    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass(slots=True)
class CallAssembler:
    """The calls of one answer, in the order in which they began."""

    calls: list[AssembledCall] = field(default_factory=list)
    _by_index: dict[int, AssembledCall] = field(default_factory=dict)
    _chars: int = 0

    def add(self, index: int, id_: str, name: str, arguments: str) -> None:
        """A piece of the call with this index. Raises TooManyCallsError."""
        self._chars += len(id_) + len(name) + len(arguments)
        if index not in self._by_index:
            self._by_index[index] = AssembledCall()
            self.calls.append(self._by_index[index])
        if len(self.calls) > MAX_CALLS or self._chars > MAX_CHARS:
            raise TooManyCallsError(f"more than {MAX_CALLS} tool calls, or {MAX_CHARS:,} characters of them")
        call = self._by_index[index]
        call.id = call.id or id_
        call.name = call.name or name
        call.arguments += arguments

    def text(self, beside: str = "") -> str:
        """With what was said beside the calls."""
        calls = [{"id": one.id, "name": one.name, "arguments": one.arguments} for one in self.calls]
        said = {"content": beside} if beside.strip() else {}
        return written({**said, "tool_calls": calls})


def written(value: object) -> str:
    """As JSON that a log may show: a server's text may hold what a terminal obeys."""
    return safe_json(json.dumps(value, ensure_ascii=False))


@dataclass(frozen=True, slots=True)
class AnswerWithCalls:
    """An answer in OpenAI's form."""

    content: str
    calls: tuple[AssembledCall, ...]


def assembled_in(text: str) -> AnswerWithCalls | None:
    """None for an answer of any other form: what a model has written as text."""
    if not text.startswith("{") or '"tool_calls"' not in text:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    calls = found.get("tool_calls")
    if found.keys() - _KEYS or not isinstance(calls, list) or not calls or not all(map(_is_call, calls)):
        return None
    content = found.get("content", "")
    found_calls = tuple(AssembledCall(one["id"], one["name"], one["arguments"]) for one in calls)
    return AnswerWithCalls(content, found_calls) if isinstance(content, str) else None


def _is_call(one: Any) -> bool:
    return (
        isinstance(one, dict) and one.keys() == _CALL_KEYS and all(isinstance(v, str) for v in one.values())
    )
