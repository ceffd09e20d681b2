"""What a rule is: a pattern, the kind it stands for, and how much evidence its place must give.

The values are named tuples because dataclasses cost most of this package's import time.
"""

import re
from collections.abc import Iterator, Sequence
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
# The start and the end of what people type between separators. Signs beyond Latin-1 are alternatives of their
# own, here and below: in a class they make it ten times as slow to compile.
START = (
    rf"(?:(?:\A|[\n,;:.!?(|+&*] ?|\u2022 ?|{LINK} ?|{QUOTE} ?|{CODE} ?|{BLANK} ?|"
    r"(?:\A|[\n ])(?:[-/] |\u2013 )|\d[.)] |\b(?:and|but) )"
    r"(?:please |and |but |also |then |with |keep it |make it )?)"
)
# Where START can match, beside the start of the text: looked up once, in place of a search for each of its
# patterns. Of blanked material the end alone counts, since what follows START is never blank.
_MAY_START = (
    rf"[\n,;:.!?(|+&*]|\u2022|{LINK}|{QUOTE}|{CODE}|{BLANK}(?!{BLANK})| (?=[-/] |\u2013 )|\d(?=[.)] )|"
    r"\b(?:a(?=nd )|b(?=ut ))"
)
END = r"(?=\W{0,2}(?:[\n,;:.!?)(|+&]|\Z)| [-/] | \u2013 | and | but | or )"


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


class WordingRule(NamedTuple):
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


class Gates:
    """Opens the rules that a text may match. Turned round, so that each gate is looked at once for all rules.

    What is spelt with letters alone lies within a word, so the text's distinct words are searched for it.
    """

    def __init__(self, rules: Sequence[WordingRule]) -> None:
        self._rules = rules
        self._ungated = [place for place, rule in enumerate(rules) if not rule.gate]
        self._by_word: dict[str, list[int]] = {}
        self._by_letters: dict[str, list[int]] = {}
        self._by_part: dict[str, list[int]] = {}
        for place, rule in enumerate(rules):
            for one in rule.gate:
                self._gates_of(rule, one).setdefault(one, []).append(place)

    def _gates_of(self, rule: WordingRule, one: str) -> dict[str, list[int]]:
        if isinstance(rule.gate, frozenset):
            return self._by_word
        return self._by_letters if one.isascii() and one.isalpha() else self._by_part

    def open(self, looked: "Looked") -> list[WordingRule]:
        """In the order of the rules."""
        opened = set(self._ungated)
        for word in self._by_word.keys() & looked.words:
            opened.update(self._by_word[word])
        spelt = " ".join(looked.words)
        for gates, text in ((self._by_letters, spelt), (self._by_part, looked.text)):
            for part, places in gates.items():
                if part in text:
                    opened.update(places)
        return [self._rules[place] for place in sorted(opened)]


class Looked(NamedTuple):
    """A text that rules are matched with, and what all of them need to know of it."""

    text: str
    words: frozenset[str]
    starts: list[int]  # where START can match


def look(text: str) -> Looked:
    return Looked(text, frozenset(compiled(r"[a-z]+").findall(text)), find_starts(text))


def words_of(alternatives: str) -> frozenset[str]:
    """The words that a list of alternatives can begin with, for a gate."""
    return frozenset(re.findall(r"(?:\A|\|)\(?(?:\?:)?([a-z]+)", alternatives))


def find_starts(text: str) -> list[int]:
    starts = [match.start() for match in compiled(_MAY_START).finditer(text)]
    return starts if starts[:1] == [0] else [0, *starts]


def matches(pattern: str, looked: Looked) -> Iterator[re.Match[str]]:
    """As `finditer` finds them; a pattern that begins with START is tried where it can begin only."""
    if not pattern.startswith(START):
        return compiled(pattern).finditer(looked.text)
    return _matches_at(compiled(pattern), looked)


def _matches_at(pattern: re.Pattern[str], looked: Looked) -> Iterator[re.Match[str]]:
    match_at, text, done = pattern.match, looked.text, 0
    for start in looked.starts:
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
