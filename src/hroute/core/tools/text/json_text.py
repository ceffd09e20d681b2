"""JSON as models write it: strict reading, and the place in the text of any part of the value."""

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]  # public since Python 2, missing in typeshed
from typing import Any

from hroute.core.tools.schema.validate import Path

MAX_DIGITS = 300  # of one number: what a float can hold
MAX_DEPTH = 100
_SPACE = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class Parsed:
    value: Any
    start: int
    end: int


class NotJsonError(Exception):
    """`at` is where reading failed, `wanted` what JSON has there."""

    def __init__(self, at: int, wanted: str) -> None:
        super().__init__(wanted)
        self.at, self.wanted = at, wanted


def parse_at(text: str, start: int) -> Parsed:
    """The JSON value that begins at `start`; what follows it is not looked at. Raises NotJsonError."""
    try:
        value, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as exc:
        raise NotJsonError(exc.pos, _WANTED.get(exc.msg, exc.msg)) from exc
    except RecursionError as exc:
        raise NotJsonError(start, "fewer levels") from exc
    except _NumberError as exc:
        found = text.find(str(exc), start)
        raise NotJsonError(max(found, start), f"a finite number of at most {MAX_DIGITS} digits") from exc
    _refuse_depth(value, start)
    _refuse_half_characters(text, start, end)
    return Parsed(value, start, end)


class _NumberError(Exception):
    """The text of a number that is none of JSON's, or larger than hroute handles."""


def _whole(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise _NumberError(text)
    return int(text)


def _fraction(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _NumberError(text)
    return number


def _constant(text: str) -> float:
    raise _NumberError(text)


_DECODER = json.JSONDecoder(parse_int=_whole, parse_float=_fraction, parse_constant=_constant)
_WANTED = {
    "Expecting value": "a value",
    "Expecting ',' delimiter": "',' or a closing bracket",
    "Expecting ':' delimiter": "':'",
    "Expecting property name enclosed in double quotes": "a property name in double quotes",
    "Illegal trailing comma before end of object": "no comma before '}'",
    "Illegal trailing comma before end of array": "no comma before ']'",
    "Unterminated string starting at": "a closing quote for this string",
    "Invalid control character at": "an escape such as \\n in place of a control character",
    "Invalid \\escape": "a valid escape after the backslash",
    "Invalid \\uXXXX escape": "four hexadecimal digits after \\u",
}


def _refuse_depth(value: object, start: int) -> None:
    """Deeper values would overflow whatever walks them later."""
    level, depth = [value], 0
    while level := [child for parent in level for child in _children(parent)]:
        depth += 1
        if depth > MAX_DEPTH:
            raise NotJsonError(start, f"at most {MAX_DEPTH} levels")


def _children(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


_WHOLE_CHARACTER = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_HALF_CHARACTER = r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}|[\ud800-\udfff]"
_ESCAPES = re.compile(rf"{_WHOLE_CHARACTER}|({_HALF_CHARACTER})|\\.", re.DOTALL)


def _refuse_half_characters(text: str, start: int, end: int) -> None:
    """Half of a surrogate pair passes Python's reader and fails in every encoder after it."""
    for match in _ESCAPES.finditer(text, start, end):
        if match[1]:
            raise NotJsonError(match.start(), "both halves of a surrogate pair")


def place_of(text: str, start: int, path: Path) -> int:
    """Where the part of the JSON value at `start` begins to which `path` leads, or as near as it gets.

    The text has been parsed before. The last of equal keys counts, as it does for the parser.
    """
    at = start
    for step in path:
        found = _member(text, at, step) if text[at] == "{" else _item(text, at, step)
        if found is None:
            break
        at = found
    return at


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _member(text: str, at: int, key: str | int) -> int | None:
    found = None
    at = _skip(text, at + 1)
    while text[at] == '"':
        name, at = scanstring(text, at + 1)
        at = _skip(text, _skip(text, at) + 1)  # over the colon
        if name == key:
            found = at
        at = _next(text, at)
    return found


def _item(text: str, at: int, index: str | int) -> int | None:
    if text[at] != "[" or not isinstance(index, int):
        return None
    at = _skip(text, at + 1)
    for _ in range(index):
        if text[at] == "]":
            return None
        at = _next(text, at)
    return at


def _next(text: str, at: int) -> int:
    """From one value to what follows it and its comma."""
    _, end = _DECODER.raw_decode(text, at)
    at = _skip(text, end)
    return _skip(text, at + 1) if text[at] == "," else at
