"""Finds the answer in what a model says in its own words: its number, its choice, its text, its code."""

import re
from collections.abc import Sequence

_NUMBER = r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|-?\d*\.?\d+"
_NUMBERS = re.compile(rf"(?<![\w.])(?:{_NUMBER})(?![^\W\d_]{{3}}\d)")
_ITEM = re.compile(r"^\s*\d+[.)]\s", re.MULTILINE)  # the number of a step in a list is no answer
_SAID = re.compile(
    rf"(?:\banswer(?:\s+is|\s*:|\s*=)|\\boxed\{{)[\s*$€£(\\]*({_NUMBER})", re.IGNORECASE
)  # fmt: skip
_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen twenty"
)
_MARKED = re.compile(r"\*\*(.+?)\*\*|`([^`\n]+)`|\"([^\"\n]+)\"|“([^”\n]+)”|(?<!\w)'([^'\n]+)'(?!\w)")
_EDGES = " \t.!*\"'`“”()[]{}:"
_LETTER = re.compile(r"\s*[*(\"']*([A-Da-d])[*\"']*(?:[).:,]|\s*$|\s+[-–—])", re.MULTILINE)
_BRACKETED = re.compile(r"(?<!\w)([A-D])\)")
_SAID_LETTER = re.compile(r"(?:answer|option|choice)(?:\s+is)?\s*:?\s*[*(\"']*([A-D])\b(?!')", re.IGNORECASE)
_BEGUN = re.compile(r"^(?:def|import|from|class)\s|def ", re.MULTILINE)
_SCRIPT = re.compile(r"^if __name__\b", re.MULTILINE)
_FENCE = re.compile(r"```[^\n]*\n(.*?)(?:```|\Z)", re.DOTALL)


def says_number(text: str, right: float, asked: str) -> bool:
    """What is called the answer decides; else the last number, or the only one that was not asked with."""
    if said := _SAID.findall(text):
        return _equal(said[-1], right)
    numbers = _NUMBERS.findall(_ITEM.sub("", text))
    if not numbers:
        return _in_words(text) == right
    reported = set(_NUMBERS.findall(asked))
    new = {found for found in numbers if found not in reported}
    return _equal(numbers[-1], right) or (bool(new) and all(_equal(found, right) for found in new))


def says_text(text: str, accepted: Sequence[str], asked: str) -> bool:
    """Its first or last line is this, or ends in it after a sign or a verb; or it is what is quoted in it."""
    lines = [line for line in text.splitlines() if line.strip(_EDGES)]
    if not lines:
        return False
    marked = {part for found in _MARKED.findall(text) for part in found if part and part not in asked}
    if len(marked) == 1 and _bare(next(iter(marked))) in accepted:
        return True
    return any(_ends_in(line, right) for line in (lines[0], lines[-1]) for right in accepted)


def says_choice(text: str, options: Sequence[str], right: int) -> bool:
    """By its letter, where it gives one; else by the option that it names, or names first."""
    begun, bracketed = _LETTER.match(text), set(_BRACKETED.findall(text))
    letters = _SAID_LETTER.findall(text) or ([begun[1]] if begun else [])
    if letters or len(bracketed) == 1:
        return "ABCD".index((letters or [*bracketed])[0].upper()) == right
    folded = text.casefold()
    places = [_place(folded, option.casefold()) for option in options]
    named = [place for place in places if place is not None]
    return bool(named) and places[right] == min(named)


def code_in(text: str, function: str) -> str:
    """The first block with this function, or all that looks like code; without what only a script runs."""
    blocks: list[str] = _FENCE.findall(text)
    named = [block for block in blocks if f"def {function}" in block]
    begun = _BEGUN.search(text)
    found = (named or blocks or [text[begun.start() :] if begun else text])[0]
    return _SCRIPT.split(found, maxsplit=1)[0]


def _equal(number: str, right: float) -> bool:
    return abs(float(number.replace(",", "")) - right) < 1e-6


def _in_words(text: str) -> float | None:
    found = [word for word in re.findall(r"[a-z]+", text.lower()) if word in _WORDS.split()]
    return float(_WORDS.split().index(found[-1])) if found else None


def _bare(text: str) -> str:
    return text.strip(_EDGES)


def _ends_in(line: str, right: str) -> bool:
    bare = _bare(line)
    before = bare.removesuffix(right)
    return bare.endswith(right) and bool(
        re.search(r"(?:^|[:=>→]|\b(?:is|are|be|becomes|get))[\W_]*$", before)
    )


def _place(text: str, option: str) -> int | None:
    """Where an option is named, without its article."""
    name = re.sub(r"^(?:the|a|an) ", "", option)
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    return found.start() if found else None
