"""Cuts an answer into paragraphs and into the parts between dividers."""

import re

from hroute.core.checks.finding import CountRange

_LIST_OR_HEADING = re.compile(r"\s*(?:[*•+-]\s|\d{1,3}[.)]\s|#|\*\*[^*\n]+\*\*\s*\Z|[^\n]{0,60}:\s*\Z)")
_STARS = re.compile(r"\*{3,}")
_OWN_LINE = re.compile(r"^[ \t]*\*{3,}[ \t]*$", re.MULTILINE)


def blocks(answer: str) -> list[str]:
    """What stands between blank lines."""
    return [block for block in answer.split("\n\n") if block.strip()]


def paragraphs(answer: str, *, divided: bool) -> CountRange:
    """Without the prompt saying that blank lines divide them, headings, lists and lines may not count."""
    cut = len(blocks(answer))
    spaced = [block for block in re.split(r"\n[ \t\r]*\n", answer) if block.strip()]
    if divided:
        return CountRange(min(cut, len(spaced)), max(cut, len(spaced)))
    prose = [block for block in spaced if not _LIST_OR_HEADING.match(block)]
    lines = sum(1 for line in answer.split("\n") if line.strip())
    return CountRange(min(len(prose), cut), max(cut, lines))


def separated(answer: str, separator: str) -> CountRange | None:
    """Parts between dividers of asterisks; None when the dividers are not quite as asked."""
    runs = _STARS.findall(answer)
    if not runs:
        return CountRange(1, 1)
    length = len(separator)
    # Beside six asterisks, three are a divider of something else; four or nine are a slip.
    if any(len(run) != length and not (len(run) == 3 and separator in runs) for run in runs):
        return None
    anywhere = re.split(rf"(?<!\*)\*{{{length}}}(?!\*)", answer)
    own_line = _OWN_LINE.split(answer)
    if any(not part.strip() for part in anywhere[1:-1]) or _repeats(anywhere):
        return None
    # Three asterisks in a line may be emphasis; six are nothing but a divider.
    ways = (anywhere, own_line) if length == 3 else (anywhere,)
    counts = [sum(1 for part in parts if part.strip()) for parts in ways]
    return CountRange(min(counts), max(counts))


def _repeats(parts: list[str]) -> bool:
    """Two answers that are one and the same are hardly what was asked for."""
    texts = [part.strip() for part in parts if part.strip()]
    return len(set(texts)) < len(texts)
