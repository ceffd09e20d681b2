"""What verdicts do to a calibrator."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from hroute.core.confidence.calibrator import Calibrator
from hroute.core.confidence.fit import refit
from hroute.core.confidence.logistic import Logistic
from hroute.core.confidence.update import JudgedAnswer, Update, update
from tests.support.examples import at_most
from tests.support.runs.calibrators import calibrator, sure

TODAY = date(2026, 11, 27)
EVEN = Logistic(0.0, (1.0,), (0.0,), (1.0,))


def judged(n: int, share_right: float, sureness: float = 0.5) -> list[JudgedAnswer]:
    """Answers of one sureness to different prompts."""
    return [JudgedAnswer(sure(sureness), i < n * share_right, 1.0, f"prompt {i}") for i in range(n)]


def moved(rows: list[JudgedAnswer]) -> Update:
    return update(calibrator(), rows, TODAY)


def chance(of: Calibrator, sureness: float = 0.5) -> float:
    found = of.predict(sure(sureness))
    assert found is not None
    return found


def test_ten_verdicts_move_little_and_a_thousand_a_lot() -> None:
    before = chance(calibrator())
    moves = [before - chance(moved(judged(n, 0.1)).calibrator) for n in (10, 1000)]
    assert 0.02 < moves[0] < 0.12
    assert before - 0.1 - moves[1] == pytest.approx(0, abs=0.03)


def test_what_is_learned_is_named_and_the_benchs_weights_are_kept() -> None:
    bench = calibrator()
    taught = moved(judged(60, 0.1)).calibrator
    assert taught.name == f"{bench.name} + 60 verdicts"
    assert taught.model_copy(update={"learned": None}) == bench
    assert taught.learned is not None
    assert (taught.learned.n, taught.learned.right, taught.learned.fitted_at) == (60, 6, TODAY)
    assert taught.learned.brier_after < taught.learned.brier_before
    assert Calibrator.model_validate_json(taught.model_dump_json()) == taught


def test_learning_starts_from_the_bench_again_each_time() -> None:
    once = moved(judged(60, 0.1))
    assert update(once.calibrator, judged(60, 0.1), TODAY) == once


def test_noise_around_what_was_foretold_is_no_gain() -> None:
    rng, bench = Random(1), calibrator()
    rows = []
    for i in range(200):
        sureness = rng.random()
        is_right = rng.random() < chance(bench, sureness)
        rows.append(JudgedAnswer(sure(sureness), is_right, 1.0, f"prompt {i}"))
    assert not moved(rows).is_better


def test_a_prompt_that_was_asked_often_is_never_foretold_by_itself() -> None:
    found = moved([replace(one, group="the same") for one in judged(50, 0.0)])
    assert {forecast.after for forecast in found.forecasts} == {chance(calibrator())}
    assert not found.is_better


def test_a_verdict_counts_for_what_it_is_worth() -> None:
    twice = moved(judged(10, 0.0) * 2).calibrator
    heavy = moved([replace(one, worth=2.0) for one in judged(10, 0.0)]).calibrator
    assert chance(heavy) == pytest.approx(chance(twice))


def test_what_was_learned_must_fit_the_features() -> None:
    value = moved(judged(30, 0.5)).calibrator.model_dump(mode="json")
    value["learned"]["weights"].pop()
    with pytest.raises(ValidationError, match="learned a weight for each"):
        Calibrator.model_validate(value)


def test_names_tell_whether_the_model_file_is_the_same() -> None:
    bench = calibrator()
    assert bench.is_of_same_file(moved(judged(30, 0.5)).calibrator.name)
    assert bench.is_of_same_file("Q4_1 abababab of 2025-01-01")
    assert not bench.is_of_same_file("Q4_1 12345678 of 2026-11-01")
    assert not bench.is_of_same_file("Q8_0 abababab of 2026-11-01")


def test_nothing_to_learn_from_changes_nothing() -> None:
    again = refit(EVEN, [], [], [], 10.0)
    assert again == EVEN


def test_a_sure_prior_that_errs_is_corrected_and_not_thrown_about() -> None:
    sure_of_it = replace(EVEN, intercept=10.0)
    found = refit(sure_of_it, [(0.0,)] * 1000, [False] * 1000, [1.0] * 1000, 10.0)
    assert found.predict((0.0,)) < 0.2


@settings(max_examples=at_most(50))
@given(
    st.floats(-20, 20),
    st.lists(st.tuples(st.floats(-5, 5), st.booleans()), min_size=1, max_size=40),
    st.floats(1, 100),
)
def test_weights_end_where_rows_and_prior_pull_alike(
    intercept: float, rows: list[tuple[float, bool]], ridge: float
) -> None:
    prior = replace(EVEN, intercept=intercept)
    values, right = [(value,) for value, _ in rows], [was for _, was in rows]
    found = refit(prior, values, right, [1.0] * len(rows), ridge)
    pull = sum(was - found.predict(row) for row, was in zip(values, right, strict=True))
    assert pull == pytest.approx(ridge * (found.intercept - intercept), abs=1e-3)
