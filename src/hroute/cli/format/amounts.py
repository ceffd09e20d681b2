"""How amounts are written for people."""

from decimal import Decimal


def usd(cost: Decimal | None) -> str:
    """Dollars to a millionth; an unknown price is said to be so, and what is not zero never reads as zero."""
    if cost is None:
        return "unknown"
    if 0 < cost < Decimal("0.0000005"):
        return "<$0.000001"
    whole, _, part = f"{cost:.6f}".partition(".")
    return f"${whole}.{part.rstrip('0').ljust(2, '0')}" if cost else "$0"
