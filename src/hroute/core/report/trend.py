"""Whether a rate changes over time: a trend over days, and a recent window against what was before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import erfc, exp, lgamma, sqrt

from hroute.core.intervals import UNDETERMINED, Figure, wilson

RECENT_DAYS = 7
# About one report in a hundred raises this alarm although nothing has changed.
DRIFT_P = 0.01


@dataclass(frozen=True, slots=True)
class DayCount:
    """Of so many on a day, so many failed."""

    day: date
    failed: int
    n: int


@dataclass(frozen=True, slots=True)
class Trend:
    """`per_week` is the fitted change of the rate in seven days; None where the days do not determine it.

    `p` is two-sided.
    """

    per_week: float | None = None
    p: float | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """The last RECENT_DAYS against all days before. `p` is one-sided: for a rate that has risen."""

    recent: Figure = UNDETERMINED
    before: Figure = UNDETERMINED
    recent_n: int = 0
    before_n: int = 0
    p: float | None = None

    @property
    def is_alarm(self) -> bool:
        return self.p is not None and self.p < DRIFT_P


def trend(days: Sequence[DayCount]) -> Trend:
    """Cochran-Armitage: P. Armitage, Biometrics 11 (1955), 375-386. Days count as their dates say."""
    n, failed = sum(d.n for d in days), sum(d.failed for d in days)
    if not 0 < failed < n:
        return Trend()
    rate, first = failed / n, days[0].day
    mean = sum((d.day - first).days * d.n for d in days) / n
    centred = [((d.day - first).days - mean, d) for d in days]
    spread = sum(t * t * d.n for t, d in centred)
    if not spread:
        return Trend()
    slope = sum(t * d.failed for t, d in centred)
    z = slope / sqrt(rate * (1 - rate) * spread)
    return Trend(7 * slope / spread, erfc(abs(z) / sqrt(2)))


def drift(days: Sequence[DayCount]) -> Drift:
    """Fisher's exact test, which also holds for a handful of answers. Without days before: no p."""
    if not days:
        return Drift()
    since = max(d.day for d in days) - timedelta(days=RECENT_DAYS - 1)
    recent = [d for d in days if d.day >= since]
    before = [d for d in days if d.day < since]
    recent_failed, recent_n = sum(d.failed for d in recent), sum(d.n for d in recent)
    before_failed, before_n = sum(d.failed for d in before), sum(d.n for d in before)
    return Drift(
        wilson(recent_failed, recent_n),
        wilson(before_failed, before_n),
        recent_n,
        before_n,
        risen_p(recent_failed, recent_n, before_failed, before_n) if recent_n and before_n else None,
    )


def risen_p(failed: int, n: int, before_failed: int, before_n: int) -> float:
    """P(at least so many of the failures fall into these n), when the rate is the same for all."""
    total, all_failed = n + before_n, failed + before_failed
    most = min(all_failed, n)
    logs = (
        _log_choose(all_failed, k) + _log_choose(total - all_failed, n - k)
        for k in range(max(failed, n - (total - all_failed), 0), most + 1)
    )
    return min(1.0, sum(exp(log - _log_choose(total, n)) for log in logs))


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
