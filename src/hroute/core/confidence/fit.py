"""Ridge logistic regression by Newton's method, in pure Python: a few features, a few thousand rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log1p, sqrt

_MOST_STEPS = 25
_CONVERGED = 1e-6
_SHORTEST = 1e-3  # of a step: what gains nothing at that length is at the minimum
EXTREME = 30.0  # log odds beyond which exp() has nothing to add

SignalRow = Sequence[float]


@dataclass(frozen=True, slots=True)
class Logistic:
    """P = sigmoid(intercept + sum of weight x (value - mean) / scale), values held near what was seen."""

    intercept: float
    weights: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]

    def predict(self, row: SignalRow) -> float:
        moves = zip(self.weights, row, self.means, self.scales, strict=True)
        return sigmoid(self.intercept + sum(w * standard(value, m, s) for w, value, m, s in moves))


FARTHEST = 3.0  # standard deviations: what lies beyond has not been seen, and says no more than the edge does


def standard(value: float, mean: float, scale: float) -> float:
    return max(-FARTHEST, min(FARTHEST, (value - mean) / scale))


def sigmoid(log_odds: float) -> float:
    return 1 / (1 + exp(-max(-EXTREME, min(EXTREME, log_odds))))


def fit(rows: Sequence[SignalRow], right: Sequence[bool], ridge: float) -> Logistic:
    """`ridge`: the penalty on squared weights, in rows' worth. Needs at least one row."""
    columns = list(zip(*rows, strict=True))
    means = tuple(sum(column) / len(column) for column in columns)
    scales = tuple(_deviation(column, mean) or 1.0 for column, mean in zip(columns, means, strict=True))
    size = len(columns) + 1
    # The intercept, which is first, pays next to nothing: it only keeps one-sided data finite.
    prior = _Prior([0.0] * size, [1e-3, *[ridge] * (size - 1)])
    known = [_Known(_placed(row, means, scales), was) for row, was in zip(rows, right, strict=True)]
    intercept, *weights = _newton(known, prior)
    return Logistic(intercept, tuple(weights), means, scales)


def refit(
    prior: Logistic, rows: Sequence[SignalRow], right: Sequence[bool], worth: Sequence[float], ridge: float
) -> Logistic:
    """The weights that new rows call for, held near those of `prior`, whose means and scales stay.

    The most probable ones where each weight is a priori normal around that of `prior`, with variance
    1 / `ridge`. `worth`: how many ordinary rows a row counts for. Without rows it is `prior`.
    """
    known = [
        _Known(_placed(row, prior.means, prior.scales), was, its)
        for row, was, its in zip(rows, right, worth, strict=True)
    ]
    start = [prior.intercept, *prior.weights]
    intercept, *weights = _newton(known, _Prior(start, [ridge] * len(start)))
    return Logistic(intercept, tuple(weights), prior.means, prior.scales)


@dataclass(frozen=True, slots=True)
class _Known:
    """A row in standard values behind the intercept's 1, and whether it was right."""

    values: tuple[float, ...]
    was_right: bool
    worth: float = 1.0


@dataclass(frozen=True, slots=True)
class _Prior:
    """Weights, and for each what half a squared distance from it costs."""

    weights: list[float]
    penalties: list[float]


def _placed(row: SignalRow, means: Sequence[float], scales: Sequence[float]) -> tuple[float, ...]:
    return (1.0, *(standard(v, m, s) for v, m, s in zip(row, means, scales, strict=True)))


def _deviation(column: Sequence[float], mean: float) -> float:
    return sqrt(sum((value - mean) ** 2 for value in column) / len(column))


def _newton(rows: Sequence[_Known], prior: _Prior) -> list[float]:
    """From the prior on. A step that would raise the loss is halved: a sure prior that errs throws far."""
    weights = prior.weights
    loss = _loss(rows, prior, weights)
    for _ in range(_MOST_STEPS):
        step = _step(rows, prior, weights)
        share, before = 1.0, loss
        while (loss := _loss(rows, prior, moved := _moved(weights, step, share))) > before:
            share /= 2
            if share < _SHORTEST:
                return weights
        weights = moved
        if share * max(map(abs, step)) < _CONVERGED:
            break
    return weights


def _moved(weights: Sequence[float], step: Sequence[float], share: float) -> list[float]:
    return [w + share * s for w, s in zip(weights, step, strict=True)]


def _loss(rows: Sequence[_Known], prior: _Prior, weights: Sequence[float]) -> float:
    """Minus the logarithm of how probable these weights are."""
    held = zip(prior.penalties, weights, prior.weights, strict=True)
    total = sum(penalty * (weight - its) ** 2 for penalty, weight, its in held) / 2
    for row in rows:
        log_odds = _log_odds(weights, row.values)
        against = -log_odds if row.was_right else log_odds
        total += row.worth * (max(against, 0.0) + log1p(exp(-abs(against))))
    return total


def _step(rows: Sequence[_Known], prior: _Prior, weights: Sequence[float]) -> list[float]:
    size = len(weights)
    held = zip(prior.penalties, weights, prior.weights, strict=True)
    slope = [penalty * (its - weight) for penalty, weight, its in held]
    bend = [[prior.penalties[i] if i == j else 0.0 for j in range(size)] for i in range(size)]
    for row in rows:
        p = sigmoid(_log_odds(weights, row.values))
        error, spread = row.worth * (row.was_right - p), row.worth * max(p * (1 - p), 1e-9)
        for i, x in enumerate(row.values):
            slope[i] += error * x
            scaled, line = spread * x, bend[i]
            for j in range(i + 1):
                line[j] += scaled * row.values[j]
    return _solved(bend, slope)


def _log_odds(weights: Sequence[float], values: Sequence[float]) -> float:
    return sum(w * x for w, x in zip(weights, values, strict=True))


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
