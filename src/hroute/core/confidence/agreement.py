"""Whether several answers say the same, whatever their wording around it."""

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)*")
_WORD = re.compile(r"\w+")


def agreement(answer: str, samples: Sequence[str]) -> float | None:
    """The share of the samples that say what the answer says; None without samples."""
    if not samples:
        return None
    said = gist(answer)
    return sum(gist(sample) == said for sample in samples) / len(samples)


def gist(answer: str) -> tuple[str, ...]:
    """The numbers of an answer in prose; else its words. Case and punctuation do not count."""
    is_prose = not answer.lstrip().startswith(("{", "["))
    return tuple((is_prose and _NUMBER.findall(answer)) or _WORD.findall(answer.casefold()))
