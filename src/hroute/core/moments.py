"""How a moment is written for programs."""

from datetime import UTC, datetime


def utc_text(at: datetime) -> str:
    """In UTC, to a millisecond: 2026-11-01T14:30:00.000Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
