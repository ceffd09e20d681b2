"""A report as tables and plots on a terminal, and as plain tables in a pipe."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from hroute.cli.format.aligned import show_aligned
from hroute.cli.format.moments import local_minute
from hroute.cli.format.money import rounded
from hroute.cli.format.words import counted
from hroute.cli.report import plot, words
from hroute.cli.report.columns import Column, show_columns
from hroute.core.report.compose import Daily, Grouping, Latency, Report, TurnGroup, Validation
from hroute.core.report.cpst import CpstEstimate

if TYPE_CHECKING:
    from hroute.cli.terminal import StyledText, Terminal

_SHOWN_LINES = 20
_BAR, _PLOT_HEIGHT, _MAX_PLOT = 10, 4, 100


def show_report(report: Report, groupings: Sequence[Grouping], title: str, terminal: "Terminal") -> None:
    """All of it; the groupings say which tables of groups."""
    _show_overall(report, title, terminal)
    for grouping in groupings:
        if grouping is Grouping.SESSION:
            _show_sessions(report, terminal)
        else:
            _show_group(grouping, report.groups[grouping], terminal)
    if report.daily is not None:
        _show_daily(report.daily, terminal)
    _show_what_ifs(report, terminal)
    _show_validation(report.validation, terminal)
    _show_latencies(report, terminal)
    _show_kept(report, terminal)
    for alarm in report.alarms:
        terminal.line((f"ALARM: {alarm}", "bold red"))
    terminal.line((words.INTERVALS, "dim"))


def _show_overall(report: Report, title: str, terminal: "Terminal") -> None:
    line = report.overall
    terminal.line((title, "bold"))
    terminal.line(
        ("  cost per successful task  ", ""), (words.cpst(line.cpst) or "no success yet", "bold cyan")
    )
    if line.unknown and line.successes:
        terminal.line((f"    of the rated turns alone  {words.cpst(line.cpst_rated)}", ""))
        good, bad = _known(report.if_all_good), _known(report.if_all_bad)
        terminal.line((f"    had every unknown turn succeeded {good}, had every one failed {bad}", "dim"))
    success = words.rate(line.success)
    terminal.line(
        (f"  {counted(line.turns, 'turn')}: {line.successes:,} good, {line.failures:,} bad,", ""),
        (f" {words.unknown(line)}", ""),
        (f"; success {success} of those rated" if success else "; none rated: hroute rate --last good", ""),
    )
    costs = line.costs
    terminal.line(
        (f"  bill {words.bill(costs.priced_usd, costs.unpriced)}", ""),
        (f" · electricity {rounded(costs.electricity_usd)}", ""),
        (f" · your time on failures {rounded(costs.operator_usd)}", ""),
    )
    terminal.line(("", ""))


def _known(cpst: CpstEstimate) -> str:
    return words.cpst(cpst, interval=False)


def _show_group(grouping: Grouping, lines: Sequence[TurnGroup], terminal: "Terminal") -> None:
    """The largest groups; all days."""
    shown = lines if grouping is Grouping.DAY else lines[:_SHOWN_LINES]
    hidden = len(lines) - len(shown)
    title = words.TITLES[grouping] + (f", the {len(shown)} largest of {len(lines):,}" if hidden else "")
    chars = min(words.NAME_CHARS, terminal.console().width // 4) if terminal.is_rich else words.NAME_CHARS
    names = [words.name_of(grouping, line, chars) for line in shown]
    _show_lines(title, names, shown, terminal)


def _show_lines(title: str, names: Sequence[str], lines: Sequence[TurnGroup], terminal: "Terminal") -> None:
    head = title.partition(" ")[2].partition(",")[0]
    columns = [
        Column(head, names),
        Column("turns", [f"{line.turns:,}" for line in lines]),
        *_verdict_columns(lines),
        Column("success", [words.rate(line.success) for line in lines]),
        Column("cost", [_cost(line) for line in lines]),
        Column("CPST", [words.cpst(line.cpst) for line in lines]),
    ]
    if any(line.unknown for line in lines):
        columns.append(Column("of rated", [words.cpst(line.cpst_rated) for line in lines], rank=1))
    most = max((line.costs.known_usd for line in lines), default=Decimal(0))
    shares = [float(line.costs.known_usd / most) if most else 0.0 for line in lines]
    show_columns(title, [*columns, *_bars("cost", shares, terminal)], terminal)


def _verdict_columns(lines: Sequence[TurnGroup]) -> list[Column]:
    return [
        Column("good", [f"{line.successes:,}" for line in lines], rank=2),
        Column("bad", [f"{line.failures:,}" for line in lines], rank=2),
        Column("unknown", [f"{line.unknown:,}" for line in lines], rank=2),
    ]


def _cost(line: TurnGroup) -> str:
    cost = rounded(line.costs.known_usd)
    return f"≥{cost}" if line.costs.unpriced else cost


def _bars(name: str, shares: Sequence[float], terminal: "Terminal") -> list[Column]:
    if not _draws(terminal):
        return []
    return [Column(name.ljust(_BAR), [plot.bar(share, _BAR) for share in shares], rank=3)]


def _show_sessions(report: Report, terminal: "Terminal") -> None:
    """Which route a session's turns took, and what it cost."""
    shown = report.sessions
    lines = [session.line for session in shown]
    hidden = report.session_count - len(shown)
    title = "By session" + (f", the last used and the longest of {report.session_count:,}" if hidden else "")
    columns = [
        Column("session", [line.name for line in lines]),
        Column("last used", [local_minute(session.last_at) for session in shown], rank=1),
        Column("turns", [f"{line.turns:,}" for line in lines]),
        Column("local", [words.percent(session.local) for session in shown]),
        Column("cloud", [words.percent(session.cloud) for session in shown]),
        *_verdict_columns(lines),
        Column("cost", [_cost(line) for line in lines]),
        Column("CPST", [_known(line.cpst) for line in lines]),
        *_bars("local", [session.local for session in shown], terminal),
    ]
    show_columns(title, columns, terminal)


def _show_daily(daily: Daily, terminal: "Terminal") -> None:
    least = "at least " if daily.unpriced else "about "
    terminal.line(("Bill and electricity by day", "bold"))
    terminal.line(
        (f"  heavy use costs {least}", ""),
        (f"{rounded(daily.heavy_usd)} a day", "bold"),
        (f" (the 95th percentile of {counted(len(daily.days), 'day')} with turns)", ""),
        (f"; a median day {rounded(daily.median_usd)}", ""),
    )
    if _draws(terminal) and len(daily.days) > 1:
        _draw_days(daily, terminal)
    terminal.line(("", ""))


def _draw_days(daily: Daily, terminal: "Terminal") -> None:
    costs = {day.day: day.known_usd for day in daily.days}
    first, last = daily.days[0].day, daily.days[-1].day
    days = (last - first).days + 1
    values = [float(costs.get(first + timedelta(days=n), 0)) for n in range(days)]
    width = min(terminal.console().width - 16, _MAX_PLOT)
    rows = plot.line(values, width, _PLOT_HEIGHT)
    top = max(value for value in plot.squeeze(values, width * 2) if value is not None)
    labels = [rounded(Decimal(f"{top:.9f}")), *[""] * (_PLOT_HEIGHT - 2), "$0"]
    for label, row in zip(labels, rows, strict=True):
        terminal.line((f"  {label:>10} ", "dim"), (row, "cyan"))
    terminal.line((f"{'':13}{first}{f'{last}':>{width - 10}}", "dim"))


def _show_what_ifs(report: Report, terminal: "Terminal") -> None:
    if not report.counterfactuals:
        return
    what_ifs = report.counterfactuals
    spent, success, cpst = _spent(report.overall)
    columns = [
        Column("every turn", ["as it was", *(one.name for one in what_ifs)]),
        Column("bill and power", [spent, *(rounded(one.bill_usd) for one in what_ifs)]),
        Column("by routing", ["", *(words.saving(one.bill_saved) for one in what_ifs)]),
        Column(
            "success", [success, *("" if s is None else words.percent(s) for s in _successes(report))], rank=1
        ),
        Column("CPST of rated", [cpst, *(rounded(one.cpst_usd) for one in what_ifs)]),
        Column("by routing", ["", *(words.saving(one.cpst_saved) for one in what_ifs)]),
    ]
    show_columns("Had one route taken every turn", columns, terminal)
    for what_if in report.counterfactuals:
        terminal.line((f"  {what_if.name} assumes: {'; '.join(what_if.assumptions)}.", "dim"))
    terminal.line(("", ""))


def _successes(report: Report) -> list[float | None]:
    return [what_if.success for what_if in report.counterfactuals]


def _spent(line: TurnGroup) -> tuple[str, str, str]:
    costs = line.costs
    spent = rounded(costs.priced_usd + costs.electricity_usd)
    success = words.rate(line.success, interval=False)
    return f"≥{spent}" if costs.unpriced else spent, success, _known(line.cpst_rated)


def _show_validation(validation: Validation, terminal: "Terminal") -> None:
    if not validation.n:
        return
    terminal.line(("Local answers that failed validation", "bold"))
    terminal.line((f"  {words.rate(validation.rate)} of {validation.n:,}; ", ""), *_trend(validation))
    terminal.line((f"  {words.drift_words(validation.drift)}", ""))
    if _draws(terminal) and len(validation.days) > 1:
        width = min(terminal.console().width - 4, _MAX_PLOT)
        terminal.line((f"  {plot.sparkline(plot.squeeze(_rates(validation), width))}", "cyan"))
    terminal.line(("", ""))


def _trend(validation: Validation) -> "Iterable[StyledText]":
    trend = validation.trend
    is_worse = trend.p is not None and trend.p < 0.05 and (trend.per_week or 0) > 0
    return [(words.trend_words(trend), "yellow" if is_worse else "")]


def _rates(validation: Validation) -> list[float | None]:
    rates = {day.day: day.failed / day.n for day in validation.days}
    first, last = validation.days[0].day, validation.days[-1].day
    return [rates.get(first + timedelta(days=n)) for n in range((last - first).days + 1)]


def _show_latencies(report: Report, terminal: "Terminal") -> None:
    named = {"scout": report.scout, "routing overhead": report.overhead}
    rows = [[name, *_latency_cells(latency)] for name, latency in named.items() if latency is not None]
    show_aligned("Latency", ["part", "p50", "p95", "p99", "n", "alarm"], rows, terminal)


def _latency_cells(latency: Latency) -> list[str]:
    alarm = "" if latency.alarm_ms is None else f"above {latency.alarm_ms:g} ms"
    if latency.is_alarm:
        alarm = f"ALARM, {alarm}"
    shown = [words.milliseconds(ms) for ms in (latency.p50_ms, latency.p95_ms, latency.p99_ms)]
    return [*shown, f"{latency.n:,}", alarm]


def _show_kept(report: Report, terminal: "Terminal") -> None:
    rows = [
        [
            f"{kept.low:.0%} to {kept.high:.0%}",
            f"{kept.n:,}",
            f"{kept.good:,}",
            words.percent(kept.mean_confidence),
            words.rate(kept.right),
        ]
        for kept in report.kept
    ]
    columns = ["confidence", "n", "good", "mean", "right"]
    show_aligned("Local answers that were kept, by their confidence", columns, rows, terminal)


def _draws(terminal: "Terminal") -> bool:
    """Plots are for terminals that can show them."""
    encoding = getattr(terminal.stdout, "encoding", "") or ""
    return terminal.is_rich and encoding.lower().replace("-", "").startswith("utf")
