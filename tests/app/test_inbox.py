from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from hroute.app.inbox import inbox
from hroute.core.decision.decision import Decision, ExpectedCost, Rule
from hroute.core.decision.signals import Label
from hroute.core.odds import logit
from hroute.core.turn.attempt import Answer, Outcome, Usage
from hroute.core.turn.verdict import Judgement, Verdict
from hroute.store.log import Log
from tests.support.logged import NOON, cloud, decision, local, open_attempt, open_turn, signals, write
from tests.support.turns import a_turn


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "log.sqlite")


def costing(local_usd: str, cloud_usd: str | None) -> Decision:
    return decision(expected_cost=ExpectedCost(Decimal(local_usd), Decimal(cloud_usd) if cloud_usd else None))


FAR = costing("0.01", "0.90")


def whys(log: Log, limit: int = 10) -> dict[int, tuple[str, ...]]:
    return {lesson.turn.id: lesson.whys for lesson in inbox(log, limit)}


def test_answers_that_teach_more_come_first_and_each_says_why(log: Log) -> None:
    plain = write(log, decided=FAR)
    long = write(log, attempts=[local(usage=Usage(1500, 500))], decided=FAR)
    failed_over = write(log, attempts=[local(outcome=Outcome.INVALID), cloud()], decided=FAR)
    near = write(log, decided=costing("0.20", "0.21"))
    drawn = write(log, decided=replace(FAR, rule=Rule.EXPLORATION, propensity=0.05))
    assert list(whys(log).items()) == [
        (drawn, ("drawn by lot: local",)),
        (near, ("near the threshold: $0.20 local, $0.21 cloud",)),
        (failed_over, ("failed over to cloud",)),
        (long, ("long: 2,000 tokens",)),
        (plain, ("not rated yet",)),
    ]


def test_several_reasons_add_up_and_the_best_is_said_first(log: Log) -> None:
    write(log, decided=costing("0.20", "0.20"))
    both = write(log, attempts=[local(outcome=Outcome.ERROR), cloud()], decided=costing("0.20", "0.20"))
    assert next(iter(whys(log).items())) == (
        both,
        ("near the threshold: $0.20 local, $0.20 cloud", "failed over to cloud"),
    )


def test_without_a_price_a_prompt_is_near_where_the_scouts_label_changes(log: Log) -> None:
    """The scripted signals have a p_local of 0.71."""
    unpriced, answer = costing("0.5", None), local()
    complex_one = replace(
        signals(), scout=replace(signals().scout, label=Label.COMPLEX, difficulty=-logit(0.68))
    )
    hard = log.open_turn(a_turn("?"), complex_one, unpriced, command="ask", overhead_ms=1, at=NOON)
    log.close_attempt(open_attempt(log, hard, answer), answer)
    log.close_turn(hard, Answer(hard, unpriced, (answer,), answer), at=NOON)
    easy = write(log, decided=unpriced)
    assert whys(log) == {
        hard: ("near the threshold: p_local 0.68",),
        easy: ("near the threshold: p_local 0.71",),
    }


def test_equal_ones_come_newest_first_and_no_more_than_asked_for(log: Log) -> None:
    ids = [write(log, decided=FAR) for _ in range(5)]
    assert list(whys(log, limit=2)) == [ids[4], ids[3]]


def test_what_has_a_verdict_or_no_answer_is_not_in_it(log: Log) -> None:
    log.verdicts.give(write(log), Verdict(Judgement.GOOD), at=NOON)
    open_turn(log)
    write(log, attempts=[local(outcome=Outcome.ERROR)])
    taken_back = write(log)
    log.verdicts.give(taken_back, Verdict(Judgement.BAD), at=NOON)
    log.verdicts.give(taken_back, Verdict(Judgement.UNKNOWN), at=NOON)
    assert list(whys(log)) == [taken_back]


def test_an_empty_log_has_nothing_to_rate(log: Log) -> None:
    assert whys(log) == {}
