"""Finds the JSON in an answer, and what stands around it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from hroute.core.tools.text.json_text import NotJsonError, Parsed, parse_at
from hroute.core.tools.verdict import ToolFault

_MOST_STARTS = 64  # every start may cost a pass over the rest of the text
_FENCE = re.compile(r"```[\w+-]*")
# Where JSON may begin in the middle of prose; [1] and {x} are prose.
_START = re.compile(r"\{\s*[\"'}]|\[\s*[\[{\]\"]")
_TAGS = re.compile(r"</?tool_calls?>")


@dataclass
class FoundJson:
    """The values that were looked for, in order; or where one of them could not be read.

    `other` is the first JSON that was something else.
    """

    values: list[Parsed] = field(default_factory=list)
    broken_at: int = 0
    error: NotJsonError | None = None
    other: Parsed | None = None


def find_json(
    text: str, is_wanted: Callable[[object], bool], is_meant: Callable[[str, int], bool], *, only_one: bool
) -> FoundJson:
    """Reads the values that `is_wanted` accepts, up to the first that is broken.

    What cannot be read counts as broken when it was meant: `is_meant` is asked about its start.
    """
    found = FoundJson()
    done = 0
    for start in _starts(text):
        if start < done:
            continue
        try:
            parsed = parse_at(text, start)
        except NotJsonError as error:
            if not is_meant(text, start):
                continue
            found.broken_at, found.error = start, error
            return found
        done = parsed.end
        if not is_wanted(parsed.value):
            found.other = found.other or parsed
            continue
        found.values.append(parsed)
        if only_one:
            break
    return found


def body_start(text: str) -> int:
    """Where the text or the block in its code fence begins."""
    start = len(text) - len(text.lstrip())
    if fence := _FENCE.match(text, start):
        rest = text[fence.end() :]
        return fence.end() + len(rest) - len(rest.lstrip())
    return start


def _starts(text: str) -> Iterator[int]:
    first = body_start(text)
    if text[first : first + 1] == "{":
        yield first
    for number, match in enumerate(_START.finditer(text)):
        if number == _MOST_STARTS:
            return
        yield match.start()


def notes_on(text: str, values: list[Parsed]) -> tuple[ToolFault, ...]:
    """What stands around the values: fences, other text, both or nothing."""
    gaps: list[str] = []
    at = 0
    for value in values:
        gaps.append(text[at : value.start])
        at = value.end
    around = _TAGS.sub("", "".join([*gaps, text[at:]]))
    unfenced = _FENCE.sub("", around)
    notes = []
    if unfenced != around:
        notes.append(ToolFault.CODE_FENCE)
    if unfenced.replace(",", "").strip():
        notes.append(ToolFault.EXTRA_TEXT)
    return tuple(notes)
