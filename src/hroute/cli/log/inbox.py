"""What `hroute log inbox` shows: turns to rate, why, and the command that does it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hroute.cli.format.as_json import json_line
from hroute.cli.format.words import shortened
from hroute.core.moments import utc_text
from hroute.core.sanitize import one_line

if TYPE_CHECKING:
    from hroute.app.inbox import Lesson
    from hroute.cli.terminal import Terminal


def print_inbox(lessons: Sequence["Lesson"], terminal: "Terminal") -> None:
    """Two lines a turn on a terminal; in a pipe one, with tabs between number, reasons, command, prompt."""
    for lesson in lessons:
        turn, why = lesson.turn, "; ".join(lesson.whys)
        prompt = "(not kept)" if turn.prompt is None else one_line(turn.prompt)
        if not terminal.is_rich:
            terminal.write(f"{turn.id}\t{why}\t{_command(lesson)}\t{prompt}\n")
            continue
        number = f"#{turn.id}"
        width = terminal.console().width - 8
        terminal.line((f"{number:8}", "bold"), (shortened(prompt, width), ""))
        terminal.line((f"{'':8}{why}", "dim"))
        terminal.line((f"{'':8}{_command(lesson)}", ""), ("  or bad", "dim"))
    if lessons:
        terminal.note(f"See an answer: hroute log show {lessons[0].turn.id}")


def inbox_json(lesson: "Lesson") -> str:
    turn = lesson.turn
    return json_line(
        {
            "id": str(turn.id),
            "created_at": utc_text(turn.created_at),
            "route": turn.route,
            "score": round(lesson.score, 3),
            "why": list(lesson.whys),
            "command": _command(lesson),
            "prompt": turn.prompt,
        }
    )


def _command(lesson: "Lesson") -> str:
    return f"hroute rate {lesson.turn.id} good"
