"""Whether a text gives the right answer to a task: strict about the answer, tolerant of words around it."""

import re
from collections.abc import Sequence
from typing import Any

from hroute.core.tools.text.find_json import find_json

_NUMBER = re.compile(r"(?<![\w.])-?\d{1,3}(?:,\d{3})+(?![\d,])|(?<![\w.])-?\d+(?:\.\d+)?")
_INK, _COMMA = re.compile(r"\S"), re.compile(",")
_ITEM = re.compile(r"^\s*\d+[.)]\s", re.MULTILINE)  # the number of a step in a list is no answer
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_CONCLUSION = re.compile(
    r"(?:answer(?:\s+to\s+[^.\n]*?)?(?:\s+is|\s*[:=])|\\boxed\{|####)[\s*$\"'\\(\[{]*(-?\d[\d,]*(?:\.\d+)?)",
    re.IGNORECASE,
)
_SAYS = r"(?:^|\b(?:is|are|was|be|becomes|called)\s|'s\s|[:=])"
_BEFORE_WORDS = _SAYS + r"[\s\"'*(\[]*(?:(?:an?|the|la|les?|une?)\s+[\"'*]*|l')?"
_AFTER_WORDS = r"(?=[\"'*)\]]*(?:$|[.,;:!?)]|\s+(?:in|is|are|because|which|as)\b))"


def says_number(text: str, right: str) -> bool:
    """The last number of the first line that has one: what comes before it restates the question."""
    found = _NUMBER.findall(_first_line(text, _NUMBER))
    return bool(found) and _value(found[-1]) == float(right)


def says_new_number(text: str, right: str, asked: str) -> bool:
    """The numbers that the question does not have are this one; without such, the text's last one is.

    For whole sentences: they restate the question, calculate, and may correct themselves, which is no answer.
    """
    reported = set(_NUMBER.findall(asked))
    numbers = _NUMBER.findall(_ITEM.sub("", text))
    new = [found for found in numbers if found not in reported]
    return bool(numbers) and {_value(found) for found in new or numbers[-1:]} == {float(right)}


def states(text: str, right: str) -> bool:
    """The first line is the right words or says that something "is" them. Case does not count."""
    line = _first_line(text, _WORD).strip().casefold().replace("’", "'")
    return bool(re.search(_BEFORE_WORDS + re.escape(right.casefold()) + _AFTER_WORDS, line))


def says_exactly(text: str, right: str) -> bool:
    """The first line is exactly this or says so at its end; quotes, brackets and a full stop aside."""
    line = _first_line(text, _INK).strip()
    bare = line.rstrip(" .!\"'`*])")
    rest = bare.removesuffix(right)
    return rest != bare and bool(re.search(_SAYS + r"[\s\"'`*(\[]*$", rest))


def chooses(text: str, right: str, others: Sequence[str]) -> bool:
    """Only the right one of the choices is named in the first line, or it is the first and last one."""
    choices = {choice.casefold() for choice in (right, *others)}
    named = [word for word in _words(_first_line(text, _WORD)) if word in choices]
    return bool(named) and named[-1] == right.casefold() and (len(named) == 1 or named[0] == named[-1])


def gives_json(text: str, right: dict[str, str | int]) -> bool:
    """An object of these values, quoted or not: nobody is told which of them are numbers."""
    found = find_json(text, lambda value: isinstance(value, dict), lambda *_: True, only_one=True)
    return bool(found.values) and _as_texts(found.values[0].value) == _as_texts(right)


def gives_array(text: str, right: Sequence[dict[str, Any]]) -> bool:
    """An array of these objects in this order."""
    found = find_json(text, lambda value: isinstance(value, list), lambda *_: True, only_one=True)
    rows = found.values[0].value if found.values else []
    if not all(isinstance(row, dict) for row in rows):
        return False
    return [_as_texts(row) for row in rows] == [_as_texts(row) for row in right]


def concludes(text: str, right: str, asked: str) -> bool:
    """The last number that is called the answer; without such a word the last new one, else the last one."""
    said = _CONCLUSION.findall(text)
    if said:
        return _value(said[-1]) == float(right)
    reported = set(_NUMBER.findall(asked))
    numbers = _NUMBER.findall(_ITEM.sub("", text))
    new = [found for found in numbers if found not in reported]
    return bool(numbers) and _value((new or numbers)[-1]) == float(right)


def lists_numbers(text: str, right: Sequence[int], behind: str = "") -> bool:
    """These numbers one after the other and no others, but for a restated question before them.

    `behind`: only those count that stand right behind this.
    """
    numbers = re.compile(re.escape(behind) + r"\s*(?<![\w.])(-?\d+(?:,\d{3})*(?![\d]))" if behind else r"\d+")
    found = [int(number.replace(",", "")) for number in numbers.findall(text)]
    wanted = list(right)
    return found[-len(wanted) :] == wanted and len(found) <= len(wanted) + 3


def names_first(text: str, right: str, others: Sequence[str]) -> bool:
    """Of these words, the first one that the text has is the right one."""
    known = {word.casefold() for word in (right, *others)}
    return next((word for word in _words(text) if word in known), "") == right.casefold()


def copies(text: str, right: str) -> bool:
    """These words, all of them and in this order, somewhere in the text."""
    return f" {' '.join(_words(right))} " in f" {' '.join(_words(text))} "


def pairs_up(text: str, pairs: dict[str, str]) -> bool:
    """Each has a line that names it and what belongs to it, and no line has what belongs to another one."""
    lines = [_words(line) for line in text.splitlines()]
    answers = {" ".join(_words(answer)) for answer in pairs.values()}
    return all(_has_line(lines, asked, right, answers) for asked, right in pairs.items())


def _has_line(lines: Sequence[list[str]], asked: str, right: str, answers: set[str]) -> bool:
    """Words are compared whole, with a space around them."""
    key, wanted = (f" {' '.join(_words(text))} " for text in (asked, right))
    own = [f" {' '.join(line)} " for line in lines]
    named = [line for line in own if key in line]
    others = [f" {answer} " for answer in answers if f" {answer} " not in (wanted, key)]
    return any(wanted in line.replace(key, " | ", 1) for line in named) and not any(
        other in line for line in named for other in others if wanted not in line
    )


def gives_row(text: str, right: str) -> bool:
    """The same cells; spaces around them and quotes that are not needed do not count."""
    line = _first_line(text, _COMMA)
    return [cell.strip().strip('"') for cell in line.split(",")] == right.split(",")


def _as_texts(values: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in values.items()}


def _value(number: str) -> float:
    return float(number.replace(",", ""))


def _first_line(text: str, wanted: re.Pattern[str]) -> str:
    return next((line for line in text.splitlines() if wanted.search(line)), "")


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]
