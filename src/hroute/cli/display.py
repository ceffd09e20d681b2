"""Shows the events of a turn: markdown on a terminal, plain text in a pipe, or JSON."""

from decimal import Decimal
from typing import Protocol

from hroute.app.answer.events import (
    Decided,
    Delta,
    Done,
    Event,
    FailedOver,
    Rejected,
    Retried,
    Shortened,
    Thinking,
    Withdrawn,
)
from hroute.cli.format.as_json import json_line, turn_json
from hroute.cli.format.money import usd
from hroute.cli.status import Status, ThinkingStatus
from hroute.cli.terminal import Terminal
from hroute.cli.words.decision import degraded_words, flip_words, reason_words
from hroute.core.decision.decision import Decision, Degraded, Slot
from hroute.core.turn.attempt import Answer, Attempt


class Display(Protocol):
    def show(self, event: Event) -> None: ...
    def failed(self) -> None:
        """The turn ended without an answer; the error itself is reported elsewhere."""

    def close(self) -> None:
        """The turn is over, one way or another."""


def display_for(slot: Slot, terminal: Terminal, *, as_json: bool, stream: bool) -> Display:
    if as_json:
        return JsonDisplay(terminal)
    if slot is Slot.TOOLS:
        return PlainDisplay(terminal)  # JSON is no markdown, and there is nothing to stream
    if terminal.is_rich:
        return TerminalDisplay(terminal)
    return StreamDisplay(terminal) if stream else PlainDisplay(terminal)


def show_notes(event: Event, terminal: Terminal) -> None:
    """What every display says on stderr."""
    match event:
        case Decided(decision=decision) if decision.degraded:
            remedy = f" ({flip_words(decision)})" if decision.degraded is Degraded.BUDGET else ""
            why = f"{reason_words(decision.reasons[0])}, but {degraded_words(decision.degraded)}"
            terminal.note(f"{why}: answering locally{remedy}")
        case Shortened(engine=engine, turns=turns):
            are = "1 turn is" if turns == 1 else f"{turns} turns are"
            terminal.note(f"{engine} cannot hold the whole conversation: the oldest {are} left out")
        case Retried(failed=failed):
            terminal.note(f"{failed.engine} again: {failed.error}")
        case FailedOver(failed=failed, to_engine=to_engine):
            terminal.note(f"{failed.engine} -> {to_engine}: {failed.error}")
        case Done(answer=answer) if answer.warning:
            terminal.warn(answer.warning)


class PlainDisplay:
    """Into a pipe: nothing but the answer that counts."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def show(self, event: Event) -> None:
        show_notes(event, self._terminal)
        if isinstance(event, Done):
            self._terminal.write(event.answer.text.rstrip("\n") + "\n")

    def failed(self) -> None:
        pass

    def close(self) -> None:
        pass


class StreamDisplay:
    """Into a pipe as it comes (--stream): what is rejected later has been written already."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def show(self, event: Event) -> None:
        show_notes(event, self._terminal)
        match event:
            case Delta(text=text):
                self._terminal.write(text)
            case Rejected() | Withdrawn() | Done():
                self._terminal.write("\n")

    def failed(self) -> None:
        pass

    def close(self) -> None:
        pass


class JsonDisplay:
    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._decided: Decided | None = None
        self._rejected: list[Attempt] = []

    def show(self, event: Event) -> None:
        show_notes(event, self._terminal)
        match event:
            case Decided():
                self._decided = event
            case Rejected(attempt=attempt):
                self._rejected.append(attempt)
            case Done(answer=answer):
                self._write(answer.attempts, answer)

    def failed(self) -> None:
        self._write(tuple(self._rejected), None)

    def close(self) -> None:
        pass

    def _write(self, attempts: tuple[Attempt, ...], answer: Answer | None) -> None:
        assert self._decided is not None, "the router decides before it answers or fails"
        self._terminal.write(json_line(turn_json(self._decided, attempts, answer)))


class TerminalDisplay:
    """Markdown as it streams; a rejected answer is wiped off the screen."""

    def __init__(self, terminal: Terminal) -> None:
        from hroute.cli.format.markdown import MarkdownStream

        self._terminal = terminal
        self._status = Status(terminal)
        self._thinking = ThinkingStatus(self._status)
        self._markdown = MarkdownStream(terminal.console(), before_line=self._status.hide)

    def show(self, event: Event) -> None:
        if isinstance(event, Thinking):
            self._thinking.think(event.text)
            return
        if isinstance(event, Rejected | Withdrawn):
            self._status.hide()
            self._markdown.erase()
            self._thinking.restart()
        elif isinstance(event, Done):
            self._status.hide()
            self._markdown.end()
        show_notes(event, self._terminal)
        match event:
            case Delta(text=text, provisional=provisional):
                self._markdown.feed(text, may_scroll=not provisional)
            case Done(answer=answer) if self._terminal.stderr.isatty():
                self._terminal.note(badge(answer))

    def failed(self) -> None:
        self._status.hide()
        self._markdown.erase()

    def close(self) -> None:
        self._status.hide()
        self._markdown.end()


def badge(answer: Answer) -> str:
    """One quiet line about how an answer came about."""
    return attempt_badge(answer.turn_id, answer.given, answer.cost_usd, answer.decision)


def attempt_badge(turn_id: int, attempt: Attempt, cost_usd: Decimal | None, decision: Decision) -> str:
    """`cost_usd` is of the whole turn."""
    tokens, speed = attempt.usage.output_tokens, tokens_per_s(attempt)
    parts = [
        f"#{turn_id}",
        attempt.route if attempt.engine == attempt.route else f"{attempt.route} {attempt.engine}",
        attempt.model,
        "? tokens" if tokens is None else f"{tokens} tokens",
        f"{attempt.wall_ms / 1000:.1f} s",
        "" if speed is None else f"{speed:.0f} tokens/s",
        "cost unknown" if cost_usd is None else usd(cost_usd),
        "" if attempt.confidence is None else f"{attempt.confidence:.0%} sure",
        f"{decision.rule} ({decision.degraded})" if decision.degraded else decision.rule,
    ]
    return " · ".join(filter(None, parts))


def tokens_per_s(attempt: Attempt) -> float | None:
    """How fast it wrote: the tokens after the first, by the time that they took.

    None where that is unknown, as where samples took a part of it, or too short to tell: a server may send
    all it has at once.
    """
    if attempt.answer_signals and attempt.answer_signals.agreement is not None:
        return None
    tokens, wrote_ms = attempt.usage.output_tokens, attempt.wall_ms - (attempt.ttft_ms or 0)
    if tokens is None or tokens < 2 or attempt.ttft_ms is None or wrote_ms < 100:
        return None
    return (tokens - 1) / wrote_ms * 1000
