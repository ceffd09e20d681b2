"""What a calibration does to decisions that come after it."""

from hroute.app.answer.preview import preview
from hroute.core.decision.decision import Decision, Rule
from hroute.store.log import Log
from tests.app.learn.test_calibrate import StubbornScout, log, proposal
from tests.support.turns import a_turn
from tests.support.verdicts import HAIKU, haikus_fail_here
from tests.support.world import Make, World

__all__ = ["log"]  # the fixture


def taught(make: Make, log: Log, scout: StubbornScout, **sections: object) -> World:
    world = make(**sections)
    world.runtime.calibration = proposal(log, haikus_fail_here(200)).calibration
    world.runtime.scout = scout  # type: ignore[assignment]  # a scout like any other
    return world


def decided(world: World, prompt: str) -> Decision:
    return preview(a_turn(prompt), world.runtime)[1]


def test_a_decision_names_the_version_of_the_calibration_that_it_used(make: Make, log: Log) -> None:
    world = taught(make, log, StubbornScout())
    decision = decided(world, HAIKU)
    assert decision.chances is not None
    assert world.runtime.calibration is not None
    assert decision.chances.by == world.runtime.calibration.version
    assert world.runtime.log.turn(world.answered(HAIKU).turn_id).decision.chances == decision.chances


def test_policy_cpst_sends_away_what_its_verdicts_say_fails_here(make: Make, log: Log) -> None:
    world = taught(make, log, StubbornScout(), policy="cpst")
    decision = decided(world, HAIKU)
    assert decision.rule is Rule.EXPECTED_COST
    assert decision.chances is not None
    assert decision.chances.local < 0.5 < decision.chances.cloud


def test_a_calibration_for_another_scout_is_not_used(make: Make, log: Log) -> None:
    world = taught(make, log, StubbornScout(model="another"))
    chances = decided(world, HAIKU).chances
    assert chances is not None
    assert (chances.local, chances.by) == (0.7, "scout")
