"""What goes into the log and what comes out of it, as values."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import urlsplit

from hroute.core.decision.decision import Decision, Degraded, Route, Rule
from hroute.core.decision.signals import Signals
from hroute.core.turn.attempt import Attempt, Outcome
from hroute.core.turn.options import SessionPlace
from hroute.core.turn.verdict import Verdict

if TYPE_CHECKING:
    from hroute.store.stored_turn import StoredTurn

Prompts = Literal["full", "hash", "off"]


@dataclass(frozen=True, slots=True)
class Start:
    """What is known of an attempt before its first token."""

    engine: str
    route: Route
    model: str
    endpoint: str | None = None  # None: nothing leaves this process
    sent_bytes: int = 0


@dataclass(frozen=True, slots=True)
class LoggedAttempt:
    """An attempt as the log has it; one that was never closed reads as interrupted."""

    id: int
    started_at: datetime
    attempt: Attempt
    given: bool  # its text is what the user got


@dataclass(frozen=True, slots=True)
class LoggedTurn:
    """A turn as the log has it. `prompt` and `request` are None where texts are not kept."""

    id: int
    created_at: datetime
    command: str
    category: str | None
    signals: Signals
    decision: Decision
    overhead_ms: float
    closed: bool
    warning: str
    prompt_sha256: str | None
    request: "StoredTurn | None"
    attempts: tuple[LoggedAttempt, ...]
    place: SessionPlace | None = None  # in a chat session
    verdict: Verdict | None = None  # what holds now

    @property
    def prompt(self) -> str | None:
        return self.request.said.ask if self.request else None

    @property
    def given(self) -> LoggedAttempt | None:
        return next((a for a in self.attempts if a.given), None)

    @property
    def outcome(self) -> str:
        return outcome_word(self.given.attempt.outcome if self.given else None, closed=self.closed)


@dataclass(frozen=True, slots=True)
class Summary:
    """A turn in one line. `model` answered, or was tried last; tokens, cost and time are of all attempts."""

    id: int
    created_at: datetime
    command: str
    category: str | None
    route: Route
    degraded: Degraded | None
    rule: Rule
    outcome: str
    model: str | None
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: Decimal | None
    wall_ms: float | None
    prompt: str | None  # its beginning


@dataclass(frozen=True, slots=True)
class Filter:
    """Which turns are meant; None means any."""

    since: datetime | None = None
    route: Route | None = None
    rule: Rule | None = None
    category: str | None = None
    outcome: Outcome | None = None  # at least one attempt ended so
    failed: bool = False  # only turns that ended without an answer


@dataclass(frozen=True, slots=True)
class Egress:
    """One request to an endpoint: what left this process, where to and how it ended."""

    at: datetime
    endpoint: str
    model: str
    sent_bytes: int
    turn_id: int
    outcome: Outcome

    @property
    def host(self) -> str:
        try:
            return urlsplit(self.endpoint).hostname or self.endpoint
        except ValueError:  # e.g. a bracket that is never closed
            return self.endpoint

    @property
    def stayed(self) -> bool:
        """The endpoint is a server on this machine."""
        if self.host == "localhost" or self.host.endswith(".localhost"):  # RFC 6761, 6.3
            return True
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            return False
        return address.is_loopback or address.is_unspecified


class CloudOutcome(NamedTuple):
    at: datetime
    outcome: Outcome
    reason: str | None


@dataclass(frozen=True, slots=True)
class Pruned:
    """`is_in_use`: others read or wrote the log for so long that its file could not be made smaller."""

    turns: int
    freed_bytes: int
    is_in_use: bool = False


def outcome_word(given: Outcome | None, *, closed: bool) -> str:
    """How a turn ended: its given answer's outcome, else `failed`, or `interrupted` if it never ended."""
    if given is not None:
        return given.value
    return "failed" if closed else Outcome.INTERRUPTED.value
