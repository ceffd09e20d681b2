"""A report as JSON and as CSV."""

from collections.abc import Iterable, Iterator
from typing import Any

from hroute.cli.format.money import as_short_text
from hroute.cli.log.export import csv_cell
from hroute.core.intervals import Figure
from hroute.core.moments import utc_text
from hroute.core.report.compose import (
    Daily,
    Grouping,
    KeptBin,
    Latency,
    Report,
    SessionLine,
    TurnGroup,
    Validation,
)
from hroute.core.report.counterfactual import Counterfactual
from hroute.core.report.cpst import Costs, CpstEstimate


def report_json(report: Report, groupings: Iterable[Grouping]) -> dict[str, Any]:
    """Money is decimal dollars in a string, null where unknown; rates are shares; `low` to `high` is 95%."""
    wanted = tuple(groupings)
    return {
        "overall": {
            **line_json(report.overall),
            "cpst_if_unknown_good": _cpst(report.if_all_good),
            "cpst_if_unknown_bad": _cpst(report.if_all_bad),
        },
        "groups": {
            str(grouping): [line_json(line) for line in lines]
            for grouping, lines in report.groups.items()
            if grouping in wanted
        },
        "sessions": [_session(session) for session in report.sessions],
        "session_count": report.session_count,
        "validation": _validation(report.validation),
        "scout_ms": _latency(report.scout),
        "overhead_ms": _latency(report.overhead),
        "daily": _daily(report.daily),
        "counterfactuals": [_counterfactual(what_if) for what_if in report.counterfactuals],
        "kept_by_confidence": [_kept(kept) for kept in report.kept],
        "alarms": list(report.alarms),
    }


def line_json(line: TurnGroup) -> dict[str, Any]:
    return {
        "name": line.name,
        "n": line.turns,
        "attempts": line.attempts,
        "successes": line.successes,
        "failures": line.failures,
        "unknown": line.unknown,
        "valid": line.valid,
        "success": _figure(line.success),
        "cost": _costs(line.costs),
        "cpst": _cpst(line.cpst),
        "cpst_rated": _cpst(line.cpst_rated),
    }


def report_csv(report: Report, groupings: Iterable[Grouping]) -> Iterator[dict[str, object]]:
    """The whole, then a row a line of each grouping."""
    wanted = tuple(groupings)
    yield _row("all", report.overall)
    for grouping, lines in report.groups.items():
        if grouping in wanted:
            yield from (_row(grouping, line) for line in lines)
    if Grouping.SESSION in wanted:
        yield from (_row(Grouping.SESSION, session.line) for session in report.sessions)


def _row(grouping: str, line: TurnGroup) -> dict[str, object]:
    costs = line.costs
    row = {
        "grouping": str(grouping),
        "name": line.name,
        "n": line.turns,
        "attempts": line.attempts,
        "successes": line.successes,
        "failures": line.failures,
        "unknown": line.unknown,
        "valid": line.valid,
        "success": line.success.value,
        "success_low": line.success.low,
        "success_high": line.success.high,
        "priced_usd": as_short_text(costs.priced_usd),
        "unpriced_attempts": costs.unpriced,
        "electricity_usd": as_short_text(costs.electricity_usd),
        "operator_usd": as_short_text(costs.operator_usd),
        "cost_usd": as_short_text(costs.usd),
        **_columns("cpst", line.cpst),
        **_columns("cpst_rated", line.cpst_rated),
    }
    return {name: csv_cell(cell) for name, cell in row.items()}


def _columns(name: str, cpst: CpstEstimate) -> dict[str, object]:
    return {
        f"{name}_usd": as_short_text(cpst.usd),
        f"{name}_known_usd": as_short_text(cpst.known_usd),
        f"{name}_low_usd": as_short_text(cpst.low_usd),
        f"{name}_high_usd": as_short_text(cpst.high_usd),
    }


def _costs(costs: Costs) -> dict[str, Any]:
    return {
        "usd": as_short_text(costs.usd),
        "known_usd": as_short_text(costs.known_usd),
        "priced_usd": as_short_text(costs.priced_usd),
        "unpriced_attempts": costs.unpriced,
        "electricity_usd": as_short_text(costs.electricity_usd),
        "operator_usd": as_short_text(costs.operator_usd),
    }


def _cpst(cpst: CpstEstimate) -> dict[str, Any]:
    return {
        "usd": as_short_text(cpst.usd),
        "known_usd": as_short_text(cpst.known_usd),
        "low_usd": as_short_text(cpst.low_usd),
        "high_usd": as_short_text(cpst.high_usd),
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {"value": figure.value, "low": figure.low, "high": figure.high}


def _session(session: SessionLine) -> dict[str, Any]:
    shares = {"local": session.local, "cloud": session.cloud}
    return {**line_json(session.line), **shares, "last_at": utc_text(session.last_at)}


def _validation(validation: Validation) -> dict[str, Any]:
    drift = validation.drift
    return {
        "failed": validation.failed,
        "n": validation.n,
        "rate": _figure(validation.rate),
        "trend": {"per_week": validation.trend.per_week, "p": validation.trend.p},
        "drift": {
            "recent": {**_figure(drift.recent), "n": drift.recent_n},
            "before": {**_figure(drift.before), "n": drift.before_n},
            "p": drift.p,
            "alarm": drift.is_alarm,
        },
        "days": [{"day": f"{day.day}", "failed": day.failed, "n": day.n} for day in validation.days],
    }


def _latency(latency: Latency | None) -> dict[str, Any] | None:
    if latency is None:
        return None
    shown = {"n": latency.n, "p50": latency.p50_ms, "p95": latency.p95_ms, "p99": latency.p99_ms}
    if latency.alarm_ms is None:
        return shown
    return {**shown, "alarm_above": latency.alarm_ms, "alarm": latency.is_alarm}


def _daily(daily: Daily | None) -> dict[str, Any] | None:
    if daily is None:
        return None
    days = [
        {
            "day": f"{day.day}",
            "n": day.turns,
            "known_usd": as_short_text(day.known_usd),
            "unpriced_attempts": day.unpriced,
        }
        for day in daily.days
    ]
    return {
        "median_usd": as_short_text(daily.median_usd),
        "heavy_usd": as_short_text(daily.heavy_usd),
        "unpriced_attempts": daily.unpriced,
        "days": days,
    }


def _counterfactual(what_if: Counterfactual) -> dict[str, Any]:
    return {
        "name": what_if.name,
        "success": what_if.success,
        "bill_usd": as_short_text(what_if.bill_usd),
        "bill_saved_usd": as_short_text(what_if.bill_saved.usd),
        "bill_saved_at_most_usd": as_short_text(what_if.bill_saved.most_usd),
        "cpst_usd": as_short_text(what_if.cpst_usd),
        "cpst_saved_usd": as_short_text(what_if.cpst_saved.usd),
        "cpst_saved_at_most_usd": as_short_text(what_if.cpst_saved.most_usd),
        "assumptions": list(what_if.assumptions),
    }


def _kept(kept: KeptBin) -> dict[str, Any]:
    return {
        "from": kept.low,
        "to": kept.high,
        "n": kept.n,
        "good": kept.good,
        "right": _figure(kept.right),
        "mean_confidence": kept.mean_confidence,
    }
