"""What an ask demands that small models are worse at than its difficulty says.

A difficulty is read for an 8B. A 135M fails at digits, letters and the order of words in asks that are
trivial otherwise; by how much is fitted with its ability. Tried on the embedded models' graded answers and
left out, as they told nothing of kinds that were not fitted: verbatim copying, a strict format, another
language, pasted text, options to choose from, code, length, how many numbers there are and words of
calculation. That the ask is a question told something, but not however it was recognised. Public outcomes (of
models of 2.6B and more) have no such offsets that grow as models get weaker, so an unmeasured model has none.
"""

import re
from functools import cache

from hroute.core.abilities.ability import Demand, Demands
from hroute.core.segments import split

_READ_CHARS = 2_000
_DIGIT = r"\d"
# Work on the letters, the case or the order of what is given: in English, and stems of some other languages.
# Lower case, and each alternative begins with a letter of its own, so that most words are passed at once.
_LETTERS = (
    r"\b(?:(?:mis)?spell(?:s|ed|ing|t|ings)?|letters(?! (?:to|from|for|of re))|letter by letter|"
    r"letter [\"'“‘]?\w(?!\w)|letter(?:(?<=st letter)|(?<=[nrt][dh] letter)|(?<=(?:ach|ery) letter))|"
    r"capital letters|(?:upper|lower)[ -]?case|capitali[sz]e|acronym|initials|backwards?|in reverse|"
    r"reverse[ds]?(?= (?:the|this|these|order|string|word|list|letters)\b)|anagrams?|palindromes?|syllables?|"
    r"how (?:many|often) (?:times )?(?:(?:is|are|does|do) )?(?:there )?(?:an? |the )?"
    r"(?:[\"'“‘][a-z][\"'”’]|[a-z]'?)s? (?:(?:are|is|do|does) )?"
    r"(?:there |i see |you see |(?:occur|appear)s? )?(?:in|inside|within)|"
    r"vowels?|consonants?|substring|alphabetical(?:ly)?|sort(?= (?:the|these|this|them|it|by|in|from)\b)|"
    r"replace(?=[^.?!\n]{1,80}\b(?:with|by)\b)|swap(?= (?:the|these|every)\b)|buchstab\w*|rückwärts|"
    r"alphabetisch\w*|großbuchstaben|deletre\w*|al revés|mayúsculas|alfabétic\w*|épel\w*|à l'envers|"
    r"majuscules|alphabétique|maiuscol\w*|alfabetic\w*|soletra\w*|maiúsculas|achterstevoren)\b"
)

# Every alternative of _LETTERS holds one of these, and few asks do.
_OF_LETTERS = (
    "spell", "letter", "upper", "lower", "capitali", "acronym", "initials", "backward", "reverse", "anagram",
    "how many", "how often", "palindrome", "syllable", "vowel", "consonant", "substring", "alphab", "sort",
    "replace", "swap", "buchstab", "rückwärts", "deletre", "al revés", "mayúsculas", "alfab", "épel",
    "envers", "majuscules", "maiuscol", "soletra", "maiúsculas", "achterstevoren",
)  # fmt: skip


def demands_of(prompt: str) -> Demands:
    """Of what is asked; what was pasted to be worked on demands nothing by itself."""
    asked = split(prompt).asked(prompt)[:_READ_CHARS].lower()
    found = {Demand.DIGITS: _pattern(_DIGIT).search(asked), Demand.LETTERS: _works_on_letters(asked)}
    return tuple(demand for demand, is_there in found.items() if is_there)


def _works_on_letters(asked: str) -> bool:
    return any(part in asked for part in _OF_LETTERS) and _pattern(_LETTERS).search(asked) is not None


@cache
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source)
