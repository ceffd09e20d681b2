import pytest

from hroute.bench.confidence.report import (
    CALIBRATED,
    CALIBRATED_FOLDS,
    ConfidenceReport,
    brier,
    calibration_error,
    report,
)
from tests.support.runs.confidence_runs import answered, family, saved_run


@pytest.fixture(scope="module")
def found() -> ConfidenceReport:
    right = [answered("easy", number, -0.1, right=True) for number in range(10)]
    luck = family("luck", 20, knows=False)
    return report(saved_run(family("sums", 40) + family("dates", 40) + luck + right))


def test_families_say_how_often_they_are_right_and_whether_that_is_in_the_band(
    found: ConfidenceReport,
) -> None:
    said = {f.name: (f.n, f.right.value, f.is_in_band) for f in found.families}
    assert said == {
        "sums": (40, 0.5, True),
        "dates": (40, 0.5, True),
        "luck": (20, 0.5, True),
        "easy": (10, 1.0, False),
    }


def test_what_the_answers_know_is_told_and_what_the_prompts_do_not_is_not(found: ConfidenceReport) -> None:
    reported = found.telling(CALIBRATED).band
    assert reported.value is not None
    assert reported.low is not None
    assert reported.value > 0.7
    assert reported.low > 0.5
    assert found.best_prompt.band.value == 0.5  # all prompts are alike


def test_what_samples_say_is_one_of_the_scores(found: ConfidenceReport) -> None:
    assert found.telling("agreement of samples").all.value == 1


def test_the_more_is_escalated_the_better_is_what_stays(found: ConfidenceReport) -> None:
    assert found.curve[0].escalated == 0
    assert found.curve[0].accuracy.value == found.right.value
    assert found.proposal.accuracy.value is not None
    assert found.right.value is not None
    assert found.proposal.accuracy.value > found.right.value
    assert 0 < found.proposal.escalated < 1


def test_the_reliability_bins_hold_every_answer_once(found: ConfidenceReport) -> None:
    assert sum(each.n for each in found.bins) == found.n == 110


def test_calibration_is_measured_across_families_and_folds_beside_what_chance_alone_gives(
    found: ConfidenceReport,
) -> None:
    assert [quality.name for quality in found.qualities] == [CALIBRATED, CALIBRATED_FOLDS]
    assert all(0 < quality.floor < 0.15 for quality in found.qualities)


def test_the_cost_ratio_is_that_of_the_same_tokens(found: ConfidenceReport) -> None:
    assert found.cost_ratio.value == pytest.approx(1.01)


def test_figures_of_known_predictions() -> None:
    assert brier([(1.0, True), (0.5, False)]) == 0.125
    assert calibration_error([(1.0, True), (0.0, False)]) == 0
    assert calibration_error([(1.0, False)] * 5) == 1
