"""Which cases a run takes, in which order, and how a model is asked."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from hroute.bench.suite import Case, read_suite
from hroute.core.errors import UsageError
from hroute.core.remedies import Argument
from hroute.core.tools.definitions import Choice, Toolset
from hroute.core.tools.forms import Tool
from hroute.core.tools.grade import OPTIONAL, AcceptedCall
from hroute.core.tools.preamble import preamble
from hroute.core.turn.message import Message, Role
from hroute.data import SHIPPED

BUILTIN = SHIPPED / "toolcall-suite.jsonl"
OPENING = '{"name": "'
# A small model that sees no call answers in prose; its tool is in no case, so it gives nothing away.
_EXAMPLE = (
    Message.of(Role.USER, "Roll two dice with six sides."),
    Message.of(Role.ASSISTANT, '{"name": "roll_dice", "arguments": {"count": 2, "sides": 6}}'),
)


def suite(file: Path | None) -> tuple[Case, ...]:
    """Raises UsageError for a file that is no suite."""
    path = file or BUILTIN
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(f"{path} cannot be read: {exc}", "one JSON object a line") from exc
    return read_suite(text.splitlines(), path.name)


def ordered(cases: Sequence[Case], seed: int, *, plain: bool) -> list[Case]:
    """All cases, so that every beginning of the list has the kinds in equal parts.

    An answer that is begun as a call cannot be prose: then the cases that need no call are left out.
    """
    rng = Random(seed)
    by_kind: dict[str, list[Case]] = {}
    for case in cases:
        if plain or case.accepted:
            by_kind.setdefault(case.kind, []).append(case)
    placed = []
    for kind, group in by_kind.items():
        rng.shuffle(group)
        placed += [(place / len(group), kind, case) for place, case in enumerate(group)]
    if not placed:
        raise UsageError(
            "no case of the suite needs a call", Argument("plain", why="take those that need none")
        )
    return [case for _place, _kind, case in sorted(placed, key=lambda item: item[:2])]


def expected_of(case: Case, *, plain: bool) -> Toolset:
    return Toolset(case.tools, Choice.AUTO if plain else Choice.REQUIRED)


def messages_of(case: Case, *, plain: bool) -> list[Message]:
    system = Message.of(Role.SYSTEM, preamble(expected_of(case, plain=plain)))
    return [system, *(() if plain else _EXAMPLE), *case.messages]


def by_preamble(cases: Sequence[Case]) -> list[Case]:
    """Cases with the same tools one after the other: what their prompts share is read once."""
    return sorted(cases, key=lambda case: preamble(Toolset(case.tools)))


def as_text(cases: Sequence[Case]) -> str:
    """What an interrupted run is known by; when it changes, no earlier one can be gone on with."""
    return "\n".join(map(_case, cases))


# Values as they were printed when the first runs were kept.


def _case(case: Case) -> str:
    messages, tools = map(_message, case.messages), map(_tool, case.tools)
    return f"{case.id} {_printed(messages)} {_printed(tools)} {case.accepted}"


def _printed(values: Iterable[str]) -> str:
    written = list(values)
    return f"({', '.join(written)}{',' if len(written) == 1 else ''})"


def _message(message: Message) -> str:
    return f"Message(role={message.role!r}, content={message.text!r})"


def _tool(tool: Tool) -> str:
    schema = f"Schema(text={tool.parameters.text!r}, unknown={tool.parameters.unenforced!r})"
    return f"Tool(name={tool.name!r}, description={tool.description!r}, parameters={schema})"


def right_text(case: Case) -> str:
    """A right answer, for its length."""
    calls = [{"name": call.name, "arguments": _first(call)} for call in case.accepted]
    return json.dumps(calls[0] if len(calls) == 1 else calls, ensure_ascii=False)


def _first(call: AcceptedCall) -> dict[str, Any]:
    return {name: values[0] for name, values in call.arguments.items() if values and values[0] != OPTIONAL}
