"""Cuts what a prompt asks into pieces of a few words, the units that the tagger labels.

A piece begins behind a separator or with a word that joins ("and", "without", "in"), so that one wish
begins in it at most, and a longer wish is a run of pieces.
"""

from collections.abc import Iterator
from typing import NamedTuple

from hroute.core.constraints.rules import compiled
from hroute.core.constraints.sentences import AskSentence, Layout, Sentences
from hroute.core.segments.masking import BLANK, CODE, LINK, QUOTE

# What is written above, below or around a letter belongs to its word, though \w leaves it out: accents set
# apart, the vowel signs of Arabic, Hebrew and the scripts of India and Southeast Asia, and joiners.
_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05c1\u05c2\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u0900-\u0903\u093a-\u094f"
    "\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09d7\u0a01-\u0a03\u0a3c-\u0a51\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03"
    "\u0b3c-\u0b57\u0b82\u0bbe-\u0bcd\u0c00-\u0c04\u0c3e-\u0c56\u0c81-\u0c83\u0cbc-\u0cd6\u0d00-\u0d03\u0d3b-\u0d57"
    "\u0dca-\u0ddf\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b4-\u17d3\u200c\u200d"
)
# What stands within a name is no sign: "config.yaml", "v1.2", "name+age".
_INNER = r"(?![.+](?<=[A-Za-z0-9].)[A-Za-z0-9])"
_TOKEN = (
    r"[\u3040-\u30ff\u3400-\u9fff]+|\d+(?:[.,:]\d+)*|"
    rf"[^\W\d_][^\W_]*(?:(?:[{_MARKS}]+|['-](?=[^\W_]))[^\W_]*)*|[{QUOTE}{CODE}{LINK}]|"
    rf"(?P<s>\n|[-*+/\u2013=<>&|~] |\.{{2,}}|{_INNER}[^\w\s{_MARKS}])"
)
# The same for text of nothing but ASCII and marks: small classes are quick to compile and to match.
_PLAIN_TOKEN = (
    rf"[A-Za-z][A-Za-z0-9]*(?:['-][A-Za-z0-9]+)*|[0-9]+(?:[.,:][0-9]+)*|[{QUOTE}{CODE}{LINK}]|"
    rf"(?P<s>\n|[-*+/=<>&|~] |\.{{2,}}|{_INNER}"
    r"[!-/:-@\[-^`{-\x7f\x00-\x08\x0e-\x1b])"
)
_CJK_BREAK = r"(?<=[^并且并請请])(?=[用不并且請请]|以[^内下上]|控制)|(?<=[でに])"
# Words that begin a piece, in the languages read. Short ones are joints of their language.
_JOINT_WORDS = (
    "and or but with without in using use then that which for to no not as at under while where when if "
    "so only than from by max about each every must should don't do keep include avoid written und oder "
    "aber mit ohne als auf für bis höchstens mindestens dabei et ou mais avec sans en pour dans par sur "
    "puis y o pero con sin para por usando luego e ma senza per di poi com sem em mas of maar met "
    "zonder op voor i oraz lub ale z ze bez w na po dla и или но с без в на для по не och eller men med "
    "utan på för till ve veya ama ile için olsun à chez gemäß wobei damit чтобы при przy dla przez "
    "naar और या लेकिन बिना में पर कि و أو بدون في مع من ثم دون بلا على إلى كل لكل بحيث حتى لا 그리고 "
    "하지만 또는 없이 và với bằng không trong cho mỗi dan dengan tanpa untuk dalam kwa bila katika ja ilman"
)
_JOINTS = frozenset(_JOINT_WORDS.split())
# Where words that join are endings or beginnings of others: Korean "-하고", Arabic "وبدون".
_KOREAN_ENDS = ("고", "며", "를", "을", "로", "만", "서", "되", "게", "한테", "줘")
_ARABIC_STARTS = ("و", "بال", "لل")
BOUNDS = 5
_BOUNDS = {"": 0, ",": 1, ";": 1, "/": 1, "+": 1, "&": 1, "|": 1}
_LONGEST = 400  # pieces of a prompt that are read


class Piece(NamedTuple):
    """A run of tokens: where it stands, the sign before it, and the words."""

    start: int
    end: int
    before: str  # the separator in front of it; empty when a joint begins it
    words: tuple[str, ...]
    sentence: int
    is_first: bool  # of its sentence
    is_entry: bool  # of a list

    @property
    def bound(self) -> int:
        """What parts it from the piece before, as a row of the tagger's moves."""
        if self.is_first:
            return 3 if self.is_entry else 2
        return _BOUNDS.get(self.before, 4)


def pieces(sentences: Sentences) -> list[Piece]:
    found: list[Piece] = []
    for index, sentence in enumerate(sentences.sentences):
        found.extend(_cut(sentence, index))
        if len(found) >= _LONGEST:
            break
    return found[:_LONGEST]


def _cut(sentence: AskSentence, index: int) -> Iterator[Piece]:
    words: list[str] = []
    start = end = 0
    entry = sentence.layout is Layout.ITEM
    sign, is_first = "^", True
    for token, here, there, is_sign in _tokens(sentence.text):
        breaks = is_sign or (token in _JOINTS and len(words) > 1)
        if words and (breaks or (token > "\u0600" and _joins(words[-1], token))):
            yield Piece(
                sentence.start + start, sentence.start + end, sign, tuple(words), index, is_first, entry
            )
            words, sign, is_first = [], "", False
        if is_sign:
            sign = token[:1]
            continue
        if not words:
            start = here
        words.append(token)
        end = there
    if words:
        yield Piece(sentence.start + start, sentence.start + end, sign, tuple(words), index, is_first, entry)


def _joins(before: str, token: str) -> bool:
    """A new piece begins between two words that an ending, a beginning or a space joins."""
    if "\u0e00" <= before[0] <= "\u0eff":
        return len(before) > 3  # Thai and Lao leave space between phrases only
    if "\uac00" <= before[0] <= "\ud7a3":
        return len(before) > 1 and before.endswith(_KOREAN_ENDS)
    return token[0] in "وبل" and len(token) > 3 and token.startswith(_ARABIC_STARTS)


def _tokens(text: str) -> Iterator[tuple[str, int, int, bool]]:
    """Each word or sign with its span, and whether it is a sign."""
    if _is_plain(text):
        for match in compiled(_PLAIN_TOKEN).finditer(text):
            yield match[0], *match.span(), match.lastindex is not None
        return
    for match in compiled(_TOKEN).finditer(text):
        token = match[0]
        if token[0] == BLANK:
            continue
        start = match.start()
        if "\u3040" <= token[0] <= "\u9fff" and len(token) > 4:
            done = 0
            for place in compiled(_CJK_BREAK).finditer(token):
                if place.start() - done > 1 and place.start() < len(token):
                    yield token[done : place.start()], start + done, start + place.start(), False
                    yield "", start + place.start(), start + place.start(), True
                    done = place.start()
            yield token[done:], start + done, match.end(), False
            continue
        yield token, start, match.end(), match.lastgroup == "s"


def _is_plain(text: str) -> bool:
    if not text.isascii():
        for mark in (QUOTE, CODE, LINK, BLANK):
            text = text.replace(mark, "")
    return text.isascii()
