"""Runs one answer of a chat, which Ctrl-C stops without ending the chat."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass

from hroute.app.answer.events import Decided, Event
from hroute.cli.chat.view import View
from hroute.core.errors import NoAnswerError

# Ctrl-C; the terminal was closed; the system goes down.
_SIGNALS = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class Ended:
    """How it went. `turn_id` None: it was stopped before anything was decided or logged."""

    turn_id: int | None
    was_stopped: bool


async def show_answer(events: AsyncGenerator[Event, None], view: View) -> Ended:
    """Raises what the router raises."""
    turn_id = None
    try:
        with _cancelled_by_signals():
            async with aclosing(events) as stream:
                async for event in stream:
                    if isinstance(event, Decided):
                        turn_id = event.turn_id
                    view.show(event)
    except asyncio.CancelledError:
        return Ended(turn_id, was_stopped=True)
    except NoAnswerError:
        view.failed()
        raise
    finally:
        view.close()
    return Ended(turn_id, was_stopped=False)


@contextmanager
def _cancelled_by_signals() -> Iterator[None]:
    """The first one cancels this task; more of them must not disturb what then is put on record.

    After any but Ctrl-C the process ends: SystemExit, when the record is complete.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None, "answers run in a task"
    received: list[signal.Signals] = []

    def cancel(number: signal.Signals) -> None:
        if not received:
            task.cancel()
        received.append(number)

    for number in _SIGNALS:
        loop.add_signal_handler(number, cancel, number)
    try:
        yield
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
        if ending := [number for number in received if number is not signal.SIGINT]:
            raise SystemExit(128 + ending[0])


@contextmanager
def unseen_keys(terminal: int) -> Iterator[None]:
    """What is typed meanwhile is kept for the next prompt and does not show amid the answer.

    `terminal` is the descriptor of stdin. Ctrl-C goes on to be a signal.
    """
    import termios

    before = termios.tcgetattr(terminal)
    quiet = termios.tcgetattr(terminal)
    quiet[0] &= ~termios.ICRNL  # Enter stays the key that it is to the line editor
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(terminal, termios.TCSADRAIN, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
