"""From a prompt to its constraint items: mask, cut, match, judge, merge."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from hroute.core.constraints.ends import ends_of
from hroute.core.constraints.masking import mask
from hroute.core.constraints.matching import counts, find_candidates
from hroute.core.constraints.merge import Mention, merge
from hroute.core.constraints.notes import unnamed
from hroute.core.constraints.quantities import find_quantities
from hroute.core.constraints.regions import keep_asked
from hroute.core.constraints.rules import Candidate
from hroute.core.constraints.segments import Layout, Segments, cut
from hroute.core.types import ConstraintItem


def find_constraints(prompt: str) -> tuple[ConstraintItem, ...]:
    """The strict constraints on the answer, in reading order; prompt[item.start:item.end] == item.text.

    Their number is the constraint density. Of a long prompt the two ends are read.
    """
    ends = ends_of(prompt)
    masked = mask(ends.text)
    asked = keep_asked(masked.text)
    segments = cut(asked)
    candidates = [*find_candidates(masked, asked, ends.text), *find_quantities(asked, segments)]
    mentions = [mention for candidate in candidates if (mention := _mention(candidate, segments))]
    mentions += unnamed(segments, mentions)
    spans = ((c.kind, *masked.origin(c.start, c.end)) for c in merge(mentions))
    return tuple(_item(prompt, kind, ends.origin(start), ends.origin(end)) for kind, start, end in spans)


def _mention(candidate: Candidate, segments: Segments) -> Mention | None:
    index = segments.index_at(candidate.start)
    segment = segments.segments[index]
    if not counts(candidate, segment):
        return None
    fragment = segment.fragment_at(candidate.start) if segment.layout is Layout.NOTE else None
    return Mention(candidate, index, fragment)


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
