"""What a terminal shows of a model that thinks: that it does, and nothing of it among the answer."""

import io
from dataclasses import replace

import pytest

from hroute.app.answer.events import Delta, Done, Event, Thinking, Withdrawn
from hroute.cli.chat.view import ChatView, LineView
from hroute.cli.display import PlainDisplay, StreamDisplay, TerminalDisplay
from hroute.cli.terminal import Terminal
from hroute.core.turn.attempt import Answer
from tests.support.logged import decision, local

TERMINAL = Terminal(io.StringIO(), io.StringIO(), io.StringIO(), is_rich=True, has_colour=False)
THINKING: list[Event] = [Thinking(f" word{i}") for i in range(25)]
WITHDRAWN: list[Event] = [Delta("so and so\n\n", provisional=False), Withdrawn()]
DONE: list[Event] = [
    Delta("Yes\n", provisional=False),
    Done(Answer(1, decision(), (local(text="Yes"),), local(text="Yes"))),
]


def shown(view: type, events: list[Event], *, quiet: bool = False) -> tuple[str, str]:
    terminal = replace(TERMINAL, stdout=io.StringIO(), stderr=io.StringIO(), quiet=quiet)
    display = view(terminal)
    for event in events:
        display.show(event)
    display.close()
    return terminal.stdout.getvalue(), terminal.stderr.getvalue()  # type: ignore[attr-defined]  # StringIO


@pytest.mark.parametrize("view", [TerminalDisplay, ChatView])
def test_a_terminal_counts_the_words_and_takes_the_count_away_again(view: type) -> None:
    out, _ = shown(view, [*THINKING, *DONE])
    counts = ("thinking …", "thinking … 10 words", "thinking … 20 words")
    assert [out.count(f"{count}\x1b") for count in counts] == [1, 1, 1]
    assert "word7" not in out
    assert out.rpartition("\x1b[K")[2].strip() == "Yes"


def test_who_wants_it_quiet_sees_no_count() -> None:
    assert "thinking" not in shown(TerminalDisplay, [*THINKING, *DONE], quiet=True)[0]


@pytest.mark.parametrize("view", [TerminalDisplay, ChatView])
def test_what_was_shown_and_is_taken_back_is_wiped_off(view: type) -> None:
    out, _ = shown(view, [*WITHDRAWN, *DONE])
    assert "so and so" in out
    assert out.rpartition("\x1b[J")[2].strip() == "Yes"


def test_without_cursor_movement_it_is_said_once() -> None:
    out, err = shown(LineView, [*THINKING, *WITHDRAWN, *DONE])
    assert err.count("thinking …") == 1
    assert "so far it was thinking" in err
    assert out == "so and so\n\nYes\n"


@pytest.mark.parametrize(("view", "out"), [(PlainDisplay, "Yes\n"), (StreamDisplay, "Yes\n\n")])
def test_a_pipe_gets_nothing_of_it(view: type, out: str) -> None:
    assert shown(view, [*THINKING, *DONE]) == (out, "")
