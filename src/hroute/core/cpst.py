"""Cost per successful task, expected before the answer."""

from decimal import Decimal

from hroute.core.pricing import Price, cost_usd
from hroute.core.settings import Cpst
from hroute.core.types import ExpectedCost, Usage

# What an answer is assumed to take when nothing is known of it yet.
TYPICAL_ANSWER_TOKENS = 400
_CENT_FRACTION = Decimal("0.0001")


def failure_usd(settings: Cpst) -> Decimal:
    """What one failed answer costs in the operator's time."""
    return settings.operator_usd_per_hour * settings.minutes_per_failure / 60


def expected_usd(answer_usd: Decimal | None, p_success: float, failure: Decimal) -> Decimal | None:
    """cost + (1 - P(success)) x cost of a failure; None when the price is unknown."""
    if answer_usd is None:
        return None
    return (answer_usd + (1 - Decimal(str(p_success))) * failure).quantize(_CENT_FRACTION)


def is_retry_cheaper(expected: ExpectedCost, *, cloud_is_left: bool) -> bool:
    """Whether, after a local answer broke a constraint, another is expected to cost less than the cloud's.

    Local time is free, so without a cloud it always is. Beside a cloud it is when the local route had the
    lower expected cost to begin with; where a price is unknown, nothing says so.
    """
    if not cloud_is_left:
        return True
    if expected.local is None or expected.cloud is None:
        return False
    return expected.local < expected.cloud


def expected_costs(input_tokens: int, p_local: float, price: Price | None, settings: Cpst) -> ExpectedCost:
    """Both routes' expected cost. The local model's own cost is taken as zero."""
    failure = failure_usd(settings)
    cloud_usd = cost_usd(Usage(input_tokens, TYPICAL_ANSWER_TOKENS), price)
    return ExpectedCost(
        local=expected_usd(Decimal(0), p_local, failure),
        cloud=expected_usd(cloud_usd, settings.p_cloud, failure),
    )
