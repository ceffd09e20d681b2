"""Charts as SVG's shapes, which the page's template writes. Colours are the page's, by classes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hroute.cli.report.plot import squeeze

_WIDTH = 360
_ROW, _BAR = 40, 10
_TOP, _HEIGHT = 14, 130
_SQUARE, _MARGIN = 220, 30


@dataclass(frozen=True, slots=True)
class Shape:
    """An element, its attributes as names and values, and the text in it."""

    tag: str
    attributes: tuple[tuple[str, str], ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    height: float
    shapes: tuple[Shape, ...]
    width: int = _WIDTH

    @property
    def box(self) -> str:
        return f"0 0 {self.width} {_number(self.height)}"


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


def bars(title: str, rows: Sequence[Bar]) -> Chart:
    """Labels stand above their bars, so that the chart can be narrow. The longest bar takes the width."""
    most = max((row.value for row in rows), default=0.0) or 1.0
    # Intervals of small groups can be very wide: what lies beyond twice the longest bar is cut off.
    scale = _WIDTH / min(max([most, *(row.high or row.value for row in rows)]), 2 * most)
    shapes = [shape for place, row in enumerate(rows) for shape in _bar(row, place * _ROW, scale)]
    return Chart(title, max(len(rows), 1) * _ROW, tuple(shapes))


def _bar(row: Bar, top: float, scale: float) -> Iterable[Shape]:
    y = top + 20
    yield _text(0, top + 14, row.label)
    yield _text(_WIDTH, top + 14, row.text, "strong", "end")
    yield _rect(y, _WIDTH, "track")
    yield _rect(y, row.value * scale, "bar")
    if row.low is not None:
        low = min(row.low * scale, _WIDTH)
        high = _WIDTH if row.high is None else min(row.high * scale, _WIDTH)
        yield _whisker(low, high, y + _BAR / 2)


def _whisker(low: float, high: float, y: float) -> Shape:
    return _path(f"M{_number(low)} {y}H{_number(high)}m0 -4v8M{_number(low)} {y - 4}v8", "whisker")


def timeline(title: str, values: Sequence[float | None], ends: tuple[str, str], top_text: str) -> Chart:
    """A line over days with gaps where nothing is known; `ends` are the first and last day in words."""
    points = list(values) if len(values) <= _WIDTH else squeeze(values, _WIDTH)
    most = max((value for value in points if value is not None), default=0.0) or 1.0
    step = _WIDTH / max(len(points) - 1, 1)
    bottom = _TOP + _HEIGHT
    shapes = [
        _path(f"M0 {bottom}H{_WIDTH}M0 {_TOP}H{_WIDTH}", "grid"),
        _text(0, _TOP - 3, top_text, "dim"),
        _text(0, bottom + 16, ends[0], "dim"),
        _text(_WIDTH, bottom + 16, ends[1], "dim", "end"),
    ]
    for run in _runs(points):
        shapes += _run([(x * step, bottom - value / most * _HEIGHT) for x, value in run], bottom)
    return Chart(title, bottom + 22, tuple(shapes))


def _runs(points: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """Neighbours that are known."""
    runs: list[list[tuple[int, float]]] = [[]]
    for x, value in enumerate(points):
        if value is not None:
            runs[-1].append((x, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _run(points: Sequence[tuple[float, float]], bottom: float) -> list[Shape]:
    (first_x, first_y), (last_x, _) = points[0], points[-1]
    if len(points) == 1:
        return [_circle(_number(first_x), _number(first_y), 2)]
    line = "L".join(f"{_number(x)} {_number(y)}" for x, y in points)
    area = f"M{_number(first_x)} {bottom}L{line}L{_number(last_x)} {bottom}Z"
    return [_path(area, "area"), _path(f"M{line}", "line")]


def reliability(title: str, points: Sequence[Point]) -> Chart:
    """Shares from 0 to 1 on both axes; on the diagonal, confidence is what it says."""
    below = _SQUARE + _MARGIN + 12
    left, right, bottom, top = _across(0), _across(1), _up(0), _up(1)
    shapes = [
        _path(f"M{left} {bottom}H{right}M{left} {bottom}V{top}", "grid"),
        _path(f"M{left} {bottom}L{right} {top}", "grid dashed"),
        _text(_across(0.5), below, "confidence", "dim", "middle"),
        _text(0, top, "right", "dim"),
        _text(left, below, "0", "dim"),
        _text(right, below, "100%", "dim", "end"),
    ]
    for point in points:
        shapes.append(_path(f"M{_across(point.x)} {_up(point.low)}V{_up(point.high)}", "whisker"))
        shapes.append(_circle(_across(point.x), _up(point.y), 4))
    return Chart(title, below + 6, tuple(shapes))


def _across(share: float) -> str:
    return _number(_MARGIN + share * (_WIDTH - _MARGIN - 6))


def _up(share: float) -> str:
    return _number(12 + (1 - share) * _SQUARE)


# --- shapes ----------------------------------------------------------------------


def _path(line: str, kind: str) -> Shape:
    return Shape("path", (("d", line), ("class", kind)))


def _rect(y: float, width: float, kind: str) -> Shape:
    size = (("width", _number(width)), ("height", f"{_BAR}"))
    return Shape("rect", (("x", "0"), ("y", f"{y}"), *size, ("rx", "3"), ("class", kind)))


def _circle(x: str, y: str, radius: int) -> Shape:
    return Shape("circle", (("cx", x), ("cy", y), ("r", f"{radius}"), ("class", "dot")))


def _text(x: float | str, y: float | str, text: str, kind: str = "", anchor: str = "start") -> Shape:
    return Shape("text", (("x", f"{x}"), ("y", f"{y}"), ("text-anchor", anchor), ("class", kind)), text)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
