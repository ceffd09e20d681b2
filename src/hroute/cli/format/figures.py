"""A figure with its 95% interval, as the tables of measurements show it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from hroute.cli.format.aligned import number

if TYPE_CHECKING:
    from hroute.core.intervals import Figure


def figure_text(figure: "Figure", digits: int = 3, interval_digits: int | None = None) -> str:
    """`interval_digits`: of its ends; None: as many as the value has."""
    ends = digits if interval_digits is None else interval_digits
    return interval_text(figure, lambda value: number(value, digits), lambda value: number(value, ends))


def share_text(figure: "Figure", digits: int = 0) -> str:
    return interval_text(figure, lambda value: f"{value:.{digits}%}")


def interval_text(
    figure: "Figure", words: Callable[[float], str], ends: Callable[[float], str] | None = None
) -> str:
    """Empty where the value is unknown, without an interval where that is. `ends`: words of its two ends."""
    if figure.value is None:
        return ""
    if figure.low is None or figure.high is None:
        return words(figure.value)
    ends = ends or words
    return f"{words(figure.value)} [{ends(figure.low)} {ends(figure.high)}]"
