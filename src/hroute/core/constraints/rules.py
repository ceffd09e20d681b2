"""What a rule is: a pattern, the kind it stands for, and how much evidence its place must give.

The values are named tuples because dataclasses cost most of this package's import time.
"""

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import cache
from typing import NamedTuple

from hroute.core.segments.masking import BLANK, CODE, LINK, QUOTE

# Building blocks of patterns. Repetitions are bounded everywhere: that keeps the search linear.
Q = f"[{QUOTE}{CODE}]"
NUMBER = (
    r"(?:\d{1,7}(?:[.,]\d{1,3})?k?|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"fifteen|twenty|thirty|forty|fifty|hundred|single|couple of|few|half a)"
)
# The start and the end of what people type between separators.
START = (
    rf"(?:(?:\A|[\n,;:.!?(|+&*\u2022{LINK}{QUOTE}{CODE}{BLANK}] ?|(?:\A|[\n ])[-\u2013/] |"
    r"\d[.)] |\b(?:and|but) )(?:please |and |but |also |then |with |keep it |make it )?)"
)
# Where START can match at all: looked up once for a text, in place of a search for each of its patterns.
# Of blanked material the end alone counts, since what follows START is never blank.
_MAY_START = (
    rf"\A|(?=[\n,;:.!?(|+&*\u2022{LINK}{QUOTE}{CODE}]|{BLANK}(?!{BLANK})|[\n ][-\u2013/] |\d[.)] |"
    r"\b(?:and|but) )"
)
END = r"(?=\W{0,2}(?:[\n,;:.!?)(|+&]|\Z)| [-\u2013/] | and | but | or )"


class Needs(IntEnum):
    """The place a match must stand in to count."""

    ANYWHERE = 0
    DIRECTIVE = 1  # a sentence that asks for something, a list item or a terse note
    TERSE = 2  # a list item or a terse note


class Rank(IntEnum):
    """Who keeps text that two rules claim: the more specific one."""

    QUANTITY = 0
    SPECIFIC = 1
    WORDS = 2
    GENERIC = 3


class Rule(NamedTuple):
    """`key` says which matches are the same constraint: {name} is filled from the pattern's groups.

    `gate` keeps the pattern from being compiled and run in vain: substrings of which one must occur,
    or a set of words of which one must occur; empty means always.
    """

    kind: str
    key: str
    gate: tuple[str, ...] | frozenset[str]
    pattern: str
    needs: Needs = Needs.DIRECTIVE
    rank: Rank = Rank.SPECIFIC

    def opens(self, text: str, words: frozenset[str]) -> bool:
        if not self.gate:
            return True
        if isinstance(self.gate, frozenset):
            return not self.gate.isdisjoint(words)
        for part in self.gate:  # noqa: SIM110 - this runs 75 times a prompt, and any() is twice as slow
            if part in text:
                return True
        return False


def words_of(alternatives: str) -> frozenset[str]:
    """The words that a list of alternatives can begin with, for a gate."""
    return frozenset(re.findall(r"(?:\A|\|)\(?(?:\?:)?([a-z]+)", alternatives))


def find_starts(text: str) -> list[int]:
    return [match.start() for match in compiled(_MAY_START).finditer(text)]


def matches(pattern: str, text: str, starts: list[int]) -> Iterator[re.Match[str]]:
    """As `finditer` finds them; a pattern that begins with START is tried where it can begin only."""
    if not pattern.startswith(START):
        yield from compiled(pattern).finditer(text)
        return
    match_at, done = compiled(pattern).match, 0
    for start in starts:
        if start >= done and (match := match_at(text, start)):
            yield match
            done = match.end()


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


class Amount(NamedTuple):
    """What a quantity says, so that two mentions can be told to be one constraint or two."""

    low: str
    high: str
    bound: str  # min, max or exact
    scope: str  # "sentence" for "each sentence", empty for the whole answer


class Candidate(NamedTuple):
    """A possible constraint, in positions of the masked text."""

    kind: str
    key: str
    start: int
    end: int
    needs: Needs
    rank: Rank
    amount: Amount | None = None
