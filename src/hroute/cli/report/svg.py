"""Charts as inline SVG. Colours are the page's: classes, so that light and dark are one drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from hroute.cli.report.plot import squeeze

_WIDTH = 360
_ROW, _BAR = 40, 10
_TOP, _HEIGHT = 14, 130
_SQUARE, _MARGIN = 220, 30


@dataclass(frozen=True, slots=True)
class Bar:
    """`low` and `high` are the ends of an interval; high None with a low: it has no upper end."""

    label: str
    value: float
    text: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    low: float
    high: float


def bars(title: str, rows: Sequence[Bar]) -> str:
    """Labels stand above their bars, so that the chart can be narrow. The longest bar takes the width."""
    most = max((row.value for row in rows), default=0.0) or 1.0
    # Intervals of small groups can be very wide: what lies beyond twice the longest bar is cut off.
    scale = _WIDTH / min(max([most, *(row.high or row.value for row in rows)]), 2 * most)
    drawn = "".join(_bar(row, place * _ROW, scale) for place, row in enumerate(rows))
    return _svg(title, _WIDTH, max(len(rows), 1) * _ROW, drawn)


def _bar(row: Bar, top: float, scale: float) -> str:
    y = top + 20
    return (
        f'<text x="0" y="{top + 14}">{escape(row.label)}</text>'
        f'<text x="{_WIDTH}" y="{top + 14}" text-anchor="end" class="strong">{escape(row.text)}</text>'
        f'<rect x="0" y="{y}" width="{_WIDTH}" height="{_BAR}" rx="3" class="track"/>'
        f'<rect x="0" y="{y}" width="{_number(row.value * scale)}" height="{_BAR}" rx="3" class="bar"/>'
        f"{_whisker(row, y + _BAR / 2, scale)}"
    )


def _whisker(row: Bar, y: float, scale: float) -> str:
    if row.low is None:
        return ""
    low = min(row.low * scale, _WIDTH)
    high = _WIDTH if row.high is None else min(row.high * scale, _WIDTH)
    return f'<path d="M{_number(low)} {y}H{_number(high)}m0 -4v8M{_number(low)} {y - 4}v8" class="whisker"/>'


def timeline(title: str, values: Sequence[float | None], ends: tuple[str, str], top_text: str) -> str:
    """A line over days with gaps where nothing is known; `ends` are the first and last day in words."""
    points = list(values) if len(values) <= _WIDTH else squeeze(values, _WIDTH)
    most = max((value for value in points if value is not None), default=0.0) or 1.0
    step = _WIDTH / max(len(points) - 1, 1)
    bottom = _TOP + _HEIGHT
    drawn = "".join(
        _run([(x * step, bottom - points_y / most * _HEIGHT) for x, points_y in run], bottom)
        for run in _runs(points)
    )
    axis = (
        f'<path d="M0 {bottom}H{_WIDTH}M0 {_TOP}H{_WIDTH}" class="grid"/>'
        f'<text x="0" y="{_TOP - 3}" class="dim">{escape(top_text)}</text>'
        f'<text x="0" y="{bottom + 16}" class="dim">{escape(ends[0])}</text>'
        f'<text x="{_WIDTH}" y="{bottom + 16}" text-anchor="end" class="dim">{escape(ends[1])}</text>'
    )
    return _svg(title, _WIDTH, bottom + 22, axis + drawn)


def _runs(points: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """Neighbours that are known."""
    runs: list[list[tuple[int, float]]] = [[]]
    for x, value in enumerate(points):
        if value is not None:
            runs[-1].append((x, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _run(points: Sequence[tuple[float, float]], bottom: float) -> str:
    (first_x, first_y), (last_x, _) = points[0], points[-1]
    if len(points) == 1:
        return f'<circle cx="{_number(first_x)}" cy="{_number(first_y)}" r="2" class="dot"/>'
    line = "L".join(f"{_number(x)} {_number(y)}" for x, y in points)
    area = f"M{_number(first_x)} {bottom}L{line}L{_number(last_x)} {bottom}Z"
    return f'<path d="{area}" class="area"/><path d="M{line}" class="line"/>'


def reliability(title: str, points: Sequence[Point]) -> str:
    """Shares from 0 to 1 on both axes; on the diagonal, confidence is what it says."""
    size = _SQUARE + _MARGIN
    drawn = "".join(
        f'<path d="M{_across(p.x)} {_up(p.low)}V{_up(p.high)}" class="whisker"/>'
        f'<circle cx="{_across(p.x)}" cy="{_up(p.y)}" r="4" class="dot"/>'
        for p in points
    )
    axes = (
        f'<path d="M{_across(0)} {_up(0)}H{_across(1)}M{_across(0)} {_up(0)}V{_up(1)}" class="grid"/>'
        f'<path d="M{_across(0)} {_up(0)}L{_across(1)} {_up(1)}" class="grid dashed"/>'
        f'<text x="{_across(0.5)}" y="{size + 12}" text-anchor="middle" class="dim">confidence</text>'
        f'<text x="0" y="{_up(1)}" class="dim">right</text>'
        f'<text x="{_across(0)}" y="{size + 12}" class="dim">0</text>'
        f'<text x="{_across(1)}" y="{size + 12}" text-anchor="end" class="dim">100%</text>'
    )
    return _svg(title, _WIDTH, size + 18, axes + drawn)


def _across(share: float) -> str:
    return _number(_MARGIN + share * (_WIDTH - _MARGIN - 6))


def _up(share: float) -> str:
    return _number(12 + (1 - share) * _SQUARE)


def _svg(title: str, width: float, height: float, drawn: str) -> str:
    name = escape(title)
    return (
        f'<svg viewBox="0 0 {width} {_number(height)}" role="img" aria-label="{name}">'
        f"<title>{name}</title>{drawn}</svg>"
    )


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
