"""Makes a turn of what matters to a test, by one keyword each."""

from collections.abc import Sequence
from typing import Any

from hroute.core.tools.definitions import read_toolset
from hroute.core.tools.schema.read import read_schema
from hroute.core.turn.message import Message, Text
from hroute.core.turn.options import Options
from hroute.core.turn.turn import Turn


def a_turn(  # noqa: PLR0913  each test names the one or two that it is about
    ask: str = "hello",
    *,
    system: str | None = None,
    history: Sequence[Message] = (),
    files: Sequence[Text] = (),
    tools: str | None = None,
    schema: str | None = None,
    **options: Any,
) -> Turn:
    """`options` are the fields of Options. Raises UsageError for a bad form."""
    expected = read_schema(schema) if schema else read_toolset(tools) if tools else None
    return Turn.of(
        ask, system=system, history=history, files=files, expected=expected, options=Options(**options)
    )
