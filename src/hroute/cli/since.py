"""Reads a point in time as a user writes it: an age, a date, or a date with a time."""

import re
from datetime import datetime, timedelta

from hroute.core.errors import UsageError

_AGE = re.compile(r"(\d+)([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_since(text: str, now: datetime, option: str = "--since") -> datetime:
    """The moment meant, with a timezone; a date without one is local. `now` carries its timezone."""
    try:
        if age := _AGE.fullmatch(text.strip()):
            return now - timedelta(**{_UNITS[age[2]]: int(age[1])})
        return datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError):
        raise UsageError(
            f"{option} {text!r} is not a time",
            "Give an age (30m, 12h, 7d, 2w), a date (2026-11-01) or a time (2026-11-01T14:30).",
        ) from None
