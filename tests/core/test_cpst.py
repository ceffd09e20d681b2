from decimal import Decimal

import pytest

from hroute.core.cpst import is_retry_cheaper
from hroute.core.types import UNKNOWN_COST, ExpectedCost


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
