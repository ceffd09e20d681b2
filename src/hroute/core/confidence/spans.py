"""Where the decisive parts of an answer are: what makes it wrong when it is wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class SpanKind(StrEnum):
    NUMBER = "number"
    TOOL_NAME = "tool_name"
    ARGUMENT = "argument"  # the values of a call, or of any JSON answer
    IDENTIFIER = "identifier"  # in code


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """text[start:end] is a part of this kind."""

    part: SpanKind
    start: int
    end: int


_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:[.,:]\d+)*")
_CODE = re.compile(r"```[^\n`]*\n(?P<block>.*?)(?:```|\Z)|`(?P<inline>[^`\n]+)`", re.DOTALL)
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]*]*(?:\s|$)|\n")
JSON = re.compile(r"\s*(?:```[\w+-]*\s*)?[\[{]")
_KEY_OR_VALUE = re.compile(
    r'"(?P<text>(?:[^"\\]|\\.)*)(?P<closed>"?)(?P<colon>\s*:)?|(?P<plain>-?\d[\d.eE+-]*|true|false|null)'
)
_NAME_KEYS = frozenset({"name", "function", "tool"})


def decisive_spans(text: str) -> list[AnswerSpan]:
    """The decisive parts, in order. Takes a time linear in the text."""
    if JSON.match(text):
        return list(_of_json(text))
    code = [found.span(found.lastgroup or 0) for found in _CODE.finditer(text)]
    spans = [AnswerSpan(SpanKind.NUMBER, *found.span()) for found in _NUMBER.finditer(text)]
    for start, end in code:
        spans += [
            AnswerSpan(SpanKind.IDENTIFIER, *found.span()) for found in _IDENTIFIER.finditer(text, start, end)
        ]
    return sorted(spans, key=lambda span: span.start)


def code_blocks(text: str) -> list[tuple[int, int]]:
    """Between fences; not what is marked as code in the middle of a sentence."""
    return [found.span("block") for found in _CODE.finditer(text) if found["block"] is not None]


def new_words(text: str, asked: str) -> list[tuple[int, int]]:
    """Where the words of the first sentence, and all numbers, are that the question does not have.

    They are the answer, whatever it restates and however long it then goes on.
    """
    first = _WORD.search(text)
    if first is None:
        return []
    ending = _SENTENCE_END.search(text, first.start())
    end = ending.start() if ending else len(text)
    words_asked = {found.group().casefold() for found in _WORD.finditer(asked)}
    new = (found for found in _WORD.finditer(text) if found.group().casefold() not in words_asked)
    return [found.span() for found in new if found.start() < end or found.group().isdecimal()]


def _of_json(text: str) -> Iterator[AnswerSpan]:
    """Broken JSON too: a name is what follows a name's key at the start of a call, the rest are values."""
    key = ""
    for found in _KEY_OR_VALUE.finditer(text):
        if found["colon"]:
            key = found["text"]
            continue
        group = "plain" if found["plain"] is not None else "text"
        start, end = found.span(group)
        if start < end:
            yield AnswerSpan(SpanKind.TOOL_NAME if key in _NAME_KEYS else SpanKind.ARGUMENT, start, end)
        key = "" if key in _NAME_KEYS else key
