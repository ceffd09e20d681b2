from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from hroute.bench.route.judgement import PolicyJudge
from hroute.bench.route.saved import RouteAnswer
from hroute.core.confidence.names import GENERIC
from hroute.core.confidence.signals import AnswerSignals
from hroute.core.pricing import Price
from tests.support.world import Make

PRICE = Price(Decimal(1), Decimal(2))
SURE = AnswerSignals(3, logprob_sum=-0.3, logprob_mean=-0.1, logprob_min=-0.2)
UNSURE = replace(SURE, logprob_min=-2.0)


@dataclass
class Fixed:
    chance: float | None
    name: str = "Q4_0 of a day"

    def predict(self, signals: AnswerSignals) -> float | None:
        return self.chance


def answered(signals: AnswerSignals | None) -> RouteAnswer:
    return RouteAnswer(
        task="a",
        kind="sums",
        level=1,
        prompt="1 + 1?",
        text="2",
        is_right=True,
        is_valid=True,
        wall_s=1,
        signals=signals.as_json() if signals else None,
    )


def test_a_calibrator_gives_the_confidence_and_its_threshold_rejects(make: Make) -> None:
    runtime = make().runtime
    runtime.calibrated = Fixed(0.25)
    judgement = PolicyJudge(runtime, PRICE)
    assert judgement.confidence(answered(SURE)) == 0.25
    assert judgement.least_confidence == 0.5
    assert "by the calibrator Q4_0 of a day; under 0.5" in judgement.confidence_name


def test_the_generic_calibrator_is_called_that_once(make: Make) -> None:
    runtime = make().runtime
    runtime.calibrated = Fixed(0.25, f"{GENERIC}2026-11-27")
    assert PolicyJudge(runtime, PRICE).confidence_name.startswith("by the generic calibrator of 2026-11-27;")


def test_the_threshold_of_the_settings_is_in_force(make: Make) -> None:
    runtime = make(routing={"min_confidence": 0.7}).runtime
    runtime.calibrated = Fixed(0.25)
    assert PolicyJudge(runtime, PRICE).least_confidence == 0.7


@pytest.mark.parametrize("calibrated", [None, Fixed(None)])
def test_what_no_calibrator_knows_still_ranks(make: Make, calibrated: Fixed | None) -> None:
    runtime = make().runtime
    runtime.calibrated = calibrated
    judgement = PolicyJudge(runtime, PRICE)
    sure, unsure = (judgement.confidence(answered(signals)) for signals in (SURE, UNSURE))
    assert sure is not None
    assert unsure is not None
    assert sure > unsure
    assert judgement.confidence(answered(None)) is None


def test_without_a_calibrator_nothing_is_rejected(make: Make) -> None:
    assert PolicyJudge(make().runtime, PRICE).least_confidence == 0.0
