"""Reports of small logs, with figures worked out by hand.

The defaults: 30 W at $0.30 a kWh, so 36 s of local inference are $0.00009; two minutes of an operator at $60
an hour, so a failure is $2.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from hroute.core.pricing import Price
from hroute.core.report.compose import Grouping, Report, TurnGroup, report_of
from hroute.core.report.counterfactual import Assumptions, Counterfactual
from hroute.core.settings import Cpst
from hroute.core.turn.attempt import Outcome, Usage
from hroute.core.turn.options import SessionPlace
from hroute.core.turn.verdict import Judgement, Verdict
from hroute.store.log import Log
from tests.support.logged import NOON, cloud, local, open_attempt, open_turn, write
from tests.support.turns import a_turn

GOOD = Verdict(Judgement.GOOD)
BAD = Verdict(Judgement.BAD)
PRICE = Price(Decimal(1), Decimal(2))
DAY = timedelta(days=1)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    with Log(tmp_path / "log.sqlite") as log:
        yield log


def reported(log: Log, price: Price | None = None, **cpst: object) -> Report:
    settings = Cpst.model_validate(cpst)
    return report_of(log.reports.facts(), Assumptions(settings, "big" if price else None, price))


def line(report: Report, grouping: Grouping, name: str) -> TurnGroup:
    (found,) = [line for line in report.groups[grouping] if line.name == name]
    return found


def five_turns(log: Log) -> None:
    """Local and good; failed over and good; bad for five minutes; no answer; not rated."""
    log.verdicts.give(write(log, attempts=[local(wall_ms=36_000)]), GOOD, at=NOON)
    failed_over = [local("", Outcome.INVALID, wall_ms=18_000), cloud(cost_usd=Decimal("0.002"))]
    log.verdicts.give(write(log, attempts=failed_over), GOOD, at=NOON)
    slow = Verdict(Judgement.BAD, minutes=Decimal(5))
    log.verdicts.give(write(log, attempts=[cloud(cost_usd=Decimal("0.004"))]), slow, at=NOON)
    write(log, attempts=[local("", Outcome.ERROR, wall_ms=36_000)])
    write(log, attempts=[cloud(cost_usd=Decimal("0.010"))])


def test_every_attempt_and_every_failure_is_divided_by_the_successes(log: Log) -> None:
    five_turns(log)
    report = reported(log)
    overall = report.overall
    assert (overall.turns, overall.successes, overall.failures, overall.unknown) == (5, 2, 2, 1)
    assert overall.costs.priced_usd == Decimal("0.016")
    assert overall.costs.electricity_usd == Decimal("0.000225")
    assert overall.costs.operator_usd == Decimal(7)
    assert overall.cpst.usd == Decimal("3.5081125")
    assert overall.cpst_rated.usd == Decimal("3.5031125")
    assert report.if_all_bad.usd == Decimal("4.5081125")
    assert report.if_all_good.usd == Decimal("7.016225") / 3


def test_a_failed_over_turn_belongs_to_the_route_that_answered(log: Log) -> None:
    five_turns(log)
    report = reported(log)
    kept, sent = line(report, Grouping.ROUTE, "local"), line(report, Grouping.ROUTE, "cloud")
    assert kept.cpst.usd == Decimal("0.00009")
    assert (sent.turns, sent.successes, sent.failures, sent.unknown) == (3, 1, 1, 1)
    assert sent.cpst.usd == Decimal("5.016045")  # 0.002 + 0.004 + 0.010, 18 s of local power, 5 minutes
    unanswered = line(report, Grouping.ROUTE, "")
    assert (unanswered.failures, unanswered.cpst.usd) == (1, None)


def test_tariff_and_hourly_rate_are_those_of_the_settings(log: Log) -> None:
    five_turns(log)
    report = reported(
        log, watts=60, usd_per_kwh=Decimal("0.60"), operator_usd_per_hour=120, minutes_per_failure=1
    )
    assert report.overall.costs.electricity_usd == Decimal("0.0009")
    assert report.overall.costs.operator_usd == Decimal(12)  # five minutes as said, one as set


def test_an_unknown_price_leaves_no_sum_but_the_least_that_it_can_be(log: Log) -> None:
    five_turns(log)
    log.verdicts.give(write(log, attempts=[cloud(cost_usd=None)]), GOOD, at=NOON)
    overall = reported(log).overall
    assert (overall.costs.usd, overall.costs.unpriced) == (None, 1)
    assert overall.cpst.usd is None
    assert overall.cpst.known_usd == Decimal("7.016225") / 3
    assert line(reported(log), Grouping.ROUTE, "local").cpst.usd == Decimal("0.00009")


def test_a_killed_turn_costs_what_is_known_and_did_not_succeed(log: Log) -> None:
    log.verdicts.give(write(log, attempts=[cloud(cost_usd=Decimal("0.004"))]), GOOD, at=NOON)
    open_attempt(log, open_turn(log), cloud())
    overall = reported(log).overall
    assert (overall.unknown, overall.costs.unpriced, overall.cpst.known_usd) == (1, 1, Decimal("0.004"))


def test_a_killed_local_attempt_has_no_bill(log: Log) -> None:
    open_attempt(log, open_turn(log), local())
    assert reported(log).overall.costs.usd == 0


def test_a_changed_verdict_changes_the_report(log: Log) -> None:
    turn_id = write(log, attempts=[cloud(cost_usd=Decimal("0.004"))])
    assert reported(log).overall.unknown == 1
    log.verdicts.give(turn_id, BAD, at=NOON)
    assert reported(log).overall.costs.operator_usd == Decimal(2)
    log.verdicts.give(turn_id, GOOD, at=NOON)
    assert reported(log).overall.cpst.usd == Decimal("0.004")
    log.verdicts.give(turn_id, Verdict(Judgement.UNKNOWN), at=NOON)
    assert reported(log).overall.unknown == 1


def test_the_user_overrules_a_missing_answer(log: Log) -> None:
    turn_id = write(log, attempts=[local("nearly", Outcome.INVALID)])
    assert reported(log).overall.failures == 1
    log.verdicts.give(turn_id, GOOD, at=NOON)
    assert reported(log).overall.successes == 1


def test_an_empty_log_has_no_figures(log: Log) -> None:
    report = reported(log)
    assert (report.overall.turns, report.overall.cpst.usd, report.overall.success.value) == (0, None, None)
    assert (report.scout, report.overhead, report.daily, report.counterfactuals) == (None, None, None, ())
    assert not log.path.exists()


# --- what if -------------------------------------------------------------------


def what_if(report: Report, name: str) -> Counterfactual:
    (found,) = [one for one in report.counterfactuals if one.name == name]
    return found


def test_all_cloud_prices_the_tokens_of_the_log(log: Log) -> None:
    for _ in range(3):
        kept = local(wall_ms=0, usage=Usage(1000, 500))
        log.verdicts.give(write(log, attempts=[kept]), GOOD, at=NOON)
    all_cloud = what_if(reported(log, PRICE, p_cloud=0.8), "all cloud")
    assert all_cloud.bill_usd == Decimal("0.006")
    assert all_cloud.bill_saved.usd == Decimal("0.006")
    assert all_cloud.cpst_usd == Decimal("0.5025")  # (0.002 + 0.2 x 2) / 0.8
    assert all_cloud.cpst_saved.usd == Decimal("0.5025")


def test_a_saving_can_be_negative(log: Log) -> None:
    for verdict in (GOOD, BAD, BAD):
        tried = [
            local("", Outcome.INVALID, wall_ms=0),
            cloud(cost_usd=Decimal("0.01"), usage=Usage(1000, 500)),
        ]
        log.verdicts.give(write(log, attempts=tried), verdict, at=NOON)
    all_cloud = what_if(reported(log, PRICE, p_cloud=1.0), "all cloud")
    assert all_cloud.bill_saved.usd == Decimal("-0.024")  # 0.006 against 0.030
    assert all_cloud.cpst_saved.usd == Decimal("-4.028")  # 0.002 against (0.030 + 4) / 1


def test_all_local_takes_verdicts_where_there_are_some_and_what_was_expected_elsewhere(log: Log) -> None:
    for verdict in (GOOD, BAD):  # local: one of two
        log.verdicts.give(write(log, attempts=[local(wall_ms=36_000)]), verdict, at=NOON)
    rejected = [local("", Outcome.INVALID, wall_ms=36_000), cloud()]  # local: failed
    log.verdicts.give(write(log, attempts=rejected), GOOD, at=NOON)
    log.verdicts.give(write(log, attempts=[cloud()]), GOOD, at=NOON)  # local: 0.71, says the scout
    all_local = what_if(reported(log), "all local")
    assert all_local.success == pytest.approx((1 + 0 + 0.71) / 4)
    assert all_local.bill_usd == 4 * Decimal("0.00009")


def test_a_doubted_answer_was_right_as_often_as_its_confidence_says(log: Log) -> None:
    doubted = local(outcome=Outcome.INVALID, reason="low_confidence", confidence=0.25)
    log.verdicts.give(write(log, attempts=[doubted, cloud()]), GOOD, at=NOON)
    found = reported(log)
    assert what_if(found, "all local").success == 0.25
    assert found.validation is not None
    assert found.validation.rate.value == 0  # its contract had nothing against it


def test_what_has_no_price_is_not_compared(log: Log) -> None:
    log.verdicts.give(write(log, attempts=[cloud(usage=Usage(10, 10), cost_usd=None)]), GOOD, at=NOON)
    assert what_if(reported(log), "all cloud").bill_usd is None
    saved = what_if(reported(log, PRICE), "all cloud").bill_saved
    assert (saved.usd, saved.most_usd) == (None, Decimal("0.00003"))


# --- over time -----------------------------------------------------------------


def test_heavy_use_is_the_95th_percentile_of_days(log: Log) -> None:
    for day in range(20):
        write(log, attempts=[cloud(cost_usd=Decimal(day + 1) / 100)], at=NOON + day * DAY)
    daily = reported(log).daily
    assert daily is not None
    assert (daily.median_usd, daily.heavy_usd) == (Decimal("0.10"), Decimal("0.19"))


def test_validation_failures_that_pile_up_raise_an_alarm(log: Log) -> None:
    for day in range(20):
        for n in range(10):
            fails = n < (5 if day >= 13 else 1)
            attempts = [local("", Outcome.INVALID), cloud()] if fails else [local()]
            write(log, attempts=attempts, at=NOON + day * DAY)
    report = reported(log)
    validation = report.validation
    assert (validation.failed, validation.n) == (48, 200)
    assert (validation.drift.recent.value, validation.drift.before.value) == (0.5, 0.1)
    assert validation.trend.p is not None
    assert validation.trend.p < 0.001
    assert report.alarms == ("local answers fail validation more often than before",)


def test_days_are_those_of_utc(log: Log) -> None:
    write(log, at=NOON + timedelta(hours=11, minutes=59))
    write(log, at=NOON + timedelta(hours=12))
    days = [(line.name, line.turns) for line in reported(log).groups[Grouping.DAY]]
    assert days == [("2026-11-01", 1), ("2026-11-02", 1)]


def test_a_session_shows_which_routes_its_turns_took(log: Log) -> None:
    session_id = log.sessions.open(at=NOON)
    turn = a_turn("Why?", place=SessionPlace(session_id))
    write(log, turn, [local()])
    write(log, turn, [local("", Outcome.INVALID), cloud()])
    write(log, turn, [local("", Outcome.ERROR)], at=NOON + DAY)
    write(log)
    (session,) = reported(log).sessions
    assert (session.line.name, session.line.turns, session.last_at) == ("1", 3, NOON + DAY)
    assert session.local == session.cloud == 1 / 3


def test_kept_local_answers_are_binned_by_their_confidence(log: Log) -> None:
    for confidence, verdict in ((0.55, GOOD), (0.58, BAD), (1.0, GOOD), (0.0, BAD)):
        log.verdicts.give(write(log, attempts=[local(confidence=confidence)]), verdict, at=NOON)
    write(log, attempts=[local(confidence=0.55)])  # not rated
    log.verdicts.give(write(log, attempts=[cloud(confidence=0.55)]), GOOD, at=NOON)
    bins = [(kept.low, kept.n, kept.good) for kept in reported(log).kept]
    assert bins == [(0.0, 1, 0), (0.5, 2, 1), (0.9, 1, 1)]
