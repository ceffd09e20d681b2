"""The words around an item: its sentence, where it stands in it, and what goes before and after."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

_STRAIGHT = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "–": "-",
        "—": "-",
        "‑": "-",
        "\u00a0": " ",
        "\t": " ",
        "\r": " ",
    }
)
# How far a sentence is looked for: enough for an enumeration, bounded whatever the prompt.
BEFORE_CHARS, AFTER_CHARS = 300, 500
AROUND_CHARS = 4000  # of the rest of the prompt, for what must be repeated

_QUOTATION = r'"[^"\n]{1,300}"|(?<![\w\'])\'[^\'\n]{1,200}\'(?!\w)|`[^`\n]{1,200}`'
_BREAK = r"(?<!\be\.g)(?<!\bi\.e)(?<!\bp\.s)(?<!\bvs)(?<!\betc)[.!?]+[\"')\]]*(?:\s+|\Z)|\s*\n\s*"
# "Each line has 5 words" or "a title of at most 5 words" says nothing about the answer as a whole.
_FOR_EACH = r"\b(?:for|in) (?:each|every)\b"
# A negation governs what follows it up to the next comma, "and" or "but".
_NO = (
    r"(?:\bnot(?! forget)|n't(?! forget)|\bnever|\bavoid\w*|\bwithout|\brefrain\w*|\bexclud\w*|"
    r"\bomit\w*|\bcannot|\bno|\brather than|\binstead of)"
)
_TOKEN = r"[\w'\"()\[\]*/’-]*\w[\w'\"()\[\]*/’-]*:?"
_EACH_AFTER = r" ?(?:(?:in|for|of) )?(?:each|every|per)\b(?! separated)"
_PARTIAL = (
    r"\b(?:each|every|per|both)\b|"
    r"\b(?:titles?|headings?|headlines?|subject lines?|captions?|taglines?|intro(?:duction)?|"
    r"conclusion|abstract|"
    r"(?:first|last|second|third|final|opening|closing|topic) (?:word|letter|sentence|line|"
    r"paragraph|stanza|section|part))\b"
)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ItemPlace:
    """`text[start:end]` is the item; `text` its sentence in straight quotes; `after` what follows that."""

    text: str
    start: int
    end: int
    before: str = ""
    after: str = ""

    @property
    def own(self) -> str:
        return self.text[self.start : self.end]

    @property
    def onwards(self) -> str:
        """The item and the rest of its sentence."""
        return self.text[self.start :]

    def touching(self, pattern: str) -> Iterator[re.Match[str]]:
        """The pattern's matches in the sentence that share text with the item."""
        for match in compiled(pattern).finditer(self.text):
            if match.start() < self.end and match.end() > self.start:
                yield match

    def has(self, pattern: str) -> bool:
        return compiled(pattern).search(self.text) is not None

    def is_partial(self, start: int, end: int) -> bool:
        """Whether what stands there is said of a part of the answer only."""
        before, after = self.text[max(0, start - 90) : start], self.text[end : end + 25]
        clause = compiled(r"[,;(]").split(before)[-1]
        partial = compiled(_PARTIAL).search(clause) or compiled(_FOR_EACH).search(before)
        return bool(partial or compiled(_EACH_AFTER).match(after))

    def negated_before(self, position: int, *, reach: int = 7) -> bool:
        """Whether "no", "not" or "without" governs it from up to `reach` words before in its clause."""
        pattern = rf"{_NO}(?: (?!and\b|but\b){_TOKEN}){{0,{reach}}}[ \[(:]*\Z"
        return compiled(pattern).search(self.text[max(0, position - 160) : position]) is not None


def alone(text: str) -> ItemPlace:
    """The place of an item of which nothing but its own words is known."""
    return ItemPlace(text.translate(_STRAIGHT), 0, len(text))


def place_of(prompt: str, start: int, end: int) -> ItemPlace:
    low = max(0, start - BEFORE_CHARS)
    near = prompt[low : end + AFTER_CHARS].translate(_STRAIGHT)
    hidden = compiled(_QUOTATION).sub(_hidden, near)
    first, last = start - low, end - low
    begin = max((m.end() for m in compiled(_BREAK).finditer(hidden, 0, first)), default=0)
    closing = compiled(_BREAK).search(hidden, max(first, last - 1))
    close = closing.end() if closing else len(near)
    here, there = low + begin, low + close
    before, after = prompt[max(0, here - AROUND_CHARS) : here], prompt[there : there + AROUND_CHARS]
    return ItemPlace(near[begin:close], first - begin, last - begin, before, after)


def _hidden(quotation: re.Match[str]) -> str:
    """A sentence does not end inside a quotation."""
    mark, length = quotation[0][0], len(quotation[0])
    return mark + "x" * (length - 2) + mark
