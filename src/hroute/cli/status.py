"""What stands on a terminal for a moment: that something is waited for, or that the model is thinking."""

from hroute.cli.terminal import Terminal
from hroute.core.sanitize import printable

SHOWN_WORDS = 10  # a count that changed with every word would be all that one sees


class Status:
    """A dim line that is gone before anything else is written."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._is_shown = False

    def show(self, text: str) -> None:
        """In place of the one before; nothing when it is empty, or nobody wants to know."""
        self.hide()
        if not text or self._terminal.quiet:
            return
        words = printable(text)[: self._terminal.console().width - 1]
        self._terminal.write(f"\x1b[2m{words}\x1b[0m")
        self._is_shown = True

    def hide(self) -> None:
        if self._is_shown:
            self._terminal.write("\r\x1b[K")
            self._is_shown = False


class ThinkingStatus:
    """Says on a status line that the model is thinking, and how much it has thought."""

    def __init__(self, status: Status) -> None:
        self._status = status
        self.restart()

    def restart(self) -> None:
        """For the next attempt."""
        self._words = 0
        self._is_amid_word = False
        self._shown: int | None = None

    def think(self, text: str) -> None:
        if text:
            self._words += len(text.split()) - (self._is_amid_word and not text[0].isspace())
            self._is_amid_word = not text[-1].isspace()
        if self._shown is None or self._words >= self._shown + SHOWN_WORDS:
            self._shown = self._words - self._words % SHOWN_WORDS
            self._status.show(f"thinking … {self._shown:,} words" if self._shown else "thinking …")
