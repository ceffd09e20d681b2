import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.bench.intervals import bootstrapped, percentile, wilson


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(0, 100, 0.0, 0.037), (5, 10, 0.237, 0.763), (98, 100, 0.930, 0.9945)]
)
def test_wilson_agrees_with_published_values(hits: int, n: int, low: float, high: float) -> None:
    found = wilson(hits, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-4)


def test_nothing_of_nothing_has_no_rate() -> None:
    assert wilson(0, 0).value is None


@given(st.integers(1, 500), st.data())
def test_the_rate_lies_in_its_interval(n: int, data: st.DataObject) -> None:
    found = wilson(data.draw(st.integers(0, n)), n)
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= (found.value or 0) + 1e-9
    assert (found.value or 0) - 1e-9 <= found.high <= 1


def test_a_percentile_is_one_of_the_values() -> None:
    assert [percentile([5, 1, 4, 2, 3], share) for share in (0, 0.2, 0.5, 0.95, 1)] == [1, 1, 3, 5, 5]


def test_resampling_brackets_a_mean() -> None:
    rows = [float(i) for i in range(100)]
    found = bootstrapped(rows, lambda drawn: sum(drawn) / len(drawn), rounds=200, seed=0)
    assert found.value == 49.5
    assert 40 < (found.low or 0) < 49.5 < (found.high or 0) < 59


def test_a_statistic_that_is_undetermined_stays_so() -> None:
    assert bootstrapped([], lambda _: None, rounds=10, seed=0).value is None
