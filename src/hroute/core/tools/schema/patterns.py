"""The regular expressions of schemas, by ECMA-262 in its Unicode mode; `regex` runs them for a limited time.

Python's `re` cannot be stopped, and Rust's engine knows no look-around, which pydantic writes for a Decimal.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from hroute.core.tools.schema.limits import MAX_PATTERN_CHARS

MATCH_LIMIT_S = 0.25  # of CPU time, for one text

_LAST = chr(0x10FFFF)
_SPACES = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_NO_SPACES = (
    "\0-\b\x0e-\x1f!-\u009f\u00a1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e\u2030-\u205e"
    f"\u2060-\u2fff\u3001-\ufefe\uff00-{_LAST}"
)
# The insides of a class; the capital letters are complements, because a class cannot hold a negated one.
_SETS = {
    "d": "0-9",
    "D": f"\0-/:-{_LAST}",
    "w": "A-Za-z0-9_",
    "W": f"\0-/:-@\\[-\\^`{{-{_LAST}",
    "s": _SPACES,
    "S": _NO_SPACES,
}
_WORD = f"[{_SETS['w']}]"
_EDGES = {
    "b": f"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))",
    "B": f"(?:(?<={_WORD})(?={_WORD})|(?<!{_WORD})(?!{_WORD}))",
}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "v": "\v", "f": "\f"}
_NOT_LINE_ENDS = "[^\n\r\u2028\u2029]"
_START, _END = "^", "$"
_ANCHORS = {"A": _START, "Z": _END, "z": _END}  # of Python and Perl
_SPECIAL = frozenset("\\.+*?()|[]{}^$-&~#")

_ESCAPE = re.compile(
    r"\\(?:(?P<set>[dDwWsS])|(?P<edge>[bB])|(?P<control>[tnrvf])|(?P<anchor>[AZz])|c(?P<letter>[A-Za-z])"
    r"|(?P<null>0(?![0-9]))|(?P<group>[1-9][0-9]*)|k<(?P<name>[A-Za-z_]\w*)>"
    r"|u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?:x(?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|u\{0*(?P<long>[0-9a-fA-F]{1,6})\})"
    r"|(?P<property>[pP]\{[A-Za-z_]+(?:=[A-Za-z_0-9]+)?\})|(?P<itself>[^A-Za-z0-9]))",
    re.ASCII | re.DOTALL,
)
_OPENER = re.compile(
    r"\((?:\?(?:(?P<plain>:)|(?P<look><?[=!])|(?P<p>P?)<(?P<name>[A-Za-z_]\w*)>|P=(?P<back>[A-Za-z_]\w*)\)"
    r"|(?P<flags>[ims]+\)|[ims]*(?:-[ims]+)?:)))?",
    re.ASCII,
)
_TIMES = re.compile(r"(?:[*+?]|\{[0-9]{1,9}(?:,[0-9]{0,9})?\})(?P<mode>[?+]?)")


class BadPatternError(Exception):
    """The text is no regular expression, or one that nobody here can run; says why."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """`text` is for `regex`. `grammar` is what a grammar can hold of it, which may match more; None: nothing.

    `is_ecma` tells whether it is ECMA-262's to the letter, and `is_whole` whether `grammar` says all of it.
    """

    text: str
    grammar: str | None
    is_ecma: bool
    is_whole: bool


@lru_cache(maxsize=256)
def translated(pattern: str) -> Pattern:
    """Raises BadPatternError."""
    if len(pattern) > MAX_PATTERN_CHARS:
        raise BadPatternError(f"longer than {MAX_PATTERN_CHARS} characters")
    reader = _Reader(pattern)
    reader.read()
    return Pattern("".join(reader.out), reader.grammar(), reader.is_ecma, reader.is_whole)


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern is found anywhere in the text. Raises BadPatternError, and TimeoutError."""
    return bool(_compiled(pattern).search(text, timeout=MATCH_LIMIT_S, concurrent=True))


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    import regex

    try:
        return regex.compile(translated(pattern).text, regex.VERSION0, cache_pattern=False)
    except (regex.error, RecursionError, OverflowError, ValueError) as exc:
        raise BadPatternError(str(exc)) from exc


def pattern_problem(pattern: str) -> str | None:
    """Why the text cannot be run as a regular expression; None when it can."""
    try:
        _compiled(pattern)
    except BadPatternError as exc:
        return str(exc)
    return None


def is_ecma(pattern: str) -> bool:
    """Whether the text is a regular expression of ECMA-262, and not only of Python or Perl."""
    return pattern_problem(pattern) is None and translated(pattern).is_ecma


class _Reader:
    """Goes through a pattern once. `out` is the translation, `loose` the same for a grammar."""

    def __init__(self, pattern: str) -> None:
        self._pattern, self._at = pattern, 0
        self.out: list[str] = []
        self._loose: list[str] = []
        self._open: list[int | None] = []  # of each open group: where `loose` was before a look-around
        self.is_ecma = self.is_whole = True
        self._is_regular = True

    def read(self) -> None:
        while self._at < len(self._pattern):
            self._one(self._pattern[self._at])
        if self._open:
            raise BadPatternError("a parenthesis is not closed")

    def grammar(self) -> str | None:
        return "".join(self._loose) or None if self._is_regular else None

    def _one(self, sign: str) -> None:
        match sign:
            case "\\":
                self._escape()
            case "[":
                self._class()
            case "(":
                self._opener()
            case ")":
                self._close()
            case "*" | "+" | "?" | "{":
                self._times()
            case "." | "|" | "^" | "$":
                self._sign(sign)
            case _:
                self._add(_literal(sign))

    def _add(self, text: str, *, length: int = 1, loose: str | None = None) -> None:
        self.out.append(text)
        self._loose.append(text if loose is None else loose)
        self._at += length

    def _sign(self, sign: str) -> None:
        if sign in "^$":
            self._anchor(sign, 1)
        else:
            self._add(_NOT_LINE_ENDS if sign == "." else sign)

    def _anchor(self, sign: str, length: int) -> None:
        self._add(sign if sign == _START else r"\Z", length=length, loose=sign)

    @property
    def _is_in_look(self) -> bool:
        """Whether a look-around is open: no grammar sees what is in it."""
        return any(start is not None for start in self._open)

    def _escape(self) -> None:
        found = _ESCAPE.match(self._pattern, self._at)
        if found is None:
            raise BadPatternError(f"{self._pattern[self._at : self._at + 2]} is no escape of ECMA-262")
        length = len(found[0])
        if found["set"]:
            self._add(f"[{_SETS[found['set']]}]", length=length)
        elif found["anchor"]:
            self.is_ecma = False
            self._anchor(_ANCHORS[found["anchor"]], length)
        elif found["property"]:
            self._add(found[0], length=length)
        elif found["edge"] or found["group"] or found["name"]:
            self._irregular(found, length)
        else:
            self._add(_literal(_character(found)), length=length)

    def _irregular(self, found: re.Match[str], length: int) -> None:
        if found["edge"]:
            text = _EDGES[found["edge"]]
        else:
            text = f"\\g<{found['group']}>" if found["group"] else f"(?P={found['name']})"
        self._is_regular &= self._is_in_look
        self._add(text, length=length)

    def _opener(self) -> None:
        found = _OPENER.match(self._pattern, self._at)
        if found is None or (found[0] == "(" and self._pattern.startswith("(?", self._at)):
            raise BadPatternError(f"{self._pattern[self._at : self._at + 3]} opens no group of ECMA-262")
        flags = found["flags"] or ""
        self.is_ecma &= not (found["p"] or found["back"] or flags.endswith(")"))
        self._is_regular &= not (flags or found["back"]) or self._is_in_look
        if not (found["back"] or flags.endswith(")")):
            self._open.append(len(self._loose) if found["look"] else None)
        text = f"(?P<{found['name']}>" if found["name"] else found[0]
        self._add(text, length=len(found[0]), loose="(?:" if found[0] == "(" or found["name"] else None)

    def _close(self) -> None:
        if not self._open:
            raise BadPatternError("a parenthesis closes nothing")
        self._add(")")
        before_look = self._open.pop()
        if before_look is not None:  # what a look-around forbids, a grammar allows
            del self._loose[before_look:]
            self.is_whole = False

    def _times(self) -> None:
        found = _TIMES.match(self._pattern, self._at)
        if found is None:
            self.is_ecma = False
            self._add(_literal(self._pattern[self._at]))
            return
        self.is_ecma &= found["mode"] != "+"
        self._is_regular &= found["mode"] != "+" or self._is_in_look
        lazy = found["mode"] == "?"
        self._add(found[0], length=len(found[0]), loose=found[0][:-1] if lazy else None)

    def _class(self) -> None:
        """A class in brackets, sign by sign: what `-` means depends on its neighbours."""
        end = self._at + 1
        is_negated = self._pattern.startswith("^", end)
        end += is_negated
        parts: list[str] = []
        singles: list[bool] = []  # whether each part is one character that a range may begin or end with
        while not self._pattern.startswith("]", end):
            part, is_single, end = self._member(end)
            parts.append(part)
            singles.append(is_single)
        text = "".join(_ranges(parts, singles)) or None
        if text is None:
            text = f"[{'' if is_negated else '^'}\0-{_LAST}]"
        else:
            text = f"[{'^' if is_negated else ''}{text}]"
        self._add(text, length=end + 1 - self._at)

    def _member(self, at: int) -> tuple[str, bool, int]:
        if at >= len(self._pattern):
            raise BadPatternError("a class of characters is not closed")
        if self._pattern[at] != "\\":
            return self._pattern[at], True, at + 1
        found = _ESCAPE.match(self._pattern, at)
        if found is None or found["group"] or found["name"] or found["anchor"] or found["edge"] == "B":
            raise BadPatternError(f"{self._pattern[at : at + 2]} is no escape of a class of ECMA-262")
        if found["set"]:
            return _SETS[found["set"]], False, found.end()
        if found["property"]:
            return found[0], False, found.end()
        return "\b" if found["edge"] else _character(found), found[0] != r"\-", found.end()


def _character(found: re.Match[str]) -> str:
    if found["control"]:
        return _CONTROLS[found["control"]]
    if found["letter"]:
        return chr(ord(found["letter"]) % 32)
    if found["null"]:
        return "\0"
    if found["high"]:
        high, low = int(found["high"], 16) - 0xD800, int(found["low"], 16) - 0xDC00
        return chr(0x10000 + (high << 10) + low)
    digits = found["x"] or found["u"] or found["long"]
    if digits is None:
        return found["itself"]
    if int(digits, 16) > ord(_LAST) or 0xD800 <= int(digits, 16) <= 0xDFFF:
        raise BadPatternError(f"{found[0]} is no character")
    return chr(int(digits, 16))


def _ranges(parts: list[str], singles: list[bool]) -> list[str]:
    """The parts of a class, with `-` between two characters as a range and else as itself."""
    out: list[str] = []
    i = 0
    while i < len(parts):
        is_range = i + 2 < len(parts) and parts[i + 1] == "-" and all(singles[i : i + 3])
        if is_range:
            if parts[i] > parts[i + 2]:
                raise BadPatternError(f"the range {parts[i]}-{parts[i + 2]} runs backwards")
            out.append(f"{_literal(parts[i])}-{_literal(parts[i + 2])}")
        else:
            out.append(_literal(parts[i]) if len(parts[i]) == 1 else parts[i])
        i += 3 if is_range else 1
    return out


def _literal(character: str) -> str:
    return f"\\{character}" if character in _SPECIAL else character
