"""What can be seen of a prompt's constraints before anything is decided: families, pieces, clues."""

from typing import NamedTuple

from hroute.core.constraints.clues import FoundClue, clues
from hroute.core.constraints.families.quantities import find_quantities
from hroute.core.constraints.matching import counts, find_candidates
from hroute.core.constraints.merge import Mention, merge
from hroute.core.constraints.notes import unnamed
from hroute.core.constraints.pieces import Piece, pieces
from hroute.core.constraints.rules import Candidate, look
from hroute.core.constraints.sentences import Layout, Sentences, cut
from hroute.core.segments import Reading, read
from hroute.core.segments.masking import BLANK

_LOOKED_UP = 100  # sentences
_SHORTEST, _LONGEST = 4, 300  # characters of a sentence that is looked up


class Noticed(NamedTuple):
    """Positions are those of the reading's `asked`."""

    reading: Reading
    sentences: Sentences
    pieces: list[Piece]
    found: list[FoundClue]

    def clues(self) -> list[list[int]]:
        asked = self.reading.asked
        return clues(self.pieces, self.found, self.sentences, (asked.find(BLANK), asked.rfind(BLANK)))


def notice(prompt: str) -> Noticed:
    reading = read(prompt)
    sentences, asked = cut(reading.asked), look(reading.asked)
    candidates = [
        *find_candidates(reading.masked, asked, reading.ends.text),
        *find_quantities(asked, sentences),
    ]
    said_again = _said_again(reading.asked, sentences)
    return Noticed(
        reading,
        sentences,
        [piece for piece in pieces(sentences) if piece.sentence not in said_again],
        [f for f in _found(candidates, sentences) if sentences.index_at(f.candidate.start) not in said_again],
    )


def _said_again(asked: str, sentences: Sentences) -> set[int]:
    """Sentences that the prompt holds already, word for word; a long prompt's first ones are looked up."""
    again = set()
    for index, sentence in enumerate(sentences.sentences[:_LOOKED_UP]):
        text = sentence.text.strip(" .!-*")
        if _SHORTEST <= len(text) <= _LONGEST and asked.find(text, 0, sentence.start) >= 0:
            again.add(index)
    return again


def _found(candidates: list[Candidate], sentences: Sentences) -> list[FoundClue]:
    """All candidates in reading order, each with what its place and its company make of it."""
    mentions = [mention for candidate in candidates if (mention := _mention(candidate, sentences))]
    fresh = list(unnamed(sentences, mentions))
    kept = {id(candidate) for candidate in merge(mentions + fresh)}
    counted = {id(mention.candidate) for mention in mentions + fresh}
    whole = [*candidates, *(mention.candidate for mention in fresh)]
    whole.sort(key=lambda c: (c.start, c.rank, -c.end))
    return [FoundClue(candidate, id(candidate) in counted, id(candidate) in kept) for candidate in whole]


def _mention(candidate: Candidate, sentences: Sentences) -> Mention | None:
    index = sentences.index_at(candidate.start)
    sentence = sentences.sentences[index]
    if not counts(candidate, sentence):
        return None
    fragment = sentence.fragment_at(candidate.start) if sentence.layout is Layout.NOTE else None
    return Mention(candidate, index, fragment)
