"""Cost per successful task, expected before the answer and after it."""

from decimal import Decimal

from hroute.core.decision.decision import Chances, ExpectedCost
from hroute.core.pricing import Price, cost_usd
from hroute.core.settings import Cpst
from hroute.core.turn.attempt import Usage

# What an answer is assumed to take when nothing is known of it yet.
TYPICAL_ANSWER_TOKENS = 400
TYPICAL_LOCAL_S = 10
_CENT_FRACTION = Decimal("0.0001")
_JOULES_PER_KWH = 3_600_000


def failure_usd(settings: Cpst) -> Decimal:
    """What one failed answer that nothing catches costs in the operator's time."""
    return settings.operator_usd_per_hour * settings.minutes_per_failure / 60


def electricity_usd(seconds: Decimal, settings: Cpst) -> Decimal:
    """What so many seconds of local inference cost."""
    return settings.watts * seconds * settings.usd_per_kwh / _JOULES_PER_KWH


def expected_costs(input_tokens: int, chances: Chances, price: Price | None, settings: Cpst) -> ExpectedCost:
    """Both routes' cost + (1 - P(success)) x cost of a failure.

    A failure costs the operator's minutes; one of the local route that the contract catches costs a
    failover instead. Where the cloud's price is unknown, so is its cost.
    """
    operator = failure_usd(settings)
    cloud_answer = cost_usd(Usage(input_tokens, TYPICAL_ANSWER_TOKENS), price)
    cloud_failures = _share(1 - chances.cloud) * operator
    cloud = None if cloud_answer is None else cloud_answer + cloud_failures
    caught = _share(settings.p_caught)
    failure = caught * (operator if cloud is None else cloud) + (1 - caught) * operator
    local_failures = _share(1 - chances.local) * failure
    local = electricity_usd(Decimal(TYPICAL_LOCAL_S), settings) + local_failures
    return ExpectedCost(
        local=_rounded(local),
        cloud=None if cloud is None else _rounded(cloud),
        local_failures=_rounded(local_failures),
        cloud_failures=None if cloud is None else _rounded(cloud_failures),
    )


def kept_usd(confidence: float, settings: Cpst) -> Decimal:
    """What giving an answer that is right with this probability is expected to cost."""
    return _rounded(_share(1 - confidence) * failure_usd(settings))


def is_retry_cheaper(expected: ExpectedCost, *, cloud_is_left: bool) -> bool:
    """Whether, after a local answer broke a constraint, another is expected to cost less than the cloud's.

    Local time is next to free, so without a cloud it always is. Beside a cloud it is when the local route
    had the lower expected cost to begin with; where a price is unknown, nothing says so.
    """
    if not cloud_is_left:
        return True
    if expected.local is None or expected.cloud is None:
        return False
    return expected.local < expected.cloud


def _share(value: float) -> Decimal:
    return Decimal(str(value))


def _rounded(usd: Decimal) -> Decimal:
    return usd.quantize(_CENT_FRACTION)
