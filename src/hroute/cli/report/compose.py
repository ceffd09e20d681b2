"""Puts a report into words: the sections that a terminal, a pipe and a page show, each in its own way."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from hroute.cli.format.moments import local_minute
from hroute.cli.format.money import rounded
from hroute.cli.format.words import counted
from hroute.cli.report import words
from hroute.cli.report.sections import (
    Bars,
    Column,
    Fact,
    KeyFacts,
    Order,
    Phrase,
    Sections,
    Series,
    Table,
    Tone,
)
from hroute.core.report.compose import Daily, Grouping, Latency, Report, TurnGroup, Validation
from hroute.core.report.cpst import CpstEstimate


def sections_of(report: Report, groupings: Iterable[Grouping], title: str) -> Sections:
    """`groupings`: the tables of groups that are wanted, in their order."""
    groups = {
        grouping: _sessions(report) if grouping is Grouping.SESSION else _group(grouping, report)
        for grouping in groupings
    }
    return Sections(
        title=title,
        facts=_facts(report),
        groups=groups,
        daily=None if report.daily is None else _daily(report.daily),
        what_ifs=_what_ifs(report),
        validation=_validation(report.validation) if report.validation.n else None,
        latencies=_latencies(report),
        kept=_kept(report),
        alarms=report.alarms,
        intervals=words.INTERVALS,
    )


def _facts(report: Report) -> KeyFacts:
    line, costs = report.overall, report.overall.costs
    bounds = ""
    if line.unknown and line.successes:
        good, bad = words.cpst(report.if_all_good), words.cpst(report.if_all_bad)
        bounds = f"had every unknown turn succeeded {good}, had every one failed {bad}"
    figure, _, name = counted(line.turns, "turn").partition(" ")
    endings = f"{line.successes:,} good, {line.failures:,} bad, {words.unknown(line)}"
    success = words.rate(line.success)
    unrated = "" if success else "none rated: hroute rate --last good"
    return KeyFacts(
        cpst=_cpst_fact("cost per successful task", line.cpst, "no success yet"),
        rated=_cpst_fact("of the rated turns alone", line.cpst_rated, "", bounds),
        turns=Fact(name, figure, more=endings),
        success=Fact("success", success, words.rate_interval(line.success), "of those rated", unrated),
        bill=Fact("bill", words.bill(costs.priced_usd, costs.unpriced)),
        electricity=Fact("electricity", rounded(costs.electricity_usd)),
        time=Fact("your time on failures", rounded(costs.operator_usd)),
    )


def _cpst_fact(name: str, cpst: CpstEstimate, unknown: str, more: str = "") -> Fact:
    return Fact(name, words.cpst(cpst) or unknown, words.cpst_interval(cpst), more=more)


# --- groups ----------------------------------------------------------------------


def _group(grouping: Grouping, report: Report) -> Table | None:
    lines, title = report.groups[grouping], words.TITLES[grouping]
    columns = [
        Column(title.removeprefix("By "), [words.name_of(grouping, line) for line in lines], is_free=True),
        Column("turns", [f"{line.turns:,}" for line in lines]),
        *_verdict_columns(lines),
        Column("success", [words.whole_rate(line.success) for line in lines]),
        Column("cost", [_cost(line) for line in lines]),
        Column("CPST", [words.whole_cpst(line.cpst) for line in lines]),
    ]
    if any(line.unknown for line in lines):
        columns.append(Column("of rated", [words.whole_cpst(line.cpst_rated) for line in lines], rank=1))
    order = Order.BY_TIME if grouping is Grouping.DAY else Order.BY_SIZE
    bars = Bars("cost", [float(line.costs.known_usd) for line in lines])
    return _table(title, columns, bars=bars, order=order)


def _sessions(report: Report) -> Table | None:
    """Which route a session's turns took, and what it cost."""
    shown = report.sessions
    lines = [session.line for session in shown]
    is_part = report.session_count > len(shown)
    which = f", the last used and the longest of {report.session_count:,}" if is_part else ""
    columns = [
        Column("session", [line.name for line in lines]),
        Column("last used", [local_minute(session.last_at) for session in shown], rank=1),
        Column("turns", [f"{line.turns:,}" for line in lines]),
        Column("local", [words.percent(session.local) for session in shown]),
        Column("cloud", [words.percent(session.cloud) for session in shown]),
        *_verdict_columns(lines),
        Column("cost", [_cost(line) for line in lines]),
        Column("CPST", [words.cpst(line.cpst) for line in lines]),
    ]
    bars = Bars("local", [session.local for session in shown], full=1.0)
    return _table(words.TITLES[Grouping.SESSION] + which, columns, bars=bars)


def _verdict_columns(lines: Sequence[TurnGroup]) -> list[Column]:
    return [
        Column("good", [f"{line.successes:,}" for line in lines], rank=2),
        Column("bad", [f"{line.failures:,}" for line in lines], rank=2),
        Column("unknown", [f"{line.unknown:,}" for line in lines], rank=2),
    ]


def _cost(line: TurnGroup) -> str:
    cost = rounded(line.costs.known_usd)
    return f"≥{cost}" if line.costs.unpriced else cost


# --- over time -------------------------------------------------------------------


def _daily(daily: Daily) -> Series:
    least = "at least " if daily.unpriced else "about "
    days = counted(len(daily.days), "day")
    said = (
        Phrase(f"heavy use costs {least}"),
        Phrase(f"{rounded(daily.heavy_usd)} a day", Tone.STRONG),
        Phrase(f" (the 95th percentile of {days} with turns); a median day {rounded(daily.median_usd)}"),
    )
    costs = {day.day: float(day.known_usd) for day in daily.days}
    first, last = daily.days[0].day, daily.days[-1].day
    figures = [costs.get(day, 0.0) for day in _days(first, last)]
    return Series("Bill and electricity by day", [said], first, last, figures, _dollars)


def _validation(validation: Validation) -> Series:
    trend = validation.trend
    is_worse = trend.p is not None and trend.p < 0.05 and (trend.per_week or 0) > 0
    rate = (
        Phrase(f"{words.whole_rate(validation.rate)} of {validation.n:,}; "),
        Phrase(words.trend_words(trend), Tone.WARNING if is_worse else Tone.PLAIN),
    )
    drift = (Phrase(words.drift_words(validation.drift)),)
    rates = {day.day: day.failed / day.n for day in validation.days}
    first, last = validation.days[0].day, validation.days[-1].day
    figures = [rates.get(day) for day in _days(first, last)]
    title = "Local answers that failed validation"
    return Series(title, [rate, drift], first, last, figures, words.percent)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _dollars(amount: float) -> str:
    return rounded(Decimal(f"{amount:.9f}"))


# --- other tables ----------------------------------------------------------------


def _what_ifs(report: Report) -> Table | None:
    what_ifs = report.counterfactuals
    spent, success, cpst = _spent(report.overall)
    successes = ["" if one.success is None else words.percent(one.success) for one in what_ifs]
    columns = [
        Column("every turn", ["as it was", *(one.name for one in what_ifs)]),
        Column("bill and power", [spent, *(rounded(one.bill_usd) for one in what_ifs)]),
        Column("by routing", ["", *(words.saving(one.bill_saved) for one in what_ifs)]),
        Column("success", [success, *successes], rank=1),
        Column("CPST of rated", [cpst, *(rounded(one.cpst_usd) for one in what_ifs)]),
        Column("by routing", ["", *(words.saving(one.cpst_saved) for one in what_ifs)]),
    ]
    notes = [f"{one.name} assumes: {'; '.join(one.assumptions)}." for one in what_ifs]
    return _table("Had one route taken every turn", columns, notes=notes) if what_ifs else None


def _spent(line: TurnGroup) -> tuple[str, str, str]:
    costs = line.costs
    spent = rounded(costs.priced_usd + costs.electricity_usd)
    return f"≥{spent}" if costs.unpriced else spent, words.rate(line.success), words.cpst(line.cpst_rated)


def _latencies(report: Report) -> Table | None:
    named = {"scout": report.scout, "routing overhead": report.overhead}
    rows = [[name, *_latency_cells(latency)] for name, latency in named.items() if latency is not None]
    return _table("Latency", _columns(["part", "p50", "p95", "p99", "n", "alarm"], rows))


def _latency_cells(latency: Latency) -> list[str]:
    alarm = "" if latency.alarm_ms is None else f"above {latency.alarm_ms:g} ms"
    if latency.is_alarm:
        alarm = f"ALARM, {alarm}"
    shown = [words.milliseconds(ms) for ms in (latency.p50_ms, latency.p95_ms, latency.p99_ms)]
    return [*shown, f"{latency.n:,}", alarm]


def _kept(report: Report) -> Table | None:
    rows = [
        [
            f"{kept.low:.0%} to {kept.high:.0%}",
            f"{kept.n:,}",
            f"{kept.good:,}",
            words.percent(kept.mean_confidence),
            words.whole_rate(kept.right),
        ]
        for kept in report.kept
    ]
    columns = _columns(["confidence", "n", "good", "mean", "right"], rows)
    return _table("Local answers that were kept, by their confidence", columns)


def _columns(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Column]:
    return [Column(name, [row[place] for row in rows]) for place, name in enumerate(names)]


def _table(
    title: str,
    columns: Sequence[Column],
    *,
    notes: Sequence[str] = (),
    bars: Bars | None = None,
    order: Order = Order.CHOSEN,
) -> Table | None:
    return Table(title, columns, notes, bars, order) if columns[0].cells else None
