"""The tokens of an answer without those of the thoughts before it."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, islice, takewhile

from hroute.core.confidence.tokens import ScoredToken
from hroute.core.thoughts import SplitKind, ThoughtSplitter


def of_answer(tokens: Sequence[ScoredToken]) -> Sequence[ScoredToken]:
    """A token that is only half of the answer keeps that half; the end mark, which has no text, stays."""
    texts = [token.text for token in tokens]
    places = _said("".join(texts))
    if places is None:
        return tokens
    kept: list[ScoredToken] = []
    first = 0
    for token, end in zip(tokens, accumulate(map(len, texts)), strict=True):
        start = end - len(token.text)
        while first < len(places) and places[first][1] <= start:
            first += 1
        here = takewhile(lambda place: place[0] < end, islice(places, first, None))  # noqa: B023  used up here
        text = "".join(token.text[max(0, begin - start) : stop - start] for begin, stop in here)
        if text:
            kept.append(replace(token, text=text))
    return kept + [token for token in tokens[-1:] if not token.text]


def _said(text: str) -> list[tuple[int, int]] | None:
    """The places of the answer in the whole; None where it is all of it."""
    places: list[tuple[int, int]] = []
    at, is_all = 0, True
    for kind, part in ThoughtSplitter().parts(text):
        if kind is SplitKind.UNSAID:
            places.clear()
        elif kind is SplitKind.TEXT:
            places.append((at, at + len(part)))
        is_all = is_all and kind is SplitKind.TEXT
        at += len(part)
    return None if is_all else places
