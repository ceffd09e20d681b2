"""Moments for scripts and for people."""

from datetime import UTC, datetime


def moment(at: datetime) -> str:
    """In UTC, to the millisecond: 2026-11-01T12:00:00.000Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local_time(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
