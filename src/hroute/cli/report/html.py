"""A report as one page that needs nothing else: no script, no network, light and dark."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from html import escape

from hroute.cli.format.moments import local_minute
from hroute.cli.format.money import rounded
from hroute.cli.format.words import counted
from hroute.cli.report import svg, words
from hroute.cli.report.style import STYLE
from hroute.core.report.compose import Daily, Grouping, Latency, Report, TurnGroup, Validation
from hroute.core.report.cpst import CpstEstimate
from hroute.core.sanitize import printable

_ROWS, _BARS = 50, 12
# Should a text ever get past the escaping, it still can load and run nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_TABLES = (Grouping.ROUTE, Grouping.CATEGORY, Grouping.SLOT, Grouping.MODEL, Grouping.DAY)


def page(report: Report, title: str) -> str:
    body = "".join(
        (
            _cards(report),
            "".join(f'<p class="alarm">{_text(alarm)}</p>' for alarm in report.alarms),
            f'<div class="charts">{"".join(_charts(report))}</div>',
            _what_ifs(report),
            _latencies(report),
            *(_group(grouping, report.groups[grouping]) for grouping in _TABLES),
            _sessions(report),
        )
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{_text(title)}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>{_text(title)}</h1>{body}<footer>{_text(words.INTERVALS)}</footer></main></body></html>\n"
    )


# --- figures at the top ----------------------------------------------------------


def _cards(report: Report) -> str:
    line, costs = report.overall, report.overall.costs
    bounds = ""
    if line.unknown and line.successes:
        good, bad = _known(report.if_all_good), _known(report.if_all_bad)
        bounds = f"had all unknown turns succeeded {good}, had all failed {bad}"
    endings = f"{line.successes:,} good, {line.failures:,} bad, {words.unknown(line)}"
    unpriced = f"and {counted(costs.unpriced, 'attempt')} of unknown price; " if costs.unpriced else ""
    power = f"electricity {rounded(costs.electricity_usd)}"
    cards = [
        ("cost per successful task", _known(line.cpst) or "no success yet", _interval(line.cpst)),
        ("of the rated turns alone", _known(line.cpst_rated) or "-", bounds),
        ("success of those rated", words.rate(line.success, interval=False) or "-", _bounds(line)),
        ("turns", f"{line.turns:,}", endings),
        ("bill", rounded(costs.priced_usd), unpriced + power),
        ("your time on failures", rounded(costs.operator_usd), ""),
    ]
    return '<div class="cards">' + "".join(_card(*card) for card in cards) + "</div>"


def _card(name: str, figure: str, more: str) -> str:
    return f"<section><h2>{_text(name)}</h2><p>{_text(figure)}</p><small>{_text(more)}</small></section>"


def _known(cpst: CpstEstimate) -> str:
    return words.cpst(cpst, interval=False)


def _interval(cpst: CpstEstimate) -> str:
    return "" if cpst.known_usd is None else f"95% {words.cpst_interval(cpst)}"


def _bounds(line: TurnGroup) -> str:
    low, high = line.success.low, line.success.high
    return "" if low is None or high is None else f"95% [{words.percent(low)} {words.percent(high)}]"


# --- charts ----------------------------------------------------------------------


def _charts(report: Report) -> Iterable[str]:
    for grouping in (Grouping.ROUTE, Grouping.CATEGORY, Grouping.MODEL):
        yield _cpst_chart(grouping, report.groups[grouping])
    if report.daily is not None and len(report.daily.days) > 1:
        yield _daily_chart(report.daily)
    if len(report.validation.days) > 1:
        yield _validation_chart(report.validation)
    if report.kept:
        points = [
            svg.Point(kept.mean_confidence, kept.right.value or 0, kept.right.low or 0, kept.right.high or 1)
            for kept in report.kept
        ]
        title = "Kept local answers: right, by confidence"
        yield _figure(
            title, svg.reliability(title, points), "On the dashed line, confidence is what it says."
        )


def _cpst_chart(grouping: Grouping, lines: Sequence[TurnGroup]) -> str:
    title = f"Cost per success {words.TITLES[grouping].lower()}"
    bars = [
        svg.Bar(
            words.name_of(grouping, line),
            float(line.cpst.known_usd),
            f"{_known(line.cpst)}, n = {line.turns:,}",
            low=float(line.cpst.low_usd or 0),
            high=None if line.cpst.high_usd is None else float(line.cpst.high_usd),
        )
        for line in lines[:_BARS]
        if line.cpst.known_usd is not None
    ]
    return _figure(title, svg.bars(title, bars), "") if bars else ""


def _daily_chart(daily: Daily) -> str:
    costs = {day.day: float(day.known_usd) for day in daily.days}
    first, last = daily.days[0].day, daily.days[-1].day
    values = [costs.get(first + timedelta(days=n), 0.0) for n in range((last - first).days + 1)]
    title = "Bill and electricity by day"
    least = "at least" if daily.unpriced else "about"
    heavy = f"Heavy use costs {least} {rounded(daily.heavy_usd)} a day (95th percentile)"
    top = rounded(Decimal(f"{max(values):.9f}"))
    chart = svg.timeline(title, values, (f"{first}", f"{last}"), top)
    return _figure(title, chart, f"{heavy}; a median day {rounded(daily.median_usd)}.")


def _validation_chart(validation: Validation) -> str:
    rates = {day.day: day.failed / day.n for day in validation.days}
    first, last = validation.days[0].day, validation.days[-1].day
    values = [rates.get(first + timedelta(days=n)) for n in range((last - first).days + 1)]
    title = "Local answers that failed validation"
    chart = svg.timeline(title, values, (f"{first}", f"{last}"), words.percent(max(rates.values())))
    said = (
        f"{words.rate(validation.rate)} of {validation.n:,}; {words.trend_words(validation.trend)};"
        f" {words.drift_words(validation.drift)}."
    )
    return _figure(title, chart, said)


def _figure(title: str, chart: str, caption: str) -> str:
    return f"<figure><h2>{_text(title)}</h2>{chart}<figcaption>{_text(caption)}</figcaption></figure>"


# --- tables ----------------------------------------------------------------------


def _what_ifs(report: Report) -> str:
    if not report.counterfactuals:
        return ""
    rows = [
        [
            one.name,
            rounded(one.bill_usd),
            words.saving(one.bill_saved),
            "-" if one.success is None else words.percent(one.success),
            rounded(one.cpst_usd),
            words.saving(one.cpst_saved),
        ]
        for one in report.counterfactuals
    ]
    columns = ["every turn", "bill and power", "by routing", "success", "CPST of rated", "by routing"]
    notes = [f"{one.name} assumes: {'; '.join(one.assumptions)}." for one in report.counterfactuals]
    return _table("Had one route taken every turn", columns, rows, notes)


def _latencies(report: Report) -> str:
    named = {"scout": report.scout, "routing overhead": report.overhead}
    rows = [[name, *_latency(latency)] for name, latency in named.items() if latency is not None]
    return _table("Latency", ["part", "p50", "p95", "p99", "n", "alarm"], rows)


def _latency(latency: Latency) -> list[str]:
    alarm = "" if latency.alarm_ms is None else f"above {latency.alarm_ms:g} ms"
    shown = [words.milliseconds(ms) for ms in (latency.p50_ms, latency.p95_ms, latency.p99_ms)]
    return [*shown, f"{latency.n:,}", f"ALARM, {alarm}" if latency.is_alarm else alarm]


def _group(grouping: Grouping, lines: Sequence[TurnGroup]) -> str:
    """The largest groups; of days, the last."""
    shown = lines[-_ROWS:] if grouping is Grouping.DAY else lines[:_ROWS]
    which = "last" if grouping is Grouping.DAY else "largest"
    title = words.TITLES[grouping] + (
        f", the {len(shown)} {which} of {len(lines):,}" if len(shown) < len(lines) else ""
    )
    columns = [str(grouping), "turns", "good", "bad", "unknown", "success", "cost", "CPST", "of rated"]
    return _table(title, columns, [[words.name_of(grouping, line), *_cells(line)] for line in shown])


def _sessions(report: Report) -> str:
    hidden = report.session_count - len(report.sessions)
    title = "By session" + (f", the last used and the longest of {report.session_count:,}" if hidden else "")
    rows = [
        [
            session.line.name,
            local_minute(session.last_at),
            words.percent(session.local),
            words.percent(session.cloud),
            *_cells(session.line)[:6],
            _known(session.line.cpst),
        ]
        for session in report.sessions
    ]
    columns = [
        "session",
        "last used",
        "local",
        "cloud",
        "turns",
        "good",
        "bad",
        "unknown",
        "success",
        "cost",
        "CPST",
    ]
    return _table(title, columns, rows)


def _cells(line: TurnGroup) -> list[str]:
    cost = rounded(line.costs.known_usd)
    return [
        f"{line.turns:,}",
        f"{line.successes:,}",
        f"{line.failures:,}",
        f"{line.unknown:,}",
        words.rate(line.success),
        f"≥{cost}" if line.costs.unpriced else cost,
        words.cpst(line.cpst),
        words.cpst(line.cpst_rated),
    ]


def _table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str] = ()
) -> str:
    if not rows:
        return ""
    name = _text(title)
    head = "".join(f"<th>{_text(column)}</th>" for column in columns)
    cells = ("".join(f"<td>{_text(cell or '-')}</td>" for cell in row) for row in rows)
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    # A table can be wider than a telephone: it scrolls, the page does not.
    return (
        f'<section class="table"><h2>{name}</h2><div tabindex="0" role="region" aria-label="{name}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        f"{''.join(f'<p><small>{_text(note)}</small></p>' for note in notes)}</section>"
    )


def _text(text: str) -> str:
    """Whatever somebody called a category or a model, as text and nothing else."""
    return escape(" ".join(printable(text).split()))
