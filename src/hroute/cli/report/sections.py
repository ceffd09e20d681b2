"""What a report says, before it is a terminal's or a page's: every sentence and every figure once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from hroute.core.report.compose import Grouping


class Tone(StrEnum):
    PLAIN = "plain"
    STRONG = "strong"
    WARNING = "warning"


class Order(StrEnum):
    """Of a table's rows: which of them stay where it is cut."""

    BY_SIZE = "largest"
    BY_TIME = "last"
    CHOSEN = "chosen"  # all do, somebody chose them already


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a sentence."""

    text: str
    tone: Tone = Tone.PLAIN


Sentence = tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """`of`: what the figure is of; `more`: what else is to be said of it. Without a figure it is unknown."""

    name: str
    figure: str
    interval: str = ""
    of: str = ""
    more: str = ""

    @property
    def whole(self) -> str:
        return f"{self.figure} {self.interval}" if self.interval else self.figure


@dataclass(frozen=True, slots=True)
class KeyFacts:
    cpst: Fact
    rated: Fact
    turns: Fact
    success: Fact
    bill: Fact
    electricity: Fact
    time: Fact


@dataclass(frozen=True, slots=True)
class Column:
    """`rank`: what goes first where there is no room, the highest; 0 always stays."""

    name: str
    cells: Sequence[str]
    rank: int = 0
    is_free: bool = False  # anybody chose these texts, so that they may be long

    def __getitem__(self, rows: slice) -> "Column":
        return replace(self, cells=self.cells[rows])


@dataclass(frozen=True, slots=True)
class Bars:
    """Of a column's figures. `full`: the figure of a whole bar; None: the largest one."""

    name: str
    figures: Sequence[float]
    full: float | None = None

    @property
    def shares(self) -> list[float]:
        full = max(self.figures, default=0.0) if self.full is None else self.full
        return [figure / full if full else 0.0 for figure in self.figures]


@dataclass(frozen=True, slots=True)
class Table:
    """The first column names the rows."""

    title: str
    columns: Sequence[Column]
    notes: Sequence[str] = ()
    bars: Bars | None = None
    order: Order = Order.CHOSEN

    @property
    def rows(self) -> list[tuple[str, ...]]:
        return list(zip(*(column.cells for column in self.columns), strict=True))

    def cut(self, most: int) -> "Table":
        """With so many rows at most; the title says so."""
        total = len(self.columns[0].cells)
        if total <= most or self.order is Order.CHOSEN:
            return self
        kept = slice(most) if self.order is Order.BY_SIZE else slice(-most, None)
        bars = self.bars and replace(self.bars, figures=self.bars.figures[kept])
        title = f"{self.title}, the {most} {self.order} of {total:,}"
        return replace(self, title=title, columns=[one[kept] for one in self.columns], bars=bars)


@dataclass(frozen=True, slots=True)
class Series:
    """A figure of each day from the first to the last, None where there is none, and how it is written."""

    title: str
    said: Sequence[Sentence]
    first: date
    last: date
    figures: Sequence[float | None]
    text_of: Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Sections:
    """None where the log has nothing to say."""

    title: str
    facts: KeyFacts
    groups: Mapping[Grouping, Table | None]
    daily: Series | None
    what_ifs: Table | None
    validation: Series | None
    latencies: Table | None
    kept: Table | None
    alarms: Sequence[str]
    intervals: str
