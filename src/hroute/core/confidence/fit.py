"""Ridge logistic regression by Newton's method, in pure Python: a few features, a few thousand rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt

_MOST_STEPS = 25
_CONVERGED = 1e-6
EXTREME = 30.0  # log odds beyond which exp() has nothing to add

Row = Sequence[float]


@dataclass(frozen=True, slots=True)
class Logistic:
    """P = sigmoid(intercept + sum of weight x (value - mean) / scale), values held near what was seen."""

    intercept: float
    weights: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]

    def predict(self, row: Row) -> float:
        moves = zip(self.weights, row, self.means, self.scales, strict=True)
        return sigmoid(self.intercept + sum(w * standard(value, m, s) for w, value, m, s in moves))


FARTHEST = 3.0  # standard deviations: what lies beyond has not been seen, and says no more than the edge does


def standard(value: float, mean: float, scale: float) -> float:
    return max(-FARTHEST, min(FARTHEST, (value - mean) / scale))


def sigmoid(log_odds: float) -> float:
    return 1 / (1 + exp(-max(-EXTREME, min(EXTREME, log_odds))))


def fit(rows: Sequence[Row], right: Sequence[bool], ridge: float) -> Logistic:
    """`ridge`: the penalty on squared weights, in rows' worth. Needs at least one row."""
    columns = list(zip(*rows, strict=True))
    means = tuple(sum(column) / len(column) for column in columns)
    scales = tuple(_deviation(column, mean) or 1.0 for column, mean in zip(columns, means, strict=True))
    placed = [(1.0, *(standard(v, m, s) for v, m, s in zip(row, means, scales, strict=True))) for row in rows]
    intercept, *weights = _newton(placed, right, ridge)
    return Logistic(intercept, tuple(weights), means, scales)


def _deviation(column: Sequence[float], mean: float) -> float:
    return sqrt(sum((value - mean) ** 2 for value in column) / len(column))


def _newton(rows: Sequence[tuple[float, ...]], right: Sequence[bool], ridge: float) -> list[float]:
    """The first weight is the intercept, which pays next to nothing: it only keeps one-sided data finite."""
    size = len(rows[0])
    penalties = [1e-3, *[ridge] * (size - 1)]
    weights = [0.0] * size
    for _ in range(_MOST_STEPS):
        slope = [-penalty * weight for penalty, weight in zip(penalties, weights, strict=True)]
        bend = [[penalties[i] if i == j else 0.0 for j in range(size)] for i in range(size)]
        for row, was_right in zip(rows, right, strict=True):
            p = sigmoid(sum(w * x for w, x in zip(weights, row, strict=True)))
            error, spread = was_right - p, max(p * (1 - p), 1e-9)
            for i, x in enumerate(row):
                slope[i] += error * x
                scaled, line = spread * x, bend[i]
                for j in range(i + 1):
                    line[j] += scaled * row[j]
        step = _solved(bend, slope)
        weights = [w + s for w, s in zip(weights, step, strict=True)]
        if max(map(abs, step)) < _CONVERGED:
            break
    return weights


def _solved(lower: list[list[float]], right: list[float]) -> list[float]:
    """x of A x = right by Cholesky, where A is positive definite and given by its lower half."""
    size = len(right)
    for i in range(size):
        for j in range(i + 1):
            rest = lower[i][j] - sum(lower[i][k] * lower[j][k] for k in range(j))
            lower[i][j] = sqrt(rest) if i == j else rest / lower[j][j]
    x = list(right)
    for i in range(size):
        x[i] = (x[i] - sum(lower[i][k] * x[k] for k in range(i))) / lower[i][i]
    for i in reversed(range(size)):
        x[i] = (x[i] - sum(lower[k][i] * x[k] for k in range(i + 1, size))) / lower[i][i]
    return x
