"""Money as it is written: each way for one kind of reader. An unknown price is never a zero."""

from decimal import Decimal


def usd(cost: Decimal | None) -> str:
    """What something did cost: dollars to a millionth; what is not zero never reads as zero."""
    if cost is None:
        return "unknown"
    if 0 < cost < Decimal("0.0000005"):
        return "<$0.000001"
    whole, _, part = f"{cost:.6f}".partition(".")
    return f"${whole}.{part.rstrip('0').ljust(2, '0')}" if cost else "$0"


def rounded(amount: Decimal | None) -> str:
    """A figure among figures: two or three digits that matter; never zero for what is not."""
    if amount is None:
        return "unknown"
    sign, size = ("-" if amount < 0 else ""), abs(amount)
    if size == 0:
        return "$0"
    if size < Decimal("0.000001"):
        return f"{sign}<$0.000001"
    if size >= 1:
        return f"{sign}${size:,.0f}" if size >= 100 else f"{sign}${size:.2f}"
    digits = 3 if size >= Decimal("0.01") else 2
    return f"{sign}${size:.{digits - 1 - size.adjusted()}f}"


def difference(amount: Decimal) -> str:
    return f"+{rounded(amount)}" if amount > 0 else rounded(amount)


def cents(amount: Decimal) -> str:
    """Where there is hardly room for it; nothing at all for zero."""
    if not amount:
        return ""
    return "<$0.01" if amount < Decimal("0.01") else f"${amount:.2f}"


def as_text(amount: Decimal | None) -> str | None:
    """For JSON and CSV: every digit, as the log has it."""
    return None if amount is None else f"{amount:f}"


def as_short_text(amount: Decimal | None) -> str | None:
    """For JSON and CSV of what was reckoned: to a pico-dollar, as the log keeps money."""
    if amount is None:
        return None
    whole, _, part = f"{amount:.12f}".partition(".")
    return f"{whole}.{part.rstrip('0')}".rstrip(".")
