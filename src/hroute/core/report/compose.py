"""The report: what the log's turns cost for each success, by what they have in common."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from math import ceil
from typing import TypeVar

from hroute.core.decision.decision import Route
from hroute.core.intervals import Figure, wilson
from hroute.core.report.counterfactual import Assumptions, Counterfactual, counterfactuals
from hroute.core.report.cpst import (
    FAILURES,
    NO_TURNS,
    UNRATED,
    Costs,
    CpstEstimate,
    costs_of,
    cpst_of,
    rated,
    supposing,
)
from hroute.core.report.facts import (
    Cell,
    DayCell,
    Ending,
    Endings,
    Facts,
    HistogramBucket,
    SessionCell,
    Tally,
)
from hroute.core.report.trend import DayCount, Drift, Trend, drift, trend
from hroute.core.routing.cpst import electricity_usd
from hroute.core.settings import Cpst as CpstSettings

SCOUT_ALARM_MS = 80
_HEAVY = 0.95
K = TypeVar("K", bound=Hashable)
C = TypeVar("C", Cell, DayCell, SessionCell)


class Grouping(StrEnum):
    ROUTE = "route"
    CATEGORY = "category"
    SLOT = "slot"
    MODEL = "model"
    DAY = "day"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class TurnGroup:
    """A group of turns. `success` is a rate of the turns with a verdict; unknown ones are in neither."""

    name: str
    turns: int
    attempts: int
    successes: int
    failures: int
    unknown: int
    valid: int  # of the unknown ones: they keep their contract
    success: Figure
    costs: Costs
    cpst: CpstEstimate  # of all turns: those with an unknown ending cost, and do not count as successes
    cpst_rated: CpstEstimate  # of the turns with a known ending alone


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session, with the shares of its turns by the route of what was given."""

    line: TurnGroup
    last_at: datetime
    local: float
    cloud: float


@dataclass(frozen=True, slots=True)
class Validation:
    """Local answers that their contract rejected, of those that it looked at."""

    failed: int
    n: int
    rate: Figure
    days: tuple[DayCount, ...]
    trend: Trend
    drift: Drift


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds, to two digits, rounded down; `alarm_ms` None: none is set."""

    n: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    alarm_ms: float | None = None

    @property
    def is_alarm(self) -> bool:
        return self.alarm_ms is not None and self.p95_ms >= self.alarm_ms


@dataclass(frozen=True, slots=True)
class DayCost:
    """Bill and electricity of a day; the operator's time is not in it."""

    day: date
    turns: int
    known_usd: Decimal
    unpriced: int


@dataclass(frozen=True, slots=True)
class Daily:
    """Over the days with turns: half of them cost no more than the median, 95% no more than `heavy_usd`."""

    days: tuple[DayCost, ...]
    median_usd: Decimal
    heavy_usd: Decimal
    unpriced: int


@dataclass(frozen=True, slots=True)
class KeptBin:
    """Local answers that were given with a confidence from `low` up to `high`, and how many were right."""

    low: float
    high: float
    n: int
    good: int
    right: Figure
    mean_confidence: float


@dataclass(frozen=True, slots=True)
class Report:
    """Figures are None, and sequences empty, where the log has nothing for them."""

    overall: TurnGroup
    if_all_good: CpstEstimate  # had every unknown turn succeeded
    if_all_bad: CpstEstimate
    groups: dict[Grouping, tuple[TurnGroup, ...]]
    sessions: tuple[SessionLine, ...]
    session_count: int
    validation: Validation
    scout: Latency | None
    overhead: Latency | None
    daily: Daily | None
    counterfactuals: tuple[Counterfactual, ...]
    kept: tuple[KeptBin, ...]

    @property
    def alarms(self) -> tuple[str, ...]:
        found = []
        if self.validation.drift.is_alarm:
            found.append("local answers fail validation more often than before")
        if self.scout is not None and self.scout.is_alarm:
            found.append(f"the scout's p95 is {self.scout.p95_ms:g} ms, above {SCOUT_ALARM_MS} ms")
        return tuple(found)


def report_of(facts: Facts, assumptions: Assumptions) -> Report:
    settings = assumptions.cpst
    overall = _endings(facts.cells)
    return Report(
        overall=line_of("all", overall, settings),
        if_all_good=cpst_of(supposing(overall, Ending.GOOD), settings),
        if_all_bad=cpst_of(supposing(overall, Ending.BAD), settings),
        groups=_groups(facts, settings),
        sessions=_sessions(facts.sessions, settings),
        session_count=facts.session_count,
        validation=_validation(facts.days),
        scout=latency(facts.scout_us, SCOUT_ALARM_MS),
        overhead=latency(facts.overhead_us),
        daily=_daily(facts.days, settings),
        counterfactuals=counterfactuals(facts.cells, assumptions) if facts.cells else (),
        kept=kept_bins(facts.kept_good, facts.kept_bad),
    )


def line_of(name: str, endings: Endings, settings: CpstSettings) -> TurnGroup:
    successes = endings.get(Ending.GOOD, NO_TURNS).turns
    failures = sum(endings.get(ending, NO_TURNS).turns for ending in FAILURES)
    total = Tally.sum(endings.values())
    return TurnGroup(
        name=name,
        turns=total.turns,
        attempts=total.attempts,
        successes=successes,
        failures=failures,
        unknown=sum(endings.get(one, NO_TURNS).turns for one in UNRATED),
        valid=endings.get(Ending.VALID, NO_TURNS).turns,
        success=wilson(successes, successes + failures),
        costs=costs_of(endings, settings),
        cpst=cpst_of(endings, settings),
        cpst_rated=cpst_of(rated(endings), settings),
    )


def _groups(facts: Facts, settings: CpstSettings) -> dict[Grouping, tuple[TurnGroup, ...]]:
    """Lines with the most turns first; days in their order."""
    keys: dict[Grouping, Callable[[Cell], str]] = {
        Grouping.ROUTE: lambda cell: cell.route,
        Grouping.CATEGORY: lambda cell: cell.category,
        Grouping.SLOT: lambda cell: cell.slot,
        Grouping.MODEL: lambda cell: cell.model,
    }
    groups = {grouping: _largest_first(facts.cells, key, settings) for grouping, key in keys.items()}
    days = {day: _endings(cells) for day, cells in _grouped(facts.days, lambda cell: cell.day).items()}
    groups[Grouping.DAY] = tuple(line_of(f"{day}", days[day], settings) for day in sorted(days))
    return groups


def _largest_first(
    cells: Iterable[Cell], key: Callable[[Cell], str], settings: CpstSettings
) -> tuple[TurnGroup, ...]:
    lines = (line_of(name, _endings(group), settings) for name, group in _grouped(cells, key).items())
    return tuple(sorted(lines, key=lambda line: (-line.turns, line.name)))


def _sessions(cells: Iterable[SessionCell], settings: CpstSettings) -> tuple[SessionLine, ...]:
    """The last used first."""
    lines = []
    for session_id, group in _grouped(cells, lambda cell: cell.session_id).items():
        line = line_of(f"{session_id}", _endings(group), settings)
        local, cloud = (_turns(cell for cell in group if cell.route == route) for route in Route)
        last_at = max(cell.last_at for cell in group)
        lines.append(SessionLine(line, last_at, local / line.turns, cloud / line.turns))
    return tuple(sorted(lines, key=lambda session: session.last_at, reverse=True))


def _turns(cells: Iterable[SessionCell]) -> int:
    return sum(cell.tally.turns for cell in cells)


def _validation(cells: Sequence[DayCell]) -> Validation:
    days = []
    for day, group in sorted(_grouped(cells, lambda cell: cell.day).items()):
        total = Tally.sum(cell.tally for cell in group)
        if n := total.local_ok + total.local_invalid:
            days.append(DayCount(day, total.local_invalid, n))
    failed, n = sum(day.failed for day in days), sum(day.n for day in days)
    return Validation(failed, n, wilson(failed, n), tuple(days), trend(days), drift(days))


def _daily(cells: Sequence[DayCell], settings: CpstSettings) -> Daily | None:
    days = []
    for day, group in sorted(_grouped(cells, lambda cell: cell.day).items()):
        total = Tally.sum(cell.tally for cell in group)
        bill = Decimal(total.cost_pusd).scaleb(-12)
        electricity = electricity_usd(Decimal(total.local_ms) / 1000, settings)
        days.append(DayCost(day, total.turns, bill + electricity, total.unpriced))
    if not days:
        return None
    ordered = sorted(day.known_usd for day in days)
    return Daily(
        tuple(days), _ranked(ordered, 0.5), _ranked(ordered, _HEAVY), sum(day.unpriced for day in days)
    )


def _ranked(ordered: Sequence[Decimal], share: float) -> Decimal:
    """Nearest rank."""
    return ordered[max(ceil(share * len(ordered)), 1) - 1]


def latency(counts: Sequence[HistogramBucket], alarm_ms: float | None = None) -> Latency | None:
    n = sum(count.n for count in counts)
    if n == 0:
        return None
    p50, p95, p99 = (_bucket(counts, ceil(share * n)) / 1000 for share in (0.5, 0.95, 0.99))
    return Latency(n, p50, p95, p99, alarm_ms)


def _bucket(counts: Sequence[HistogramBucket], rank: int) -> int:
    """The bucket of the value that has this rank."""
    below = 0
    for count in counts:
        below += count.n
        if below >= rank:
            return count.bucket
    return 0


def kept_bins(
    good: Sequence[HistogramBucket], bad: Sequence[HistogramBucket], width: int = 10
) -> tuple[KeptBin, ...]:
    """Bins of so many percent that have answers in them, rising; full confidence is in the last."""
    bins = []
    for low in range(0, 100, width):
        right, wrong = (_within(counts, low, low + width) for counts in (good, bad))
        n = sum(count.n for count in (*right, *wrong))
        if n:
            hits = sum(count.n for count in right)
            # A count's bucket is a whole percent and begins there: its middle is half a percent above.
            mean = sum(count.n * min(count.bucket + 0.5, 100) for count in (*right, *wrong)) / n / 100
            bins.append(KeptBin(low / 100, (low + width) / 100, n, hits, wilson(hits, n), mean))
    return tuple(bins)


def _within(counts: Sequence[HistogramBucket], low: int, high: int) -> list[HistogramBucket]:
    return [count for count in counts if low <= min(count.bucket, 99) < high]


def _endings(cells: Iterable[Cell] | Iterable[DayCell] | Iterable[SessionCell]) -> Endings:
    grouped: dict[Ending, list[Tally]] = {}
    for cell in cells:
        grouped.setdefault(cell.ending, []).append(cell.tally)
    return {ending: Tally.sum(tallies) for ending, tallies in grouped.items()}


def _grouped(cells: Iterable[C], key: Callable[[C], K]) -> dict[K, list[C]]:
    groups: dict[K, list[C]] = {}
    for cell in cells:
        groups.setdefault(key(cell), []).append(cell)
    return groups
