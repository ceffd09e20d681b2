"""The chat itself: reads a text, answers it or does what it commands, and never dies of either."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from hroute.app.answer.events import Event
from hroute.cli.chat.answer import Ended, show_answer, unseen_keys
from hroute.cli.chat.commands import HOW_TO_LEAVE, Talk, run_command
from hroute.cli.chat.slash import Prompt, parse
from hroute.cli.chat.view import note_badge, view_for
from hroute.cli.display import attempt_badge
from hroute.cli.words import Surface
from hroute.cli.words.errors import reported
from hroute.core.errors import HrouteError, NoAnswerError
from hroute.core.turn.attempt import Attempt, Outcome, total_usd


class LineReader(Protocol):
    @property
    def takes_default(self) -> bool: ...  # whether a text can be handed over for editing
    def read(self, default: str = "", label: str = "") -> str | None:
        """The next text; None at the end. With a label an empty one says that it was given up."""


class Chat:
    def __init__(self, talk: Talk, reader: LineReader, runner: asyncio.Runner) -> None:
        """`runner` runs every answer: connections and models stay with its event loop."""
        self._talk, self._reader, self._runner = talk, reader, runner
        self._is_live = talk.terminal.stdin.isatty()
        self._default = self._label = ""  # of the next text: what is to be edited

    def run(self) -> None:
        """Until the user leaves. An interruption of a chat that nobody types in ends it."""
        while True:
            try:
                if not self._step():
                    return
            except HrouteError as error:
                self._talk.terminal.error(*reported(error, Surface.CHAT))
            except KeyboardInterrupt:
                if not self._is_live:
                    raise
                self._talk.terminal.note(f"\n{HOW_TO_LEAVE}")

    def _step(self) -> bool:
        default, label, self._default, self._label = self._default, self._label, "", ""
        text = self._reader.read(default, label)
        if text is None:
            return False
        if not text.strip():
            return True
        entered = parse(text)
        if isinstance(entered, Prompt):
            self._send(entered.text, is_edit=bool(label))
            return True
        after = run_command(entered, self._talk)
        if after.edited is not None:
            self._default, self._label = after.edited, "edit"
        if after.events is not None and not self._answer(after.events).was_stopped:
            after.then()
        return not after.leaves

    def _send(self, text: str, *, is_edit: bool) -> None:
        conversation = self._talk.conversation
        try:
            ended = self._answer(conversation.edit(text) if is_edit else conversation.say(text))
        except NoAnswerError:
            raise
        except HrouteError:
            self._keep(text, is_edit=is_edit)  # it was refused, so it is not in the log
            raise
        if ended.turn_id is None:
            self._keep(text, is_edit=is_edit)

    def _keep(self, text: str, *, is_edit: bool) -> None:
        if self._reader.takes_default:
            self._default, self._label = text, "edit" if is_edit else ""

    def _answer(self, events: AsyncGenerator[Event, None]) -> Ended:
        terminal = self._talk.terminal
        with self._unseen_keys():
            ended = self._runner.run(show_answer(events, view_for(terminal)))
        if ended.was_stopped:
            self._show_stopped(ended.turn_id)
            if not self._is_live:
                raise KeyboardInterrupt
        if terminal.is_rich:
            terminal.line()  # turns stand apart
        return ended

    def _unseen_keys(self) -> AbstractContextManager[None]:
        return unseen_keys(self._talk.terminal.stdin.fileno()) if self._is_live else nullcontext()

    def _show_stopped(self, turn_id: int | None) -> None:
        """What an interrupted answer has left behind, and what it cost."""
        terminal = self._talk.terminal
        if turn_id is None:
            terminal.note("stopped before it was sent")
            return
        logged = self._talk.conversation.runtime.log.turn(turn_id)
        running = [a.attempt for a in logged.attempts if a.attempt.outcome is Outcome.INTERRUPTED]
        if not running:
            terminal.note(f"stopped, nothing kept · #{turn_id}")
            return
        cost = total_usd(a.attempt.cost_usd for a in logged.attempts)
        badge = attempt_badge(turn_id, running[-1], cost, logged.decision)
        note_badge(f"stopped, {self._kept(turn_id, running[-1])} · {badge}", terminal)

    def _kept(self, turn_id: int, attempt: Attempt) -> str:
        """The conversation knows the text also where the log does not keep it."""
        last = self._talk.conversation.last
        text = last.shown if last and last.turn_id == turn_id else attempt.text
        tokens = attempt.usage.output_tokens
        if not text.strip():
            return "nothing kept"
        if tokens is None:
            return f"{len(text):,} characters kept"
        return f"{tokens} token{'' if tokens == 1 else 's'} kept"
