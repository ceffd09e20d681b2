"""What came of a turn: its attempts, and the answer that the caller got."""

from collections.abc import Iterable
from dataclasses import field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from hroute.core.decision.decision import Decision, Route
from hroute.core.frozen import frozen

if TYPE_CHECKING:
    from hroute.core.confidence.signals import AnswerSignals
    from hroute.core.turn.message import ToolCall


class CheckStatus(StrEnum):
    KEPT = "kept"
    BROKEN = "broken"
    UNCHECKED = "unchecked"  # no program can tell, or the ways to count it disagree


@frozen
class ConstraintCheck:
    """Whether an answer keeps one constraint; `kind` and `text` are the item's."""

    kind: str
    text: str
    status: CheckStatus
    detail: str = ""


class Outcome(StrEnum):
    OK = "ok"
    INVALID = "invalid"
    ERROR = "error"
    TIMEOUT = "timeout"
    INTERRUPTED = "interrupted"


@frozen
class Usage:
    """Tokens of one attempt; None is unknown.

    `estimated` when the engine did not report them, or reported what cannot be. `billed_usd`: what it says
    that it charges, in dollars.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int = 0
    estimated: bool = False
    billed_usd: Decimal | None = None


@frozen
class Attempt:
    """One engine's try at a turn. `cost_usd` None means that the price is unknown."""

    engine: str
    route: Route
    model: str
    outcome: Outcome
    text: str
    reason: str | None = None  # a word: a Failure or a contract Fault; of a good one too, where it was cut
    error: str | None = None  # a sentence
    wait_ms: float = 0.0  # for its turn, where the engine answers one after the other; no part of wall_ms
    wall_ms: float = 0.0
    ttft_ms: float | None = None
    usage: Usage = field(default_factory=Usage)
    cost_usd: Decimal | None = None
    endpoint: str | None = None  # where the prompt was sent; None: it stayed in this process
    sent_bytes: int = 0
    checks: tuple[ConstraintCheck, ...] = ()
    result: str | None = None  # the JSON of a valid answer that is bound to a form
    calls: "tuple[ToolCall, ...]" = ()  # the valid tool calls of it, each with an id
    answer_signals: "AnswerSignals | None" = None  # where the engine says how sure it was
    confidence: float | None = None  # P(right) from them, by the calibrator of this name
    calibrator: str | None = None
    thoughts: str = ""  # what the model said to itself, which is no part of the text; not all of very many
    thought_chars: int = 0  # of all of it


@frozen
class Answer:
    """What the user got: all attempts of a turn and the one whose text was given."""

    turn_id: int
    decision: Decision
    attempts: tuple[Attempt, ...]
    given: Attempt
    warning: str = ""

    @property
    def text(self) -> str:
        return self.given.text if self.given.result is None else self.given.result

    @property
    def cost_usd(self) -> Decimal | None:
        """All attempts' cost, failed ones included; None if any of them is unknown."""
        return total_usd(a.cost_usd for a in self.attempts)


def total_usd(costs: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; None, never a smaller number, when any part is unknown."""
    known = list(costs)
    return None if None in known else sum((c for c in known if c is not None), Decimal(0))
