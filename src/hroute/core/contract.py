"""What an answer must satisfy to count. Prose must say something, be whole, and not run in circles."""

import re
from dataclasses import dataclass
from enum import StrEnum

# seq-rep-n (Welleck et al., "Neural Text Generation with Unlikelihood Training", ICLR 2020): the share
# of n-grams that repeat an earlier one. The paper reports .005 for human text and .44 for greedy GPT-2
# at n = 4; over half is a loop, not a style.
NGRAM = 4
MAX_REPEATED_SHARE = 0.5
WINDOW_WORDS = 120
MIN_WORDS = 48

# A loop without word boundaries ("hahaha", CJK): the tail is one short unit over and over.
TAIL_CHARS = 240
MAX_PERIOD_CHARS = 60

_FENCED = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)


class Fault(StrEnum):
    EMPTY = "empty"
    TRUNCATED = "truncated"
    REPETITION = "repetition"


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why an answer does not count: a word for the log and a sentence for people."""

    fault: Fault
    detail: str


def check_prose(text: str, *, cut_at_tokens: int | None = None) -> Rejection | None:
    """None when the prose counts. `cut_at_tokens`: a limit that the user did not set ended the answer."""
    if not text.strip():
        return Rejection(Fault.EMPTY, "the answer is empty")
    looping = check_repetition(text)
    if looping is not None:
        return looping
    if cut_at_tokens is not None:
        return Rejection(Fault.TRUNCATED, f"the answer was cut at {cut_at_tokens} tokens")
    return None


def check_repetition(text: str) -> Rejection | None:
    """Whether the end of the text has fallen into a loop; code repeats itself by right and is left out."""
    prose = _FENCED.sub(" ", text[-20 * WINDOW_WORDS :])
    share = repeated_share(prose.split()[-WINDOW_WORDS:])
    if share > MAX_REPEATED_SHARE:
        return Rejection(
            Fault.REPETITION, f"{share:.0%} of its last {NGRAM}-word sequences repeat earlier ones"
        )
    period = _tail_period(prose.rstrip())
    if period:
        return Rejection(Fault.REPETITION, f"its last {TAIL_CHARS} characters repeat one unit of {period}")
    return None


def repeated_share(words: list[str]) -> float:
    """seq-rep-4 of the words, 0 to 1; 0 when there are too few to tell."""
    if len(words) < MIN_WORDS:
        return 0.0
    ngrams = [tuple(words[i : i + NGRAM]) for i in range(len(words) - NGRAM + 1)]
    return 1 - len(set(ngrams)) / len(ngrams)


def _tail_period(text: str) -> int:
    """The length of the unit that the tail repeats; 0 when it does not, or when it is only a ruler."""
    tail = text[-TAIL_CHARS:]
    if len(tail) < TAIL_CHARS:
        return 0
    periods = range(1, MAX_PERIOD_CHARS + 1)
    period = next((p for p in periods if tail[p:] == tail[:-p]), 0)
    return period if any(c.isalnum() for c in tail[:period]) else 0
