"""Whether a text keeps what was asked of it, by rules of the bench's own: the router's are under test."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Rules = Mapping[str, Any]

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<!\bMr\.)(?<!\bDr\.)(?<!\bMrs\.)(?<=[.!?])[\"”')]*\s+(?=[\"“'(]*[A-Z0-9])")
_ITEM = re.compile(r"^\s*(?:[-*•+]|\d+[.)])\s+(.*\S)", re.MULTILINE)


def broken(rules: Rules, text: str) -> list[str]:
    """The rules that the text breaks, by name."""
    bare = text.strip()
    return [name for name, wanted in rules.items() if not (bare and _RULES[name](bare, wanted))]


def words(text: str) -> list[str]:
    return _WORD.findall(text)


def sentences(text: str) -> list[str]:
    parts = (part for line in text.splitlines() for part in _SENTENCE_END.split(line))
    return [part for part in parts if words(part)]


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def paragraphs(text: str) -> list[str]:
    return [part for part in re.split(r"\n\s*\n", text) if part.strip()]


def items(text: str) -> list[str]:
    return _ITEM.findall(text)


def _comma_items(text: str) -> list[str]:
    return [part.strip(" .\n") for part in text.split(",") if part.strip(" .\n")]


def _many(of: Callable[[str], Sequence[str]]) -> Callable[[str, Any], bool]:
    """How many there are, from the first number to the second."""
    return lambda text, wanted: wanted[0] <= len(of(text)) <= wanted[1]


def _each_many(of: Callable[[str], Sequence[str]]) -> Callable[[str, Any], bool]:
    """How many words each of them has."""
    return lambda text, wanted: all(wanted[0] <= len(words(part)) <= wanted[1] for part in of(text))


def _sizes(outer: Callable[[str], Sequence[str]], inner: Callable[[str], Sequence[str]]) -> Any:
    """How many of the inner ones the outer ones have, one after the other."""
    return lambda text, wanted: [len(inner(part)) for part in outer(text)] == wanted


def _has(text: str, word: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", text.casefold()))


def _is_case(text: str, wanted: str) -> bool:
    return text == (text.lower() if wanted == "lower" else text.upper())


def _counts(text: str, wanted: Mapping[str, int]) -> bool:
    folded = [word.casefold() for word in words(text)]
    return all(folded.count(word) == many for word, many in wanted.items())


def _repeats_none(text: str, but: Sequence[str]) -> bool:
    folded = [word.casefold() for word in words(text) if word.casefold() not in but]
    return len(folded) == len(set(folded))


def _is_sorted(text: str, _wanted: object) -> bool:
    found = [item.casefold() for item in _comma_items(text)]
    return found == sorted(found)


def _spells(text: str, word: str) -> bool:
    return [line[0].upper() for line in lines(text)] == list(word)


def _all_start(text: str, start: str) -> bool:
    return all(sentence.lstrip("\"“'(").startswith(start) for sentence in sentences(text))


_RULES: dict[str, Callable[[str, Any], bool]] = {
    "about": lambda text, wanted: any(stem in text.casefold() for stem in wanted),
    "words": _many(words),
    "sentences": _many(sentences),
    "lines": _many(lines),
    "paragraphs": _many(paragraphs),
    "items": _many(items),
    "comma_items": _many(_comma_items),
    "item_words": _each_many(items),
    "line_words": _each_many(lines),
    "sentence_words": _sizes(sentences, words),
    "paragraph_sentences": _sizes(paragraphs, sentences),
    "contains": lambda text, wanted: all(_has(text, word) for word in wanted),
    "lacks": lambda text, wanted: not any(_has(text, word) for word in wanted),
    "counts": _counts,
    "no_letter": lambda text, wanted: wanted not in text.casefold(),
    "no_chars": lambda text, wanted: not set(wanted) & set(text),
    "no_repeats": _repeats_none,
    "longest_word": lambda text, wanted: max(map(len, words(text)), default=0) <= wanted,
    "starts": lambda text, wanted: text.lstrip('*"“').startswith(wanted),
    "ends": lambda text, wanted: text.rstrip('*"” .').endswith(wanted),
    "sentence_starts": _all_start,
    "case": _is_case,
    "acrostic": _spells,
    "sorted": _is_sorted,
}
NAMES = frozenset(_RULES)
