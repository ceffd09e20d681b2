"""Decided twice: what a calibrated doubt or a loop does to a local answer."""

from dataclasses import dataclass

import pytest

from hroute.app.answer.events import Delta, FailedOver, Rejected
from hroute.core.confidence.signals import AnswerSignals
from hroute.core.decision.decision import Route
from hroute.core.turn.attempt import Answer, Outcome
from hroute.core.turn.options import SessionPlace
from tests.support.logged import NOON
from tests.support.scripted import ScriptedEngine, ScriptedGeneration
from tests.support.world import GOOD_CLOUD, GOOD_LOCAL, Make, World

SURE = AnswerSignals(4, -0.4, -0.1, -0.2)
UNSURE = AnswerSignals(4, -8.0, -2.0, -5.0)
TOOLS = '[{"name": "read", "parameters": {"properties": {"path": {"type": "string"}}}}]'
CALL = '{"name": "read", "arguments": {"path": "a.txt"}}'


@dataclass(frozen=True)
class Calibrated:
    """Right as often as its least likely token is likely, near enough."""

    name: str = "fixed-1"

    def predict(self, signals: AnswerSignals) -> float:
        return 0.9 if signals.logprob_min > -1 else 0.2


class Candid(ScriptedEngine):
    """Says how sure it was."""

    signals: AnswerSignals | None = SURE

    def start(self, request: object) -> ScriptedGeneration:
        generation = super().start(request)  # type: ignore[arg-type]
        generation.answer_signals = self.signals
        return generation


def candid(world: World, signals: AnswerSignals | None, *, is_calibrated: bool = True) -> World:
    engine = Candid("local", Route.LOCAL, world.local.script, context_tokens=8192)
    engine.signals = signals
    world.runtime.model = engine
    world.runtime.calibrated = Calibrated() if is_calibrated else None
    return world


def made(
    make: Make, signals: AnswerSignals | None, *, is_calibrated: bool = True, **sections: object
) -> World:
    routing = {"routing": {"min_confidence": 0.5}}
    return candid(make(**{**routing, **sections}), signals, is_calibrated=is_calibrated)


def attempts(answer: Answer) -> list[tuple[str, Outcome, str | None]]:
    return [(a.engine, a.outcome, a.reason) for a in answer.attempts]


def test_an_answer_that_its_model_doubts_goes_to_the_cloud(make: Make) -> None:
    answer = made(make, UNSURE).answered()
    assert answer.text == GOOD_CLOUD
    assert attempts(answer) == [("local", Outcome.INVALID, "low_confidence"), ("sky", Outcome.OK, None)]


def test_the_failover_is_announced_with_its_reason(make: Make) -> None:
    events = made(make, UNSURE).ask()
    rejected = [event for event in events if isinstance(event, Rejected)]
    failed_over = [event for event in events if isinstance(event, FailedOver)]
    assert len(rejected) == len(failed_over) == 1
    assert "20% chance" in (failed_over[0].failed.error or "")


def test_a_sure_answer_stays_and_keeps_its_figure(make: Make) -> None:
    world = made(make, SURE)
    answer = world.answered()
    assert (answer.text, answer.given.confidence, answer.given.calibrator) == (GOOD_LOCAL, 0.9, "fixed-1")
    logged = world.runtime.log.turn(answer.turn_id).attempts[0].attempt
    assert (logged.answer_signals, logged.confidence, logged.calibrator) == (SURE, 0.9, "fixed-1")


@pytest.mark.parametrize(
    ("signals", "is_calibrated", "minimum"),
    [(UNSURE, False, 0.5), (None, True, 0.5), (UNSURE, True, None)],
    ids=["an unknown model", "an engine that does not say", "no minimum"],
)
def test_nothing_is_overridden_without_grounds(
    make: Make, signals: AnswerSignals | None, *, is_calibrated: bool, minimum: float | None
) -> None:
    world = made(make, signals, is_calibrated=is_calibrated, routing={"min_confidence": minimum})
    assert world.answered().text == GOOD_LOCAL


def test_an_unknown_model_still_leaves_its_signals_in_the_log(make: Make) -> None:
    world = made(make, UNSURE, is_calibrated=False)
    logged = world.runtime.log.turn(world.answered().turn_id).attempts[0].attempt
    assert (logged.answer_signals, logged.confidence) == (UNSURE, None)


def test_without_a_cloud_the_doubtful_answer_is_given_and_marked(make: Make) -> None:
    world = candid(make(with_cloud=False, routing={"min_confidence": 0.5}), UNSURE)
    events = world.ask()
    answer = world.runtime.log.turn(1)
    assert "".join(event.text for event in events if isinstance(event, Delta)) == GOOD_LOCAL
    assert answer.given is not None
    assert "20% chance" in answer.warning


def test_a_doubtful_tool_call_is_given_when_nobody_has_a_better_one(make: Make) -> None:
    world = candid(make(CALL, with_cloud=False, routing={"min_confidence": 0.5}), UNSURE)
    assert world.answered(tools=TOOLS).text == f"[{CALL}]"


def test_a_cheaper_failure_is_not_worth_the_cloud(make: Make) -> None:
    """Under policy cpst a doubt counts by what it costs."""
    dear = {"operator_usd_per_hour": 60, "minutes_per_failure": 2}
    cheap = {"operator_usd_per_hour": "0.001", "minutes_per_failure": 2}
    kept = made(make, UNSURE, policy="cpst", routing={}, cpst=cheap)
    assert kept.answered(forced=None).given.engine == "local"
    moved = made(make, UNSURE, policy="cpst", routing={}, cpst=dear | {"p_cloud": 0.5})
    assert attempts(moved.answered())[0] == ("local", Outcome.INVALID, "low_confidence")


def in_session(world: World, prompt: str, parent_id: int | None, **turn: object) -> Answer:
    return world.answered(prompt, place=SessionPlace(1, parent_id), **turn)


def test_the_same_call_again_is_escalated_once_with_its_reason(make: Make) -> None:
    world = candid(make(CALL, cloud=CALL), SURE)
    world.runtime.model.script = [CALL] * 3
    world.cloud.script = [CALL] * 3
    world.runtime.log.sessions.open(at=NOON)
    first = in_session(world, "go on", None, tools=TOOLS)
    second = in_session(world, "go on", first.turn_id, tools=TOOLS)
    third = in_session(world, "go on", second.turn_id, tools=TOOLS)
    assert [a.given.engine for a in (first, second, third)] == ["local", "sky", "local"]
    assert attempts(second)[0] == ("local", Outcome.INVALID, "loop")
    logged = world.runtime.log.turn(second.turn_id).attempts[0].attempt
    assert logged.error == "the same call with the same arguments as the turn before"


def test_outside_a_session_nothing_is_compared(make: Make) -> None:
    world = candid(make(CALL), SURE)
    world.runtime.model.script = [CALL] * 2
    for _ in range(2):
        assert world.answered("go on", tools=TOOLS).given.engine == "local"
