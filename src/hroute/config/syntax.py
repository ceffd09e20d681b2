"""Says where and why a text is not TOML."""

import re

from hroute.core.errors import ConfigError

_PLACE = re.compile(r"\s*\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")


def syntax_error(name: str, text: str, error: ValueError) -> ConfigError:
    """tomllib's complaint as file:line:column. Its words name no values, so no key can show."""
    message = str(error)
    place = _PLACE.search(message)
    if place is None:
        # Not tomllib's own: an int() or a date out of its range.
        return ConfigError(f"{name}: not valid TOML: a number or date is out of range")
    last_line = text.count("\n") + 1
    where = f"{place['line']}:{place['column']}" if place["line"] else str(last_line)
    reason = message[: place.start()]
    return ConfigError(f"{name}:{where}: not valid TOML: {reason[:1].lower()}{reason[1:]}", _advice(reason))


def _advice(reason: str) -> str:
    if reason == "Invalid value":
        return 'text wants quotes: key = "value"'
    if reason.startswith("Cannot overwrite"):
        return "the key is set twice"
    return ""
