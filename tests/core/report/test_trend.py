"""Whether a rate moves, against values from the literature and worked out by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.report.trend import DayCount, drift, risen_p, trend

FIRST = date(2026, 11, 1)


def days(*counts: tuple[int, int]) -> list[DayCount]:
    """Consecutive days with (failed, n)."""
    return [DayCount(FIRST + timedelta(days=place), *count) for place, count in enumerate(counts)]


def test_fishers_exact_test_gives_the_tea_taster_her_due() -> None:
    assert risen_p(4, 4, 0, 4) == pytest.approx(1 / 70)
    assert risen_p(3, 4, 1, 4) == pytest.approx(17 / 70)
    assert risen_p(0, 4, 4, 4) == pytest.approx(1)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_p_is_a_probability_whatever_the_counts(failed: int, ok: int, before: int, before_ok: int) -> None:
    assert 0 < risen_p(failed, failed + ok, before, before + before_ok) <= 1


def test_cochran_armitage_on_counts_worked_out_by_hand() -> None:
    # 10, 20 and 30 of 100: rate 0.2, spread 200, slope 20; z = 20 / sqrt(0.16 x 200) = 3.5355
    found = trend(days((10, 100), (20, 100), (30, 100)))
    assert found.p == pytest.approx(0.000407, abs=1e-6)
    assert found.per_week == pytest.approx(0.7)


def test_days_without_answers_are_gaps_and_not_steps() -> None:
    with_gap = [DayCount(FIRST, 1, 10), DayCount(FIRST + timedelta(days=10), 3, 10)]
    assert trend(with_gap).per_week == pytest.approx(0.2 * 7 / 10)


@pytest.mark.parametrize("counts", [[], [(0, 10), (0, 10)], [(10, 10), (10, 10)], [(3, 10)]])
def test_no_trend_where_nothing_varies(counts: list[tuple[int, int]]) -> None:
    found = trend(days(*counts))
    assert (found.per_week, found.p) == (None, None)


def test_drift_needs_days_before() -> None:
    assert drift([]).p is None
    assert drift(days(*[(1, 10)] * 7)).p is None
    assert drift(days(*[(1, 10)] * 8)).p is not None


def test_a_rate_that_falls_is_no_alarm() -> None:
    falling = drift(days(*[(9, 10)] * 10, *[(0, 10)] * 7))
    assert not falling.is_alarm
    rising = drift(days(*[(0, 10)] * 10, *[(9, 10)] * 7))
    assert rising.is_alarm
