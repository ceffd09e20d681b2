"""A fitted logistic model, and what it predicts: no numpy, for it is asked on the way of every answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from hroute.core.odds import sigmoid

FARTHEST = 3.0  # standard deviations: what lies beyond has not been seen, and says no more than the edge does

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
        return sigmoid(self.intercept + sum(w * _standard(value, m, s) for w, value, m, s in moves))


def _standard(value: float, mean: float, scale: float) -> float:
    return max(-FARTHEST, min(FARTHEST, (value - mean) / scale))
