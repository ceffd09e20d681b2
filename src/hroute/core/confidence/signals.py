"""The signals of an answer: how sure its model was of the whole and of what is decisive in it."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate, chain
from math import log
from operator import attrgetter
from typing import Any

from hroute.core.confidence.decided import decided
from hroute.core.confidence.spans import AnswerSpan, SpanKind, decisive_spans, new_words
from hroute.core.confidence.tokens import ScoredToken

MOST_DOUBTS = 8
HIGH_SHARE = 0.9
LEAST_SURE = 16  # tokens of an answer's own: a sum over all of a long answer would say how long it is
WEAKEST_SENTENCES = 2
LEAST = -100.0  # no surprise is greater than that
DOUBTFUL = log(0.5)  # a token that was no likelier than all others together


@dataclass(frozen=True, slots=True)
class Sureness:
    """Log-probabilities of some tokens."""

    mean: float
    min: float


@dataclass(frozen=True, slots=True)
class Own:
    """Of the tokens of what an answer says that its question does not; of many the least sure ones."""

    logprob_sum: float
    entropy_max: float | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """The answer's text[start:end] has a token of this log-probability, which is its lowest."""

    start: int
    end: int
    logprob: float


@dataclass(frozen=True, slots=True)
class AnswerSignals:
    """Holds no text, so that it may be logged where texts are not kept. Natural logarithms.

    `agreement` is the share of further samples that say the same, when there were any.
    """

    tokens: int  # that the model chose, the end mark included
    logprob_sum: float
    logprob_mean: float
    logprob_min: float
    entropy_mean: float | None = None
    entropy_max: float | None = None
    lead_min: float | None = None
    number: Sureness | None = None
    tool_name: Sureness | None = None
    argument: Sureness | None = None
    identifier: Sureness | None = None
    own: Own | None = None  # None: all of it
    conclusion: float | None = None  # of the value that it concludes with, where that was least sure; a sum
    weakest: float | None = None  # of what is new in the two sentences that it was least sure of; a sum
    new_entropy: float | None = None  # nine in ten tokens of what is new (else: of all) stay under it
    doubts: tuple[Doubt, ...] = ()  # in the order of the text
    agreement: float | None = None

    @property
    def decisive(self) -> Sureness:
        """Over all decisive parts; over the whole answer when it has none."""
        parts = [part for part in (self.number, self.tool_name, self.argument, self.identifier) if part]
        if not parts:
            return Sureness(self.logprob_mean, self.logprob_min)
        return Sureness(sum(part.mean for part in parts) / len(parts), min(part.min for part in parts))

    def as_json(self) -> dict[str, Any]:
        """Plain values; what is absent is left out."""
        doubts = [asdict(doubt) for doubt in self.doubts] or None
        return {name: v for name, v in (asdict(self) | {"doubts": doubts}).items() if v is not None}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "AnswerSignals":
        """Raises ValueError for anything but what `as_json` gives."""
        try:
            parts = {part.value: Sureness(**value[part]) for part in SpanKind if value.get(part)}
            doubts = tuple(Doubt(**doubt) for doubt in value.get("doubts", ()))
            own = {"own": Own(**value["own"])} if value.get("own") else {}
            return cls(**dict(value) | parts | own | {"doubts": doubts})
        except TypeError as exc:
            raise ValueError(f"no signals of an answer: {exc}") from exc


def signals_of(
    tokens: Sequence[ScoredToken], asked: str = "", agreement: float | None = None
) -> AnswerSignals | None:
    """Of the answer to what was asked.

    None when the model chose nothing, or its engine does not say how sure it was. The tokens' texts, one
    after the other, are the answer: offsets refer to that.
    """
    chosen = _chosen(tokens)
    if not chosen:
        return None
    whole = _sureness(chosen)
    entropies = [token.entropy for token in tokens if token.entropy is not None]
    leads = [token.lead for token in tokens if token.lead is not None]
    text = "".join(token.text for token in tokens)
    spans = decisive_spans(text)
    parts = _by_part(spans, chosen)
    commits = decided(text, asked)
    return AnswerSignals(
        tokens=len(chosen),
        logprob_sum=_rounded(sum(token.logprob for token in chosen)),
        logprob_mean=whole.mean,
        logprob_min=whole.min,
        entropy_mean=_rounded(sum(entropies) / len(entropies)) if entropies else None,
        entropy_max=_rounded(max(entropies)) if entropies else None,
        lead_min=_rounded(min(leads)) if leads else None,
        number=parts.get(SpanKind.NUMBER),
        tool_name=parts.get(SpanKind.TOOL_NAME),
        argument=parts.get(SpanKind.ARGUMENT),
        identifier=parts.get(SpanKind.IDENTIFIER),
        own=_own(_reaching_into(commits.own or _own_places(text, spans, asked), chosen)),
        conclusion=min(_sums(commits.conclusion, chosen), default=None),
        weakest=_least(_sums(commits.sentences, chosen)),
        new_entropy=_high_entropy(_reaching_into(chain.from_iterable(commits.sentences), chosen) or chosen),
        doubts=_doubts(chosen),
        agreement=agreement,
    )


@dataclass(frozen=True, slots=True)
class _Placed:
    """A token that the model chose, and where its text is."""

    start: int
    end: int
    logprob: float
    entropy: float | None


def _chosen(tokens: Sequence[ScoredToken]) -> list[_Placed]:
    ends = accumulate(len(token.text) for token in tokens)
    return [
        _Placed(end - len(token.text), end, max(LEAST, token.logprob), token.entropy)
        for token, end in zip(tokens, ends, strict=True)
        if token.logprob is not None
    ]


def _by_part(spans: Iterable[AnswerSpan], chosen: Sequence[_Placed]) -> dict[SpanKind, Sureness]:
    places: dict[SpanKind, list[tuple[int, int]]] = {}
    for span in spans:
        places.setdefault(span.part, []).append((span.start, span.end))
    reached = {part: _reaching_into(its, chosen) for part, its in places.items()}
    return {part: _sureness(tokens) for part, tokens in reached.items() if tokens}


_END = attrgetter("end")


def _reaching_into(places: Iterable[tuple[int, int]], chosen: Sequence[_Placed]) -> list[_Placed]:
    """The tokens in any of the places, each once for each; places and tokens are both in the text's order."""
    reached: list[_Placed] = []
    first = 0
    for start, end in places:
        first = bisect_right(chosen, start, first, key=_END)
        for place in range(first, len(chosen)):
            token = chosen[place]
            if token.start >= end:
                break
            if token.start < token.end:
                reached.append(token)
    return reached


def _own_places(text: str, spans: Sequence[AnswerSpan], asked: str) -> list[tuple[int, int]]:
    """In prose new words; a call has its decisive parts, which may well be copied."""
    if any(span.part is not SpanKind.NUMBER for span in spans):
        return [(span.start, span.end) for span in spans]
    return new_words(text, asked)


def _own(tokens: Sequence[_Placed]) -> Own | None:
    if not tokens:
        return None
    each = dict.fromkeys(tokens)  # one that reaches into two words counts once
    entropies = [token.entropy for token in each if token.entropy is not None]
    least = sorted(token.logprob for token in each)[:LEAST_SURE]
    return Own(_rounded(sum(least)), _rounded(max(entropies)) if entropies else None)


def _sums(places: Iterable[Iterable[tuple[int, int]]], chosen: Sequence[_Placed]) -> list[float]:
    """Of each group of places the log-probability of all that was chosen there; none where nothing was."""
    groups = (dict.fromkeys(_reaching_into(group, chosen)) for group in places)
    return [_rounded(sum(token.logprob for token in group)) for group in groups if group]


def _least(sums: Sequence[float]) -> float | None:
    return _rounded(sum(sorted(sums)[:WEAKEST_SENTENCES])) if sums else None


def _high_entropy(tokens: Sequence[_Placed]) -> float | None:
    """Not the highest one, which only grows with how many there are."""
    entropies = sorted(token.entropy for token in dict.fromkeys(tokens) if token.entropy is not None)
    return entropies[int(HIGH_SHARE * (len(entropies) - 1))] if entropies else None


def _sureness(tokens: Sequence[_Placed]) -> Sureness:
    logs = [token.logprob for token in tokens]
    return Sureness(_rounded(sum(logs) / len(logs)), min(logs))


def _doubts(chosen: Sequence[_Placed]) -> tuple[Doubt, ...]:
    """The least certain places: neighbours are one."""
    merged: list[Doubt] = []
    for token in chosen:
        if token.logprob >= DOUBTFUL or token.start == token.end:
            continue
        before = merged[-1] if merged else None
        if before and before.end == token.start:
            merged[-1] = Doubt(before.start, token.end, min(before.logprob, token.logprob))
        else:
            merged.append(Doubt(token.start, token.end, token.logprob))
    least = sorted(merged, key=lambda doubt: doubt.logprob)[:MOST_DOUBTS]
    return tuple(sorted(least, key=lambda doubt: doubt.start))


def _rounded(value: float) -> float:
    return round(value, 5)
