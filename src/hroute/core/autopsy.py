"""Shows where a rejected answer broke: the text around the place, a caret, and what was wanted."""

import re
from collections.abc import Iterator

from hroute.core.sanitize import printable
from hroute.core.tools.verdict import ToolVerdict

WIDTH = 76
_LEAD = 48  # columns before the caret, when there are that many
_ELLIPSIS = "…"
_SIGNS = {"\n": "↵", "\t": "→"}
# Wide in most terminals: they would shift the caret. East Asian W and F, emoji, combining marks.
_MISFITS = re.compile(
    r"[\u0300-\u036f\u1100-\u115f\u200b-\u200d\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe00-\ufe6f"
    r"\uff00-\uff60\uffe0-\uffe6\U0001f000-\U0001faff\U00020000-\U0003fffd]"
)


def autopsy(text: str, verdict: ToolVerdict) -> tuple[str, ...]:
    """Lines of at most WIDTH columns; none for an answer that counts."""
    if verdict.fault is None:
        return ()
    return tuple(_lines(text, verdict))


def _lines(text: str, verdict: ToolVerdict) -> Iterator[str]:
    before, after = _one_line(text[: verdict.at][-4 * WIDTH :]), _one_line(text[verdict.at :][: 4 * WIDTH])
    if len(before) > _LEAD or verdict.at > 4 * WIDTH:
        before = _ELLIPSIS + before[-(_LEAD - 1) :]
    room = WIDTH - len(before)
    if len(after) > room:
        after = after[: room - 1] + _ELLIPSIS
    yield before + after
    yield " " * len(before) + "^ " + str(verdict.fault)
    if verdict.wanted:
        yield _fitted(f"wanted: {_one_line(verdict.wanted)}")
    if verdict.notes:
        yield _fitted("also: " + ", ".join(verdict.notes))


def _one_line(text: str) -> str:
    """Printable, on one line, one column a character: so that the caret stands where it should."""
    signs = "".join(_SIGNS.get(character, character) for character in printable(text))
    return _MISFITS.sub("▯", signs)


def _fitted(line: str) -> str:
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + _ELLIPSIS
