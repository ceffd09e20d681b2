"""Weighted logistic regression with unit ridge: Newton's method with conjugate gradients."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hroute.core.learning.design import Floats, sigmoids

_STEPS, _CONJUGATE_STEPS = 20, 80
_PRECISION = 1e-2  # of a step, as a share of the gradient's square
_ENOUGH = 1e-3  # a step that gains less of the loss is the last one
_SHORTEST = 1e-3


@dataclass(frozen=True, slots=True)
class Minimisation:
    """Minimise the sum of weights x log loss(offset + forward(v), target) + |v|^2 / 2.

    `forward` is linear and `backward` its transpose; targets are in [0, 1].
    """

    forward: Callable[[Floats], Floats]
    backward: Callable[[Floats], Floats]
    offset: Floats
    target: Floats
    weights: Floats

    def loss(self, log_odds: Floats, v: Floats) -> float:
        terms = np.logaddexp(0, log_odds) - self.target * log_odds
        return float(self.weights @ terms + v @ v / 2)


def minimise(problem: Minimisation) -> Floats:
    """A step that would raise the loss is halved, so this ends at the minimum from wherever it starts."""
    log_odds = problem.offset
    v = np.zeros_like(problem.backward(log_odds))
    loss = problem.loss(log_odds, v)
    for _ in range(_STEPS):
        p = sigmoids(log_odds)
        gradient = problem.backward(problem.weights * (p - problem.target)) + v
        step, moved = _newton_step(problem, problem.weights * p * (1 - p), gradient)
        share, before = 1.0, loss
        while (loss := problem.loss(log_odds - share * moved, v - share * step)) > before:
            share /= 2
            if share < _SHORTEST:
                return v
        v, log_odds = v - share * step, log_odds - share * moved
        if before - loss < _ENOUGH:
            break
    return v


def _newton_step(problem: Minimisation, curvature: Floats, gradient: Floats) -> tuple[Floats, Floats]:
    """Solve (X'CX + I) step = gradient; also what the step does to the log odds."""
    step, moved = np.zeros_like(gradient), np.zeros_like(curvature)
    residual, direction = gradient.copy(), gradient.copy()
    size = start = float(residual @ residual)
    for _ in range(_CONJUGATE_STEPS):
        if size <= _PRECISION * start or not size:
            break
        ahead = problem.forward(direction)
        image = problem.backward(curvature * ahead) + direction
        length = size / float(direction @ image)
        step += length * direction
        moved += length * ahead
        residual -= length * image
        size, previous = float(residual @ residual), size
        direction = residual + size / previous * direction
    return step, moved
