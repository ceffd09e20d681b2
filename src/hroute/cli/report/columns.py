"""Tables that leave out what matters least until they fit the terminal."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from hroute.cli.format.aligned import cells_of, show_aligned, without_intervals
from hroute.cli.report.sections import Column

if TYPE_CHECKING:
    from hroute.cli.terminal import Terminal


def show_columns(title: str, columns: Iterable[Column], terminal: "Terminal") -> None:
    """In a pipe all of them."""
    shown = list(columns)
    if terminal.is_rich:
        shown = fitted(shown, terminal.console().width)
    rows = zip(*(column.cells for column in shown), strict=True)
    show_aligned(title, [column.name for column in shown], [list(row) for row in rows], terminal)


def fitted(columns: Sequence[Column], width: int) -> list[Column]:
    """The columns that are left; intervals, which also are left out where they do not fit, do not count."""
    kept = list(columns)
    while sum(_width(column) + 2 for column in kept) > width and any(column.rank for column in kept):
        last = max(column.rank for column in kept)
        kept = [column for column in kept if column.rank < last]
    return kept


def _width(column: Column) -> int:
    return max(cells_of(without_intervals(cell)) for cell in (column.name, *column.cells))
