"""How good forecasts of success were: calibration, ranking, and whether one forecaster is better."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import sqrt
from operator import itemgetter

from hroute.core.decision.decision import Route
from hroute.core.intervals import UNDETERMINED, Z_95, Figure

MOST_BINS = 5
_LEAST_IN_BIN = 10


@dataclass(frozen=True, slots=True)
class Forecast:
    """A verdict beside what was said of it beforehand: by the scout, and by a fit that had not seen it."""

    route: Route
    success: float  # in [0, 1]
    weight: float
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Quality:
    """Brier's score (mean squared error, lower is better), and how well successes outrank failures."""

    brier: Figure
    auroc: Figure


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts of about the same height: what they said on average, and how often they came true."""

    n: int
    said: float
    came_true: Figure


def quality(verdicts: Sequence[tuple[float, float, float]]) -> Quality:
    """Of verdicts as (said, success, weight)."""
    errors = [((said - success) ** 2, weight) for said, success, weight in verdicts]
    ordered = sorted((said, success >= 0.5) for said, success, _weight in verdicts)
    return Quality(weighted_mean(errors), _auroc_figure(ordered))


def gain(forecasts: Sequence[Forecast]) -> Figure:
    """How much lower Brier's score is after than before, paired by verdict; above 0 is better."""
    return weighted_mean(
        [((f.before - f.success) ** 2 - (f.after - f.success) ** 2, f.weight) for f in forecasts]
    )


def weighted_mean(values: Sequence[tuple[float, float]]) -> Figure:
    """Of (value, weight), with the normal interval from the weighted squares around the mean."""
    total = sum(weight for _, weight in values)
    if not total:
        return UNDETERMINED
    mean = sum(value * weight for value, weight in values) / total
    n = len(values)
    if n < 2:
        return Figure(mean)
    squares = sum((weight * (value - mean)) ** 2 for value, weight in values) * n / (n - 1)
    half = Z_95 * sqrt(squares) / total
    return Figure(mean, mean - half, mean + half)


def auroc(scores: Sequence[float], positives: Sequence[bool]) -> float | None:
    """The chance that a positive outscores a negative, ties half; `scores` must rise."""
    wins = below = 0.0
    for _score, tied in groupby(zip(scores, positives, strict=True), key=itemgetter(0)):
        group = [positive for _, positive in tied]
        inside = sum(group)
        others = len(group) - inside
        wins += inside * (below + others / 2)
        below += others
    total = sum(positives)
    return wins / (total * below) if total and below else None


def _auroc_figure(ordered: Sequence[tuple[float, bool]]) -> Figure:
    """With the interval of Hanley and McNeil (1982), which needs the area and the two counts alone."""
    positives = [positive for _, positive in ordered]
    area = auroc([score for score, _ in ordered], positives)
    if area is None:
        return UNDETERMINED
    hits = sum(positives)
    misses = len(positives) - hits
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + (hits - 1) * (q1 - area**2) + (misses - 1) * (q2 - area**2)
    half = Z_95 * sqrt(max(variance, 0.0) / (hits * misses))
    return Figure(area, max(0.0, area - half), min(1.0, area + half))


def reliability(verdicts: Sequence[tuple[float, float, float]]) -> list[Bin]:
    """Verdicts as (said, success, weight), in up to five bins of about equal size, the lowest said first.

    Equal forecasts share a bin.
    """
    ordered = sorted(verdicts, key=itemgetter(0))
    size = max(len(ordered) / MOST_BINS, _LEAST_IN_BIN)
    cut: list[list[tuple[float, float, float]]] = []
    for _said, tied in groupby(ordered, key=itemgetter(0)):
        if not cut or len(cut[-1]) >= size:
            cut.append([])
        cut[-1] += tied
    return [_bin(rows) for rows in cut]


def _bin(rows: Sequence[tuple[float, float, float]]) -> Bin:
    said = sum(row[0] for row in rows) / len(rows)
    return Bin(len(rows), said, _share([(success, weight) for _, success, weight in rows]))


def _share(rows: Sequence[tuple[float, float]]) -> Figure:
    """A weighted share with Wilson's interval, for the number of equal verdicts that would say as much."""
    total, squares = sum(w for _, w in rows), sum(w * w for _, w in rows)
    share, n = sum(value * w for value, w in rows) / total, total * total / squares
    z2 = Z_95**2
    centre, half = share + z2 / (2 * n), Z_95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    scale = 1 / (1 + z2 / n)
    return Figure(share, max(0.0, scale * (centre - half)), min(1.0, scale * (centre + half)))
