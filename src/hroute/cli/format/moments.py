"""Moments as people write them on the command line, and as they read them: in local time."""

import re
from datetime import UTC, datetime, timedelta

from hroute.core.errors import UsageError

_AGE = re.compile(r"(\d+)([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def local_minute(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def local_second(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def moment_of(text: str | None, option: str = "--since") -> datetime | None:
    """What an option says, as of now. Raises UsageError."""
    return None if text is None else parse(text, datetime.now(UTC), option)


def parse(text: str, now: datetime, option: str = "--since") -> datetime:
    """Of an age, a date or a date with a time; without a timezone it is local. `now` carries its own."""
    try:
        if age := _AGE.fullmatch(text.strip()):
            return now - timedelta(**{_UNITS[age[2]]: int(age[1])})
        return datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError):
        raise UsageError(
            f"{option} {text!r} is not a time",
            "Give an age (30m, 12h, 7d, 2w), a date (2026-11-01) or a time (2026-11-01T14:30).",
        ) from None
