"""Where a markdown text that is still being written may be cut: into blocks, and within the last one."""

import re
from dataclasses import dataclass

_FENCE = re.compile(r"( *)(`{3,}|~{3,})")
_HEADING = re.compile(r"#{1,6}(\s|$)")
_ITEM = re.compile(r"([-*+]|\d{1,9}[.)])\s")
_STARTS_LIST = re.compile(r"([-*+]|1[.)])\s")  # the only ones that may do so right below a paragraph
_WHOLE_ONLY = re.compile(
    r"#{1,6}\s|    |\t|\||<"
)  # drawn when complete: headings, indented code, tables, HTML
# A line that may turn out to begin another block, or to make a heading of the paragraph above it.
_MAY_BEGIN = re.compile(r"[-=*_ ]*$|#{1,6}(\s|$)|([-*+]|\d{1,9}[.)])\s")
_EMPHASIS = re.compile(r"\*+|_+|~+")


@dataclass(frozen=True, slots=True)
class MarkdownBlock:
    """A paragraph, an item of a list, a table, a heading or a fenced code."""

    text: str
    gap: bool = True  # a blank line stands before it


def split_blocks(growing: MarkdownBlock) -> list[MarkdownBlock]:
    """The complete blocks in it, then the one that still grows."""
    split = _Split(growing.gap)
    *lines, rest = growing.text.split("\n")
    for line in lines:
        split.take(line)
    return [*split.blocks, MarkdownBlock("\n".join([*split.lines, rest]), split.gap)]


class _Split:
    def __init__(self, gap: bool) -> None:
        self.blocks: list[MarkdownBlock] = []
        self.lines: list[str] = []  # of the block that grows
        self.gap = gap
        self._fence = ""  # that the code we are in began with

    def take(self, line: str) -> None:
        if self._fence:
            self._take_code(line)
        elif not line.strip():
            self._end(gap=True)
        else:
            self._take_text(line)

    def _take_code(self, line: str) -> None:
        self.lines.append(line)
        mark = line.strip()
        if mark.startswith(self._fence) and not mark.strip(self._fence[0]):
            self._fence = ""
            if _FENCE.match(self.lines[0]):
                self._end(gap=True)

    def _take_text(self, line: str) -> None:
        fence = _FENCE.match(line)
        is_heading = _HEADING.match(line) is not None
        if fence:
            self._fence = fence[2]
            if not fence[1]:  # an indented one belongs to its list
                self._end(gap=True)
        elif is_heading or (self.lines and _STARTS_LIST.match(line) and not _ITEM.match(self.lines[0])):
            self._end(gap=True)
        elif self.lines and _ITEM.match(line) and _ITEM.match(self.lines[0]):
            self._end(gap=False)
        self.lines.append(line)
        if is_heading:
            self._end(gap=True)

    def _end(self, *, gap: bool) -> None:
        if self.lines:
            self.blocks.append(MarkdownBlock("\n".join(self.lines), self.gap))
        # A list whose items stand apart keeps its blank lines.
        self.gap = gap or (self.gap and not self.lines)
        self.lines = []


def settled(block: str) -> tuple[str, bool]:
    """The beginning of a growing block that reads the same whatever follows, and whether its last line

    on the screen is final too. Empty when nothing of the block is sure yet.
    """
    whole_lines = block[: block.rfind("\n") + 1]
    if _FENCE.match(block):
        return whole_lines, True
    if _WHOLE_ONLY.match(block) or "|" in block:
        return "", False
    last_line = block[len(whole_lines) :]
    return _settled_words(whole_lines if _MAY_BEGIN.match(last_line) else block), False


def _settled_words(text: str) -> str:
    """Up to the last space that no emphasis, code, link or tag may still reach across."""
    sure = at = 0
    emphasis: dict[str, int] = {}
    brackets = 0
    while at < len(text):
        char = text[at]
        if char.isspace():
            if not brackets and not any(emphasis.values()):
                sure = at
            at += 1
        elif char in "*_~":
            run = _EMPHASIS.match(text, at)
            assert run is not None, "one of its characters is here"
            _emphasise(emphasis, run)
            at = run.end()
        elif char in "[]":
            brackets = max(0, brackets + (1 if char == "[" else -1))
            at += 1
        else:
            at = _end_of_span(text, at)
    return text[:sure]


def _emphasise(emphasis: dict[str, int], run: re.Match[str]) -> None:
    text, char, length = run.string, run[0][0], len(run[0])
    before = text[run.start() - 1 : run.start()] or " "
    after = text[run.end() : run.end() + 1] or " "
    if char == "_" and before.isalnum() and after.isalnum():
        return  # snake_case
    open_now = emphasis.get(char, 0)
    if open_now and not before.isspace():
        emphasis[char] = max(0, open_now - length)
    elif not after.isspace():
        emphasis[char] = open_now + length


def _end_of_span(text: str, at: int) -> int:
    """Behind the code, link target, tag or escaped character that starts here; len(text) if it is open."""
    char = text[at]
    if char == "\\":
        return at + 2
    if char == "`":
        run = re.compile("`+").match(text, at)
        assert run is not None, "one of its characters is here"
        closing = re.compile(f"(?<!`){run[0]}(?!`)").search(text, run.end())
        return closing.end() if closing else len(text)
    if char == "(" and text[at - 1 : at] == "]":
        return _behind(")", text, at)
    if char == "<" and re.match(r"<[A-Za-z/!?]", text[at : at + 2]):
        return _behind(">", text, at)
    return at + 1


def _behind(closing: str, text: str, at: int) -> int:
    end = text.find(closing, at)
    return end + 1 if end >= 0 else len(text)
