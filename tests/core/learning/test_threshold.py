"""The cut that costs the least, against every other one."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hroute.core.learning.threshold import RouteCosts, best_cut, cpst, cut_at

P = st.integers(1, 99).map(lambda hundredths: hundredths / 100)
USD = st.integers(0, 500).map(lambda cents: Decimal(cents) / 100)


def costs(local: str = "0", cloud: str = "0.01", failure: str = "2") -> RouteCosts:
    return RouteCosts(Decimal(local), Decimal(cloud), Decimal(failure))


def test_cpst_by_hand() -> None:
    """Four tasks, one of them in the cloud, three succeed: (0.01 + 2) / 3."""
    assert cpst(1, 3, 4, costs()) == Decimal("0.67")
    assert cpst(1, 0, 4, costs()) is None


def test_a_dear_cloud_is_asked_only_where_it_leads_by_enough() -> None:
    cut = best_cut([(0.9, 0.95), (0.2, 0.9)], costs(cloud="0.5", failure="1"))
    assert 0.05 < cut.lead < 0.7
    assert cut.cloud_share == 0.5
    assert cut.usd == cpst(1, 1.8, 2, costs(cloud="0.5", failure="1"))


def test_a_free_cloud_is_asked_wherever_it_is_better() -> None:
    assert best_cut([(0.5, 0.6), (0.6, 0.5)], costs(cloud="0")).lead == 0


@given(st.lists(st.tuples(P, P), min_size=1, max_size=12), USD, USD, USD)
def test_no_other_cut_costs_less(
    chances: list[tuple[float, float]], local: Decimal, cloud: Decimal, failure: Decimal
) -> None:
    assume(cloud >= local)
    of = RouteCosts(local, cloud, failure)
    best = best_cut(chances, of).usd
    assert best is not None
    others = [cut_at(lead, chances, of).usd for lead in (-1.0, 1.0, *(c - x for x, c in chances))]
    assert all(other is None or best <= other + Decimal("0.00001") for other in others)


def test_a_cut_by_other_beliefs_is_paid_for_by_the_true_chances() -> None:
    cut = cut_at(0.0, [(0.9, 0.1)], costs(), believed=[(0.1, 0.9)])
    assert cut.cloud_share == 1
    assert cut.usd == pytest.approx(cpst(1, 0.1, 1, costs()))
