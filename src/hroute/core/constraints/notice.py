"""What can be seen of a prompt's constraints before anything is decided: families, pieces, clues."""

from typing import NamedTuple

from hroute.core.constraints.clues import Found, clues
from hroute.core.constraints.families.quantities import find_quantities
from hroute.core.constraints.matching import counts, find_candidates
from hroute.core.constraints.merge import Mention, merge
from hroute.core.constraints.notes import unnamed
from hroute.core.constraints.pieces import Piece, pieces
from hroute.core.constraints.rules import Candidate, look
from hroute.core.constraints.sentences import Layout, Segments, cut
from hroute.core.segments import Reading, read
from hroute.core.segments.masking import BLANK

_LOOKED_UP = 100  # sentences
_SHORTEST, _LONGEST = 4, 300  # characters of a sentence that is looked up


class Noticed(NamedTuple):
    """Positions are those of the reading's `asked`."""

    reading: Reading
    segments: Segments
    pieces: list[Piece]
    found: list[Found]

    def clues(self) -> list[list[int]]:
        asked = self.reading.asked
        return clues(self.pieces, self.found, self.segments, (asked.find(BLANK), asked.rfind(BLANK)))


def notice(prompt: str) -> Noticed:
    reading = read(prompt)
    segments, asked = cut(reading.asked), look(reading.asked)
    candidates = [
        *find_candidates(reading.masked, asked, reading.ends.text),
        *find_quantities(asked, segments),
    ]
    said_again = _said_again(reading.asked, segments)
    return Noticed(
        reading,
        segments,
        [piece for piece in pieces(segments) if piece.segment not in said_again],
        [f for f in _found(candidates, segments) if segments.index_at(f.candidate.start) not in said_again],
    )


def _said_again(asked: str, segments: Segments) -> set[int]:
    """Sentences that the prompt holds already, word for word; a long prompt's first ones are looked up."""
    again = set()
    for index, segment in enumerate(segments.segments[:_LOOKED_UP]):
        text = segment.text.strip(" .!-*")
        if _SHORTEST <= len(text) <= _LONGEST and asked.find(text, 0, segment.start) >= 0:
            again.add(index)
    return again


def _found(candidates: list[Candidate], segments: Segments) -> list[Found]:
    """All candidates in reading order, each with what its place and its company make of it."""
    mentions = [mention for candidate in candidates if (mention := _mention(candidate, segments))]
    fresh = list(unnamed(segments, mentions))
    kept = {id(candidate) for candidate in merge(mentions + fresh)}
    counted = {id(mention.candidate) for mention in mentions + fresh}
    whole = [*candidates, *(mention.candidate for mention in fresh)]
    whole.sort(key=lambda c: (c.start, c.rank, -c.end))
    return [Found(candidate, id(candidate) in counted, id(candidate) in kept) for candidate in whole]


def _mention(candidate: Candidate, segments: Segments) -> Mention | None:
    index = segments.index_at(candidate.start)
    segment = segments.segments[index]
    if not counts(candidate, segment):
        return None
    fragment = segment.fragment_at(candidate.start) if segment.layout is Layout.NOTE else None
    return Mention(candidate, index, fragment)
