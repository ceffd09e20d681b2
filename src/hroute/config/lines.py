"""On which line of a TOML file each key stands; tomllib does not say.

A key inside an inline table or array has no line of its own here: take that of the nearest key above it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

Loc = tuple[str | int, ...]

_BARE_OR_QUOTED = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
_PART = re.compile(_BARE_OR_QUOTED)
_KEY = rf"{_BARE_OR_QUOTED}(?:[ \t]*\.[ \t]*{_BARE_OR_QUOTED})*"
_STATEMENT = re.compile(
    rf"[ \t]*(?:\[\[[ \t]*(?P<list>{_KEY})[ \t]*\]\]"
    rf"|\[[ \t]*(?P<table>{_KEY})[ \t]*\]"
    rf"|(?P<key>{_KEY})[ \t]*=)"
)
_VALUE_PART = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|(?P<open>[\[{])|(?P<close>[\]}])|(?P<end>\n)"
    r"|.",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A table header or a key with its value: its lines are text[start:end]."""

    loc: Loc
    line: int
    start: int
    end: int
    is_header: bool


def statements(text: str) -> Iterator[Statement]:
    """The statements of a valid TOML text, in order; of an invalid one, something."""
    counts: dict[Loc, int] = {}
    section: Loc = ()
    at, line, counted = 0, 1, 0
    while at < len(text):
        match = _STATEMENT.match(text, at)
        if match is None:
            at = _end_of_line(text, at)
            continue
        line, counted, start = line + text.count("\n", counted, at), at, at
        if match["key"] is None:
            section = _open(match, counts)
            at = _end_of_line(text, match.end())
            yield Statement(section, line, start, at, is_header=True)
        else:
            at = _end_of_value(text, match.end())
            yield Statement((*section, *_parts(match["key"])), line, start, at, is_header=False)


def lines_of(text: str) -> dict[Loc, int]:
    """The line, from 1, of every key and table header."""
    found: dict[Loc, int] = {}
    for statement in statements(text):
        found.setdefault(statement.loc, statement.line)
    return found


def nearest_line(lines: dict[Loc, int], loc: Loc) -> int | None:
    """The line of the key, else of the nearest table around it."""
    for length in range(len(loc), 0, -1):
        if loc[:length] in lines:
            return lines[loc[:length]]
    return None


def _open(match: re.Match[str], counts: dict[Loc, int]) -> Loc:
    """The full location of a header: a name that is a list of tables stands for its last entry."""
    loc: Loc = ()
    parts = _parts(match["list"] or match["table"])
    for i, part in enumerate(parts):
        loc = (*loc, part)
        if match["list"] and i == len(parts) - 1:
            counts[loc] = counts.get(loc, 0) + 1
        if loc in counts:
            loc = (*loc, counts[loc] - 1)
    return loc


def _parts(key: str) -> list[str]:
    return [part.strip("\"'") for part in _PART.findall(key)]


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _end_of_value(text: str, at: int) -> int:
    depth = 0
    for part in _VALUE_PART.finditer(text, at):
        depth += (part["open"] is not None) - (part["close"] is not None)
        if part["end"] is not None and depth <= 0:
            return part.end()
    return len(text)
