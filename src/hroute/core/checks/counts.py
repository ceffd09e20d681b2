"""Counts the things of an answer, strictly and generously. Every pattern runs in linear time."""

import re
from collections.abc import Callable, Mapping

from hroute.core.checks.finding import CountRange, Finding, broken, compare, limits_of, unchecked
from hroute.core.checks.parts import paragraphs, separated
from hroute.core.checks.shape import unfenced

_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_ENDER = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’)\]*_]*(?=\s|\Z)|[。！？]")
# Endings that some take for the end of a sentence and others do not.
_DOUBTFUL_END = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|jr|sr|vs|etc|e\.g|i\.e|p\.s|p\.p\.s|no|inc|ltd|co|[a-z])|\.\.|…|"
    r"(?:\A|\n)\W{0,4}\d{1,3}|\b[A-Z]\.[A-Z])\Z",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^[ \t]*[*•+-][ \t]+\S", re.MULTILINE)
_LOOSE_BULLET = re.compile(r"^[ \t]*(?:\*[^*\n]|[-•+])", re.MULTILINE)
_NUMBERED = re.compile(r"^[ \t]*\(?\d{1,3}[.)][ \t]+\S", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\[([^\[\]\n]{1,200})\](\(?)")
_BOLD = re.compile(r"(?<![*\w])(\*{1,3})(?=[^\s*])([^*\n]+)(?<=\S)\1(?![*\w])")
_LOOSE_BOLD = re.compile(r"\*[^*\n]+\*|(?<!\w)_[^_\n]+_(?!\w)|<(?:b|i|em|strong|mark)>", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_TABLE_ROW = re.compile(r"^[ \t]*\|.*\|[ \t]*$", re.MULTILINE)
_TABLE_RULE = re.compile(r"^[ \t|:-]+$")


def _words(answer: str) -> CountRange | None:
    """By white space and by runs of letters, with and without code; None where words have no spaces."""
    if len(_ASIAN.findall(answer)) * 5 > len(answer):
        return None
    bare = _FENCE.sub(" ", answer)
    strict = sum(1 for token in bare.split() if _WORD.search(token))
    return CountRange(strict, max(strict, len(_WORD.findall(answer))))


def _sentences(answer: str) -> CountRange:
    """By closing punctuation; a line without it, a list number or an abbreviation may count as one."""
    sure = doubtful = end = 0
    for match in _ENDER.finditer(answer):
        near = answer[max(0, match.start() - 12) : match.start()]
        is_doubtful = _DOUBTFUL_END.search(near) is not None or match.group().startswith(("..", "…"))
        sure, doubtful = sure + (not is_doubtful), doubtful + is_doubtful
        end = match.end()
    open_lines = [line for line in answer.split("\n") if _WORD.search(line) and not _ENDER.search(line[-4:])]
    rest = bool(_WORD.search(answer, end)) and not open_lines
    return CountRange(max(sure, 1), max(sure + doubtful + len(open_lines) + rest, 1))


def _bullets(answer: str) -> CountRange | None:
    """Entries with a bullet; a numbered list in their place is not one, but not for everyone."""
    strict = len(_BULLET.findall(answer))
    loose = len(_LOOSE_BULLET.findall(answer))
    top = sum(1 for match in _BULLET.finditer(answer) if not match.group()[0].isspace())
    return CountRange(min(strict, loose, top or strict), max(strict, loose))


def _items(answer: str) -> CountRange | None:
    """Entries of the answer's list, where it is one."""
    bullets, numbered = _bullets(answer), len(_NUMBERED.findall(answer))
    if numbered and bullets and not bullets.high:
        return CountRange(numbered, numbered)
    return bullets if bullets and bullets.low and not numbered else None


def _placeholders(answer: str) -> CountRange:
    found = _PLACEHOLDER.findall(answer)
    strict = [inside for inside, link in found if not link and re.search(r"[^\W\d]{2}", inside)]
    return CountRange(len(strict), max(len(found), answer.count("[") if "[]" in answer else 0))


def _highlights(answer: str) -> CountRange:
    strict = len(_BOLD.findall(answer))
    return CountRange(strict, max(strict, len(_LOOSE_BOLD.findall(answer))))


def _capital_words(answer: str) -> CountRange:
    """Words of capitals; single letters ("I", "A") and the halves of "TOP-UP" only for some."""
    joined = (re.sub(r"\W", "", token) for token in answer.split() if token.isupper())
    strict = sum(1 for letters in joined if sum(map(str.isalpha, letters)) > 1)
    return CountRange(strict, max(strict, sum(map(str.isupper, _WORD.findall(answer)))))


def _lines(answer: str) -> CountRange:
    """Blank lines and the marks of a code block count for some."""
    every, inside = answer.strip().split("\n"), unfenced(answer).split("\n")
    full = sum(1 for line in inside if line.strip())
    return CountRange(full, len(every) if full else 0)


def _characters(answer: str) -> CountRange:
    return CountRange(len("".join(answer.split())), len(answer.strip()))


def _table_rows(answer: str) -> list[str]:
    return [row for row in _TABLE_ROW.findall(answer) if not _TABLE_RULE.match(row)]


def _rows(answer: str) -> CountRange | None:
    """Of a Markdown table or of CSV; a header counts for some."""
    rows = len(_table_rows(answer)) or _csv_rows(unfenced(answer))
    return CountRange(rows - 1, rows) if rows > 1 else None


def _csv_rows(text: str) -> int:
    lines = [line for line in text.split("\n") if line.strip()]
    widths = {line.count(",") for line in lines}
    return len(lines) if len(widths) == 1 and min(widths) > 0 else 0


def _columns(answer: str) -> CountRange | None:
    widths = {row.strip().strip("|").count("|") + 1 for row in _table_rows(answer)}
    return CountRange(min(widths), max(widths)) if widths else None


def _questions(answer: str) -> CountRange:
    found = len(re.findall(r"[?？]+", answer))
    return CountRange(found, found)


def _hashtags(answer: str) -> CountRange:
    found = len(re.findall(r"(?<![\w#])#\w+", answer))
    return CountRange(found, found)


_COUNTERS: dict[str, Callable[[str], CountRange | None]] = {
    "words": _words,
    "sentences": _sentences,
    "bullets": _bullets,
    "items": _items,
    "steps": _items,
    "placeholders": _placeholders,
    "highlights": _highlights,
    "capital words": _capital_words,
    "lines": _lines,
    "characters": _characters,
    "rows": _rows,
    "columns": _columns,
    "questions": _questions,
    "hashtags": _hashtags,
}


def check_amount(params: Mapping[str, object], answer: str) -> Finding:
    """{"unit": "words", "max": 50}, {"unit": "parts", "exactly": 2, "separator": "***"}."""
    unit, limits = str(params.get("unit")), limits_of(params)
    if limits is None:
        return unchecked("no number to compare with")
    tally = _tally(unit, params, answer)
    if tally is None:
        return unchecked(f"{unit} of this answer cannot be counted")
    if unit == "bullets" and not tally.high and _NUMBERED.search(answer) and limits.low:
        return unchecked("a numbered list in place of bullets")
    return compare(tally, limits, unit)


def _tally(unit: str, params: Mapping[str, object], answer: str) -> CountRange | None:
    separator, marker = params.get("separator"), params.get("marker")
    if isinstance(separator, str) and separator.startswith("*"):
        return separated(answer, separator)
    if unit == "paragraphs":
        return paragraphs(answer, divided=separator == "blank line")
    if isinstance(marker, str):
        return _marked(answer, marker)
    counter = _COUNTERS.get(unit)
    return counter(answer) if counter else None


def _marked(answer: str, marker: str) -> CountRange:
    """Sections that begin with their marker: "SECTION 1"."""
    strict = re.findall(rf"^[^\w\n]{{0,9}}_{{0,3}}{re.escape(marker)} ?(?:\d{{1,3}})", answer, re.MULTILINE)
    loose = re.findall(rf"{re.escape(marker)} ?(?:\d|[ivx]+\b|[a-z]\b)", answer, re.IGNORECASE)
    return CountRange(len(strict), max(len(strict), len(loose)))


def check_divided(params: Mapping[str, object], answer: str) -> Finding:
    """{"divided": "***"} of nobody knows how many parts: without a divider there is but one."""
    divider = str(params.get("divided"))
    return (
        unchecked("divided, into how many parts is not said")
        if divider in answer
        else broken(f"nothing divided by {divider}")
    )
