"""Intervals for measured rates and metrics: every figure that a bench prints carries one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from random import Random
from typing import TypeVar

T = TypeVar("T")

_Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric with its 95% interval; None where the data does not determine it."""

    value: float | None
    low: float | None = None
    high: float | None = None


UNDETERMINED = Figure(None)


def wilson(hits: int, n: int) -> Figure:
    """A rate with Wilson's score interval, which stays inside [0, 1] and works for 0 of n."""
    if n == 0:
        return UNDETERMINED
    rate, z2 = hits / n, _Z_95**2
    centre = (rate + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z_95 / (1 + z2 / n) * sqrt(rate * (1 - rate) / n + z2 / (4 * n * n))
    return Figure(rate, max(0.0, centre - half), min(1.0, centre + half))


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(ceil(share * len(ordered)), 1) - 1]


def bootstrapped(
    rows: Sequence[T], statistic: Callable[[Sequence[T]], float | None], *, rounds: int, seed: int
) -> Figure:
    """The statistic of the rows, between the 2.5% and 97.5% points of its values on resampled rows."""
    rng = Random(seed)
    drawn = (statistic(rng.choices(rows, k=len(rows))) for _ in range(rounds if rows else 0))
    return spread(statistic(rows), [value for value in drawn if value is not None])


def spread(value: float | None, drawn: Sequence[float]) -> Figure:
    """A value with the middle 95% of what resampling drew."""
    if value is None or not drawn:
        return Figure(value)
    return Figure(value, percentile(drawn, 0.025), percentile(drawn, 0.975))
