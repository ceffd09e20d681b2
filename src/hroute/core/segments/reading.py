"""A prompt's ask and payload, in positions of the prompt: one reading for every signal."""

import re
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

from hroute.core.segments.ends import Ends, ends_of
from hroute.core.segments.masking import BLANK, CODE, QUOTE, Masked, Span, mask
from hroute.core.segments.regions import keep_asked

_QUOTED = 40  # characters from which a quotation is material rather than a word to use
_MARKED = rf"{BLANK}[{BLANK}\n ]*|[{QUOTE}{CODE}]"
_SHOWN = 1_500  # characters of a payload that tell its kind
_LOG = (
    r"^\W{0,2}(?:\d{4}-\d\d-\d\d[ T]|\d\d:\d\d:\d\d|\[?(?:ERROR|WARN|INFO|DEBUG|FATAL)\b|Traceback \(|"
    r"\s+at [\w.$]+\(|npm (?:ERR|WARN))|\b[A-Z]\w{2,30}(?:Error|Exception):"
)
_TABLE = r"^[^\n|]{0,80}\|[^\n|]{0,80}\|[^\n]*$|^[^\n,;\t]{1,40}(?:[,;\t][^\n,; ][^\n,;\t]{0,40}){2,}$"
_MAIL = (
    r"\A\W{0,2}(?:From|To|Subject|Re|Fwd|Betreff|Objet|Asunto|Oggetto|Assunto): |\A\W{0,2}(?:Dear|Hi|Hello|"
    r"Hey|Hallo|Liebe[r]?|Sehr geehrte\w?|Bonjour|Hola|Buenas|Ciao|Gentile|Olá|Oi|Cześć|Hej|Hoi|Beste)\b"
    r"[^\n]{0,40}[,:!—-]"
)
_CODE = (
    r"[{};]\s*$|^\s*(?:def|class|import|from|const|let|var|func|fn|public|return|"
    r"#include|<[a-z?!/])\b|=>|\(\)"
)


class PayloadKind(StrEnum):
    CODE = "code"
    LOG = "log"
    TABLE = "table"
    MAIL = "mail"
    TEXT = "text"
    NONE = "none"


class Segments(NamedTuple):
    """The user's own words and what was pasted: disjoint spans of the prompt, in reading order."""

    ask: tuple[Span, ...]
    payload: tuple[Span, ...]
    kind: PayloadKind

    def asked(self, prompt: str) -> str:
        return "\n".join(prompt[start:end] for start, end in self.ask)


class Reading(NamedTuple):
    """A prompt prepared for matching: `asked` is `masked.text` with all material blanked."""

    ends: Ends
    masked: Masked
    asked: str

    def origin(self, start: int, end: int) -> Span:
        """The span of the prompt that asked[start:end] came from."""
        first, last = self.masked.origin(start, end)
        return self.ends.origin(first), self.ends.origin(last)


@lru_cache(maxsize=2)
def read(prompt: str) -> Reading:
    """Of a long prompt the two ends are read, so that the work is bounded.

    The last readings are kept, for constraints and scout read the same prompt one after the other.
    """
    ends = ends_of(prompt)
    masked = mask(ends.text)
    return Reading(ends, masked, keep_asked(masked.text))


def split(prompt: str) -> Segments:
    """The ask and the payload of a prompt; what lies between the two ends of a long one is payload.

    A quotation longer than a few words is payload, a shorter one is a word that the ask names.
    """
    reading = read(prompt)
    ask, payload, done = [], [], 0
    for first, last in _material(reading, len(prompt)):
        start, end = max(first, done), max(last, done)
        if prompt[done:start].strip():
            ask.append((done, start))
        if prompt[start:end].strip():
            payload.append((start, end))
        done = end
    if prompt[done:].strip():
        ask.append((done, len(prompt)))
    return Segments(tuple(ask), tuple(payload), _kind(prompt, payload))


def _material(reading: Reading, length: int) -> list[Span]:
    """Spans of the prompt that are material, runs of blanks joined."""
    spans: list[Span] = []
    asked = reading.asked
    for match in () if asked.isascii() else _pattern(_MARKED).finditer(asked):  # marks are not ASCII
        start, end = reading.origin(*match.span())
        if match[0] == QUOTE and end - start < _QUOTED:
            continue
        if match[0] == CODE and end - start < _QUOTED:
            continue
        spans.append((start, end))
    if reading.ends.shift > 0:
        spans.append((reading.ends.head, min(length, reading.ends.seam + reading.ends.shift)))
    return sorted(spans)


def _kind(prompt: str, payload: list[Span]) -> PayloadKind:
    """By the longest piece."""
    if not payload:
        return PayloadKind.NONE
    start, end = max(payload, key=lambda span: span[1] - span[0])
    text = prompt[start : min(end, start + _SHOWN)]
    lines = text.count("\n") + 1
    if text.startswith(("```", "`", "~~~")):
        return PayloadKind.LOG if _many(_LOG, text, lines) else PayloadKind.CODE
    if _many(_LOG, text, lines):
        return PayloadKind.LOG
    if _pattern(_MAIL).search(text):
        return PayloadKind.MAIL
    if _many(_TABLE, text, lines):
        return PayloadKind.TABLE
    return PayloadKind.CODE if _many(_CODE, text, lines) else PayloadKind.TEXT


def _many(pattern: str, text: str, lines: int) -> bool:
    return 3 * len(_pattern(pattern).findall(text)) >= lines


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)
