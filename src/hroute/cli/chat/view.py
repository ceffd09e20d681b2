"""Shows the answers of a chat: as they stream on a terminal, whole and plain into a pipe."""

import json
import textwrap
from typing import Protocol

from hroute.app.answer.events import (
    Decided,
    Delta,
    Done,
    Event,
    FailedOver,
    Loading,
    Rejected,
    Retried,
    Shortened,
)
from hroute.cli.display import PlainDisplay, badge, show_notes
from hroute.cli.terminal import Terminal
from hroute.core.decision.decision import Slot
from hroute.core.sanitize import printable
from hroute.core.turn.attempt import Attempt


class View(Protocol):
    def show(self, event: Event) -> None: ...
    def failed(self) -> None:
        """The turn ended without an answer."""

    def close(self) -> None:
        """The turn is over, one way or another: what was written so far stays."""


def view_for(terminal: Terminal) -> View:
    if terminal.is_rich:
        return ChatView(terminal)
    return PlainDisplay(terminal) if terminal.is_plain else LineView(terminal)


class ChatView:
    """Markdown as it streams, a status line until there is a first line of it, and a badge at the end.

    A rejected answer is wiped off the screen. JSON is shown when it is complete.
    """

    def __init__(self, terminal: Terminal) -> None:
        from hroute.cli.format.markdown import (
            MarkdownStream,  # 50 ms, which the first prompt does not wait for
        )

        self._terminal = terminal
        self._status = Status(terminal)
        self._markdown = MarkdownStream(terminal.console(), before_line=self._status.hide)
        self._slot = Slot.CHAT

    def show(self, event: Event) -> None:
        if isinstance(event, Delta):
            if self._slot is Slot.CHAT:
                self._markdown.feed(event.text, may_scroll=not event.provisional)
            return
        self._status.hide()
        match event:
            case Decided(decision=decision):
                self._slot = decision.slot
            case Rejected():
                self._markdown.erase()
            case Done():
                self._end(event)
        show_notes(event, self._terminal)
        self._status.show(_waiting_words(event))
        if isinstance(event, Done):
            note_badge(badge(event.answer), self._terminal)

    def failed(self) -> None:
        self._status.hide()
        self._markdown.erase()

    def close(self) -> None:
        self._status.hide()
        self._markdown.end()

    def _end(self, done: Done) -> None:
        if self._slot is Slot.TOOLS:
            self._markdown.feed(as_code(done.answer.text))
        self._markdown.end()


class LineView:
    """On a terminal without cursor movement: text as it comes; what is rejected stays, and is said to be."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._is_amid_line = False

    def show(self, event: Event) -> None:
        if isinstance(event, Rejected | Done):
            self.close()
        show_notes(event, self._terminal)
        match event:
            case Loading(model=model):
                self._terminal.note(f"loading local model {model} …")
            case Delta(text=text):
                self._terminal.write(text)
                self._is_amid_line = not text.endswith("\n")
            case Rejected():
                self._terminal.note("(rejected)")
            case Done(answer=answer):
                self._terminal.note(badge(answer))

    def failed(self) -> None:
        self.close()

    def close(self) -> None:
        if self._is_amid_line:
            self._terminal.write("\n")
            self._is_amid_line = False


class Status:
    """A dim line that is gone before anything else is written."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._is_shown = False

    def show(self, text: str) -> None:
        """In place of the one before; nothing when it is empty."""
        self.hide()
        if not text:
            return
        words = printable(text)[: self._terminal.console().width - 1]
        self._terminal.write(f"\x1b[2m{words}\x1b[0m")
        self._is_shown = True

    def hide(self) -> None:
        if self._is_shown:
            self._terminal.write("\r\x1b[K")
            self._is_shown = False


def _waiting_words(event: Event) -> str:
    """What is being waited for after this event, if anything."""
    match event:
        case Decided(decision=decision):
            return f"{decision.route} …"
        case Loading(model=model):
            return f"loading local model {model} …"
        case FailedOver(to_engine=engine) | Retried(failed=Attempt(engine=engine)) | Shortened(engine=engine):
            return f"{engine} …"
    return ""


def note_badge(line: str, terminal: Terminal) -> None:
    """A note whose figures are not cut in two by the edge of the terminal."""
    terminal.note(textwrap.fill(line, terminal.console().width - 1) if terminal.is_rich else line)


def as_code(text: str) -> str:
    """An answer that is bound to a form, as a block of code; prose stays prose."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    if isinstance(found, str):
        return found
    return f"```json\n{json.dumps(found, ensure_ascii=False, indent=2)}\n```\n"
