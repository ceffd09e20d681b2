"""Logs with verdicts to learn from."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from hroute.core.confidence.signals import AnswerSignals
from hroute.core.decision.decision import Route
from hroute.core.decision.signals import Label, ScoutReading
from hroute.core.odds import logit
from hroute.core.turn.attempt import Answer
from hroute.core.turn.verdict import By, Judgement, Verdict
from hroute.store.log import Log
from tests.support.logged import NOON, cloud, decision, local, open_attempt, signals
from tests.support.turns import a_turn

SCOUT = "builtin-2"
HAIKU, PROOF = "Write a haiku about the {} sea.", "Prove the {} theorem about primes."
_WORDS = ("quiet", "first", "last", "new", "old", "long", "great", "small")


@dataclass(frozen=True)
class Rated:
    """An answered prompt and what was said of it."""

    prompt: str
    route: Route
    is_good: bool
    propensity: float = 1.0
    scout: str = SCOUT
    p_local: float = 0.7
    by: By = By.USER
    model: str | None = None
    answer_signals: AnswerSignals | None = None
    calibrator: str | None = None


def haikus_fail_here(n: int) -> list[Rated]:
    """The local model writes no haiku and proves everything; the cloud does both. One route each."""
    rows = []
    for place in range(n):
        form = HAIKU if place % 2 else PROOF
        route = Route.LOCAL if place % 3 else Route.CLOUD
        prompt = form.format(f"{_WORDS[place % 7]} {place}")
        rows.append(Rated(prompt, route, form == PROOF or route is Route.CLOUD))
    return rows


def write_rated(log: Log, rows: Iterable[Rated]) -> None:
    """A minute apart, from noon on."""
    for place, row in enumerate(rows):
        at = NOON + timedelta(minutes=place)
        reading = ScoutReading(Label.STANDARD, -logit(row.p_local), row.scout)
        decided = decision(wanted=row.route, route=row.route, propensity=row.propensity)
        turn_id = log.open_turn(
            a_turn(row.prompt),
            replace(signals(), scout=reading),
            decided,
            command="ask",
            overhead_ms=1.0,
            at=at,
        )
        attempt = local() if row.route is Route.LOCAL else cloud()
        attempt = replace(
            attempt,
            model=row.model or attempt.model,
            answer_signals=row.answer_signals,
            calibrator=row.calibrator,
        )
        log.close_attempt(open_attempt(log, turn_id, attempt, at=at), attempt)
        log.close_turn(turn_id, Answer(turn_id, decided, (attempt,), attempt), at=at)
        judgement = Judgement.GOOD if row.is_good else Judgement.BAD
        log.verdicts.give(turn_id, Verdict(judgement, row.by), at=at)
