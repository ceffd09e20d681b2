"""Markdown on a terminal while it streams: append-only, a line at a time, erasable."""

import re
from collections.abc import Callable
from dataclasses import replace

from rich.cells import cell_len
from rich.console import Console
from rich.markdown import Markdown

from hroute.cli.format.markdown_blocks import MarkdownBlock, settled, split_blocks
from hroute.core.sanitize import printable

# A block that still grows is drawn again when it has grown by this share: what a long one costs in
# total stays proportional to its length.
GROWTH = 1 / 30

_PADDING = re.compile(r" +((?:\x1b\[0m)?)$")


class MarkdownStream:
    """Prints each line as soon as nothing that follows can alter it, so nothing is drawn twice.

    `erase` takes everything printed since the start off the screen again, which only works for
    lines that are still on it: with `may_scroll=False` lines beyond one screen are held back.
    """

    def __init__(self, console: Console, before_line: Callable[[], None] = lambda: None) -> None:
        """`before_line` is called whenever a line is about to be printed."""
        self._console = console
        self._before_line = before_line
        self._forget()

    def _forget(self) -> None:
        self._growing = MarkdownBlock("")  # what follows the last complete block
        self._drawn_chars = 0  # of it, when it was last drawn
        self._taken_lines = 0  # of it, printed or held
        self._held: list[str] = []  # lines that wait for room on the screen
        self._printed: list[str] = []

    def feed(self, text: str, *, may_scroll: bool = True) -> None:
        self._growing = replace(self._growing, text=self._growing.text + text)
        if "\n" in text:  # no block ends within a line
            self._take_complete()
        if self._has_grown():
            self._take_settled()
        while self._held and (may_scroll or self._has_room()):
            self._print(self._held.pop(0))
        self._console.file.flush()

    def end(self) -> None:
        """Prints what is left; the stream can be used for another answer."""
        self._take(self._growing, self._lines(self._growing.text))
        for line in self._held:
            self._print(line)
        self._console.file.flush()
        self._forget()

    def erase(self) -> None:
        """Wipes this answer off the screen."""
        rows = min(self._rows(), self._console.height - 1)
        if rows:
            self._console.file.write(f"\x1b[{rows}F\x1b[J")  # to the start of that line, clear downwards
            self._console.file.flush()
        self._forget()

    def _take_complete(self) -> None:
        *complete, growing = split_blocks(self._growing)
        for block in complete:
            self._take(block, self._lines(block.text))
            self._drawn_chars = self._taken_lines = 0
        self._growing = growing

    def _has_grown(self) -> bool:
        new = self._growing.text[self._drawn_chars :]
        is_line = "\n" in new or len(new) >= self._console.width // 2
        return is_line and len(new) >= GROWTH * self._drawn_chars

    def _take_settled(self) -> None:
        self._drawn_chars = len(self._growing.text)
        text, with_last_line = settled(self._growing)
        lines = self._lines(text)
        self._take(self._growing, lines if with_last_line else lines[:-1])

    def _take(self, block: MarkdownBlock, lines: list[str]) -> None:
        """Takes those of the block's lines that were not taken yet."""
        new = lines[self._taken_lines :]
        is_first = not self._held and not self._printed
        if new and not self._taken_lines and block.gap and not is_first:
            self._held.append("")
        self._held += new
        self._taken_lines += len(new)

    def _has_room(self) -> bool:
        return self._rows() + 2 < self._console.height

    def _rows(self) -> int:
        """On the screen as wide as it is now: a terminal that became narrower has wrapped the lines."""
        width = max(1, self._console.width)
        return sum(max(1, -(-cell_len(printable(line)) // width)) for line in self._printed)

    def _print(self, line: str) -> None:
        self._before_line()
        self._console.file.write(f"{line}\n")
        self._printed.append(line)

    def _lines(self, text: str) -> list[str]:
        """The text as lines for the screen, without the blank ones that rich puts around some kinds."""
        if not text.strip():
            return []
        with self._console.capture() as capture:
            # Not as hyperlinks: where a link leads is to be seen.
            self._console.print(Markdown(text, code_theme="ansi_dark", hyperlinks=False))
        # Padded to the edge, every line would wrap in a window that becomes narrower.
        lines = [_PADDING.sub(r"\1", line) for line in capture.get().split("\n")]
        inked = [i for i, line in enumerate(lines) if printable(line).strip()]
        return lines[inked[0] : inked[-1] + 1] if inked else []
