"""What each way of routing makes of the outcomes: over all thresholds, and at the one in force."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from hroute.bench.intervals import UNDETERMINED, Figure, bootstrapped, spread, wilson
from hroute.bench.route.outcomes import OutcomeRow, by_kind, mean
from hroute.bench.route.routers import ComparedRouter, routers_of
from hroute.bench.signals.routing_metrics import Ranking, Recovery, is_graded
from hroute.core.routing.cpst import failure_usd
from hroute.core.settings import Cpst

SEED = 1


@dataclass(frozen=True, slots=True)
class TaskKindReport:
    name: str
    n: int
    local: Figure
    cloud: Figure
    sent: Figure  # by the policy in force


@dataclass(frozen=True, slots=True)
class RouterReport:
    """`apgr` and `at_half` over all thresholds, ties averaged; the figures after them at the router's own.

    `usd` is what a prompt costs, `cpst` what a success costs, with the time that failures take.
    """

    name: str
    apgr_routellm: float | None  # at RouteLLM's eleven thresholds
    apgr: Figure
    at_half: Figure
    success: Figure
    sent: Figure
    usd: Figure
    cpst: Figure


@dataclass(frozen=True, slots=True)
class ChecksReport:
    """Of the local answers: how many of the wrong ones the contract rejects, and of the right ones."""

    wrong_rejected: Figure
    right_rejected: Figure


@dataclass(frozen=True, slots=True)
class RouteReport:
    n: int
    local: Figure
    cloud: Figure
    kinds: tuple[TaskKindReport, ...]
    routers: tuple[RouterReport, ...]
    checks: ChecksReport | None
    least_confidence: float | None

    def router(self, name: str) -> RouterReport | None:
        return next((router for router in self.routers if router.name == name), None)


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """How the outcomes are looked at. `least_confidence` None: outcomes without answers."""

    cpst: Cpst
    rounds: int
    least_confidence: float | None = None


def report(rows: Sequence[OutcomeRow], look: ReportOptions) -> RouteReport:
    routers = routers_of(rows, look.least_confidence)
    return RouteReport(
        len(rows),
        _mean_figure([row.outcome.weak for row in rows], look),
        _mean_figure([row.outcome.strong for row in rows], look),
        tuple(_kind(name, own, look) for name, own in by_kind(rows).items()),
        tuple(_router(router, rows, look) for router in routers),
        None if look.least_confidence is None else _checks(rows),
        look.least_confidence,
    )


def _kind(name: str, rows: Sequence[OutcomeRow], look: ReportOptions) -> TaskKindReport:
    return TaskKindReport(
        name,
        len(rows),
        _mean_figure([row.outcome.weak for row in rows], look),
        _mean_figure([row.outcome.strong for row in rows], look),
        wilson(sum(row.is_sent for row in rows), len(rows)),
    )


def _mean_figure(values: Sequence[float], look: ReportOptions) -> Figure:
    """Of rights and wrongs with Wilson's interval, of grades with one from resampling."""
    if set(values) <= {0.0, 1.0}:
        return wilson(round(sum(values)), len(values))
    return bootstrapped(values, mean, rounds=look.rounds, seed=SEED)


def _checks(rows: Sequence[OutcomeRow]) -> ChecksReport:
    wrong = [row.is_valid for row in rows if not row.outcome.weak]
    right = [row.is_valid for row in rows if row.outcome.weak]
    return ChecksReport(*(wilson(part.count(False), len(part)) for part in (wrong, right)))


# --- routers ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Spent:
    """What one prompt comes to at a router's threshold."""

    success: float
    sent: float
    usd: float


def _router(router: ComparedRouter, rows: Sequence[OutcomeRow], look: ReportOptions) -> RouterReport:
    spent = [_spent(*each) for each in zip(rows, router.sent, router.tried, strict=True)]
    is_priced = not any(row.cloud_usd is None and sent for row, sent in zip(rows, router.sent, strict=True))
    failure = float(failure_usd(look.cpst))
    drawn = [_totals([spent[place] for place in places]) for places in _draws(len(spent), look.rounds)]
    whole = _totals(spent)
    return RouterReport(
        router.name,
        *_recoveries(router, rows, look),
        spread(whole.success, [each.success for each in drawn]),
        spread(whole.sent, [each.sent for each in drawn]),
        spread(whole.usd, [each.usd for each in drawn]) if is_priced else UNDETERMINED,
        _cpst(whole, drawn, failure) if is_priced else UNDETERMINED,
    )


def _spent(row: OutcomeRow, sent: float, tried: float) -> _Spent:
    success = (1 - sent) * row.outcome.weak + sent * row.outcome.strong
    return _Spent(success, sent, tried * row.local_usd + sent * (row.cloud_usd or 0))


def _totals(spent: Sequence[_Spent]) -> _Spent:
    """The mean of each."""
    size = len(spent)
    return _Spent(
        sum(one.success for one in spent) / size,
        sum(one.sent for one in spent) / size,
        sum(one.usd for one in spent) / size,
    )


def _cpst(whole: _Spent, drawn: Sequence[_Spent], failure_usd: float) -> Figure:
    values = [_cost_of_success(one, failure_usd) for one in drawn]
    return spread(_cost_of_success(whole, failure_usd), [value for value in values if value is not None])


def _cost_of_success(mean: _Spent, failure_usd: float) -> float | None:
    return (mean.usd + (1 - mean.success) * failure_usd) / mean.success if mean.success else None


def _recoveries(
    router: ComparedRouter, rows: Sequence[OutcomeRow], look: ReportOptions
) -> tuple[float | None, Figure, Figure]:
    if router.scores is None:
        return None, UNDETERMINED, UNDETERMINED
    outcomes = [row.outcome for row in rows]
    whole = Ranking.of(outcomes, router.scores, is_graded(outcomes))
    # Tied scores have the same metrics in any order, so a resample is a sorted draw of places.
    drawn = [whole.taken(sorted(places)).recovery() for places in _draws(len(rows), look.rounds)]
    found = whole.recovery()
    return whole.values().apgr, _figure(found, drawn, "apgr"), _figure(found, drawn, "at_half")


def _figure(found: Recovery, drawn: Sequence[Recovery], name: str) -> Figure:
    values = (getattr(one, name) for one in drawn)
    return spread(getattr(found, name), [value for value in values if value is not None])


def _draws(size: int, rounds: int) -> Iterator[list[int]]:
    rng = Random(SEED)
    return (rng.choices(range(size), k=size) for _ in range(rounds))
