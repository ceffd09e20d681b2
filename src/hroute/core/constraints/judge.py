"""What the definition settles, whatever the tagger learnt."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import groupby

from hroute.core.constraints import speech
from hroute.core.constraints.notice import Noticed
from hroute.core.constraints.rules import Candidate, Rank
from hroute.core.constraints.tagger import Chances

_PASSED = 0.05  # expected constraints of a sentence; below it, one that a family knows is not passed over
_EVEN = 0.4  # chance from which the family decides
_RAISED, _RAISED_ENTRY = 0.75, 0.98
_SOME = 0.1  # chance from which a named format, language, case or set of keys counts: answers are checked
_FIRM = ("format:", "language:", "case:", "keys:")
_FAIRLY_SURE = 0.95  # chance from which a constraint begins in what reads as a statement
_STATEMENTS = 100  # sentences that are looked at
_SUBJECTS = frozenset(("answer", "response", "reply", "output"))
_KEYWORDS = frozenset(("keyword", "word", "letter", "phrase"))
_WHOLES = ("table", "list")  # what a limit on its rows or entries says again


def judge(noticed: Noticed, chances: Sequence[Chances]) -> list[Chances]:
    """Limits that are taken back begin nothing; what a specific family knows for sure is kept."""
    known, firm = _known(noticed)
    restating, telling = _restating(noticed), _telling(noticed)
    judged = [_raised(one) if k in firm and one.begins > _SOME else one for k, one in enumerate(chances)]
    for segment, group in groupby(range(len(judged)), key=lambda k: noticed.pieces[k].segment):
        places = list(group)
        sure = known.intersection(places)
        if sure and not _asks_of_others(noticed, segment):
            best = max(sure, key=lambda k: judged[k].begins)
            is_entry = noticed.pieces[best].is_entry
            passed = max(judged[k].begins for k in places) < (_RAISED if is_entry else _PASSED)
            if judged[best].begins > _EVEN or passed:
                judged[best] = _raised(judged[best], is_entry=is_entry)
        for k in places:
            lifted = _lifts(noticed, k) or _lists_on(noticed, k) or (segment in restating and not sure)
            if lifted or (segment in telling and judged[k].begins < _FAIRLY_SURE):
                judged[k] = Chances(0.0, judged[k].goes_on)
            elif (said := _said_of(noticed, k, sure)) is not None:
                judged[said] = Chances(min(1.0, judged[k].begins + judged[said].begins), judged[said].goes_on)
                judged[k] = Chances(0.0, judged[k].goes_on)
    return judged


def _asks_of_others(noticed: Noticed, index: int) -> bool:
    """A question that speaks of limits may be about those of others: "Why do recipes say at most 3 eggs?" """
    segment = noticed.segments.segments[index]
    return segment.wonders and segment.text.rstrip().endswith("?")


def _lifts(noticed: Noticed, k: int) -> bool:
    piece = noticed.pieces[k]
    return noticed.segments.segments[piece.segment].lifts(piece.start, piece.end)


def _lists_on(noticed: Noticed, k: int) -> bool:
    """A further word of an enumeration under one verb: "keyword sea twice" behind "keyword sky once"."""
    words = noticed.pieces[k].words
    named = words[min(len(words) - 1, words[0] == "and")]
    if not k or named not in _KEYWORDS:
        return False
    before = noticed.pieces[k - 1]
    return before.segment == noticed.pieces[k].segment and named in before.words


def _said_of(noticed: Noticed, k: int, sure: set[int]) -> int | None:
    """Where a family knows what is said of this subject: "in JSON" of "the answer must be in JSON"."""
    words = noticed.pieces[k].words
    if k in sure or words[-1] not in _SUBJECTS or len(words) > 3:
        return None
    return min((other for other in sure if k < other <= k + 2), default=None)


def _telling(noticed: Noticed) -> set[int]:
    """Statements on a line of their own in which no family sees anything: "We have been here for years."

    English ones alone, for only there it is known what asks.
    """
    asked = noticed.reading.asked
    if "\n" not in asked:
        return set()
    seen = {noticed.segments.index_at(found.candidate.start) for found in noticed.found}
    return {
        index
        for index, segment in enumerate(noticed.segments.segments[:_STATEMENTS])
        if index not in seen
        and segment.text.endswith(".")
        and segment.text.isascii()
        and (asked[segment.start - 1 : segment.start] == "\n" or asked[segment.end : segment.end + 1] == "\n")
        and not speech.asks(segment.text)
    }


def _restating(noticed: Noticed) -> set[int]:
    """Sentences that name a table or a list of which another sentence limits the rows or entries."""
    return {
        noticed.segments.index_at(found.candidate.start)
        for found in noticed.found
        if found.counts and not found.kept and found.candidate.key in _WHOLES
    }


def _raised(chances: Chances, *, is_entry: bool = False) -> Chances:
    return Chances(max(_RAISED_ENTRY if is_entry else _RAISED, chances.begins), chances.goes_on)


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
    return is_entry or candidate.rank <= Rank.WORDS
