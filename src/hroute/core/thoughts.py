"""Tells what a model says to itself from what it says, in the text that it writes."""

import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from functools import cache
from itertools import groupby
from operator import itemgetter

# Marks of open models in use, as their chat templates define them: DeepSeek-R1, Qwen, Nemotron, Hunyuan and
# many others; Seed; Mistral; Kimi; OpenThinker; Cohere; Gemma 4.
_TAGS = ("think", "thinking", "thought", "thoughts", "seed:think", "antml:thinking")
_PAIRS = {
    **{f"<{name}>": f"</{name}>" for name in _TAGS},
    "[think]": "[/think]",
    "◁think▷": "◁/think▷",
    "<|begin_of_thought|>": "<|end_of_thought|>",
    "<|start_thinking|>": "<|end_thinking|>",
    "<|channel>thought": "<channel|>",
}
# Of OpenAI's harmony: what parts its channels, whose headings say for whom they are.
_HEADING = r"<\|channel\|>(?P<channel>(?:[^<\n]|<\|constrain\|>){0,200})<\|message\|>"
_ADDRESSED = re.compile(r"\bto=[^<\s]{1,128}\s*\Z")  # where it stands before the heading
_PARTINGS = ("<|start|>assistant", "<|end|>", "<|return|>")
# Cohere's and OpenThinker's, around what is for everybody.
_FRAMES = ("<|start_response|>", "<|end_response|>", "<|begin_of_solution|>", "<|end_of_solution|>")
_UNFINISHED_HEADING = re.compile(r"<\|channel\|>(?:[^<\n]|<\|constrain\|>){0,200}(?P<rest><[|a-z]*)?\Z")
# As they are spelt where they are single tokens, in lower case. What parts the turns is none of them.
THOUGHT_MARKS = frozenset(
    {*_PAIRS, *_PAIRS.values(), *_FRAMES, "<|channel|>", "<|constrain|>", "<|message|>", "<|channel>"}
)
_OPENED = re.compile(rf"(?:{'|'.join(map(re.escape, _PAIRS))})\s*\Z", re.IGNORECASE)
_LONGEST = 240
_SENTENCE_END = ".!?:;。！？…>)]*"


class SplitKind(Enum):
    TEXT = auto()
    THOUGHT = auto()
    UNSAID = auto()  # all text so far was thought: its end came, and its beginning never did
    MARK = auto()  # neither: a mark, and the space around thoughts


Split = tuple[SplitKind, str]


@cache
def _marks() -> re.Pattern[str]:
    plain = [*_PAIRS, *_PAIRS.values(), *_PARTINGS, *_FRAMES]
    return re.compile(rf"{_HEADING}|(?P<mark>{'|'.join(map(re.escape, plain))})|`+|\n", re.IGNORECASE)


class ThoughtSplitter:
    """Takes pieces of an answer and gives back what is certain of them.

    A mark stands at the beginning of the answer, of a line or of a sentence, and not in code: an answer may
    speak of the marks and mean nothing by them. `is_inside`: the prompt has opened the thoughts already.
    """

    def __init__(self, *, is_inside: bool = False) -> None:
        self._is_inside = is_inside
        self._held = ""
        self._before = ""  # the end of the text so far
        self._mentioned = 0  # marks that open nothing: what they are closed by closes nothing
        self._is_fenced = False
        self._is_quoted = False
        self._is_fresh = True  # nothing but space was said yet
        self._space = ""  # which is of the answer unless thoughts come first
        self._has_thought = False
        self._has_channels = False
        self._header = ""  # what stands between the start of a message and its channel

    def feed(self, piece: str) -> list[Split]:
        text = self._held + piece
        certain = len(text) - _unfinished(text)
        self._held = text[certain:]
        return _joined(self._split(text[:certain]))

    def after_thoughts(self) -> None:
        """Thoughts have come on another way: space before the answer is none of it."""
        self._has_thought = True

    def end(self) -> list[Split]:
        """What was held back, as no mark came of it."""
        rest, self._held = self._held, ""
        return _joined((*self._split(rest), *self._space_left()))

    def parts(self, rest: str) -> list[Split]:
        """All that the answer has, marks too, where this is the whole rest of it."""
        return [
            part
            for part in (*self._split(self._held + rest), *self._space_left())
            if part[1] or part[0] is SplitKind.UNSAID
        ]

    def _split(self, text: str) -> Iterator[Split]:
        at = 0
        for found in _marks().finditer(text):
            yield from self._said(text[at : found.start()])
            at = found.end()
            if found["mark"] is not None:
                yield from self._mark(found[0])
            elif found["channel"] is not None:
                yield from self._heading(found[0], found["channel"])
            else:
                self._note_code(found[0])
                yield from self._said(found[0])
        yield from self._said(text[at:])

    def _said(self, text: str) -> Iterator[Split]:
        if self._is_inside:
            yield SplitKind.THOUGHT, text
            return
        self._header = (self._header + text)[-_LONGEST:]
        if self._is_fresh:
            if not text.strip():
                self._space += text
                return
            yield from self._space_left()
            self._is_fresh = False
            if self._has_thought:
                bare = text.lstrip()
                yield SplitKind.MARK, text[: len(text) - len(bare)]
                text = bare
        self._before = (self._before + text)[-8:]
        yield SplitKind.TEXT, text

    def _space_left(self) -> Iterator[Split]:
        space, self._space = self._space, ""
        yield SplitKind.MARK if self._has_thought else SplitKind.TEXT, space

    def _noted(self, mark: str) -> Iterator[Split]:
        self._has_thought = True
        yield from self._space_left()
        yield SplitKind.MARK, mark

    def _mark(self, mark: str) -> Iterator[Split]:
        name = mark.lower()
        if self._is_inside:
            self._is_inside = name not in _PAIRS.values() and name != "<|end|>"
            yield from self._noted(mark)
        elif not self._is_code and (name in _FRAMES or (name in _PARTINGS and self._has_channels)):
            yield from self._noted(mark)
        elif self._is_code or name in _PARTINGS:
            yield from self._said(mark)
        elif name in _PAIRS:
            yield from self._opening(mark)
        else:
            yield from self._closing(mark)

    def _opening(self, mark: str) -> Iterator[Split]:
        if self._begins_here:
            self._is_inside = True
            yield from self._noted(mark)
        else:
            self._mentioned += 1
            yield from self._said(mark)

    def _closing(self, mark: str) -> Iterator[Split]:
        """Of thoughts whose beginning was in the prompt, or is nowhere; or one that is only spoken of."""
        is_spoken_of = self._before.endswith(("'", '"', " ")) and not self._begins_here
        if self._mentioned or is_spoken_of:
            self._mentioned = max(0, self._mentioned - 1)
            yield from self._said(mark)
            return
        if not self._is_fresh:
            self._is_fresh, self._before, self._is_quoted = True, "", False
            yield SplitKind.UNSAID, ""
        yield from self._noted(mark)

    def _heading(self, heading: str, channel: str) -> Iterator[Split]:
        """A call says to whom it goes, and is left to those who read calls."""
        if self._is_code and not self._is_inside:
            yield from self._said(heading)
            return
        self._has_channels = True
        is_call = "to=" in channel or _ADDRESSED.search(self._header) is not None
        self._is_inside = not is_call and channel.strip().lower().startswith("analysis")
        yield from self._said(heading) if is_call else self._noted(heading)

    @property
    def _is_code(self) -> bool:
        return self._is_fenced or self._is_quoted

    @property
    def _begins_here(self) -> bool:
        line = self._before.rpartition("\n")[2].rstrip()
        return not line or line[-1] in _SENTENCE_END

    def _note_code(self, found: str) -> None:
        if self._is_inside:
            return
        if found == "\n":
            self._is_quoted = False
        elif len(found) >= 3 and not self._before.rpartition("\n")[2].strip():
            self._is_fenced = not self._is_fenced
        elif not self._is_fenced:
            self._is_quoted = not self._is_quoted


def split(text: str, *, is_inside: bool = False) -> tuple[str, str]:
    """The answer and the thoughts of a whole text."""
    splitter = ThoughtSplitter(is_inside=is_inside)
    said, thought = "", ""
    for kind, part in (*splitter.feed(text), *splitter.end()):
        if kind is SplitKind.TEXT:
            said += part
        elif kind is SplitKind.THOUGHT:
            thought += part
        else:
            said, thought = "", thought + said
    return said, thought


def opened_by(prompt: str) -> tuple[str, str] | None:
    """The mark that opens thoughts at the end of a prompt, with the space after it, and its other half."""
    found = _OPENED.search(prompt)
    return (found[0], _PAIRS[found[0].rstrip().lower()]) if found else None


def _joined(parts: Iterable[Split]) -> list[Split]:
    """Neighbours of one kind as one."""
    reported = [
        (kind, text)
        for kind, text in parts
        if (text and kind is not SplitKind.MARK) or kind is SplitKind.UNSAID
    ]
    return [(kind, "".join(text for _, text in run)) for kind, run in groupby(reported, key=itemgetter(0))]


def _unfinished(text: str) -> int:
    """How many characters at the end of the text may be the beginning of a mark."""
    tail = text[-_LONGEST:]
    for at in (found.start() for found in re.finditer(r"[<\[◁`]", tail)):
        rest = tail[at:].lower()
        may_become = any(len(rest) < len(mark) and mark.startswith(rest) for mark in _all_marks())
        if may_become or rest.strip("`") == "" or _may_become_heading(rest):
            return len(rest)
    return 0


def _may_become_heading(rest: str) -> bool:
    found = _UNFINISHED_HEADING.match(rest)
    return found is not None and any(
        mark.startswith(found["rest"] or "") for mark in ("<|message|>", "<|constrain|>")
    )


@cache
def _all_marks() -> tuple[str, ...]:
    return (*_PAIRS, *_PAIRS.values(), *_PARTINGS, *_FRAMES, "<|channel|>")
