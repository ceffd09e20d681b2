"""Where a markdown text that is still being written may be cut: into blocks, and within the last one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

# Stands for the line that is not there yet: words, which go on with whatever words can go on with.
_NEXT = "x"
_LISTS = {"bullet_list_open", "ordered_list_open"}
_LEAVES = {"paragraph_open", "heading_open", "fence", "code_block", "table_open", "html_block", "hr"}
_DRAWN_BY_LINE = {"fence", "heading_open", "hr"}
_WHOLE_ONLY = re.compile(
    r"#{1,6}\s|    |\t|\||<"
)  # drawn when complete: headings, indented code, tables, HTML
# A line that may turn out to begin another block, or to make a heading of the paragraph above it.
_MAY_BEGIN = re.compile(r" *([-=*_ ]*$|#{1,6}(\s|$)|([-*+]|\d{1,9}[.)])\s|[>|<]|`{3}|~{3})")
_EMPHASIS = re.compile(r"\*+|_+|~+")


class Growth(Enum):
    """What the rest of a block that still grows adds to, and how it can be drawn."""

    WORDS = auto()
    LINES = auto()  # fenced code, or what only the next line can tell
    WHOLE = auto()


@dataclass(frozen=True, slots=True)
class MarkdownBlock:
    """A paragraph, an item of a list, a table, a heading or a fenced code."""

    text: str
    gap: bool = True  # a blank line stands before it
    growth: Growth = Growth.WORDS
    complete: int = 0  # so many characters are paragraphs and code that can grow no more


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block that is to be printed for itself: of a list, each item."""

    start: int  # its first line
    kind: str
    whole_start: int  # of all of the list


def split_blocks(growing: MarkdownBlock) -> list[MarkdownBlock]:
    """The complete blocks in it, then the one that still grows."""
    *lines, rest = growing.text.split("\n")
    tokens = [token for token in _parser().parse("\n".join([*lines, _NEXT])) if token.nesting >= 0]
    pieces = [piece for piece in _pieces(tokens) if piece.start < len(lines)]
    if not pieces:
        return [MarkdownBlock(rest, growing.gap)]
    starts = [0, *(piece.start for piece in pieces[1:])]
    gaps = [growing.gap, *(_has_gap(*pair, lines) for pair in pairwise(pieces))]
    texts = ["\n".join(lines[start:end]) for start, end in pairwise([*starts, len(lines)])]
    blocks = [MarkdownBlock(text, gap) for text, gap in zip(texts, gaps, strict=True)]
    is_apart = any(token.level == 0 and _start(token) == len(lines) for token in tokens)
    is_after_blank = not lines[-1].strip()
    if is_apart and not _may_go_on(pieces[-1].kind, is_after_blank=is_after_blank):
        return [*blocks, MarkdownBlock(rest)]
    leaf = next(t for t in reversed(tokens) if t.type in _LEAVES and _start(t) < len(lines))
    *complete, last = blocks
    last = replace(last, text=f"{last.text}\n{rest}")
    is_by_line = leaf.type == "fence" or (is_apart and (is_after_blank or leaf.type in _DRAWN_BY_LINE))
    if is_by_line and pieces[-1].kind != "blockquote_open":  # whose code ends with a line of the quote's
        return [*complete, replace(last, growth=Growth.LINES)]
    before = sum(len(line) + 1 for line in lines[starts[-1] : max(starts[-1], _start(leaf))])
    growth = Growth.WORDS if leaf.type == "paragraph_open" else Growth.WHOLE
    return [*complete, replace(last, growth=growth, complete=before)]


@cache
def _parser() -> MarkdownIt:
    """Of the blocks that rich draws."""
    return MarkdownIt().enable("table").disable("inline")


def _pieces(tokens: Sequence[Token]) -> list[_Piece]:
    pieces: list[_Piece] = []
    whole = tokens[0]
    for token in tokens:
        if token.level == 0:
            whole = token
        is_list = whole.type in _LISTS
        if (token.level, token.type) == (1, "list_item_open") if is_list else token.level == 0:
            pieces.append(_Piece(_start(token), whole.type, _start(whole)))
    return pieces


def _start(token: Token) -> int:
    """Its first line."""
    assert token.map is not None, "blocks know their lines"
    return token.map[0]


def _has_gap(above: _Piece, below: _Piece, lines: Sequence[str]) -> bool:
    """Items of a list stay together unless they stand apart in the text."""
    return above.whole_start != below.whole_start or not lines[below.start - 1].strip()


def _may_go_on(kind: str, *, is_after_blank: bool) -> bool:
    """Whether the next line can belong to such a block although words would not."""
    return kind in _LISTS or kind == "code_block" or (kind == "blockquote_open" and not is_after_blank)


def settled(block: MarkdownBlock) -> tuple[str, bool]:
    """The beginning of a growing block that reads the same whatever follows, and whether its last line

    on the screen is final too. Empty when nothing of the block is sure yet.
    """
    complete, growing = block.text[: block.complete], block.text[block.complete :]
    whole_lines = growing[: growing.rfind("\n") + 1]
    if block.growth is Growth.LINES:
        return complete + whole_lines, True
    if block.growth is Growth.WHOLE or _WHOLE_ONLY.match(growing) or "|" in growing:
        return complete, True
    last_line = growing[len(whole_lines) :]
    words = _settled_words(whole_lines if _MAY_BEGIN.match(last_line) else growing)
    return complete + words, not words


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
