"""How a report's figures and names are written for people."""

from decimal import Decimal

from hroute.cli.format.money import rounded
from hroute.core.intervals import Figure
from hroute.core.report.compose import Grouping, TurnGroup
from hroute.core.report.counterfactual import Saving
from hroute.core.report.cpst import CpstEstimate
from hroute.core.report.trend import RECENT_DAYS, Drift, Trend
from hroute.core.sanitize import one_line

TITLES = {
    Grouping.ROUTE: "By route",
    Grouping.CATEGORY: "By category",
    Grouping.SLOT: "By slot",
    Grouping.MODEL: "By model",
    Grouping.DAY: "By day (UTC)",
    Grouping.SESSION: "By session",
}
INTERVALS = (
    "Intervals are 95%: Wilson's for rates; for CPST Fieller's for a ratio of means, after adding two"
    " successes and two failures, since a group with hardly a failure would seem certain otherwise."
)
NAME_CHARS = 28  # of what anybody may have called a category or a model
_NAMELESS = {
    Grouping.ROUTE: "(no answer)",
    Grouping.MODEL: "(no answer)",
    Grouping.CATEGORY: "(no category)",
}


def name_of(grouping: Grouping, line: TurnGroup) -> str:
    return one_line(line.name) or _NAMELESS.get(grouping, "(empty)")


def unknown(line: TurnGroup) -> str:
    """Turns without a verdict. That one keeps its contract is worth a word, but none about being right."""
    valid = f", {line.valid:,} of them valid by their contract" if line.valid else ""
    return f"{line.unknown:,} unknown{valid}"


def saving(saved: Saving) -> str:
    """A negative one says that it was none; where a price is unknown, the most that it can be."""
    usd = saved.most_usd
    if usd is None:
        return "unknown"
    bound = "" if saved.usd is not None else ("≤" if usd >= 0 else "≥")
    return f"{bound}{rounded(usd)} saved" if usd >= 0 else f"{bound}{rounded(-usd)} more"


def cpst(amount: CpstEstimate) -> str:
    """Where a price is unknown, the least that it can be."""
    if amount.known_usd is None:
        return ""
    known = rounded(amount.known_usd)
    return known if amount.usd is not None else f"≥{known}"


def cpst_interval(amount: CpstEstimate) -> str:
    if amount.known_usd is None:
        return ""
    high = "∞" if amount.high_usd is None else rounded(amount.high_usd)
    return f"[{rounded(amount.low_usd)} {high}]"


def bill(priced_usd: Decimal, unpriced: int) -> str:
    """What is known of it, and what is not."""
    if not unpriced:
        return rounded(priced_usd)
    return f"known {rounded(priced_usd)} + {unpriced:,} of unknown price"


def whole_cpst(amount: CpstEstimate) -> str:
    return f"{cpst(amount)} {cpst_interval(amount)}".rstrip()


def rate(figure: Figure) -> str:
    return "" if figure.value is None else percent(figure.value)


def rate_interval(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return ""
    return f"[{percent(figure.low)} {percent(figure.high)}]"


def whole_rate(figure: Figure) -> str:
    return f"{rate(figure)} {rate_interval(figure)}".rstrip()


def percent(share: float) -> str:
    """Whole ones, but tenths near both ends, where they tell."""
    return f"{share:.0%}" if 0.1 <= share <= 0.9 or share in (0, 1) else f"{share:.1%}"


def probability(p: float) -> str:
    return f"p = {p:.2g}" if p >= 0.001 else "p < 0.001"


def trend_words(trend: Trend) -> str:
    if trend.per_week is None or trend.p is None:
        return "no trend can be told"
    return f"trend {100 * trend.per_week:+.2g} points a week, {probability(trend.p)} (Cochran-Armitage)"


def drift_words(drift: Drift) -> str:
    if drift.p is None:
        return f"no drift can be told: it needs answers in the last {RECENT_DAYS} days and before"
    recent, before = rate(drift.recent), rate(drift.before)
    return (
        f"last {RECENT_DAYS} days {recent} of {drift.recent_n:,}, before {before} of {drift.before_n:,},"
        f" {probability(drift.p)} for a rise (Fisher's exact test)"
    )


def milliseconds(ms: float) -> str:
    return f"{ms:,.0f} ms" if ms >= 10 else f"{ms:.2g} ms"
