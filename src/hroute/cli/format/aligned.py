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
            padded(cell, width, to_right=index > 0)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        terminal.line(("  ".join([f"  {first}", *others]), "" if place else "dim"))
    terminal.line(("", ""))


def without_intervals(cell: str) -> str:
    return _INTERVAL.sub("", cell)


def cells_of(text: str) -> int:
    """How wide it stands on a terminal: signs of Chinese, Japanese and Korean take two cells."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def padded(text: str, width: int, *, to_right: bool = False) -> str:
    """To this many cells; what is wider is cut, and says so."""
    missing = width - cells_of(text)
    if missing < 0:
        from rich.cells import set_cell_size

        return set_cell_size(text, width - 1) + "…"
    return " " * missing + text if to_right else text + " " * missing


def _widths(cells: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(cells_of, column)) for column in zip(*cells, strict=True)]


def _width(cells: Sequence[Sequence[str]]) -> int:
    return sum(width + 2 for width in _widths(cells))


def number(value: float | None, digits: int = 3) -> str:
    """A figure; below 1 without its zero, as in a paper."""
    if value is None:
        return ""
    text = f"{value:.{digits}f}"
    return text.replace("0.", ".", 1) if abs(value) < 1 and text.lstrip("-").startswith("0.") else text
