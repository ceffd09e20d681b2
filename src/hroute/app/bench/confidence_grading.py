"""Whether a text gives the right answer to a task: strict about the answer, tolerant of words around it."""

import re
from collections.abc import Sequence

from hroute.core.tools.find_json import find_json

_NUMBER = re.compile(r"(?<![\w.])-?\d{1,3}(?:,\d{3})+(?![\d,])|(?<![\w.])-?\d+(?:\.\d+)?")
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


def says_number(text: str, right: str) -> bool:
    """The last number of the first line that has one: what comes before it restates the question."""
    found = _NUMBER.findall(_first_line(text, _NUMBER))
    return bool(found) and _value(found[-1]) == float(right)


def says_new_number(text: str, right: str, asked: str) -> bool:
    """The numbers that the question does not have are this one; without such, the text's last one is.

    For whole sentences: they restate the question, calculate, and may correct themselves, which is no answer.
    """
    told = set(_NUMBER.findall(asked))
    numbers = _NUMBER.findall(text)
    new = [found for found in numbers if found not in told]
    return bool(numbers) and {_value(found) for found in new or numbers[-1:]} == {float(right)}


def says_words(text: str, right: str) -> bool:
    """The first line ends in the right words, or they are all of its first sentence. Case does not count."""
    wanted, line = _words(right), _first_line(text, _WORD)
    said = _words(line)
    return said[-len(wanted) :] == wanted or _words(re.split(r"[.:;]\s", line)[0]) == wanted


def says_exactly(text: str, right: str) -> bool:
    """The first line ends in exactly this, quotes, brackets and a full stop aside."""
    line = next((line for line in text.splitlines() if line.strip()), "").strip()
    bare = line.rstrip(" .!\"'`*])")
    rest = bare.removesuffix(right)
    return rest != bare and (not rest or not rest[-1].isalnum())


def names(text: str, right: str) -> bool:
    """The first line has the right words somewhere. For what the question does not say itself."""
    wanted, said = _words(right), _words(_first_line(text, _WORD))
    return any(said[place : place + len(wanted)] == wanted for place in range(len(said)))


def chooses(text: str, right: str, others: Sequence[str]) -> bool:
    """Only the right one of the choices is named in the first line, or it is the first and last one."""
    choices = {choice.casefold() for choice in (right, *others)}
    named = [word for word in _words(_first_line(text, _WORD)) if word in choices]
    return bool(named) and named[-1] == right.casefold() and (len(named) == 1 or named[0] == named[-1])


def gives_json(text: str, right: object) -> bool:
    found = find_json(text, lambda value: isinstance(value, dict), lambda *_: True, only_one=True)
    return bool(found.values) and found.values[0].value == right


def gives_row(text: str, right: str) -> bool:
    """The same cells; spaces around them and quotes that are not needed do not count."""
    line = next((line for line in text.splitlines() if "," in line), "")
    return [cell.strip().strip('"') for cell in line.split(",")] == right.split(",")


def _value(number: str) -> float:
    return float(number.replace(",", ""))


def _first_line(text: str, wanted: re.Pattern[str]) -> str:
    return next((line for line in text.splitlines() if wanted.search(line)), "")


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]
