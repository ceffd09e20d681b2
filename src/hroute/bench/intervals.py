"""Intervals for measured rates and metrics: every figure that a bench prints carries one."""

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

from hroute.core.intervals import UNDETERMINED, Figure, percentile, wilson

__all__ = ["UNDETERMINED", "Figure", "bootstrapped", "percentile", "spread", "wilson"]

T = TypeVar("T")


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
