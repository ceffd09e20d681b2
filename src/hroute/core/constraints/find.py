"""From a prompt to its constraint items: what the tagger reads, named by the families."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

from hroute.core.constraints.clues import FoundClue
from hroute.core.constraints.judge import judge
from hroute.core.constraints.notice import Noticed, notice
from hroute.core.constraints.restated import EarlierWishes
from hroute.core.constraints.rules import Candidate, compiled
from hroute.core.constraints.tagger import PieceChances, Tagger, shipped
from hroute.core.decision.signals import ConstraintItem

RULE = "rule"  # the kind of a constraint that no family knows
_LEAST = 0.05  # smaller chances add up to constraints that are nowhere
_ONLY = "only"
_POLITE = frozenset(("please", "pls", "thanks", "thank you"))
_OPENS_AROUND = (
    "and", "but", "again", "please", "really", "remember", "seriously", "just", "also", "ok", "once more",
)  # fmt: skip
_AROUND = rf"^(?:(?:{'|'.join(_OPENS_AROUND)})\W{{1,3}})+"
# Where a family's words end within a version, a decimal, an address or the name of a file.
_REST_OF_NAME = r"(?<=[a-z0-9])(?:[a-z0-9]|[._=@]{1,2}(?=[a-z0-9])|(?<=\d)(?:[,:/](?=\d)|-(?=[a-z0-9])))+"
_NAME_END = r"[a-z0-9_][a-z0-9_.-]*\.\Z"
_LONGEST_NAME = 40  # characters of a file's name that are looked for
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
    chain, chances = tagger.read(noticed.clues(), [piece.bound for piece in noticed.pieces])
    judged = judge(noticed, chances)
    expected = sum(chance.begins for chance in judged if chance.begins > _LEAST)
    wishes = _wishes(noticed, judged, _likeliest(judged, chain.number(expected)))
    spans = ((wish.kind, *noticed.reading.origin(wish.start, wish.end)) for wish in wishes)
    return tuple(_distinct(_item(prompt, kind, start, end) for kind, start, end in spans))


class _Wish(NamedTuple):
    kind: str
    start: int
    end: int


def _wishes(noticed: Noticed, chances: Sequence[PieceChances], begins: Sequence[int]) -> list[_Wish]:
    """From each beginning as far as it goes on; what a family knows keeps its own words."""
    known = [found for found in noticed.found if found.counts]
    asked = noticed.reading.asked
    wishes: list[_Wish] = []
    done = place = 0
    for begin, stop in zip(begins, [*begins, len(chances)][1:], strict=True):
        start, end = max(done, noticed.pieces[begin].start), noticed.pieces[_last(begin, stop, chances)].end
        while place < len(known) and known[place].candidate.end <= start:
            place += 1
        following = noticed.pieces[stop].start if stop < len(chances) else end
        named = _named(known[place:], (start, end, max(end, following)), done)
        kind = named.kind if named else RULE
        start = _start(named, asked, done) if named else start
        wishes.append(_Wish(kind, start, _end(named, end, asked)))
        done = max(done, wishes[-1].end)
    return wishes


def _start(named: Candidate, asked: str, done: int) -> int:
    """Where a family's words begin, or the name that they are the end of: "csv" of "report.final.csv"."""
    start = named.start
    if asked[start - 1 : start] != ".":
        return start
    name = compiled(_NAME_END).search(asked, max(done, start - _LONGEST_NAME), start)
    return name.start() if name else start


def _end(named: Candidate | None, end: int, asked: str) -> int:
    """A family's own words, but of "only the ..." as far as the wish goes; never within a name or number."""
    if named:
        end = max(named.end, end) if named.key == _ONLY else named.end
    rest = compiled(_REST_OF_NAME).match(asked, end)
    return rest.end() if rest else end


def _likeliest(chances: Sequence[PieceChances], number: int) -> list[int]:
    ranked = sorted(range(len(chances)), key=lambda k: -chances[k].begins)
    return sorted(ranked[:number])


def _last(begin: int, stop: int, chances: Sequence[PieceChances]) -> int:
    last = begin
    while last + 1 < stop and chances[last + 1].goes_on > _GOES_ON:
        last += 1
    return last


def _named(known: list[FoundClue], span: tuple[int, int, int], done: int) -> Candidate | None:
    """The most specific family's words within a span, `span` being start, end and where the next one begins.

    Of a family's longer words that reach into the next constraint, only where no shorter ones fit.
    """
    start, end, following = span
    fitting = [
        (found.candidate.end > following, not found.kept, found.candidate.rank, place)
        for place, found in enumerate(takewhile(lambda found: found.candidate.start < end, known))
        if found.candidate.start >= max(done, start - 40) and (found.kept or found.candidate.end <= following)
    ]
    best = min((one for one in fitting if not one[1] or _swallowed(known, one[3])), default=None)
    return known[best[3]].candidate if best else None


def _swallowed(known: list[FoundClue], place: int) -> bool:
    """Whether these words lie within longer ones that were kept."""
    one = known[place].candidate
    return any(
        found.kept
        and found.candidate is not one
        and found.candidate.start <= one.start
        and one.end <= found.candidate.end
        for found in known[: place + 1]
    )


def _distinct(items: Iterator[ConstraintItem]) -> Iterator[ConstraintItem]:
    """Without what only says again what was said."""
    said: list[str] = []
    meant = EarlierWishes()
    for item in items:
        text = item.text.lower()
        bare = _bare(text)
        if not text or text in _POLITE or any(text in other or bare == other for other in said[-20:]):
            continue
        said += {text, bare}
        if not meant.again(bare):
            yield item


def _bare(text: str) -> str:
    """Without what is said around a wish when it is said again: "again: no emojis, please"."""
    bare = compiled(_AROUND).sub("", text) if text.startswith(_OPENS_AROUND) else text
    return compiled(r"\W{1,3}please\W*$").sub("", bare) if "please" in bare else bare


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
        from hroute.core.constraints.params.read import params_in

        return params_in(*self._item)

    def __getitem__(self, name: str) -> object:
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)

    def __repr__(self) -> str:
        return repr(self._read)
