from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.decision.decision import UNKNOWN_COST, Chances, ExpectedCost
from hroute.core.pricing import Price
from hroute.core.routing.cpst import expected_costs, is_retry_cheaper, kept_usd
from hroute.core.settings import Cpst


def expected(local: str | None, cloud: str | None) -> ExpectedCost:
    return ExpectedCost(Decimal(local) if local else None, Decimal(cloud) if cloud else None)


@pytest.mark.parametrize(
    ("cost", "is_cheaper"),
    [
        (expected("0.20", "0.30"), True),
        (expected("0.30", "0.20"), False),
        (expected("0.20", None), False),
        (UNKNOWN_COST, False),
    ],
)
def test_beside_a_cloud_a_retry_needs_the_lower_expected_cost(
    cost: ExpectedCost, *, is_cheaper: bool
) -> None:
    assert is_retry_cheaper(cost, cloud_is_left=True) is is_cheaper


def test_without_a_cloud_a_retry_costs_nothing_but_time() -> None:
    assert is_retry_cheaper(UNKNOWN_COST, cloud_is_left=False)


# --- expected costs, by hand -------------------------------------------------

# A failure takes 3 minutes of an hour of $60: $3. 1,000 tokens in and 400 out cost
# 1000 * $1 + 400 * $5 a million = $0.003.
BY_HAND = Cpst.model_validate(
    {
        "operator_usd_per_hour": 60,
        "minutes_per_failure": 3,
        "p_caught": 0.25,
        "watts": 360,
        "usd_per_kwh": "0.30",
    }
)
PRICE = Price(Decimal(1), Decimal(5))


def test_both_expected_costs_are_those_worked_out_by_hand() -> None:
    cost = expected_costs(1000, Chances(local=0.6, cloud=0.9, by="hand"), PRICE, BY_HAND)
    # Cloud: 0.003 + 0.1 * 3 = 0.303.
    # Local: 40% fail; a quarter of those is caught and costs a cloud answer, the others $3.
    # 0.4 * (0.25 * 0.303 + 0.75 * 3) = 0.9303; ten seconds at 360 W are 0.001 kWh, $0.0003.
    assert cost == ExpectedCost(Decimal("0.9306"), Decimal("0.3030"), Decimal("0.9303"), Decimal("0.3000"))


def test_without_a_price_nobody_knows_what_the_cloud_costs_and_nothing_is_caught_by_it() -> None:
    cost = expected_costs(1000, Chances(0.6, 0.9, "hand"), None, BY_HAND)
    assert cost == ExpectedCost(Decimal("1.2003"), None, Decimal("1.2000"), None)


def test_an_answer_that_is_kept_costs_its_chance_of_being_wrong() -> None:
    assert kept_usd(0.75, BY_HAND) == Decimal("0.7500")


@given(
    better=st.floats(0, 1),
    worse=st.floats(0, 1),
    cloud=st.floats(0, 1),
    tokens=st.integers(0, 100_000),
)
def test_a_better_chance_never_costs_more_and_failures_are_a_part_of_the_cost(
    better: float, worse: float, cloud: float, tokens: int
) -> None:
    better, worse = max(better, worse), min(better, worse)
    cheap = expected_costs(tokens, Chances(better, cloud, "x"), PRICE, BY_HAND)
    dear = expected_costs(tokens, Chances(worse, cloud, "x"), PRICE, BY_HAND)
    assert cheap.local is not None
    assert dear.local is not None
    assert dear.local_failures is not None
    assert cheap.local <= dear.local
    assert 0 <= dear.local_failures <= dear.local
    assert cheap.cloud == dear.cloud
