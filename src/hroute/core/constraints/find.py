"""From a prompt to its constraint items: what the tagger reads, named by the families."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from hroute.core.constraints.notice import Noticed, notice
from hroute.core.constraints.rules import Candidate, Rank
from hroute.core.constraints.tagger import Chances, Tagger, shipped
from hroute.core.types import ConstraintItem

RULE = "rule"  # the kind of a constraint that no family knows
SURE, PASSED, RAISED = Rank.SPECIFIC, 0.15, 0.6
_GOES_ON = 0.4  # chance from which a piece belongs to the constraint before it


def find_constraints(prompt: str) -> tuple[ConstraintItem, ...]:
    """The strict constraints on the answer, in reading order; prompt[item.start:item.end] == item.text.

    Their number is the constraint density. Of a long prompt the two ends are read.
    """
    return find_with(shipped(), prompt)


def find_with(tagger: Tagger, prompt: str) -> tuple[ConstraintItem, ...]:
    noticed = notice(prompt)
    if not noticed.pieces:
        return ()
    wishes = _wishes(noticed, *tagger.read(noticed.clues(), [piece.bound for piece in noticed.pieces]))
    spans = ((wish.kind, *noticed.reading.origin(wish.start, wish.end)) for wish in wishes)
    return tuple(_distinct(_item(prompt, kind, start, end) for kind, start, end in spans))


class _Wish(NamedTuple):
    kind: str
    start: int
    end: int


def _wishes(noticed: Noticed, reading: Sequence[Chances], offset: float) -> list[_Wish]:
    """As many as are expected, where they most likely begin; what a family knows keeps its words."""
    chances = _judged(noticed, reading)
    begins = _likeliest(chances, offset)
    known = [found.candidate for found in noticed.found if found.kept]
    wishes: list[_Wish] = []
    done = place = 0
    for begin, stop in zip(begins, [*begins, len(chances)][1:], strict=True):
        start, end = max(done, noticed.pieces[begin].start), noticed.pieces[_last(begin, stop, chances)].end
        while place < len(known) and known[place].end <= start:
            place += 1
        named = _named(known, place, (start, end), done)
        wish = _Wish(named.kind, named.start, named.end) if named else _Wish(RULE, start, end)
        wishes.append(wish)
        done = max(done, wish.end)
    return wishes


def _judged(noticed: Noticed, reading: Sequence[Chances]) -> list[Chances]:
    """What the definition settles whatever was learnt.

    A limit that is taken back begins nothing; a sentence or list entry that asks, and in which a specific
    family counts, is not passed over.
    """
    judged = list(reading)
    known = _known(noticed)
    for segment, group in groupby(range(len(judged)), key=lambda k: noticed.pieces[k].segment):
        places = list(group)
        for k in places:
            piece = noticed.pieces[k]
            if noticed.segments.segments[segment].lifts(piece.start, piece.end):
                judged[k] = Chances(0.0, judged[k].goes_on)
        sure = known.intersection(places)
        if sure and sum(judged[k].begins for k in places) < PASSED:
            best = max(sure, key=lambda k: judged[k].begins)
            judged[best] = Chances(max(RAISED, judged[best].begins), judged[best].goes_on)
    return judged


def _known(noticed: Noticed) -> set[int]:
    """The pieces in which a constraint of a specific family begins."""
    starts = [piece.start for piece in noticed.pieces]
    return {
        max(0, bisect_right(starts, found.candidate.start) - 1)
        for found in noticed.found
        if found.kept and found.candidate.rank <= SURE
    }


def _likeliest(chances: Sequence[Chances], offset: float) -> list[int]:
    number = int(sum(chance.begins for chance in chances) + offset)
    ranked = sorted(range(len(chances)), key=lambda k: -chances[k].begins)
    return sorted(ranked[:number])


def _last(begin: int, stop: int, chances: Sequence[Chances]) -> int:
    last = begin
    while last + 1 < stop and chances[last + 1].goes_on > _GOES_ON:
        last += 1
    return last


def _named(known: list[Candidate], place: int, span: tuple[int, int], done: int) -> Candidate | None:
    """The most specific family's words within a span."""
    start, end = span
    best = None
    while place < len(known) and known[place].start < end:
        candidate = known[place]
        fits = candidate.start >= done and candidate.start >= start - 40
        if fits and (best is None or candidate.rank < best.rank):
            best = candidate
        place += 1
    return best


def _distinct(items: Iterator[ConstraintItem]) -> Iterator[ConstraintItem]:
    """Without what only says again what was said."""
    said: list[str] = []
    for item in items:
        text = item.text.lower()
        if text and not any(text in other for other in said[-20:]):
            said.append(text)
            yield item


def _item(prompt: str, kind: str, start: int, end: int) -> ConstraintItem:
    text = prompt[start:end].strip()
    start = prompt.index(text, start)
    end = start + len(text)
    return ConstraintItem(kind, text, start, end, _Params(prompt, kind, start, end))


class _Params(Mapping[str, object]):
    """An item's parameters, read when asked for: routing needs the count alone."""

    def __init__(self, prompt: str, kind: str, start: int, end: int) -> None:
        self._item = (prompt, kind, start, end)

    @cached_property
    def _read(self) -> Mapping[str, object]:
        from hroute.core.constraints.params_read import params_in

        return params_in(*self._item)

    def __getitem__(self, name: str) -> object:
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)

    def __repr__(self) -> str:
        return repr(self._read)
