"""Figures about forecasts, against ones worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.decision.decision import Route
from hroute.core.learning.quality import Forecast, gain, quality, reliability, weighted_mean


def forecast(before: float, after: float, success: float, weight: float = 1.0) -> Forecast:
    return Forecast(Route.LOCAL, success, weight, before, after)


def test_briers_score_is_the_mean_squared_error() -> None:
    found = quality([(0.8, 1, 1), (0.6, 0, 1), (0.5, 1, 2)])
    assert found.brier.value == pytest.approx((0.04 + 0.36 + 2 * 0.25) / 4)


def test_auroc_counts_the_pairs_in_the_right_order_and_ties_as_half() -> None:
    assert quality([(0.2, 0, 1), (0.4, 1, 1), (0.4, 0, 1), (0.9, 1, 1)]).auroc.value == pytest.approx(3.5 / 4)
    assert quality([(0.2, 1, 1)]).auroc.value is None


def test_a_better_forecaster_has_a_gain_above_zero_and_a_worse_one_below() -> None:
    better = [forecast(0.5, 0.8, 1), forecast(0.5, 0.3, 0), forecast(0.5, 0.7, 1)]
    found = gain(better)
    assert found.value == pytest.approx(0.25 - (0.04 + 0.09 + 0.09) / 3)
    assert found.low is not None
    assert found.low > 0
    worse = gain([forecast(f.after, f.before, f.success) for f in better])
    assert worse.value == pytest.approx(-0.25 + (0.04 + 0.09 + 0.09) / 3)


def test_one_verdict_has_no_interval_and_none_has_no_value() -> None:
    assert (weighted_mean([(0.3, 1)]).value, weighted_mean([(0.3, 1)]).low) == (0.3, None)
    assert weighted_mean([]).value is None


def test_the_interval_of_equal_weights_is_the_usual_one() -> None:
    found = weighted_mean([(0, 1), (1, 1), (1, 1), (0, 1)])
    assert found.low == pytest.approx(0.5 - 1.96 * (1 / 3 / 4) ** 0.5, abs=1e-4)


def test_equal_forecasts_share_a_bin() -> None:
    (only,) = reliability([(0.9, place % 2, 1) for place in range(100)])
    assert (only.n, round(only.said, 6), only.came_true.value) == (100, 0.9, 0.5)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans().map(float), st.floats(0.1, 10)), max_size=200))
def test_bins_hold_every_verdict_once_and_rise(verdicts: list[tuple[float, float, float]]) -> None:
    bins = reliability(verdicts)
    assert sum(b.n for b in bins) == len(verdicts)
    assert [b.said for b in bins] == sorted(b.said for b in bins)
    for entry in bins:
        low, value, high = entry.came_true.low, entry.came_true.value, entry.came_true.high
        assert low is not None
        assert value is not None
        assert high is not None
        assert 0 <= low <= value + 1e-9
        assert value - 1e-9 <= high <= 1
