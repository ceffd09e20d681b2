"""What the default scout reads of a prompt's words: a hash of each word, pair of words and part of a word.

Parts of words carry what a table of whole words cannot: inflected, rare and misspelt ones, in any language.
Scripts that write no spaces are read character by character, so that their pairs are their words.
"""

import re
from functools import cache
from typing import NamedTuple
from zlib import crc32

MOST_TOKENS = 260  # of the ask; twice a long question
MOST_PASTED = 60  # of the payload: what it is shows in its first lines
PASTED_CHARS = 400
PART = 4  # characters

_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f"
_FIRST_UNSPACED = "\u0e00"
_OF_PARTS, _OF_PAYLOAD = 7, 99  # where their hashes start, so that they are words of their own
_START = 0x1234


class Wording(NamedTuple):
    """`hashes` are distinct, 32 bits each; hashes[i] was found in tokens[owners[i]]."""

    tokens: tuple[str, ...]
    hashes: list[int]
    owners: list[int]


def wording(ask: str, payload: str) -> Wording:
    """Work is bounded by MOST_TOKENS and MOST_PASTED; the callers bound the texts."""
    asked = _tokens(ask)[:MOST_TOKENS]
    found: dict[int, int] = {}
    left = _START
    for place, token in enumerate(asked):
        is_number = token[0].isdigit()
        word = f"#{min(len(token), 6)}" if is_number else token
        value = word_hash(word)
        found.setdefault(value, place)
        found.setdefault((left * 0x9E3779B1 ^ value * 0x85EBCA6B) & 0xFFFFFFFF, place)
        left = value
        if len(word) >= PART and not is_number:
            _add_parts(word, place, found)
    pasted = _tokens(payload[:PASTED_CHARS])[:MOST_PASTED]
    for place, token in enumerate(pasted, len(asked)):
        word = "#" if token[0].isdigit() else token
        found.setdefault(crc32(word.encode("utf-8", "surrogatepass"), _OF_PAYLOAD), place)
    return Wording((*asked, *pasted), list(found), list(found.values()))


def word_hash(word: str) -> int:
    """CRC-32: the same on every machine."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def _add_parts(word: str, place: int, found: dict[int, int]) -> None:
    """Every run of PART characters, the word's ends being marked."""
    marked = f"^{word}$"
    for start in range(len(marked) - PART + 1):
        part = marked[start : start + PART]
        found.setdefault(crc32(part.encode("utf-8", "surrogatepass"), _OF_PARTS), place)


def _tokens(text: str) -> list[str]:
    """Ranges of letters are slow to compile: those of unspaced scripts are left out where none is read."""
    lower = text.lower()
    return _token("" if max(lower, default="") < _FIRST_UNSPACED else _UNSPACED).findall(lower)


@cache
def _token(unspaced: str) -> re.Pattern[str]:
    own = f"[{unspaced}]|" if unspaced else ""
    return re.compile(rf"{own}[^\W\d_{unspaced}]+(?:['’][^\W\d_]+)*|\d+(?:[.,]\d+)*|[^\w\s]")
