"""Counts the tokens of a prompt without ever doing more work than the limit is worth."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from hroute.core.decision.signals import CountMethod, TokenCount

_WHOLE = 4  # characters a token: a text shorter than this is counted in one go
_SHORTEST_CHUNK = 1024
# A cut between words changes a count by a token or two, a cut inside a long word by a few more. This
# much is taken off for every cut, so that "over" is not claimed for a text just below the limit.
_CUT_TOKENS = 16


@dataclass(frozen=True, slots=True)
class PromptStretch:
    """A stretch of a prompt. `plain`: control tokens spelt in it stay text."""

    text: str
    plain: bool


def count_segments(
    segments: Sequence[PromptStretch], measure: Callable[[PromptStretch], int], limit: int
) -> TokenCount:
    """Exact when at most `limit`; above it, counting stops at the first chunk that is certainly over.

    `measure` counts one segment. It sees at most about `limit` tokens twice, however long the text.
    """
    if sum(len(s.text) for s in segments) > _WHOLE * limit:
        least = 0
        for chunk in _chunks(segments, max(limit, _SHORTEST_CHUNK)):
            least += max(measure(chunk) - _CUT_TOKENS, 0)
            if least > limit:
                return TokenCount(least, CountMethod.TOKENIZER, over=True)
    return TokenCount(sum(map(measure, segments)), CountMethod.TOKENIZER)


def _chunks(segments: Sequence[PromptStretch], chars: int) -> Iterator[PromptStretch]:
    for segment in segments:
        text, start = segment.text, 0
        while start < len(text):
            end = start + chars
            if end < len(text):
                space = text.rfind(" ", start + chars // 2, end)
                end = space if space > 0 else end
            yield PromptStretch(text[start:end], segment.plain)
            start = end
