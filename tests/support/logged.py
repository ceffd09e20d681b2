"""Builders for log tests: each takes only what matters to its test."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hroute.core.decision.decision import Decision, ExpectedCost, Route, Rule, Slot
from hroute.core.decision.signals import (
    ConstraintItem,
    Constraints,
    ContextPressure,
    CountMethod,
    Label,
    ScoutReading,
    Signals,
)
from hroute.core.odds import logit
from hroute.core.routing.reasons import Sentence
from hroute.core.turn.attempt import Answer, Attempt, Outcome
from hroute.core.turn.turn import Turn
from hroute.store.log import Log
from hroute.store.rows import Start
from tests.support.turns import a_turn

NOON = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
CLOUD_URL = "https://api.example.com/v1"


def signals(*items: ConstraintItem) -> Signals:
    return Signals(
        Constraints(len(items), items, 3),
        ContextPressure(41, 8192, CountMethod.BOUND, exceeded=False),
        ScoutReading(Label.STANDARD, -logit(0.71), "builtin-1", 0.6, (("length", 0.25),)),
    )


def decision(**changes: Any) -> Decision:
    plain = Decision(
        wanted=Route.LOCAL,
        rule=Rule.DEFAULT,
        route=Route.LOCAL,
        degraded=None,
        slot=Slot.CHAT,
        policy="signals",
        reasons=(Sentence("nothing speaks against the local model"),),
        expected_cost=ExpectedCost(Decimal("0.41"), None),
    )
    return replace(plain, **changes)


def local(text: str = "hello", outcome: Outcome = Outcome.OK, **changes: Any) -> Attempt:
    attempt = Attempt("local", Route.LOCAL, "SmolLM2", outcome, text, wall_ms=900.0, cost_usd=Decimal(0))
    return replace(attempt, **changes)


def cloud(text: str = "hello", outcome: Outcome = Outcome.OK, **changes: Any) -> Attempt:
    sent: dict[str, Any] = {"endpoint": CLOUD_URL, "sent_bytes": 834} | changes
    attempt = Attempt("acme", Route.CLOUD, "big-1", outcome, text, wall_ms=700.0, cost_usd=Decimal("0.002"))
    return replace(attempt, **sent)


def open_turn(
    log: Log, turn: Turn | str = "Why?", *, at: datetime = NOON, decided: Decision | None = None
) -> int:
    turn = a_turn(turn) if isinstance(turn, str) else turn
    return log.open_turn(turn, signals(), decided or decision(), command="ask", overhead_ms=1.4, at=at)


def open_attempt(log: Log, turn_id: int, attempt: Attempt, *, at: datetime = NOON) -> int:
    start = Start(attempt.engine, attempt.route, attempt.model, attempt.endpoint, attempt.sent_bytes)
    return log.open_attempt(turn_id, start, at=at)


def write(
    log: Log,
    turn: Turn | str = "Why?",
    attempts: Sequence[Attempt] = (),
    *,
    at: datetime = NOON,
    decided: Decision | None = None,
) -> int:
    """A whole turn; its last attempt is given if it is good. Without attempts, a local one is made."""
    attempts = tuple(attempts) or (local(),)
    turn_id = open_turn(log, turn, at=at, decided=decided)
    for attempt in attempts:
        log.close_attempt(open_attempt(log, turn_id, attempt, at=at), attempt)
    last = attempts[-1]
    is_good = last.outcome is Outcome.OK
    answer = Answer(turn_id, decided or decision(), attempts, last) if is_good else None
    log.close_turn(turn_id, answer, at=at)
    return turn_id
