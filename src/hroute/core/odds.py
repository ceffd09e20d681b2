"""Probabilities as log odds, and back."""

from math import exp, log

_NEAREST = 1e-4  # to 0 or 1: an estimate nearer to them claims more than anybody knows
EXTREME = 30.0  # log odds beyond which exp() has nothing to add


def logit(p: float) -> float:
    p = min(max(p, _NEAREST), 1 - _NEAREST)
    return log(p / (1 - p))


def sigmoid(log_odds: float) -> float:
    return 1 / (1 + exp(-max(-EXTREME, min(EXTREME, log_odds))))
