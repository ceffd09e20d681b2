"""Tells what a model says to itself from its answer, on whichever way its engine gives it."""

from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Iterator
from dataclasses import dataclass

from hroute.core.sanitize import PrintableStream
from hroute.core.thoughts import Split, SplitKind, ThoughtSplitter
from hroute.engines.base import ThoughtPiece

# Of the thoughts of one attempt so much is kept, some 25,000 tokens; of more only the length.
MOST_CHARS = 100_000


@dataclass(frozen=True, slots=True)
class Unsaid:
    """All text of the attempt so far was thought."""


AnswerPiece = str | ThoughtPiece | Unsaid


class Thoughts:
    """Those of one attempt, without control sequences."""

    def __init__(self) -> None:
        self.chars = 0
        self._pieces: list[str] = []
        self._stream = PrintableStream()

    def add(self, piece: str) -> str:
        """What of it can be printed now."""
        text = self._stream.feed(piece)
        if kept := text[: max(0, MOST_CHARS - self.chars)]:
            self._pieces.append(kept)
        self.chars += len(text)
        return text

    @property
    def text(self) -> str:
        """The first of them."""
        return "".join(self._pieces)


async def split_thoughts(pieces: AsyncIterable[str | ThoughtPiece]) -> AsyncGenerator[AnswerPiece, None]:
    """An engine's pieces, with thoughts that it gives as text as what they are."""
    splitter = ThoughtSplitter()
    async for piece in pieces:
        if isinstance(piece, str):
            for part in _pieces_of(splitter.feed(piece)):
                yield part
            continue
        splitter.after_thoughts()
        yield piece
    for part in _pieces_of(splitter.end()):
        yield part


def _pieces_of(parts: Iterable[Split]) -> Iterator[AnswerPiece]:
    for kind, text in parts:
        if kind is SplitKind.UNSAID:
            yield Unsaid()
        else:
            yield text if kind is SplitKind.TEXT else ThoughtPiece(text)
