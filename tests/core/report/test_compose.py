"""Percentiles from a histogram."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.report.compose import latency
from hroute.core.report.facts import HistogramBucket


def counted(*buckets: int) -> list[HistogramBucket]:
    return [HistogramBucket(bucket, buckets.count(bucket)) for bucket in sorted(set(buckets))]


@given(st.lists(st.integers(0, 100), min_size=1, max_size=200))
def test_percentiles_are_the_nearest_ranks(us: list[int]) -> None:
    found = latency(counted(*us))
    assert found is not None
    ordered = sorted(us)
    ranks = [-(-share * len(us) // 100) for share in (50, 95, 99)]
    assert [found.p50_ms, found.p95_ms, found.p99_ms] == [ordered[rank - 1] / 1000 for rank in ranks]


@pytest.mark.parametrize(("slow", "is_alarm"), [(5, False), (6, True)])
def test_the_scout_raises_an_alarm_when_its_p95_is_above_the_limit(slow: int, is_alarm: bool) -> None:
    found = latency([HistogramBucket(600, 100 - slow), HistogramBucket(81_000, slow)], alarm_ms=80)
    assert found is not None
    assert found.is_alarm == is_alarm


def test_nothing_measured_is_no_latency() -> None:
    assert latency([]) is None
