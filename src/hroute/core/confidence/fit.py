"""Ridge logistic regression by Newton's method: a few features, a few thousand rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hroute.core.confidence.logistic import FARTHEST, Logistic, SignalRow
from hroute.core.odds import EXTREME

Floats = NDArray[np.float64]

_MOST_STEPS = 25
_CONVERGED = 1e-6
_SHORTEST = 1e-3  # of a step: what gains nothing at that length is at the minimum


def fit(rows: Sequence[SignalRow], right: Sequence[bool], ridge: float) -> Logistic:
    """`ridge`: the penalty on squared weights, in rows' worth. Needs at least one row."""
    values = np.array(rows, np.float64)
    means, deviations = values.mean(0), values.std(0)
    scales = np.where(deviations > 0, deviations, 1.0)
    size = len(means) + 1
    # The intercept, which is first, pays next to nothing: it only keeps one-sided data finite.
    prior = _Prior(np.zeros(size), np.array([1e-3, *[ridge] * (size - 1)]))
    weights = _newton(_Known.of(values, means, scales, right, [1.0] * len(rows)), prior)
    return _model(weights, means.tolist(), scales.tolist())


def refit(
    prior: Logistic, rows: Sequence[SignalRow], right: Sequence[bool], worth: Sequence[float], ridge: float
) -> Logistic:
    """The weights that new rows call for, held near those of `prior`, whose means and scales stay.

    The most probable ones where each weight is a priori normal around that of `prior`, with variance
    1 / `ridge`. `worth`: how many ordinary rows a row counts for. Without rows it is `prior`.
    """
    start = np.array([prior.intercept, *prior.weights])
    values = np.array(rows, np.float64).reshape(len(rows), len(prior.weights))
    known = _Known.of(values, np.array(prior.means), np.array(prior.scales), right, worth)
    weights = _newton(known, _Prior(start, np.full(len(start), ridge)))
    return _model(weights, prior.means, prior.scales)


@dataclass(frozen=True, slots=True)
class _Known:
    """Rows in standard values behind the intercept's 1, if they were right, and how many each counts for."""

    values: Floats
    right: Floats
    worth: Floats

    @classmethod
    def of(
        cls, values: Floats, means: Floats, scales: Floats, right: Sequence[bool], worth: Sequence[float]
    ) -> "_Known":
        standard = np.clip((values - means) / scales, -FARTHEST, FARTHEST)
        return cls(
            np.hstack([np.ones((len(values), 1)), standard]),
            np.array(right, np.float64),
            np.array(worth, np.float64),
        )


@dataclass(frozen=True, slots=True)
class _Prior:
    """Weights, and for each what half a squared distance from it costs."""

    weights: Floats
    penalties: Floats


def _model(weights: Floats, means: Sequence[float], scales: Sequence[float]) -> Logistic:
    intercept, *others = weights.tolist()
    return Logistic(intercept, tuple(others), tuple(means), tuple(scales))


def _newton(known: _Known, prior: _Prior) -> Floats:
    """From the prior on. A step that would raise the loss is halved: a sure prior that errs throws far."""
    weights = prior.weights
    loss = _loss(known, prior, weights)
    for _ in range(_MOST_STEPS):
        step = _step(known, prior, weights)
        share, before = 1.0, loss
        while (loss := _loss(known, prior, weights + share * step)) > before:
            share /= 2
            if share < _SHORTEST:
                return weights
        weights = weights + share * step
        if share * np.abs(step).max() < _CONVERGED:
            break
    return weights


def _loss(known: _Known, prior: _Prior, weights: Floats) -> float:
    """Minus the logarithm of how probable these weights are."""
    held = prior.penalties @ (weights - prior.weights) ** 2 / 2
    log_odds = known.values @ weights
    return float(held + known.worth @ np.logaddexp(0, np.where(known.right > 0, -log_odds, log_odds)))


def _step(known: _Known, prior: _Prior, weights: Floats) -> Floats:
    p = 1 / (1 + np.exp(-np.clip(known.values @ weights, -EXTREME, EXTREME)))
    slope = prior.penalties * (prior.weights - weights)
    slope += known.values.T @ (known.worth * (known.right - p))
    spread = known.worth * np.maximum(p * (1 - p), 1e-9)
    bend = np.diag(prior.penalties) + known.values.T @ (known.values * spread[:, None])
    return np.asarray(np.linalg.solve(bend, slope), np.float64)
