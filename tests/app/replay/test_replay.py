"""A log decided again: which routes change, and what is said of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from hroute.app.learn.calibrations import ModelFile
from hroute.app.replay.replay import Replay, replay
from hroute.core.abilities.ability import Demand
from hroute.core.decision.decision import Chances, Decision, Degraded, Route, Rule
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
from hroute.core.turn.attempt import Answer, Attempt, Usage
from hroute.core.turn.options import SessionPlace
from hroute.core.turn.turn import Turn
from hroute.core.turn.verdict import Judgement, Verdict
from hroute.store.log import Log
from tests.support.logged import NOON, cloud, decision, local, open_attempt
from tests.support.runs.calibrators import calibrator, sure
from tests.support.turns import a_turn
from tests.support.world import Make, World

LOCAL, CLOUD = Route.LOCAL, Route.CLOUD
TO_CLOUD = decision(wanted=CLOUD, route=CLOUD, rule=Rule.SCOUT_COMPLEX)


def measured(
    constraints: int = 0,
    tokens: int = 41,
    method: CountMethod = CountMethod.BOUND,
    p_local: float = 0.9,
    *,
    exceeded: bool = False,
) -> Signals:
    items = tuple(ConstraintItem("length", "x", i, i + 1) for i in range(constraints))
    label = Label.COMPLEX if p_local < 0.5 else Label.STANDARD
    return Signals(
        Constraints(constraints, items, 3),
        ContextPressure(tokens, 8192, method, exceeded),
        ScoutReading(label, -logit(p_local), "builtin-1"),
    )


def logged(  # noqa: PLR0913  each test names the one or two that it is about
    log: Log,
    found: Signals | None = None,
    decided: Decision | None = None,
    *,
    turn: Turn | None = None,
    good: bool | None = None,
    attempt: Attempt | None = None,
    at: datetime = NOON,
) -> int:
    """A closed turn with one attempt on the decided route."""
    decided = decided or decision()
    turn_id = log.open_turn(
        turn or a_turn("Why?"), found or measured(), decided, command="ask", overhead_ms=1, at=at
    )
    attempt = attempt or (local() if decided.route is LOCAL else cloud())
    log.close_attempt(open_attempt(log, turn_id, attempt), attempt)
    log.close_turn(turn_id, Answer(turn_id, decided, (attempt,), attempt), at=at)
    if good is not None:
        log.verdicts.give(turn_id, Verdict(Judgement.GOOD if good else Judgement.BAD), at=at)
    return turn_id


def replayed(
    world: World, *, files: Sequence[ModelFile] = (), reread: bool = False, since: datetime | None = None
) -> Replay:
    return replay(world.runtime, files, since, reread=reread, limit=10)


def changes(found: Replay) -> dict[int, tuple[Route, Route]]:
    return {flip.turn_id: (flip.then, flip.now) for flip in found.flips}


def test_the_same_policy_changes_nothing(make: Make) -> None:
    world = make()
    logged(world.runtime.log)
    logged(world.runtime.log, measured(p_local=0.1), TO_CLOUD)
    logged(world.runtime.log, measured(constraints=4), replace(TO_CLOUD, rule=Rule.CONSTRAINT_DENSITY))
    found = replayed(world)
    assert (found.turns, found.changed, found.flips) == (3, 0, ())
    assert (found.expected_cpst_usd.by.value, found.evidence.refusal) == (0.0, "no turn has a verdict")


def test_another_number_of_constraints_moves_the_turns_in_between(make: Make) -> None:
    world = make(routing={"max_constraints": 4})
    dense = replace(TO_CLOUD, rule=Rule.CONSTRAINT_DENSITY)
    four, _five = (logged(world.runtime.log, measured(constraints=n), dense) for n in (4, 5))
    found = replayed(world)
    assert changes(found) == {four: (CLOUD, LOCAL)}
    assert found.changes == {(CLOUD, LOCAL): 1}


def test_what_an_ask_demanded_is_kept_without_its_prompt(make: Make) -> None:
    world = make()
    found = measured()
    demanding = replace(found, scout=found.scout.demanding((Demand.DIGITS,)))
    for one in (found, demanding):
        logged(world.runtime.log, one)
    past = world.runtime.log.past_turns(None, with_prompts=False)
    assert [turn.reading.demands for turn in past] == [(), (Demand.DIGITS,)]


def test_by_cost_the_turns_that_save_most_come_first(make: Make) -> None:
    world = make(policy="cpst")
    cheap, dear = (logged(world.runtime.log, measured(p_local=p)) for p in (0.85, 0.6))
    found = replayed(world)
    assert list(changes(found)) == [dear, cheap]
    saved = found.flips[0].usd
    assert saved is not None
    assert saved < 0
    assert found.flips[0].rule is Rule.EXPECTED_COST
    by = found.expected_cpst_usd.by
    assert by.value is not None
    assert by.high is not None
    assert by.value < by.high


def test_without_a_price_routes_are_still_decided_and_their_cost_is_unknown(make: Make) -> None:
    world = make(price=None, routing={"max_constraints": 4})
    logged(world.runtime.log, measured(constraints=4), TO_CLOUD)
    found = replayed(world)
    assert (found.changed, found.flips[0].usd, found.expected_cpst_usd.now) == (1, None, None)


def test_a_forced_turn_keeps_its_route(make: Make) -> None:
    world = make(policy="cpst")
    logged(world.runtime.log, measured(p_local=0.1), decision(rule=Rule.FORCED))
    found = replayed(world)
    assert (found.forced, found.changed) == (1, 0)


@pytest.mark.parametrize("why", [Degraded.OFFLINE, Degraded.BUDGET, Degraded.BREAKER])
def test_what_was_out_of_reach_then_is_so_again(make: Make, why: Degraded) -> None:
    world = make()
    logged(world.runtime.log, measured(constraints=5), decision(wanted=CLOUD, degraded=why))
    found = replayed(world)
    assert (found.changed, found.held_back) == (0, 1)


@pytest.mark.parametrize("with_cloud", [True, False])
def test_a_turn_without_a_cloud_then_goes_there_if_one_is_configured_now(
    make: Make, *, with_cloud: bool
) -> None:
    world = make(with_cloud=with_cloud)
    decided = decision(wanted=CLOUD, degraded=Degraded.NO_CLOUD)
    logged(world.runtime.log, measured(constraints=5), decided)
    assert replayed(world).changed == int(with_cloud)


def test_a_drawn_turn_is_compared_by_what_it_would_have_taken(make: Make) -> None:
    drawn = replace(TO_CLOUD, rule=Rule.EXPLORATION, propensity=0.1)
    assert replayed_of(make(), drawn).changed == 0
    assert replayed_of(make(policy="cpst", cpst={"minutes_per_failure": 0}), drawn).changed == 0
    assert replayed_of(make(policy="cpst", cpst={"p_cloud": 1}), drawn).changes == {(LOCAL, CLOUD): 1}


def replayed_of(world: World, decided: Decision) -> Replay:
    world.runtime.log.prune(keep_last=0)
    logged(world.runtime.log, decided=decided)
    return replayed(world)


def test_the_policy_of_now_draws_no_lots(make: Make) -> None:
    world = make(routing={"explore": 0.5})
    for _ in range(30):
        logged(world.runtime.log)
    assert replayed(world).changed == 0


def test_a_follow_up_is_held_by_the_route_that_its_conversation_takes_now(make: Make) -> None:
    world = make(routing={"max_constraints": 4})
    log = world.runtime.log
    session = log.sessions.open(at=NOON)
    first = logged(log, measured(constraints=4), TO_CLOUD, turn=a_turn("one", place=SessionPlace(session)))
    follow_up = a_turn("two", place=SessionPlace(session, parent_id=first))
    second = logged(log, measured(), replace(TO_CLOUD, rule=Rule.SESSION), turn=follow_up)
    assert changes(replayed(world)) == {second: (CLOUD, LOCAL), first: (CLOUD, LOCAL)}


# --- length ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "input_tokens", "moves", "unsettled"),
    [
        (measured(tokens=600), None, False, True),  # at most 600: nobody knows
        (measured(tokens=600), 450, False, False),
        (measured(tokens=600), 550, True, False),
        (measured(tokens=600, method=CountMethod.TOKENIZER), None, True, False),
        (measured(tokens=400), None, False, False),
    ],
)
def test_a_lower_limit_moves_what_is_known_to_be_longer(
    make: Make, found: Signals, input_tokens: int | None, *, moves: bool, unsettled: bool
) -> None:
    world = make(routing={"max_context_tokens": 500})
    logged(world.runtime.log, found, attempt=local(usage=Usage(input_tokens, 5)))
    result = replayed(world)
    assert (result.changed == 1, result.unsettled == 1) == (moves, unsettled)


@pytest.mark.parametrize(
    ("input_tokens", "moves", "unsettled"), [(None, False, True), (9000, True, False), (30_000, False, False)]
)
def test_a_higher_limit_brings_back_what_is_known_to_be_shorter(
    make: Make, input_tokens: int | None, *, moves: bool, unsettled: bool
) -> None:
    """Counting has stopped at the limit of then."""
    world = make(local_context=100_000, routing={"max_context_tokens": 20_000})
    over = measured(tokens=8193, method=CountMethod.TOKENIZER, exceeded=True)
    pressed = replace(TO_CLOUD, rule=Rule.CONTEXT_PRESSURE)
    logged(world.runtime.log, over, pressed, attempt=cloud(usage=Usage(input_tokens, 5)))
    result = replayed(world)
    assert (result.changed == 1, result.unsettled == 1) == (moves, unsettled)


# --- chances -----------------------------------------------------------------


def test_the_chances_of_a_calibration_are_used_as_they_were_stored(make: Make) -> None:
    by_calibration = decision(chances=Chances(0.2, 0.99, "calibration-1"))
    assert replayed_of(make(policy="cpst"), by_calibration).changed == 1


def test_where_the_scout_spoke_the_clouds_chance_is_that_of_the_settings_of_now(make: Make) -> None:
    by_scout = decision(chances=Chances(0.9, 0.99, "scout"))
    assert replayed_of(make(policy="cpst", cpst={"p_cloud": 0.5}), by_scout).changed == 0
    assert replayed_of(make(policy="cpst", cpst={"p_cloud": 1}), by_scout).changed == 1


def test_the_scout_of_now_reads_again_only_when_asked_to(make: Make) -> None:
    world = make(label=Label.COMPLEX)  # whatever it reads
    logged(world.runtime.log)
    assert replayed(world).changed == 0
    assert replayed(world, reread=True).changes == {(LOCAL, CLOUD): 1}


def test_a_prompt_that_is_not_kept_is_not_read_again(make: Make) -> None:
    world = make(label=Label.COMPLEX, log={"prompts": "hash"})
    logged(world.runtime.log)
    found = replayed(world, reread=True)
    assert (found.changed, found.unread) == (0, 1)


# --- verdicts ----------------------------------------------------------------

HARD = measured(p_local=0.6)


def test_a_log_that_never_tried_the_other_route_is_refused(make: Make) -> None:
    world = make(policy="cpst")
    for good in (True, False, None):
        logged(world.runtime.log, HARD, good=good)
    found = replayed(world).evidence
    assert (found.rated, found.changed, found.uncertain, found.estimates) == (2, 2, 2, ())
    assert "took a route that was certain" in found.refusal


def test_a_log_with_lots_is_estimated_from_its_verdicts(make: Make) -> None:
    """The cloud is drawn in a quarter of the turns and then right; the local model in half of the others."""
    world = make(policy="cpst", cpst={"minutes_per_failure": 3, "watts": 0})
    drawn = replace(TO_CLOUD, rule=Rule.EXPLORATION, propensity=0.25)
    stayed = decision(propensity=0.75)
    for i in range(30):
        logged(world.runtime.log, HARD, stayed, good=i % 2 == 0)
    for _ in range(10):
        logged(world.runtime.log, HARD, drawn, good=True, attempt=cloud(cost_usd=Decimal("0.01")))
    found = replayed(world)
    assert (found.changed, found.evidence.matched) == (40, 10)
    normalised = found.evidence.estimates[1]
    assert (normalised.success.then, normalised.success.now) == pytest.approx((0.5, 1.0))
    # Thirty turns, fifteen failures at $3, fifteen successes; and a cent for each success.
    assert (normalised.cpst_usd.then, normalised.cpst_usd.now) == pytest.approx((3.0, 0.01))


def test_what_the_user_lost_on_a_failure_counts_in_place_of_the_default(make: Make) -> None:
    world = make(policy="cpst", cpst={"watts": 0})
    drawn = replace(TO_CLOUD, rule=Rule.EXPLORATION, propensity=0.5)
    for _ in range(10):
        logged(world.runtime.log, HARD, drawn, good=True, attempt=cloud(cost_usd=Decimal(0)))
        logged(world.runtime.log, HARD, decision(propensity=0.5), good=True)
        failed = logged(world.runtime.log, HARD, decision(propensity=0.5))
        world.runtime.log.verdicts.give(failed, Verdict(Judgement.BAD, minutes=Decimal(30)), at=NOON)
    assert replayed(world).evidence.estimates[1].cpst_usd.then == pytest.approx(30)  # of an hour of $60


def test_a_turn_for_which_no_engine_was_asked_says_nothing_about_a_route(make: Make) -> None:
    world = make()
    turn_id = world.runtime.log.open_turn(
        a_turn("?"), measured(), decision(), command="ask", overhead_ms=1, at=NOON
    )
    world.runtime.log.close_turn(turn_id, None, at=NOON)
    assert replayed(world).evidence.rated == 0


# --- confidence --------------------------------------------------------------


def test_a_confidence_threshold_is_judged_by_the_verdicts_on_what_it_would_reject(make: Make) -> None:
    world = make(routing={"min_confidence": 0.6})
    for confidence, good in ((0.9, True), (0.5, False), (0.4, False), (0.3, True), (0.2, None)):
        logged(world.runtime.log, good=good, attempt=local(confidence=confidence))
    found = replayed(world).doubts
    assert found is not None
    assert (found.known, found.then, found.now) == (5, 0, 4)
    assert (found.newly_good, found.newly_bad, found.newly_unrated) == (1, 2, 1)
    change = found.cpst_usd
    assert change.now is not None
    assert change.then is not None
    assert change.now < change.then


def test_without_a_threshold_confidences_are_not_spoken_of(make: Make) -> None:
    world = make()
    logged(world.runtime.log, attempt=local(confidence=0.1))
    assert replayed(world).doubts is None


@pytest.mark.parametrize(
    ("calibrator_then", "confidence", "doubted"),
    [
        (None, None, 1),  # nobody judged it then
        (calibrator().name, 0.9, 1),  # what the calibrator has learned since holds for it
        ("Q4_1 12345678 of 2026-11-01", 0.9, 0),  # another file, of which this one knows nothing
    ],
)
def test_the_calibrator_of_now_judges_answers_of_its_file_again(
    make: Make, calibrator_then: str | None, confidence: float | None, doubted: int
) -> None:
    world = make(routing={"min_confidence": 0.5})
    unsure = local(answer_signals=sure(0.1), calibrator=calibrator_then, confidence=confidence)
    logged(world.runtime.log, good=False, attempt=unsure)
    logged(world.runtime.log, attempt=local(confidence=0.1))  # without signals, what was said then holds
    found = replayed(world, files=[ModelFile("SmolLM2", calibrator())]).doubts
    assert found is not None
    assert (found.known, found.newly_bad, found.newly_unrated) == (2, doubted, 1)


def test_a_forced_route_is_kept_however_unsure_its_answer_was(make: Make) -> None:
    world = make(routing={"min_confidence": 0.6})
    logged(world.runtime.log, decided=decision(rule=Rule.FORCED), attempt=local(confidence=0.1))
    assert replayed(world).doubts is None


# --- the log -----------------------------------------------------------------


def test_only_turns_of_the_time_that_is_asked_for_are_decided(make: Make) -> None:
    world = make()
    for days in (3, 1):
        logged(world.runtime.log, at=datetime.now(UTC) - timedelta(days=days))
    assert replayed(world, since=datetime.now(UTC) - timedelta(days=2)).turns == 1


def test_an_empty_log_has_nothing_to_decide(make: Make) -> None:
    found = replayed(make())
    assert (found.turns, found.changed, found.evidence.rated) == (0, 0, 0)
