"""The string formats that answers are checked for; JSON Schema leaves all others to the reader."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from ipaddress import IPv4Address, IPv6Address
from uuid import UUID

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)
_DURATION = re.compile(r"P(?=[0-9T])([0-9]+[YMWD])*(T([0-9]+[HMS])+)?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_HOSTNAME = re.compile(r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S*")


def _whole(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: bool(pattern.fullmatch(text))


def _read_by(read: Callable[[str], object]) -> Callable[[str], bool]:
    def reads(text: str) -> bool:
        try:
            read(text)
        except ValueError:
            return False
        return True

    return reads


FORMATS: Mapping[str, Callable[[str], bool]] = {
    "date": lambda text: len(text) == 10 and _read_by(date.fromisoformat)(text),
    "date-time": lambda text: (
        bool(_DATE_TIME.fullmatch(text)) and _read_by(datetime.fromisoformat)(text.upper())
    ),
    "time": lambda text: bool(_TIME.fullmatch(text)) and _read_by(time.fromisoformat)(text.upper()),
    "duration": _whole(_DURATION),
    "email": _whole(_EMAIL),
    "hostname": _whole(_HOSTNAME),
    "ipv4": _read_by(IPv4Address),
    "ipv6": _read_by(IPv6Address),
    "uuid": lambda text: len(text) == 36 and _read_by(UUID)(text),
    "uri": _whole(_URI),
}


def keeps(name: str, text: str) -> bool:
    """Whether the text has the format; a format that is not known here forbids nothing."""
    return name not in FORMATS or FORMATS[name](text)
