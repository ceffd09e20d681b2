import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from hroute.core.confidence.calibrator import (
    FEATURES,
    Calibrator,
    CalibratorOrigin,
    GradedAnswer,
    calibrated,
    cross_validated,
    features,
    is_enough,
)
from hroute.core.confidence.fit import fit
from hroute.core.confidence.signals import AnswerSignals, signals_of
from hroute.core.confidence.tokens import ScoredToken
from tests.support.examples import at_most

ORIGIN = CalibratorOrigin("ab" * 32, 1000, 5, "Q4_0", "2026-01-31")


def sure(logprob: float, tokens: int = 1) -> AnswerSignals:
    found = signals_of([ScoredToken("7", logprob, -logprob, logprob)] * tokens)
    assert found is not None
    return found


def predicted(calibrator: Calibrator, signals: AnswerSignals) -> float:
    found = calibrator.predict(signals)
    assert found is not None
    return found


def graded(family: str = "sums", n: int = 100) -> list[GradedAnswer]:
    """The surer half is right, but for every tenth answer."""
    logs = [-3.0 * place / n for place in range(n)]
    return [
        GradedAnswer(family, sure(log), (place < n / 2) != (place % 10 == 0))
        for place, log in enumerate(logs)
    ]


def test_a_sure_answer_is_likelier_right_than_an_unsure_one() -> None:
    calibrator = calibrated(graded(), ORIGIN, 0.9)
    assert predicted(calibrator, sure(-0.1)) > 0.75
    assert predicted(calibrator, sure(-2.9)) < 0.25


def test_it_says_what_it_is_and_what_it_learned_from() -> None:
    calibrator = calibrated(graded("sums", 60) + graded("dates", 40), ORIGIN, 0.9)
    assert calibrator.name == "Q4_0 abababab of 2026-01-31"
    assert calibrator.n == 100
    assert {name: family.n for name, family in calibrator.families.items()} == {"sums": 60, "dates": 40}


def test_it_comes_back_from_its_json() -> None:
    calibrator = calibrated(graded(), ORIGIN, 0.9)
    again = Calibrator.model_validate_json(calibrator.model_dump_json())
    assert again == calibrator
    assert predicted(again, sure(-1)) == predicted(calibrator, sure(-1))


@pytest.mark.parametrize(
    "change",
    [
        {"features": ["whole"]},
        {"weights": [1.0]},
        {"scales": [0.0] * len(FEATURES)},
        {"intercept": float("nan")},
        {"version": 2},
        {"model_sha256": "../../x"},
        {"surprise": 1},
    ],
)
def test_a_file_that_was_tampered_with_is_refused(change: dict[str, object]) -> None:
    value = calibrated(graded(), ORIGIN, 0.9).model_dump(mode="json")
    with pytest.raises(ValidationError):
        Calibrator.model_validate(value | change)


def test_what_is_far_from_anything_seen_is_judged_like_the_edge() -> None:
    calibrator = calibrated(graded(), ORIGIN, 0.9)
    assert predicted(calibrator, sure(-90)) == predicted(calibrator, sure(-70))


def test_of_an_answer_longer_than_any_it_learned_from_a_calibrator_claims_less() -> None:
    calibrator = calibrated(graded(), ORIGIN, 0.9)
    known, longer, endless = (calibrator.predict(sure(-0.1, tokens=n)) for n in (1, 4, 1000))
    unsure = calibrator.predict(sure(-3.0, tokens=1000))
    assert known > longer > endless
    assert endless == pytest.approx(unsure, abs=0.01)


def test_an_engine_without_entropy_can_be_judged_too() -> None:
    found = signals_of([ScoredToken("7", -0.1)])
    assert found is not None
    assert predicted(calibrated(graded(), ORIGIN, 0.9), found) > 0.5


def test_a_group_is_judged_by_what_the_others_have_taught() -> None:
    contrary = [GradedAnswer("odd", row.signals, not row.is_right) for row in graded(n=20)]
    rows = graded() + contrary
    found = cross_validated(rows, [row.family for row in rows])
    right = [p for p, row in zip(found, rows, strict=True) if row.family == "odd" and row.is_right]
    wrong = [p for p, row in zip(found, rows, strict=True) if row.family == "odd" and not row.is_right]
    assert sum(right) / len(right) < sum(wrong) / len(wrong)


def test_a_calibrator_needs_right_and_wrong_answers() -> None:
    assert is_enough([True] * 40 + [False] * 40)
    assert not is_enough([True] * 400 + [False] * 39)


def test_one_sided_data_gives_no_certainty_and_no_error() -> None:
    learned = fit([(1.0,), (2.0,)], [True, True], 1.0)
    assert 0.5 < learned.predict((1.5,)) < 1


@settings(max_examples=at_most(40))
@given(
    st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50), st.booleans()), min_size=1, max_size=30),
    st.floats(0.1, 100),
)
def test_any_data_gives_probabilities(rows: list[tuple[float, float, bool]], ridge: float) -> None:
    learned = fit([row[:2] for row in rows], [row[2] for row in rows], ridge)
    assert all(0 <= learned.predict(row[:2]) <= 1 for row in rows)


def test_the_mean_of_the_fitted_probabilities_is_the_observed_rate() -> None:
    rows = graded()
    calibrator = calibrated(rows, ORIGIN, 0.9)
    expected = sum(predicted(calibrator, row.signals) for row in rows) / len(rows)
    assert expected == pytest.approx(sum(row.is_right for row in rows) / len(rows), abs=0.001)


def test_every_feature_has_its_name() -> None:
    assert len(features(sure(-1))) == len(FEATURES)
