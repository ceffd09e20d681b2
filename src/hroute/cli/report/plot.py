"""Plots for a terminal: bars of blocks, and a line of braille dots."""

from collections.abc import Sequence
from itertools import pairwise

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LEVELS = "▁▂▃▄▅▆▇█"
# The dots of a braille cell by row and column, as bits above U+2800.
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


def bar(share: float, width: int) -> str:
    """A bar as long as this share of the width, to an eighth of a character; what is not zero shows."""
    eighths = min(round(share * width * 8), width * 8)
    if share > 0:
        eighths = max(eighths, 1)
    full, rest = divmod(eighths, 8)
    return ("█" * full + _EIGHTHS[rest]).strip().ljust(width)


def sparkline(values: Sequence[float | None]) -> str:
    """A character a value, from zero to the largest; a gap where there is none."""
    top = max((value for value in values if value is not None), default=0.0)
    if top <= 0:
        return "".join(" " if value is None else _LEVELS[0] for value in values)
    steps = len(_LEVELS) - 1
    return "".join(" " if value is None else _LEVELS[round(value / top * steps)] for value in values)


def line(values: Sequence[float | None], width: int, height: int) -> list[str]:
    """Rows of braille, two by four dots a character, from zero at the bottom to the largest value."""
    columns, rows = width * 2, height * 4
    squeezed = squeeze(values, columns)
    top = max((value for value in squeezed if value is not None), default=0.0) or 1.0
    levels = [None if v is None else min(int(v / top * (rows - 1) + 0.5), rows - 1) for v in squeezed]
    cells = [[0] * width for _ in range(height)]
    for x, (level, following) in enumerate(pairwise([*levels, None])):
        if level is None:
            continue
        # Up or down to the next one, so that the dots are a line.
        reached = level if following is None else following
        low, high = sorted((level, reached))
        for y in range(low, high + 1) if high > low + 1 else (level,):
            place = rows - 1 - y
            cells[place // 4][x // 2] |= _DOTS[place % 4][x % 2]
    return ["".join(chr(0x2800 + cell) for cell in row) for row in cells]


def squeeze(values: Sequence[float | None], columns: int) -> list[float | None]:
    """At most so many values: means of neighbours, None where there are none; few are drawn wider."""
    if not values:
        return []
    if len(values) <= columns:
        return [values[x * len(values) // columns] for x in range(columns)]
    edges = [x * len(values) // columns for x in range(columns + 1)]
    return [_mean(values[start:end]) for start, end in pairwise(edges)]


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
