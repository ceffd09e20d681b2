"""Figures with a 95% interval, and percentiles."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, sqrt

Z_95 = 1.959963984540054


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
    rate, z2 = hits / n, Z_95**2
    centre = (rate + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_95 / (1 + z2 / n) * sqrt(rate * (1 - rate) / n + z2 / (4 * n * n))
    return Figure(rate, max(0.0, centre - half), min(1.0, centre + half))


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(ceil(share * len(ordered)), 1) - 1]
