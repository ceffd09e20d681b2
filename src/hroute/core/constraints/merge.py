"""Many mentions, one constraint: overlaps, restatements and what is a part of another constraint."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

from hroute.core.constraints.rules import Amount, Candidate


class Mention(NamedTuple):
    """A candidate that counts, with its place: `fragment` is None in prose."""

    candidate: Candidate
    sentence: int
    fragment: int | None

    @property
    def key(self) -> str:
        return self.candidate.key


_Test = Callable[[str], bool]


def _starts(*prefixes: str) -> _Test:
    return lambda key: key.startswith(prefixes)


def _not(*prefixes: str) -> _Test:
    return lambda key: not key.startswith(prefixes)


class Reach(StrEnum):
    """How far a constraint absorbs its parts."""

    PROMPT = "prompt"
    SENTENCE = "sentence"
    NEAR = "near"  # one sentence, or one fragment of a terse note
    FRAGMENT = "fragment"  # the whole prompt in prose, but only one fragment of a terse note


_FOREIGN_ROWS = ("length:zeile", "length:ligne", "length:fila", "length:righe", "length:linha")
_MARKDOWN = ("heading", "list", "highlight", "sections:title", "table")
_PARTS = ("count:section", "count:phrase", "count:part", "count:keyword")
_SEPARATED = ("length:paragraph", "count:response", "count:section", "count:step", "count:version")
_BARE_OUTPUT = ("format:", "language:", "table", "list", "avoid:explanation", "avoid:other", "avoid:extra")
_COUNTED = ("include:", "avoid:", "case:", "punctuation:")
_REPEATED = ("avoid:chang", "avoid:any chang", "avoid:this sentence", "avoid:say any", "avoid:output any")
_MANY = 200  # more mentions than that are looked at by no rule: the work stays linear
# What is a part of what: (beginnings of the absorbed, absorbing, how far apart they may stand).
_ABSORBED: tuple[tuple[tuple[str, ...], _Test, Reach], ...] = (
    (("table",), _starts(*_FOREIGN_ROWS), Reach.NEAR),
    (("table",), _starts("count:row", "count:column"), Reach.FRAGMENT),
    (("format:markdown", "format:md"), _starts(*_MARKDOWN), Reach.FRAGMENT),
    (("count:column:bare",), _starts("count:row"), Reach.SENTENCE),
    (("keys:column",), _starts("count:column", "table"), Reach.FRAGMENT),
    (("sections:section",), _starts("heading", "count:section"), Reach.PROMPT),
    (("sections:brackets",), _starts("sections:title", "placeholder"), Reach.PROMPT),
    (("language:english",), _starts("case:"), Reach.SENTENCE),
    (("separator", "newline"), _starts(*_SEPARATED), Reach.PROMPT),
    (("separator",), _starts("newline"), Reach.SENTENCE),
    (("count:asterisk",), _starts("separator"), Reach.SENTENCE),
    (("count:time", "count:letter"), _starts(*_COUNTED), Reach.SENTENCE),
    (_PARTS, _starts("highlight"), Reach.PROMPT),
    (("start",), _starts("hierarchy", "postscript"), Reach.SENTENCE),
    (("newline",), _starts("size"), Reach.NEAR),
    (("at end",), _not("at end"), Reach.NEAR),
    (("only",), _starts(*_BARE_OUTPUT), Reach.NEAR),
    (("nothing more",), _starts("end", "format:", "language:", "only"), Reach.PROMPT),
    (("elaboration", "focus"), _not("elaboration", "focus"), Reach.SENTENCE),
    (("hierarchy",), _starts("list"), Reach.SENTENCE),
    (("content:",), _starts("repeat"), Reach.SENTENCE),
    (("format:html",), _starts("highlight"), Reach.SENTENCE),
    (("avoid:not ",), _not("avoid:"), Reach.SENTENCE),
    (("flavour",), _starts("figure"), Reach.NEAR),
    (_REPEATED, _starts("repeat"), Reach.PROMPT),
)
_ANY_ABSORBED = tuple({prefix for prefixes, _, _ in _ABSORBED for prefix in prefixes})


def merge(mentions: Sequence[Mention]) -> list[Candidate]:
    """One candidate for each constraint, in reading order."""
    return _absorb(_distinct(_disjoint(mentions)))


def _disjoint(mentions: Sequence[Mention]) -> list[Mention]:
    """Of mentions that share text the more specific one stays, then the earlier one."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.candidate.start, m.candidate.rank, -m.candidate.end)):
        while kept and _yields(kept[-1], mention):
            kept.pop()
        if not kept or mention.candidate.start >= kept[-1].candidate.end:
            kept.append(mention)
    return kept


def _yields(earlier: Mention, later: Mention) -> bool:
    one, other = earlier.candidate, later.candidate
    return other.start < one.end and other.rank < one.rank


def _distinct(mentions: Sequence[Mention]) -> list[Mention]:
    seen: dict[str, list[Amount | None]] = {}
    kept = []
    for mention in mentions:
        amount = mention.candidate.amount
        others = seen.setdefault(mention.key, [])
        if any(_same(amount, other) for other in others[:8]):
            continue
        others.append(amount)
        kept.append(mention)
    return kept


def _same(one: Amount | None, other: Amount | None) -> bool:
    """Mentions of one thing are one constraint when restated or when they make a range."""
    if one is None or other is None:
        return True
    if one.scope and other.scope and one.scope != other.scope:
        return False
    if (one.low, one.high) == (other.low, other.high):
        return True
    return one.scope == other.scope and {one.bound, other.bound} == {"min", "max"}


def _absorb(mentions: list[Mention]) -> list[Candidate]:
    return [m.candidate for m in mentions if not _is_part(m, mentions)]


def _is_part(mention: Mention, mentions: list[Mention]) -> bool:
    if not mention.key.startswith(_ANY_ABSORBED):
        return False
    for absorbed, absorbing, reach in _ABSORBED:
        if not mention.key.startswith(absorbed):
            continue
        if any(absorbing(other.key) and _touch(mention, other, reach) for other in mentions[:_MANY]):
            return True
    return False


def _touch(mention: Mention, other: Mention, reach: Reach) -> bool:
    if mention is other:
        return False
    if reach is Reach.SENTENCE:
        return mention.sentence == other.sentence
    if reach is Reach.NEAR and mention.sentence != other.sentence:
        return False
    if reach in {Reach.FRAGMENT, Reach.NEAR} and None not in (mention.fragment, other.fragment):
        return (mention.sentence, mention.fragment) == (other.sentence, other.fragment)
    return True
