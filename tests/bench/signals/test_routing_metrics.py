"""Known values were computed with RouteLLM's own definitions (numpy, pandas.qcut edges, np.interp)."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.bench.signals.routing_metrics import PairOutcome, auroc, routing_figures, routing_values

WEAK_FAILS = [PairOutcome(0.0, 1.0)] * 5
WEAK_MANAGES = [PairOutcome(1.0, 1.0)] * 5
outcomes = st.lists(
    st.builds(PairOutcome, st.sampled_from([0.0, 1.0]), st.sampled_from([0.0, 1.0])), min_size=2, max_size=40
)


def test_a_perfect_score_recovers_the_lead_with_the_fewest_calls() -> None:
    found = routing_values(WEAK_MANAGES + WEAK_FAILS, [float(i) for i in range(10)])
    assert (found.auroc_weak_fails, found.auroc_needs_strong) == (1.0, 1.0)
    assert found.apgr_ties == pytest.approx(0.75)
    assert (found.cpt50_ties, found.cpt80_ties) == (30.0, 40.0)


def test_the_worst_score_recovers_it_last() -> None:
    found = routing_values(WEAK_MANAGES + WEAK_FAILS, [-float(i) for i in range(10)])
    assert found.auroc_weak_fails == 0.0
    assert found.apgr_ties == pytest.approx(0.25)


def test_one_score_for_all_is_chance() -> None:
    found = routing_values(WEAK_MANAGES + WEAK_FAILS, [7.0] * 10)
    assert (found.auroc_weak_fails, found.apgr_ties, found.cpt50_ties) == pytest.approx((0.5, 0.5, 50.0))
    assert (found.apgr, found.cpt50) == (None, None)


def test_a_strong_model_without_a_lead_determines_nothing() -> None:
    found = routing_values([PairOutcome(1.0, 1.0)] * 4, [1.0, 2.0, 3.0, 4.0])
    assert (found.apgr, found.apgr_ties, found.cpt50_ties, found.auroc_weak_fails) == (None,) * 4


def test_eleven_thresholds_agree_with_routellm() -> None:
    """40 prompts, weak right on even ones, strong right on all but every fifth; scores shuffle them."""
    rows = [PairOutcome(float(i % 2 == 0), float(i % 5 != 0)) for i in range(40)]
    found = routing_values(rows, [float(i * 17 % 40) for i in range(40)])
    assert found.apgr == pytest.approx(0.5333, abs=5e-4)
    assert (found.cpt50, found.cpt80) == pytest.approx((50.0, 76.0))
    assert found.apgr_ties == pytest.approx(0.5542, abs=5e-4)


def test_graded_outcomes_count_any_gain_as_a_need() -> None:
    rows = [PairOutcome(i / 20, min(1.0, i / 20 + 0.1 * (i % 2))) for i in range(1, 20)]
    found = routing_values(rows, [float(i % 2) for i in range(1, 20)])
    assert found.auroc_needs_strong == pytest.approx(1.0, abs=0.06)


def test_ties_count_half_in_auroc() -> None:
    assert auroc([1.0, 1.0, 2.0, 2.0], [False, True, False, True]) == 0.5


def test_an_interval_holds_its_value_and_narrows_with_more_prompts() -> None:
    rng = Random(4)
    rows = [PairOutcome(float(rng.random() < 0.5), 1.0) for _ in range(800)]
    scores = [1 - row.weak + rng.random() for row in rows]
    few, many = (routing_figures(rows[:n], scores[:n], rounds=60, seed=1)["apgr_ties"] for n in (60, 800))
    for found in (few, many):
        assert found.low is not None
        assert found.value is not None
        assert found.high is not None
        assert found.low <= found.value <= found.high
    assert (many.high or 0) - (many.low or 0) < (few.high or 0) - (few.low or 0)


def test_the_same_seed_gives_the_same_interval() -> None:
    rows, scores = WEAK_MANAGES + WEAK_FAILS, [float(i % 4) for i in range(10)]
    first, second = (routing_figures(rows, scores, rounds=30, seed=3) for _ in range(2))
    assert first == second


@given(outcomes, st.data())
def test_ranking_backwards_mirrors_the_metrics(rows: list[PairOutcome], data: st.DataObject) -> None:
    size = len(rows)
    scores = data.draw(st.lists(st.integers(0, 5).map(float), min_size=size, max_size=size))
    ahead, back = routing_values(rows, scores), routing_values(rows, [-score for score in scores])
    for one, other in (
        (ahead.auroc_weak_fails, back.auroc_weak_fails),
        (ahead.apgr_ties, back.apgr_ties),
    ):
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert one + other == pytest.approx(1)
