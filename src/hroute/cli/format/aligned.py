"""Columns of text: the first to the left, figures to the right; the same in a pipe and on a terminal."""

import re
from collections.abc import Sequence

from hroute.cli.terminal import Terminal

_NOTHING = "-"
_INTERVAL = re.compile(r" \[[^\]]*\]$")


def show_aligned(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], terminal: Terminal
) -> None:
    """A title, the columns' names, and the rows. Prints nothing when there are no rows."""
    if not rows:
        return
    cells = [list(columns), *([cell or _NOTHING for cell in row] for row in rows)]
    if terminal.is_rich and _width(cells) > terminal.console().width:
        cells = [[without_intervals(cell) for cell in row] for row in cells]
        title += " (intervals: --json)"
    widths = _widths(cells)
    terminal.line((title, "bold"))
    for place, row in enumerate(cells):
        first, *others = (
            cell.rjust(width) if index else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        terminal.line(("  ".join([f"  {first}", *others]), "" if place else "dim"))
    terminal.line(("", ""))


def without_intervals(cell: str) -> str:
    return _INTERVAL.sub("", cell)


def _widths(cells: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*cells, strict=True)]


def _width(cells: Sequence[Sequence[str]]) -> int:
    return sum(width + 2 for width in _widths(cells))


def number(value: float | None, digits: int = 3) -> str:
    """A figure; below 1 without its zero, as in a paper."""
    if value is None:
        return ""
    text = f"{value:.{digits}f}"
    return text.replace("0.", ".", 1) if abs(value) < 1 and text.lstrip("-").startswith("0.") else text
