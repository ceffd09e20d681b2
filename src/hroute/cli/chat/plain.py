"""Reads a chat's turns as plain lines: from a pipe, or from a terminal that can do no more."""

import select

from hroute.app.read_input import MAX_INPUT_BYTES, decode
from hroute.cli.terminal import Terminal

PASTE_S = 0.05  # lines of a paste are there at once


class PlainReader:
    """A line is a turn; on a terminal, so are lines that come together."""

    takes_default = False

    def __init__(self, terminal: Terminal) -> None:
        self._stdin = terminal.stdin
        self._stderr = terminal.stderr

    def read(self, default: str = "", label: str = "") -> str | None:
        """The next line without its end; None when there is no more. UsageError for what is no text."""
        is_typed = self._stdin.isatty()
        if is_typed:
            self._stderr.write("> ")
            self._stderr.flush()
        raw = self._line()
        while (
            is_typed and raw and select.select([self._stdin], [], [], PASTE_S)[0] and (more := self._line())
        ):
            raw += more
        return decode(raw, "stdin").rstrip("\r\n") if raw else None

    def _line(self) -> bytes:
        return self._stdin.buffer.readline(MAX_INPUT_BYTES + 1)
