"""Reads whole answers, with their sentences and steps, as a person would who knows the right one."""

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"(?<![\w.^])[-−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|(?<![\w.^])[-−]?\d+(?:\.\d+)?")
_STEP = re.compile(r"^\s*(?:step\s+)?\d+[.):]\s", re.MULTILINE | re.IGNORECASE)
_ANSWER = re.compile(
    r"(?:answer|result|total|solution)\b[^\n.]*?(?:is|are|:|=)\s*([^\n]*?)(?:\.\s|\n|$)", re.IGNORECASE
)
_LETTER = re.compile(r"(?<![\w'])\(?([A-E])(?:[).:]|\b(?!['’]))")
_SAYS_LETTER = re.compile(r"(?:answer|option|choice)(?: is)?:?\s*\W{0,3}([A-E])\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_EARLY = 240  # characters in which an answer to a short question stands


def concludes(text: str, right: str) -> bool:
    """The number that is called the answer is this one; if none is, the last one or the first line's last."""
    plain = _STEP.sub("", text.replace("$", "").replace("\\", " ").replace("*", " "))
    called = [found for said in _ANSWER.findall(plain) if (found := _numbers(said))]
    if called:
        return called[-1][-1] == float(right)
    first = next((numbers for line in plain.splitlines() if (numbers := _numbers(line))), [])
    return float(right) in (*first[-1:], *_numbers(plain)[-1:])


def mentions(text: str, *right: str) -> bool:
    """The beginning of the answer has one of these, as whole words. Case and accents' forms do not count."""
    early = _plain(text)[:_EARLY]
    return any(re.search(rf"(?<!\w){re.escape(_plain(one))}(?!\w)", early) for one in right)


def begins(text: str, right: str) -> bool:
    """The first line says these words, and little else. Marks do not count."""
    first = next((line for line in text.splitlines() if _WORD.search(line)), "")
    found, wanted = _folded(first), _folded(right)
    starts = range(len(found) - len(wanted) + 1)
    return len(found) <= len(wanted) + 8 and any(found[at : at + len(wanted)] == wanted for at in starts)


def _folded(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def picks(text: str, letter: str, options: Sequence[str]) -> bool:
    """Of lettered choices: the letter that is said, or the only choice whose words are there."""
    said = _SAYS_LETTER.findall(text) or _LETTER.findall(text.strip())
    if said:
        letters = dict.fromkeys(one.upper() for one in said)
        return next(iter(letters)) == letter and (len(letters) == 1 or bool(_SAYS_LETTER.search(text)))
    named = [place for place, option in enumerate(options) if mentions(text, option)]
    return named == [ord(letter) - ord("A")]


def decides(text: str, right: str, other: str) -> bool:
    """Of two words: this one comes first, and the other is not said beside it."""
    words = _folded(text)
    found = [word for word in words if word in (right, other)]
    return bool(found) and found[0] == right and not (other in found and len(words) < 12)


def holds(text: str, right: str) -> bool:
    """The answer has this very text in a line of its own or in quotes, whatever is said around it."""
    if text.strip().strip(" .\"'`*") == right.strip(" ."):
        return True
    quoted = re.findall(r"[\"'`“*]+([^\"'`”*\n]+)[\"'`”*]+", text)
    lines = [line.partition(":")[2] or line for line in text.splitlines()]
    return right.strip(" .") in {part.strip().strip(" .") for part in (*quoted, *lines, *text.splitlines())}


def listed(text: str, right: Sequence[str]) -> bool:
    """The same things in the same order, as a list, on lines or with commas; what the prompt had aside."""
    found = [word.casefold() for word in re.findall(r"[-−]?\w+", _STEP.sub("", text))]
    wanted = [one.casefold() for one in right]
    return wanted in (found[-len(wanted) :], found[: len(wanted)]) or _has_run(found, wanted)


def _has_run(found: list[str], wanted: list[str]) -> bool:
    """Only once, so that a list of all orders is no answer."""
    size = len(wanted)
    return (
        sum(found[at : at + size] == wanted for at in range(len(found))) >= 1 and len(found) < 4 * size + 12
    )


def words_of(text: str) -> list[str]:
    return _WORD.findall(text)


def _numbers(text: str) -> list[float]:
    return [float(found.replace(",", "").replace("−", "-")) for found in _NUMBER.findall(text)]


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").replace("*", "").split())
