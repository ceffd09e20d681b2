"""What an attempt costs in dollars, from its tokens and a price per million of them."""

from decimal import Decimal

from hroute.core.frozen import frozen
from hroute.core.turn.attempt import Usage


@frozen
class Price:
    """Dollars per million tokens; `cached_usd_per_mtok` None: cached input costs like other input."""

    input_usd_per_mtok: Decimal
    output_usd_per_mtok: Decimal
    cached_usd_per_mtok: Decimal | None = None


# The local route: nobody sends a bill. Electricity is counted elsewhere.
FREE = Price(Decimal(0), Decimal(0))


def cost_usd(usage: Usage, price: Price | None) -> Decimal | None:
    """Exact dollars of one attempt; None, never 0, when the price or the tokens are unknown.

    A bill counts more than a price, which may be old or another provider's. Servers count cached tokens as
    a part of the input tokens; they are billed at their own price.
    """
    if usage.billed_usd is not None:
        return usage.billed_usd
    if price == FREE:
        return Decimal(0)
    if price is None or usage.input_tokens is None or usage.output_tokens is None:
        return None
    cached_tokens = min(usage.cached_tokens, usage.input_tokens)
    cached_price = price.cached_usd_per_mtok
    if cached_price is None:
        cached_price = price.input_usd_per_mtok
    millionths = (
        (usage.input_tokens - cached_tokens) * price.input_usd_per_mtok
        + cached_tokens * cached_price
        + usage.output_tokens * price.output_usd_per_mtok
    )
    return millionths.scaleb(-6)
