"""What an answer must satisfy to count: it says something, is whole, no loop, and breaks no constraint."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from hroute.core.turn.attempt import Attempt, CheckStatus, ConstraintCheck, Outcome

if TYPE_CHECKING:
    from hroute.core.tools.verdict import ToolFault

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

# A rejection names so many broken constraints, each in so many characters: it is one line on a terminal.
MAX_NAMED = 3
MAX_NAME_CHARS = 60

_FENCED = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)


class Fault(StrEnum):
    EMPTY = "empty"
    TRUNCATED = "truncated"
    REPETITION = "repetition"
    CONSTRAINT_VIOLATED = "constraint_violated"
    LOW_CONFIDENCE = "low_confidence"  # its own token probabilities speak against it
    LOOP = "loop"  # the session has had it before: see core.loops
    FILTERED = "filtered"  # the server withheld it, or what came after it
    REFUSED = "refused"  # the model will not do what is asked


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why an answer does not count: a word for the log and a sentence for people."""

    fault: "Fault | ToolFault"
    detail: str


def check_prose(text: str, *, cut_at_tokens: int | None = None) -> Rejection | None:
    """None when the prose counts. `cut_at_tokens`: a limit that the user did not set ended the answer."""
    if not text.strip():
        return Rejection(Fault.EMPTY, "the answer is empty")
    looping = check_repetition(text)
    if looping is not None:
        return looping
    return check_length(cut_at_tokens)


def check_length(cut_at_tokens: int | None) -> Rejection | None:
    """None when no limit but the user's own ended the answer."""
    if cut_at_tokens is None:
        return None
    return Rejection(Fault.TRUNCATED, f"the answer was cut at {cut_at_tokens} tokens")


def thoughts_alone(cut_at_tokens: int | None) -> Rejection:
    """Of an answer that is nothing but thoughts; `cut_at_tokens`: a limit ended it there."""
    if cut_at_tokens is None:
        return Rejection(Fault.EMPTY, "the model thought, and gave no answer")
    return Rejection(
        Fault.TRUNCATED, f"the model was still thinking when it was cut at {cut_at_tokens} tokens"
    )


def check_constraints(checks: Iterable[ConstraintCheck]) -> Rejection | None:
    """None unless a constraint is broken; what nobody can tell is no reason to reject."""
    broken = [check for check in checks if check.status is CheckStatus.BROKEN]
    if not broken:
        return None
    named = [f"“{_short(check.text)}”: {check.detail}" for check in broken[:MAX_NAMED]]
    return Rejection(Fault.CONSTRAINT_VIOLATED, "; ".join(named))


def retry_message(violation: str) -> str:
    """What the model is told when it is asked again."""
    return f"That answer does not keep to what was asked: {violation}. Answer again in full, and keep to it."


def least_flawed(attempts: Sequence[Attempt], *, is_bound: bool = False) -> Attempt | None:
    """The rejected answer to give when nothing better came: only doubted, or else whole prose with the

    fewest broken constraints. One that `is_bound` to a form must at least have it: it helps nobody broken.
    """
    flawed = [a for a in attempts if a.outcome is Outcome.INVALID and a.text.strip()]
    if is_bound:
        flawed = [a for a in flawed if a.result is not None]
    return min(reversed(flawed), key=_flaws, default=None)


def _flaws(attempt: Attempt) -> tuple[int, int]:
    order = (Fault.LOW_CONFIDENCE, Fault.LOOP, Fault.CONSTRAINT_VIOLATED)
    broken = sum(check.status is CheckStatus.BROKEN for check in attempt.checks)
    return order.index(Fault(attempt.reason)) if attempt.reason in order else len(order), broken


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= MAX_NAME_CHARS else f"{words[: MAX_NAME_CHARS - 1]}…"


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
