"""What a report is made of: sums over turns that are alike, as the log keeps them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter
from typing import Self


class Ending(StrEnum):
    """Whether a turn succeeded, as far as is known.

    The verdict says so; without one, a closed turn that gave no answer was a failure. That an answer keeps
    its contract is no verdict.
    """

    GOOD = "good"
    BAD = "bad"
    BAD_TIMED = "bad_timed"  # a failure of which the user said how long it took
    VALID = "valid"  # it keeps its contract; nobody said whether it is right
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over turns; all but `turns` are 0 by default, and any two can be added.

    `cc` to `mm` are sums over turns of products of c, the turn's price in millionths of a dollar,
    w, its milliseconds of local inference, and m, the seconds that its failure took.
    """

    turns: int
    attempts: int = 0
    unpriced: int = 0  # attempts of unknown price; `cost_pusd` is of the others
    cost_pusd: int = 0
    local_attempts: int = 0
    local_ms: int = 0
    local_ok: int = 0  # local answers that their contract took
    local_invalid: int = 0  # and those that it rejected
    failure_s: int = 0
    counted: int = 0  # turns of which the tokens below are known
    input_tokens: int = 0
    output_tokens: int = 0
    chance_local_ppm: int = 0  # P(the local answer is good), in millionths, before the answer
    cc: float = 0
    cw: float = 0
    ww: float = 0
    cm: float = 0
    wm: float = 0
    mm: float = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(a + b for a, b in zip(_VALUES(self), _VALUES(other), strict=True)))

    @classmethod
    def sum(cls, tallies: "Iterable[Tally]") -> Self:
        columns = [sum(column) for column in zip(*map(_VALUES, tallies), strict=True)]
        return cls(*columns) if columns else cls(0)


TALLY_NAMES: tuple[str, ...] = tuple(Tally.__dataclass_fields__)
_VALUES = attrgetter(*TALLY_NAMES)

Endings = Mapping[Ending, Tally]


@dataclass(frozen=True, slots=True)
class Cell:
    """Turns that are alike in all of this. Empty: without a category; nothing was given."""

    category: str
    route: str  # of the given answer, as the model is
    slot: str
    model: str
    ending: Ending
    tally: Tally


@dataclass(frozen=True, slots=True)
class DayCell:
    day: date  # in UTC
    ending: Ending
    tally: Tally


@dataclass(frozen=True, slots=True)
class SessionCell:
    session_id: int
    last_at: datetime
    route: str
    ending: Ending
    tally: Tally


@dataclass(frozen=True, slots=True)
class HistogramBucket:
    """A histogram: how many values fell into the bucket that begins here."""

    bucket: int
    n: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a report needs, read in one moment."""

    cells: tuple[Cell, ...] = ()
    days: tuple[DayCell, ...] = ()  # rising
    sessions: tuple[SessionCell, ...] = ()  # of the sessions that are shown
    session_count: int = 0
    scout_us: tuple[HistogramBucket, ...] = ()  # microseconds, cut to two digits; rising
    overhead_us: tuple[HistogramBucket, ...] = ()
    kept_good: tuple[HistogramBucket, ...] = ()  # given local answers by their confidence in percent
    kept_bad: tuple[HistogramBucket, ...] = ()
