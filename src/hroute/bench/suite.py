"""Suites of tool-call cases: hroute's own form and the Berkeley leaderboard's, one JSON object a line."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hroute.core.errors import UsageError
from hroute.core.tools.definitions import Toolset, tools_of
from hroute.core.tools.forms import Tool
from hroute.core.tools.grade import AcceptedCall
from hroute.core.turn.message import Message, Role


@dataclass(frozen=True, slots=True)
class Case:
    """One prompt, its tools, and the calls that are right; none when the right answer is prose."""

    id: str
    kind: str
    messages: tuple[Message, ...]
    tools: tuple[Tool, ...]
    accepted: tuple[AcceptedCall, ...]

    @property
    def expected(self) -> Toolset:
        return Toolset(self.tools)


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class _Call(_Row):
    name: str
    arguments: dict[str, list[Any]]


class _OwnRow(_Row):
    id: str
    kind: str
    prompt: str
    tools: list[Any]
    accepted: list[_Call]


class _Turn(_Row):
    role: Literal["system", "user", "assistant"]
    content: str


class _BfclRow(_Row):
    id: str
    question: list[list[_Turn]] = Field(min_length=1)
    function: list[Any]
    ground_truth: list[dict[str, dict[str, list[Any]]]] = Field(default=[])


def read_suite(lines: Iterable[str], where: str) -> tuple[Case, ...]:
    """The cases of a file, in either form; empty lines are skipped. Raises UsageError with the line."""
    cases: list[Case] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            cases.append(_case(line, f"{where}: line {number}"))
    if not cases:
        raise UsageError(f"{where}: no cases", "one JSON object a line")
    ids = {case.id for case in cases}
    if len(ids) < len(cases):
        raise UsageError(f"{where}: {len(cases) - len(ids)} ids are used twice", "give each case its own id")
    return tuple(cases)


def _case(line: str, where: str) -> Case:
    try:
        row = json.loads(line)
        if isinstance(row, dict) and "question" in row:
            return _from_bfcl(_BfclRow.model_validate(row), where)
        return _own(_OwnRow.model_validate(row), where)
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the row"
        raise UsageError(f"{where}: {place}: {first['msg']}", _FORMS) from exc
    except (ValueError, RecursionError) as exc:
        raise UsageError(f"{where}: not JSON: {exc}", _FORMS) from exc


_FORMS = (
    'hroute\'s form: {"id", "kind", "prompt", "tools", "accepted"};'
    ' the leaderboard\'s: {"id", "question", "function", "ground_truth"}'
)


def _own(row: _OwnRow, where: str) -> Case:
    accepted = tuple(AcceptedCall(call.name, call.arguments) for call in row.accepted)
    messages = (Message.of(Role.USER, row.prompt),)
    return Case(row.id, row.kind, messages, tools_of(row.tools, where), accepted)


def _from_bfcl(row: _BfclRow, where: str) -> Case:
    """The first turn of the row; multi-turn rows need an environment that answers."""
    try:
        messages = tuple(Message.of(Role(turn.role), turn.content) for turn in row.question[0])
    except ValueError as exc:
        raise UsageError(f"{where}: question: {exc}", _FORMS) from exc
    accepted = tuple(
        AcceptedCall(name, arguments) for call in row.ground_truth for name, arguments in call.items()
    )
    kind = row.id.rpartition("_")[0] or "bfcl"
    return Case(row.id, kind, messages, tools_of(row.function, where), accepted)
