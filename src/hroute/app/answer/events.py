"""What happens while a turn is answered: Decided, then Deltas, Rejected, Retried or FailedOver, and Done.

Shortened and Loading come before the first delta of the engine that they speak of.
"""

from dataclasses import dataclass

from hroute.core.decision.decision import Decision
from hroute.core.decision.signals import Signals
from hroute.core.turn.attempt import Answer, Attempt


@dataclass(frozen=True, slots=True)
class Decided:
    turn_id: int
    decision: Decision
    signals: Signals
    session_id: int | None = None  # of the chat session that the turn belongs to


@dataclass(frozen=True, slots=True)
class Shortened:
    """The engine cannot hold the whole conversation: this many of its oldest turns do not go along.

    Said when they become more; that they stay out is not said again.
    """

    engine: str
    turns: int


@dataclass(frozen=True, slots=True)
class Loading:
    """The engine's model is not in memory yet: the first token takes longer."""

    engine: str
    model: str


@dataclass(frozen=True, slots=True)
class Delta:
    """A printable piece of the answer. `provisional`: the contract may still reject what it belongs to."""

    text: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class Rejected:
    """The attempt is over and its text does not count."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Retried:
    """The same engine is asked again, and told which constraint it broke."""

    failed: Attempt


@dataclass(frozen=True, slots=True)
class FailedOver:
    """Another engine is tried now."""

    failed: Attempt
    to_engine: str


@dataclass(frozen=True, slots=True)
class Done:
    answer: Answer


Event = Decided | Shortened | Loading | Delta | Rejected | Retried | FailedOver | Done
