"""Markdown on a terminal while it streams: append-only, one finished block at a time, erasable."""

from rich.console import Console
from rich.markdown import Markdown

from hroute.core.sanitize import printable

FENCES = ("```", "~~~")


class MarkdownStream:
    """Prints each block (paragraph, list, table, code) when it is complete, so nothing is drawn twice.

    `erase` takes everything printed since the start off the screen again, which only works for
    lines that are still on it: with `may_scroll=False` blocks beyond one screen are held back.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._tail = ""  # text after the last complete block
        self._held: list[str] = []  # complete blocks that wait for room on the screen
        self._printed_lines = 0

    def feed(self, text: str, *, may_scroll: bool = True) -> None:
        self._tail += text
        if "\n" not in text:
            return  # no block ends within a line
        *blocks, self._tail = _split_blocks(self._tail)
        self._held += blocks
        while self._held and (may_scroll or self._fits(self._held[0])):
            self._print(self._held.pop(0))

    def end(self) -> None:
        """Prints what is left; the stream can be used for another answer."""
        for block in [*self._held, self._tail]:
            self._print(block)
        self._forget()

    def erase(self) -> None:
        """Wipes this answer off the screen."""
        lines = min(self._printed_lines, self._console.height - 1)
        if lines:
            self._console.file.write(f"\x1b[{lines}F\x1b[J")  # to the start of that line, clear downwards
            self._console.file.flush()
        self._forget()

    def _forget(self) -> None:
        self._tail, self._held, self._printed_lines = "", [], 0

    def _fits(self, block: str) -> bool:
        return self._printed_lines + len(self._lines(block)) + 1 < self._console.height

    def _print(self, block: str) -> None:
        if not block.strip():
            return
        lines = self._lines(block)
        if self._printed_lines:
            lines = ["", *lines]
        self._console.file.write("".join(f"{line}\n" for line in lines))
        self._console.file.flush()
        self._printed_lines += len(lines)

    def _lines(self, block: str) -> list[str]:
        """The block as lines for the screen, without the blank ones that rich puts around some kinds."""
        with self._console.capture() as capture:
            self._console.print(Markdown(block, code_theme="ansi_dark"))
        lines = capture.get().split("\n")
        inked = [i for i, line in enumerate(lines) if printable(line).strip()]
        return lines[inked[0] : inked[-1] + 1] if inked else []


def _split_blocks(text: str) -> list[str]:
    """Complete blocks, then the unfinished rest. A block ends at a blank line or at its closing fence."""
    blocks: list[str] = []
    block: list[str] = []
    fence = ""
    *lines, rest = text.split("\n")
    for line in lines:
        mark = line.lstrip()[:3]
        block.append(line)
        if fence:
            if mark == fence and not line.strip().strip(fence[0]):
                fence = ""
        elif mark in FENCES:
            fence = mark
        elif not line.strip():
            blocks.append("\n".join(block))
            block = []
    return [*blocks, "\n".join([*block, rest])]
