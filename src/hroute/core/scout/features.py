"""What the builtin scout measures in a prompt: structure by rules, words by hash."""

import re
from functools import cache
from math import log, log2
from typing import NamedTuple
from zlib import crc32

from hroute.core.scout.lexicon import TOPICS, topic_of_word

# A long prompt is read at its two ends only: the request is nearly always there, and the work stays bounded.
HEAD_CHARS = 1200
TAIL_CHARS = 800
EXAM_OPTIONS = 3  # this many lines like "A. ..." make a multiple-choice question

LENGTH_FEATURES = ("length", "length: very short", "length: beyond a paragraph", "length: beyond a page")
SHAPE_FEATURES = (
    "several lines",
    "several paragraphs",
    "sentences",
    "questions",
    "list items",
    "answer options",
    "long words",
    "numbers",
    "large numbers",
    "formula",
    "arithmetic",
    "looks like code",
    "code block",
    "identifiers",
    "proper names",
    "capitals",
    "quotations",
    "links",
    "not ASCII",
)
OPENING = "opens with: "
OPENING_TOKENS = 3
FEATURES = (*LENGTH_FEATURES, *SHAPE_FEATURES, *TOPICS, *(OPENING + topic for topic in TOPICS))

# The words of a multiple-choice question are subject matter, not a task: a vocabulary of their own.
_EXAM_START = 0x5CA1AB1E
_LENGTH_CENTRE = log(120)  # characters: a sentence or two
_LONGEST = 4000  # characters: beyond the training data, longer says no more

# Patterns of what is counted. All of them see bounded text.
_SOURCES = {
    "token": r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:[.,]\d+)*|[^\w\s]",
    "sentence": r"[.!?](?=\s|$)",
    "item": r"(?m)^[ \t]*(?:[-*•]|\d{1,2}[.)])[ \t]",
    "option": r"(?m)^[ \t]*\(?[A-Ja-j][.)][ \t]",
    "number": r"\d+(?:[.,]\d+)*",
    "large number": r"\d{1,3}(?:,\d{3})+|\d{4,}",
    "formula": r"\\[a-zA-Z]+|\$[^$\n]{1,80}\$|[√∫∑π≤≥∈→∞≡]|\b[a-z]\^|[a-z]\([a-z]\)",
    "arithmetic": r"\d[ ]?[-+*/×÷^=<>][ ]?(?=\d)",
    "code line": (
        r"(?m)^[ \t]*(?:def|class|import|from|for|if|elif|else|return|while|try|function|const|let|var"
        r"|public|assert|private|#include|SELECT|INSERT|UPDATE)\b|[{};][ \t]*$"
    ),
    "identifier": r"[a-z](?:_[a-z]|[A-Z][a-z])|\w\(\)",
    "name": r"(?<=[a-z,] )[A-Z][a-z]+",
    "capitals": r"\b[A-Z]{2,}\b",
}
_DIGITS = tuple("0123456789")
# What ASCII text must hold for some of them to be found: looked for first, as most short prompts hold none.
_HINTS = {
    "item": ("-", "*", *_DIGITS),
    "option": (". ", ".\t", ") ", ")\t"),
    "number": _DIGITS,
    "large number": _DIGITS,
    "formula": ("\\", "$", "^", "("),
    "arithmetic": _DIGITS,
}


class PromptFeatures(NamedTuple):
    """A prompt as the model sees it.

    `values` follows FEATURES. `words` maps each distinct token to its 32-bit hash, `pairs` the hash of each
    distinct pair of neighbours to the two tokens.
    """

    chars: int
    word_count: int | None  # None when only the two ends were read
    values: tuple[float, ...]
    words: dict[str, int]
    pairs: dict[int, tuple[str, str]]


def part_read(prompt: str) -> str:
    """The whole of a short prompt, the head and tail of a long one."""
    if len(prompt) <= HEAD_CHARS + TAIL_CHARS:
        return prompt
    return f"{prompt[:HEAD_CHARS]}\n{prompt[-TAIL_CHARS:]}"


def measure(prompt: str) -> PromptFeatures:
    """Work is bounded by HEAD_CHARS + TAIL_CHARS, whatever the length of the prompt."""
    text = part_read(prompt)
    tokens = _pattern("token").findall(text.lower())
    is_exam = _is_exam(text)
    values = (*_length(len(prompt)), *_shape(text, tokens), *_topics([] if is_exam else tokens))
    words, pairs = _hashes(tokens, _EXAM_START if is_exam else 0)
    is_whole = len(text) == len(prompt)
    return PromptFeatures(len(prompt), len(text.split()) if is_whole else None, values, words, pairs)


def structure(text: str) -> tuple[float, ...]:
    """The `values` of `measure` alone."""
    read = part_read(text)
    tokens = _pattern("token").findall(read.lower())
    return (*_length(len(text)), *_shape(read, tokens), *_topics([] if _is_exam(read) else tokens))


def _is_exam(text: str) -> bool:
    return _count("option", text) >= EXAM_OPTIONS


def _length(chars: int) -> tuple[float, ...]:
    """Piecewise linear in log characters, so that short, middling and long may differ in slope."""
    size = log(min(max(chars, 1), _LONGEST))
    short, paragraph, page = log(40), log(400), log(2000)
    return (size - _LENGTH_CENTRE, max(0.0, short - size), max(0.0, size - paragraph), max(0.0, size - page))


def _shape(text: str, tokens: list[str]) -> tuple[float, ...]:
    found = {name: _count(name, text) for name in _SOURCES if name != "token"}
    words = [token for token in tokens if token[0].isalpha()]
    long_words = sum(len(word) > 8 for word in words)
    not_ascii = 0 if text.isascii() else sum(ord(character) > 127 for character in text)
    return (
        _damped(text.count("\n")),
        _damped(text.count("\n\n")),
        _damped(found["sentence"]),
        _damped(text.count("?")),
        _damped(found["item"]),
        _damped(found["option"]),
        10 * long_words / (len(words) + 10),  # a share, held back while there are few words
        _damped(found["number"]),
        _damped(found["large number"]),
        _damped(found["formula"]),
        _damped(found["arithmetic"]),
        _damped(found["code line"]),
        _damped(text.count("```") // 2),
        _damped(found["identifier"]),
        _damped(found["name"]),
        _damped(found["capitals"]),
        _damped(text.count('"') // 2),
        _damped(text.count("http")),
        min(1.0, 4 * not_ascii / max(len(text), 1)),
    )


def _topics(tokens: list[str]) -> tuple[float, ...]:
    topic = topic_of_word()
    counts = [0] * len(TOPICS)
    opening = [0.0] * len(TOPICS)
    for place, token in enumerate(tokens):
        index = topic.get(token)
        if index is not None:
            counts[index] += 1
            if place < OPENING_TOKENS:
                opening[index] = 1.0
    return (*map(_damped, counts), *opening)


def _damped(count: int) -> float:
    """A second occurrence says less than the first; eight say all there is to say."""
    return log2(1 + min(count, 7))


def _hashes(tokens: list[str], start: int) -> tuple[dict[str, int], dict[int, tuple[str, str]]]:
    """CRC-32, from `start`, of each distinct word and each pair of neighbours; the same on every machine."""
    words: dict[str, int] = {}
    pairs: dict[int, tuple[str, str]] = {}
    left, left_hash = "^", crc32(b"^", start)
    for token in tokens:
        word = f"{min(len(token), 5)}-digit number" if token[0].isdigit() else token
        word_hash = words.get(word)
        if word_hash is None:
            word_hash = words[word] = crc32(word.encode("utf-8", "surrogatepass"), start)
        pairs[(left_hash * 0x9E3779B1 ^ word_hash * 0x85EBCA6B) >> 7 & 0xFFFFFFFF] = (left, word)
        left, left_hash = word, word_hash
    return words, pairs


def _count(name: str, text: str) -> int:
    hints = _HINTS.get(name)
    if hints and text.isascii() and not any(hint in text for hint in hints):
        return 0
    return len(_pattern(name).findall(text))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """Compiled on first use, as importing must cost nothing."""
    return re.compile(_SOURCES[name])
