"""Paired comparisons of two models on the same cases: McNemar's exact test, Holm's correction, power."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import comb, exp, lgamma, log, sqrt

ALPHA, POWER = 0.05, 0.8
_MOST_PAIRS = 2000


@dataclass(frozen=True, slots=True)
class Discordant:
    """Of n pairs: how often only the first had the property, and how often only the second."""

    n: int
    only_a: int
    only_b: int


def discordant(pairs: Sequence[tuple[bool, bool]]) -> Discordant:
    return Discordant(len(pairs), sum(a and not b for a, b in pairs), sum(b and not a for a, b in pairs))


def mcnemar_p(only_a: int, only_b: int) -> float:
    """Two-sided exact p: the discordant pairs fall to either side like a fair coin."""
    n = only_a + only_b
    tail = sum(comb(n, k) for k in range(min(only_a, only_b) + 1))
    return min(1.0, float(2 * tail / 2**n))


def holm(p_values: Sequence[float]) -> list[float]:
    """Each p adjusted for the number of tests (Holm 1979), in the given order."""
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda place: p_values[place])):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = highest
    return adjusted


@cache
def pairs_needed(rate_a: float, rate_b: float, alpha: float = ALPHA) -> int:
    """How many pairs show two rates to be different with 80% power, when failures do not coincide.

    By the exact test's exact power. The rates of discordant pairs are those of independent failures,
    which is the cautious assumption: failures that coincide need fewer pairs.
    """
    only_a, only_b = rate_a * (1 - rate_b), rate_b * (1 - rate_a)
    return _smallest(lambda n: power(n, only_a, only_b, alpha) >= POWER)


def _smallest(is_enough: Callable[[int], bool]) -> int:
    """By bisection, then back to where it first holds: exact power rises in a saw-tooth."""
    low, high = 1, _MOST_PAIRS
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle + 1, high)
    while low > 1 and is_enough(low - 1):
        low -= 1
    return low


def power(n: int, only_a: float, only_b: float, alpha: float) -> float:
    """The chance that the exact test rejects, given the two probabilities of a discordant pair."""
    rate = only_a + only_b
    spread = 8 * sqrt(n * rate) + 8  # beyond it the chances add up to nothing
    likely = range(max(1, int(n * rate - spread)), min(n, int(n * rate + spread)) + 1)
    return sum(_binomial(n, m, rate) * _rejection(m, round(only_a / rate, 12), alpha) for m in likely)


@cache
def _rejection(m: int, share_a: float, alpha: float) -> float:
    """The chance that so many discordant pairs fall unevenly enough."""
    chance, tail, most = 0.0, 0.0, -1
    while 2 * (tail + comb(m, most + 1) / 2**m) <= alpha:
        most += 1
        tail += comb(m, most) / 2**m
    for k in range(most + 1):
        chance += _binomial(m, k, share_a) + _binomial(m, m - k, share_a)
    return chance


def _binomial(n: int, k: int, p: float) -> float:
    return exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) + (n - k) * log(1 - p))
