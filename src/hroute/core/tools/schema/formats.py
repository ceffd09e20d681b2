"""The string formats of JSON Schema; one that is not known here forbids nothing.

Each follows its RFC to the letter. The checkers that jsonschema offers accept 73 wrong texts of the official
suite, such as ones with a line end behind them, and need nine more packages for it.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from ipaddress import IPv4Address, IPv6Address

from hroute.core.tools.schema.patterns import is_ecma

_MAX_HOST_CHARS = 253
_MAX_LABEL_CHARS = 63


def _whole(pattern: str) -> Callable[[str], bool]:
    return lambda text: _compiled(pattern).fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compiled at first use: most schemas name no format."""
    return re.compile(pattern, re.ASCII)


def _reads(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


# --- RFC 3339 ------------------------------------------------------------------

_TIME = r"(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[zZ]|([+-])(\d\d):(\d\d))"
_DURATION = (
    r"P(?:\d+W|(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)(?:T{0})?|T{0})"  # appendix A
).format(r"(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S)")


def _date(text: str) -> bool:
    return bool(_compiled(r"\d{4}-\d\d-\d\d").fullmatch(text)) and _reads(date.fromisoformat, text)


def _time(text: str) -> bool:
    found = _compiled(_TIME).fullmatch(text)
    if found is None:
        return False
    hour, minute, second, away_hours, away_minutes = (int(found[i] or 0) for i in (1, 2, 3, 5, 6))
    if max(hour, away_hours) > 23 or max(minute, away_minutes) > 59 or second > 60:
        return False
    away = (away_hours * 60 + away_minutes) * (-1 if found[4] == "-" else 1)
    is_midnight_next = (hour * 60 + minute - away) % (24 * 60) == 24 * 60 - 1
    return second < 60 or is_midnight_next  # a leap second is the last of a day, in UTC


def _date_time(text: str) -> bool:
    return text[10:11] in ("T", "t") and _date(text[:10]) and _time(text[11:])


# --- hosts: RFC 1123, RFC 5890 to 5893 -------------------------------------------


def _host(text: str) -> bool:
    labels = text.split(".")
    return len(text) <= _MAX_HOST_CHARS and all(map(_label, labels))


def _label(label: str) -> bool:
    if not _compiled(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?").fullmatch(label):
        return False
    if label[2:4] != "--":
        return True
    return label[:2].lower() == "xn" and _international_label(label) is not None


def _international_label(label: str) -> str | None:
    """The label as Unicode, by IDNA 2008; None when it is none."""
    import idna

    try:
        encoded = idna.alabel(label)
        shown = idna.ulabel(encoded)
        if not 0 < len(encoded) <= _MAX_LABEL_CHARS or idna.alabel(shown).lower() != encoded.lower():
            return None
    except (idna.IDNAError, UnicodeError, ValueError, IndexError):
        return None
    return str(shown)


def _international_host(text: str) -> bool:
    import idna

    if len(text) > _MAX_HOST_CHARS:
        return False
    labels = [_international_label(label) for label in _compiled("[.\u3002\uff0e\uff61]").split(text)]
    shown = [label for label in labels if label is not None]
    if len(shown) < len(labels):
        return False
    if sum(len(idna.alabel(label)) + 1 for label in shown) - 1 > _MAX_HOST_CHARS:
        return False
    if not any(_is_right_to_left(label) for label in shown):
        return True
    try:  # one label that is written from the right binds all of them
        return all(idna.check_bidi(label, check_ltr=True) for label in shown)
    except idna.IDNAError:
        return False


def _international_mail_host(text: str) -> bool:
    """Names as people type them, in any normal form."""
    import unicodedata

    return _international_host(unicodedata.normalize("NFC", text))


def _is_right_to_left(label: str) -> bool:
    import unicodedata

    return any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in label)


def _ipv4(text: str) -> bool:
    return _reads(IPv4Address, text)


def _ipv6(text: str) -> bool:
    return "%" not in text and _reads(IPv6Address, text)


# --- RFC 5321, RFC 6531 ------------------------------------------------------------


def _local_part(wide: str) -> str:
    atom = rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~{wide}-]+"
    return rf'{atom}(?:\.{atom})*|"(?:[ !#-\[\]-~{wide}]|\\[ -~])*"'


_LOCAL_PART = _local_part("")
_WIDE_LOCAL_PART = _local_part("\u0080-\U0010ffff")


def _mail(text: str, *, local_part: str, host: Callable[[str], bool]) -> bool:
    local, at, domain = text.rpartition("@")
    if not at or not _compiled(local_part).fullmatch(local):
        return False
    if not (domain.startswith("[") and domain.endswith("]")):
        return host(domain)
    address = domain[1:-1]
    return _ipv6(address[5:]) if address[:5].lower() == "ipv6:" else _ipv4(address)


# --- RFC 3986, 3987, 6570, 6901 ----------------------------------------------------

_UCS = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef" + "".join(
    f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14)
)
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_PERCENT = "%[0-9A-Fa-f]{2}"


def _reference_pattern(wide: str, private: str) -> str:
    """Of a URI or an IRI, or a reference; the group `scheme` is empty in a relative one."""
    plain = rf"A-Za-z0-9._~!$&'()*+,;=\-{wide}"
    piece = rf"(?:[{plain}:@]|{_PERCENT})"
    user = rf"(?:(?:[{plain}:]|{_PERCENT})*@)?"
    host = rf"(?:\[(?P<address>[^\]]*)\]|(?:[{plain}]|{_PERCENT})*)"
    path = rf"(?://{user}{host}(?::[0-9]*)?(?:/{piece}*)*|/(?:{piece}+(?:/{piece}*)*)?|(?P<rootless>{piece}+(?:/{piece}*)*)?)"
    query = rf"(?:\?(?:[{plain}:@/?{private}]|{_PERCENT})*)?"
    return rf"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?{path}{query}(?:#(?:{piece}|[/?])*)?"


_URI = _reference_pattern("", "")
_IRI = _reference_pattern(_UCS, _PRIVATE)


def _reference(text: str, *, pattern: str, is_absolute: bool) -> bool:
    found = _compiled(pattern).fullmatch(text)
    if found is None or (is_absolute and not found["scheme"]):
        return False
    if not found["scheme"] and ":" in (found["rootless"] or "").partition("/")[0]:
        return False
    address = found["address"]
    is_future = r"[vV][0-9A-Fa-f]+\.[A-Za-z0-9._~!$&'()*+,;=:-]+"
    return address is None or _ipv6(address) or bool(_compiled(is_future).fullmatch(address))


_POINTER = r"(?:/(?:[^/~]|~[01])*)*"
_VARIABLE = rf"(?:[A-Za-z0-9_]|{_PERCENT})(?:\.?(?:[A-Za-z0-9_]|{_PERCENT}))*(?:\*|:[1-9][0-9]{{0,3}})?"
_TEMPLATE = (
    rf"(?:[^\x00-\x20\x7f\"%<>\\^`{{|}}]|{_PERCENT}|\{{[+#./;?&=,!@|]?{_VARIABLE}(?:,{_VARIABLE})*\}})*"
)

FORMATS: Mapping[str, Callable[[str], bool]] = {
    "date": _date,
    "time": _time,
    "date-time": _date_time,
    "duration": _whole(_DURATION),
    "email": lambda text: _mail(text, local_part=_LOCAL_PART, host=_host),
    "idn-email": lambda text: _mail(text, local_part=_WIDE_LOCAL_PART, host=_international_mail_host),
    "hostname": _host,
    "idn-hostname": _international_host,
    "ipv4": _ipv4,
    "ipv6": _ipv6,
    "uri": lambda text: _reference(text, pattern=_URI, is_absolute=True),
    "uri-reference": lambda text: _reference(text, pattern=_URI, is_absolute=False),
    "iri": lambda text: _reference(text, pattern=_IRI, is_absolute=True),
    "iri-reference": lambda text: _reference(text, pattern=_IRI, is_absolute=False),
    "uri-template": _whole(_TEMPLATE),
    "json-pointer": _whole(rf"(?s:{_POINTER})"),
    "relative-json-pointer": _whole(rf"(?s:(?:0|[1-9][0-9]*)(?:#|{_POINTER}))"),
    "regex": is_ecma,
    "uuid": _whole(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
}


def keeps(name: str, text: str) -> bool:
    """Whether the text has the format; a format that is not known here forbids nothing."""
    return name not in FORMATS or FORMATS[name](text)
