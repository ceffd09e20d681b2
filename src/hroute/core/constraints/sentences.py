"""Cuts the masked text into sentences, list items and terse notes, and those into fragments."""

from bisect import bisect_right
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from hroute.core.constraints import speech
from hroute.core.constraints.rules import compiled

_ITEM = r"[ ]?(?:[-*+>\u00b7]|\u2022|\u2013|\u25aa|\(?\d{1,2}[.):]|\(?[a-z][.)])[ ]"
_NO_BREAK = r"(?<!i\.e\.)(?<!e\.g\.)(?<!\bdr\.)(?<!\bmr\.)(?<!\bmrs\.)(?<!\bvs\.)(?<!\betc\.)(?<!p\.s\.)"
_BREAK = rf"(?<=[.!?]){_NO_BREAK}[\"')]{{0,2}}[ ]|(?<!tl);[ ]?|(?<=[^\x00-\x7f])\.(?=[^\x00-\x7f])"
# A comma without a space belongs to a value ("id,name"), except in scripts without spaces.
_COMMA = r",(?=\s|\Z|[^\x00-\x7f])|(?<=[^\x00-\x7f]),"
_SEPARATOR = rf"{_COMMA}|(?<!tl);|[|+&]|[ ][-/][ ]|:(?=\s|\Z)|[.!?](?=[ ]|\Z)"
_FRAGMENT = rf"\([^()\n]{{0,120}}\)|{_SEPARATOR}"
_PIECES = r",(?=\s|$|[^\x00-\x7f])|[;|]| [-/] | \+ |:(?= )"
_PARTING = (",", ";", "|", " - ", " / ", " + ", ": ")  # every separator of _PIECES holds one
_BREAKING = (";", *(stop + after for stop in ".!?" for after in " \"')"))  # the same for _BREAK in ASCII
_ITEM_SIGNS = frozenset("-*+>\u00b7\u2022\u2013\u25aa(")
# Thresholds in words, found on the development half of the data.
_SHORT_NOTE = 5
_LONGEST_NOTE = 600  # characters


class Layout(StrEnum):
    PROSE = "prose"
    ITEM = "item"  # an entry of a bullet list or a numbered list
    NOTE = "note"  # terse, as people type it


class AskSentence:
    """One sentence or list item: `text` starts at `start` in the masked text."""

    def __init__(self, text: str, start: int, layout: Layout) -> None:
        self.text = text
        self.start = start
        self.layout = layout
        self.narrates = speech.narrates(text)
        self.wonders = speech.wonders(text)
        self.reports = speech.reports(text)
        # It asks for something rather than tells or wonders; notes and list items do by their form.
        self.asks = not self.narrates and (layout is not Layout.PROSE or speech.asks(text))

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def lifts(self, start: int, end: int) -> bool:
        """The words around the span take the constraint back."""
        return self._may_lift and speech.lifts(
            self.text[max(0, start - self.start - 40) : end - self.start + 50]
        )

    @cached_property
    def _may_lift(self) -> bool:
        return speech.may_lift(self.text)

    def gives_reason(self, position: int) -> bool:
        return speech.gives_reason(self.text[max(0, position - self.start - 60) : position - self.start])

    @cached_property
    def fragments(self) -> tuple[tuple[int, int], ...]:
        """Spans between separators, in positions of the masked text; empty ones left out."""
        spans, begin = [], 0
        for match in compiled(_FRAGMENT).finditer(self.text):
            if match.group().startswith("("):
                continue  # what is in parentheses stays with its fragment
            spans.append((begin, match.start()))
            begin = match.end()
        spans.append((begin, len(self.text)))
        return tuple((self.start + a, self.start + b) for a, b in spans if self.text[a:b].strip(" \n-*\"'"))

    def fragment(self, k: int) -> str:
        start, end = self.fragments[k]
        return self.text[start - self.start : end - self.start].strip()

    def precedes(self, k: int) -> str:
        """The text before a fragment, its separator included."""
        return self.text[: self.fragments[k][0] - self.start].rstrip()

    def follows(self, k: int) -> str:
        return self.text[self.fragments[k][1] - self.start :]

    def fragment_at(self, position: int) -> int:
        return max(0, bisect_right(self.fragments, (position, self.end)) - 1)


class Sentences(NamedTuple):
    sentences: tuple[AskSentence, ...]
    starts: tuple[int, ...]

    def index_at(self, position: int) -> int:
        return max(0, bisect_right(self.starts, position) - 1)

    def at(self, position: int) -> AskSentence:
        return self.sentences[self.index_at(position)]


def cut(text: str) -> Sentences:
    sentences: list[AskSentence] = []
    start = 0
    for line in text.split("\n"):
        sentences.extend(_cut_line(line, start))
        start += len(line) + 1
    return Sentences(tuple(sentences), tuple(s.start for s in sentences))


def _cut_line(line: str, start: int) -> Iterator[AskSentence]:
    if _may_be_item(line) and compiled(_ITEM).match(line):
        yield AskSentence(line, start, Layout.ITEM)
        return
    begin = 0
    for match in compiled(_BREAK).finditer(line) if _may_break(line) else ():
        yield AskSentence(line[begin : match.end()], start + begin, _layout(line[begin : match.end()]))
        begin = match.end()
    yield AskSentence(line[begin:], start + begin, _layout(line[begin:]))


def _may_be_item(line: str) -> bool:
    """By the first signs: most lines are none."""
    head = line.removeprefix(" ")[:2]
    return head[:1] in _ITEM_SIGNS or head[:1].isdecimal() or head[1:] in {".", ")", ":"}


def _may_break(line: str) -> bool:
    """Whether a stop stands before a space or beside another script: the one at the end of most does not."""
    if not line.isascii():
        return True
    for part in _BREAKING:  # noqa: SIM110 - any() is twice as slow
        if part in line:
            return True
    return False


def _layout(sentence: str) -> Layout:
    """A note is a handful of words, or several short pieces between separators."""
    words = _words(sentence)
    if words <= _SHORT_NOTE:
        return Layout.NOTE
    if len(sentence) > _LONGEST_NOTE:
        return Layout.PROSE
    head, *rest = [_words(piece) for piece in _pieces(sentence)]
    if len(rest) == 1:
        return Layout.NOTE if words <= 8 else Layout.PROSE
    return Layout.NOTE if rest and _is_note(sentence, head, rest) else Layout.PROSE


def _pieces(sentence: str) -> list[str | Any]:
    for part in _PARTING:
        if part in sentence:
            return compiled(_PIECES).split(sentence)
    return [sentence]


def _is_note(sentence: str, head: int, rest: list[int]) -> bool:
    """The first piece may be a task of some length, the others are short."""
    commands, formal = speech.commands(sentence), speech.is_formal(sentence)
    if not (head < 8 or commands or (not formal and head < 13 and sum(rest) <= 4 * len(rest))):
        return False
    allowed = 3.5 if formal else 6 if commands and head < 8 else 5
    pieces = len(rest) + sentence.rsplit(",", 1)[-1].count(" and ")
    return max(rest) <= 10 and sum(rest) <= allowed * pieces


def _words(text: str) -> int:
    """About how many words; scripts without spaces count three characters as one."""
    words = text.strip().count(" ") + 1
    if text.isascii() or len(text) - len(text.encode("ascii", "ignore")) < 3:
        return words
    return words + sum(text.count(char) for char in set(text) if char > "\u2e80") // 3
