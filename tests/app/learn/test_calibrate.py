"""From a real log's verdicts to a calibration, or to a reason against one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from hroute.app.learn.calibrate import LEAST_VERDICTS, CalibrationProposal, propose
from hroute.app.learn.verdict_evidence import MOST_IMPORTANCE, SOFT_WEIGHT, UsableVerdicts, usable_verdicts
from hroute.core.decision.decision import Route
from hroute.core.decision.signals import Label, ScoutReading
from hroute.core.learning.calibration import Calibration
from hroute.core.odds import logit
from hroute.core.pricing import Price
from hroute.core.settings import Cpst
from hroute.core.turn.verdict import By
from hroute.store.log import Log
from tests.support.logged import NOON
from tests.support.verdicts import HAIKU, SCOUT, Rated, haikus_fail_here, write_rated

PRICE = Price(Decimal(1), Decimal(4))


class StubbornScout:
    """Says the same of every prompt, and counts how often it was asked."""

    def __init__(self, p_local: float = 0.7, model: str = SCOUT) -> None:
        self.p_local, self.model, self.read_prompts = p_local, model, list[str]()

    def read(self, prompt: str) -> ScoutReading:
        self.read_prompts.append(prompt)
        return ScoutReading(Label.STANDARD, -logit(self.p_local), self.model)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    with Log(tmp_path / "log.sqlite") as opened:
        yield opened


def usable(log: Log, rows: list[Rated]) -> UsableVerdicts:
    write_rated(log, rows)
    return usable_verdicts(log.verdicts.outcomes(), StubbornScout())


def proposal(log: Log, rows: list[Rated], price: Price | None = PRICE) -> CalibrationProposal:
    found = propose(usable(log, rows), Cpst(), price, NOON)
    assert found is not None
    return found


def weights(found: UsableVerdicts) -> list[float]:
    return [round(v.evidence.weight, 4) for v in found.verdicts]


def test_what_a_user_teaches_is_better_than_the_scout_and_says_so(log: Log) -> None:
    found = proposal(log, haikus_fail_here(200))
    assert found.is_better
    facts = found.calibration.facts
    assert (facts.local.n, facts.cloud.n) == (133, 67)
    assert facts.local.brier_after.value is not None
    assert facts.local.brier_before.value is not None
    assert facts.local.brier_after.value < facts.local.brier_before.value / 2
    chances = found.calibration.chances(HAIKU.format("blue"), StubbornScout().read("x"))
    assert chances is not None
    assert chances.local < 0.3 < chances.cloud
    assert chances.by == found.calibration.version


def test_noise_is_not_better_and_is_not_to_be_installed(log: Log) -> None:
    rng = Random(3)
    rows = [Rated(f"{rng.random()} things", Route.LOCAL, rng.random() < 0.7) for _ in range(200)]
    assert not proposal(log, rows).is_better


def test_too_few_verdicts_give_no_proposal(log: Log) -> None:
    few = usable(log, haikus_fail_here(LEAST_VERDICTS - 1))
    assert propose(few, Cpst(), PRICE, NOON) is None


def test_a_calibration_says_nothing_about_the_reading_of_another_scout(log: Log) -> None:
    calibration = proposal(log, haikus_fail_here(60)).calibration
    assert calibration.chances("hello", ScoutReading(Label.STANDARD, -0.8, "another")) is None


def test_the_routing_that_is_learnt_is_expected_to_cost_less(log: Log) -> None:
    plans = proposal(log, haikus_fail_here(300)).plans
    assert plans is not None
    costs = [plans.calibrated.usd, plans.scout.usd, plans.all_local.usd, plans.all_cloud.usd]
    assert plans.calibrated.usd == min(cost for cost in costs if cost is not None)
    assert (plans.all_local.cloud_share, plans.all_cloud.cloud_share) == (0, 1)


def test_without_a_price_there_is_no_threshold(log: Log) -> None:
    found = proposal(log, haikus_fail_here(60), price=None)
    assert (found.plans, found.calibration.facts.threshold) == (None, None)


def test_what_was_written_is_read_back(log: Log) -> None:
    calibration = proposal(log, haikus_fail_here(60)).calibration
    again = Calibration.read(calibration.written())
    assert (again, again.version) == (calibration, calibration.version)
    assert again.model == calibration.model


def test_a_rare_lot_stands_for_what_seldom_goes_that_way(log: Log) -> None:
    rows = [Rated("a", Route.LOCAL, True, propensity=p) for p in (0.5, 0.5, 0.25, 0.001)]
    found = usable(log, rows)
    first, _, rare, rarest = weights(found)
    assert rare == pytest.approx(2 * first, rel=0.001)
    assert rarest == pytest.approx(MOST_IMPORTANCE / 2 * first, rel=0.001)
    raw = (2, 2, 4, MOST_IMPORTANCE)
    assert sum(weights(found)) == pytest.approx(sum(raw) ** 2 / sum(w * w for w in raw), rel=0.001)
    assert found.explored == 1


def test_without_lots_every_verdict_counts_once_and_a_retry_for_less(log: Log) -> None:
    rows = [Rated("a", Route.LOCAL, True), Rated("b", Route.LOCAL, False, by=By.RETRY)]
    found = usable(log, rows)
    assert (weights(found), found.explored) == ([1.0, SOFT_WEIGHT], 0)


def test_the_scout_of_now_reads_again_what_another_one_read(log: Log) -> None:
    write_rated(
        log, [Rated("old prompt", Route.LOCAL, True, scout="builtin-0"), Rated("b", Route.LOCAL, True)]
    )
    scout = StubbornScout(p_local=0.2)
    found = usable_verdicts(log.verdicts.outcomes(), scout)
    assert "old prompt" in scout.read_prompts
    assert "b" not in scout.read_prompts
    assert [round(v.evidence.traits.log_odds, 2) for v in found.verdicts] == [-1.39, 0.85]


def test_where_texts_are_not_kept_the_readings_still_teach(tmp_path: Path) -> None:
    rows = [replace(row, p_local=0.9) for row in haikus_fail_here(200)]
    with Log(tmp_path / "log.sqlite", "off") as log:
        write_rated(log, [*rows, Rated("x", Route.LOCAL, True, scout="builtin-0")])
        found = usable_verdicts(log.verdicts.outcomes(), StubbornScout())
    assert (len(found.verdicts), found.without_text, found.unread) == (200, 200, 1)
    fitted = propose(found, Cpst(), PRICE, NOON)
    assert fitted is not None
    assert fitted.is_better  # half of the local answers fail where .9 was expected


def test_older_verdicts_can_be_left_out(log: Log) -> None:
    write_rated(log, haikus_fail_here(30))
    found = usable_verdicts(log.verdicts.outcomes(), StubbornScout(), since=NOON + timedelta(minutes=20))
    assert len(found.verdicts) == 10


def test_the_models_that_were_judged_are_on_record(log: Log) -> None:
    rows = [replace(row, model="old" if i < 30 else "new") for i, row in enumerate(haikus_fail_here(60))]
    assert proposal(log, rows).calibration.facts.local.models == ("new", "old")
