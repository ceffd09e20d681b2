"""What the definition settles, whatever the tagger learnt."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import groupby

from hroute.core.constraints.notice import Noticed
from hroute.core.constraints.rules import Candidate, Rank
from hroute.core.constraints.tagger import Chances

_PASSED = 0.15  # expected constraints of a sentence; below it, one that a family knows is not passed over
_RAISED = 0.6
_SOME = 0.1  # chance from which a format or language that is named counts: answers are checked by them
_FIRM = ("format:", "language:")


def judge(noticed: Noticed, chances: Sequence[Chances]) -> list[Chances]:
    """Limits that are taken back begin nothing; what a specific family knows for sure is kept."""
    known, firm = _known(noticed)
    judged = [_raised(one) if k in firm and one.begins > _SOME else one for k, one in enumerate(chances)]
    for segment, group in groupby(range(len(judged)), key=lambda k: noticed.pieces[k].segment):
        places = list(group)
        sure = known.intersection(places)
        if sure and sum(judged[k].begins for k in places) < _PASSED:
            best = max(sure, key=lambda k: judged[k].begins)
            judged[best] = _raised(judged[best])
        for k in places:
            piece = noticed.pieces[k]
            if noticed.segments.segments[segment].lifts(piece.start, piece.end):
                judged[k] = Chances(0.0, judged[k].goes_on)
    return judged


def _raised(chances: Chances) -> Chances:
    return Chances(max(_RAISED, chances.begins), chances.goes_on)


def _known(noticed: Noticed) -> tuple[set[int], set[int]]:
    """The pieces in which a constraint of a specific family begins, and of those the firm ones."""
    starts = [piece.start for piece in noticed.pieces]
    known, firm = set(), set()
    for candidate, _, kept in noticed.found:
        k = max(0, bisect_right(starts, candidate.start) - 1)
        if kept and _is_specific(candidate, is_entry=noticed.pieces[k].is_entry):
            known.add(k)
            if candidate.key.startswith(_FIRM):
                firm.add(k)
    return known, firm


def _is_specific(candidate: Candidate, *, is_entry: bool) -> bool:
    return is_entry or candidate.rank <= Rank.SPECIFIC
