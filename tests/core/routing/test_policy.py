from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.abilities.ability import REFERENCE_CLOUD, Ability, parsed
from hroute.core.decision.decision import (
    UNKNOWN_COST,
    Chances,
    Decision,
    Degraded,
    Expectations,
    ExpectedCost,
    Need,
    Route,
    RouteInputs,
    Rule,
    Standing,
)
from hroute.core.decision.signals import Label, Signals
from hroute.core.routing import reasons as r
from hroute.core.routing.policy import (
    BREAKER_FAILURES,
    BREAKER_WINDOW,
    CLEARLY_BETTER,
    EASY,
    decide,
    doubt,
    is_breaker_open,
    lead,
    may_fail_over,
)
from tests.support.build import CLOUD_READY, settings, signals

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def decided(
    measured: Signals, standing: Standing = CLOUD_READY, forced: Route | None = None, **sections: object
) -> Decision:
    return decide(measured, settings(**sections), standing, RouteInputs(forced=forced))


def test_a_plain_prompt_stays_local() -> None:
    decision = decided(signals())
    assert (decision.route, decision.rule, decision.degraded) == (Route.LOCAL, Rule.DEFAULT, None)


def test_exactly_the_allowed_number_of_constraints_stays_local() -> None:
    assert decided(signals(constraints=3)).rule is Rule.DEFAULT
    assert decided(signals(constraints=4)).rule is Rule.CONSTRAINT_DENSITY


def test_context_pressure_comes_before_density_and_density_before_the_scout() -> None:
    everything = signals(constraints=4, tokens=9000, label=Label.COMPLEX)
    assert decided(everything).rule is Rule.CONTEXT_PRESSURE
    assert decided(signals(constraints=4, label=Label.COMPLEX)).rule is Rule.CONSTRAINT_DENSITY
    assert decided(signals(label=Label.COMPLEX)).rule is Rule.SCOUT_COMPLEX


def test_every_cause_is_among_the_reasons() -> None:
    reasons = decided(signals(constraints=4, tokens=9000, label=Label.COMPLEX)).reasons
    assert len(reasons) == 3


def test_a_forced_route_beats_every_signal_and_every_standing() -> None:
    nothing = Standing(cloud_configured=False)
    assert decided(signals(tokens=9000), forced=Route.LOCAL).route is Route.LOCAL
    assert decided(signals(), nothing, forced=Route.CLOUD).route is Route.CLOUD


def test_privacy_keeps_every_prompt_local() -> None:
    decision = decided(signals(tokens=9000), privacy={"local_only": True})
    assert (decision.wanted, decision.route, decision.rule) == (Route.LOCAL, Route.LOCAL, Rule.PRIVACY)


@pytest.mark.parametrize(
    ("standing", "degraded"),
    [
        (Standing(cloud_configured=False), Degraded.NO_CLOUD),
        (replace(CLOUD_READY, cloud_reachable=False), Degraded.OFFLINE),
        (replace(CLOUD_READY, budget_left=False), Degraded.BUDGET),
        (replace(CLOUD_READY, breaker_open=True), Degraded.BREAKER),
    ],
)
def test_a_wish_for_the_cloud_degrades_and_stays_known(standing: Standing, degraded: Degraded) -> None:
    decision = decided(signals(constraints=4), standing)
    assert (decision.wanted, decision.rule) == (Route.CLOUD, Rule.CONSTRAINT_DENSITY)
    assert (decision.route, decision.degraded) == (Route.LOCAL, degraded)


@given(
    constraints=st.integers(0, 9),
    tokens=st.integers(0, 20_000),
    label=st.sampled_from(Label),
    standing=st.builds(Standing, st.booleans(), st.booleans(), st.booleans(), st.booleans()),
    local_only=st.booleans(),
)
def test_local_only_and_a_missing_cloud_never_route_to_the_cloud(
    constraints: int, tokens: int, label: Label, standing: Standing, *, local_only: bool
) -> None:
    measured = signals(constraints, tokens, label=label)
    decision = decided(measured, standing, privacy={"local_only": local_only})
    if local_only or not standing.cloud_configured or not standing.cloud_reachable:
        assert decision.route is Route.LOCAL
    if decision.route is Route.CLOUD:
        assert decision.degraded is None


@given(constraints=st.integers(4, 9))
def test_the_flip_line_of_a_dense_prompt_names_a_number_that_flips_it(constraints: int) -> None:
    [flip] = decided(signals(constraints)).flips
    assert isinstance(flip, r.DropConstraints)
    drop = flip.excess
    assert decided(signals(constraints - drop)).route is Route.LOCAL
    assert decided(signals(constraints - drop + 1)).route is Route.CLOUD


@given(constraints=st.integers(0, 3), tokens=st.integers(0, 8192))
def test_the_flip_line_of_a_local_prompt_names_a_number_that_flips_it(constraints: int, tokens: int) -> None:
    [flip] = decided(signals(constraints, tokens)).flips
    if isinstance(flip, r.AddTokens):
        assert decided(signals(constraints, tokens + flip.tokens)).route is Route.CLOUD
        assert decided(signals(constraints, tokens + flip.tokens - 1)).route is Route.LOCAL
    else:
        assert isinstance(flip, r.AddConstraints)
        assert decided(signals(constraints + flip.count, tokens)).route is Route.CLOUD


def test_the_flip_line_of_a_long_prompt_names_the_tokens_to_lose() -> None:
    assert decided(signals(tokens=8200)).flips == (r.ShortenBy(8),)


def test_two_causes_need_two_changes_to_flip() -> None:
    flips = decided(signals(constraints=5, label=Label.COMPLEX)).flips
    assert flips == (r.DropConstraints(2, 5), r.AskSimpler())


def test_without_a_cloud_the_flip_line_starts_with_configuring_one() -> None:
    assert decided(signals(), Standing()).flips[0] == r.LiftObstacle(Degraded.NO_CLOUD)


def test_an_explicit_route_never_fails_over() -> None:
    decision = decided(signals(), forced=Route.LOCAL)
    assert not may_fail_over(decision, settings(), CLOUD_READY, Route.CLOUD)


def test_local_failures_go_to_the_cloud_only_where_it_is_allowed_and_there() -> None:
    decision = decided(signals())
    assert may_fail_over(decision, settings(), CLOUD_READY, Route.CLOUD)
    assert not may_fail_over(decision, settings(privacy={"local_only": True}), CLOUD_READY, Route.CLOUD)
    assert not may_fail_over(decision, settings(), replace(CLOUD_READY, budget_left=False), Route.CLOUD)


def test_a_cloud_failure_always_comes_home() -> None:
    assert may_fail_over(decided(signals(constraints=4)), settings(), CLOUD_READY, Route.LOCAL)


def test_the_breaker_opens_on_recent_failures_alone() -> None:
    fresh = [NOW - timedelta(seconds=i) for i in range(BREAKER_FAILURES)]
    assert is_breaker_open(fresh, NOW)
    assert not is_breaker_open(fresh[1:], NOW)
    assert not is_breaker_open([at - BREAKER_WINDOW for at in fresh], NOW + timedelta(seconds=1))


# --- what the local model does not take ---------------------------------------

PICTURED = RouteInputs(unmet=Need.IMAGES)


def test_an_image_goes_to_the_cloud_whatever_else_speaks_for_the_local_model() -> None:
    for inputs in (PICTURED, replace(PICTURED, held=Route.LOCAL)):
        decision = decide(signals(label=Label.TRIVIAL), settings(), CLOUD_READY, inputs)
        assert (decision.route, decision.rule) == (Route.CLOUD, Rule.UNSUPPORTED)
        assert decision.reasons == (r.Unsupported(Need.IMAGES),)
        assert decision.flips == (r.LeaveOut(Need.IMAGES),)


def test_an_image_in_a_dense_prompt_is_one_of_two_reasons_and_changes() -> None:
    decision = decide(signals(constraints=4), settings(), CLOUD_READY, PICTURED)
    assert decision.rule is Rule.UNSUPPORTED
    assert decision.reasons == (r.Unsupported(Need.IMAGES), r.TooManyConstraints(4, 3))
    assert decision.flips == (r.LeaveOut(Need.IMAGES), r.DropConstraints(1, 4))


def test_an_image_is_never_drawn_by_lot_to_the_local_model() -> None:
    explored = settings(routing={"explore": 0.5})
    assert decide(signals(), explored, CLOUD_READY, replace(PICTURED, lot=0.0)).route is Route.CLOUD


def test_an_image_bends_neither_a_forced_route_nor_privacy() -> None:
    forced = decide(signals(), settings(), CLOUD_READY, replace(PICTURED, forced=Route.LOCAL))
    assert (forced.route, forced.rule) == (Route.LOCAL, Rule.FORCED)
    private = decide(signals(), settings(privacy={"local_only": True}), CLOUD_READY, PICTURED)
    assert (private.route, private.rule) == (Route.LOCAL, Rule.PRIVACY)
    assert private.flips == (r.AllowCloud(),)


# --- sessions ----------------------------------------------------------------

HELD_LOCAL, HELD_CLOUD = RouteInputs(held=Route.LOCAL), RouteInputs(held=Route.CLOUD)
FREE = RouteInputs()


def placed(
    measured: Signals, inputs: RouteInputs, cost: ExpectedCost = UNKNOWN_COST, **sections: object
) -> Decision:
    return decide(measured, settings(**sections), CLOUD_READY, inputs, Expectations(cost=cost))


def test_a_follow_up_stays_where_its_conversation_is() -> None:
    for held, route in ((HELD_LOCAL, Route.LOCAL), (HELD_CLOUD, Route.CLOUD)):
        decision = placed(signals(), held)
        assert (decision.route, decision.rule) == (route, Rule.SESSION)


def test_a_better_local_model_keeps_more_of_the_prompts() -> None:
    asked = signals(label=Label.COMPLEX)
    facing = {
        size: replace(asked, scout=asked.scout.facing(parsed(size), REFERENCE_CLOUD))
        for size in ("1B", "8B", "70B", "frontier")
    }
    routes = [decided(measured).route for measured in facing.values()]
    assert routes == [Route.CLOUD, Route.CLOUD, Route.LOCAL, Route.LOCAL]


def test_what_an_8b_nearly_always_gets_right_stays_however_small_the_local_model() -> None:
    measured = signals(label=Label.STANDARD, p_local=EASY + 0.001)
    scout = measured.scout.facing(parsed("135M"), REFERENCE_CLOUD)
    assert lead(replace(measured, scout=scout)) > 0.8
    assert decided(replace(measured, scout=scout)).route is Route.LOCAL
    harder = replace(scout, difficulty=scout.difficulty + 0.1)
    assert decided(replace(measured, scout=harder)).rule is Rule.SCOUT_COMPLEX


@given(st.floats(-2.9, 6), st.floats(-4, 4))
def test_what_leaves_is_what_the_cloud_is_likelier_to_get_right_by_the_least_lead(
    difficulty: float, ability: float
) -> None:
    measured = signals(label=Label.UNSURE)
    scout = replace(measured.scout, difficulty=difficulty).facing(Ability(ability), REFERENCE_CLOUD)
    decision = decided(replace(measured, scout=scout), routing={"min_lead": 0.25})
    assert (decision.route is Route.CLOUD) == (scout.p_cloud - scout.p_local > 0.25)


def test_a_conversation_leaves_the_local_model_for_what_is_clearly_complex_alone() -> None:
    asked = signals(label=Label.COMPLEX)
    for least, rule in ((lead(asked), Rule.SESSION), (lead(asked) - 0.01, Rule.SCOUT_COMPLEX)):
        moved = placed(asked, HELD_LOCAL, routing={"min_lead": least - CLEARLY_BETTER})
        assert moved.rule is rule


@pytest.mark.parametrize(
    "measured",
    [signals(tokens=9000), signals(constraints=4)],
    ids=["context pressure", "constraint density"],
)
def test_hard_signals_move_a_conversation_to_the_cloud(measured: Signals) -> None:
    assert placed(measured, HELD_LOCAL).route is Route.CLOUD


@pytest.mark.parametrize(("held", "there"), [(HELD_LOCAL, Route.CLOUD), (HELD_CLOUD, Route.LOCAL)])
def test_by_cost_a_conversation_moves_for_a_fifth_less_and_no_sooner(held: RouteInputs, there: Route) -> None:
    for usd, rule in (("0.79", Rule.EXPECTED_COST), ("0.80", Rule.SESSION)):
        sides = (Decimal(1), Decimal(usd)) if there is Route.CLOUD else (Decimal(usd), Decimal(1))
        decision = placed(signals(), held, ExpectedCost(*sides), policy="cpst")
        assert (decision.rule, decision.route is there) == (rule, rule is Rule.EXPECTED_COST)


# --- policy cpst -------------------------------------------------------------

money = st.decimals(0, 10, places=4)


def costing(local: str | None, cloud: str | None) -> ExpectedCost:
    return ExpectedCost(
        Decimal(local) if local else None,
        Decimal(cloud) if cloud else None,
        Decimal(local) if local else None,
        Decimal(0) if cloud else None,
    )


@given(local=money, cloud=money, constraints=st.integers(0, 9), label=st.sampled_from(Label))
def test_by_cost_the_cheaper_route_is_taken_whatever_scout_and_constraints_say(
    local: Decimal, cloud: Decimal, constraints: int, label: Label
) -> None:
    decision = placed(signals(constraints, label=label), FREE, ExpectedCost(local, cloud), policy="cpst")
    assert decision.rule is Rule.EXPECTED_COST
    assert decision.route is (Route.CLOUD if cloud < local else Route.LOCAL)


def test_by_cost_a_conversation_that_does_not_fit_still_goes_to_the_cloud() -> None:
    decision = placed(signals(tokens=9000), FREE, costing("0.01", "9"), policy="cpst")
    assert (decision.route, decision.rule) == (Route.CLOUD, Rule.CONTEXT_PRESSURE)


def test_the_reason_has_both_numbers_and_what_dominates_them() -> None:
    decision = placed(signals(), FREE, costing("0.41", "0.02"), policy="cpst")
    failing, sure = Decimal("0.41"), Decimal(0)
    assert decision.reasons == (r.ExpectedCosts(failing, Decimal("0.02"), failing, sure),)


@pytest.mark.parametrize("constraints", [0, 4])
def test_without_a_price_the_signals_decide_in_place_of_the_costs_and_it_is_said(constraints: int) -> None:
    by_cost = placed(signals(constraints), FREE, costing("0.41", None), policy="cpst")
    by_signals = placed(signals(constraints), FREE)
    assert (by_cost.route, by_cost.rule) == (by_signals.route, by_signals.rule)
    if by_cost.rule is Rule.DEFAULT:
        assert by_cost.reasons[-1] == r.PriceUnknown()


# --- exploration -------------------------------------------------------------

OPEN = {Rule.DEFAULT, Rule.SCOUT_COMPLEX}


@given(
    lot=st.floats(0, 1, exclude_max=True),
    explore=st.floats(0, 0.5),
    constraints=st.integers(0, 5),
    label=st.sampled_from(Label),
    held=st.sampled_from([None, *Route]),
)
def test_a_lot_swaps_the_route_where_it_may_and_its_chance_is_on_record(
    lot: float, explore: float, constraints: int, label: Label, held: Route | None
) -> None:
    measured, inputs = signals(constraints, label=label), RouteInputs(held=held)
    base = placed(measured, inputs)
    chosen = settings(routing={"explore": explore})
    drawn = decide(measured, chosen, CLOUD_READY, replace(inputs, lot=lot))
    if base.rule not in OPEN or explore == 0:
        assert (drawn.route, drawn.rule, drawn.propensity) == (base.route, base.rule, 1.0)
        return
    share = min(0.5, 2 * explore) if label is Label.UNSURE else explore  # what is unknown teaches most
    if lot < share:
        assert (drawn.route, drawn.rule) == (base.route.other, Rule.EXPLORATION)
        assert drawn.propensity == share
    else:
        assert (drawn.route, drawn.rule, drawn.propensity) == (base.route, base.rule, 1 - share)


@pytest.mark.parametrize(
    "standing",
    [
        Standing(cloud_configured=False),
        Standing(cloud_configured=True, cloud_reachable=False),
        Standing(cloud_configured=True, budget_left=False),
        Standing(cloud_configured=True, breaker_open=True),
    ],
)
def test_where_one_route_is_closed_no_lot_is_drawn(standing: Standing) -> None:
    explored = settings(routing={"explore": 0.5})
    decision = decide(signals(), explored, standing, RouteInputs(lot=0.0))
    assert (decision.rule, decision.propensity) == (Rule.DEFAULT, 1.0)


# --- doubting an answer ------------------------------------------------------


def test_a_confidence_under_the_least_one_is_doubted_and_one_at_it_is_not() -> None:
    chosen, decision = settings(routing={"min_confidence": 0.6}), decided(signals())
    assert doubt(0.6, decision, chosen) is None
    reason = doubt(0.59, decision, chosen)
    assert reason is not None
    assert "59%" in reason
    assert "60%" in reason


@given(confidence=st.floats(0, 1), cloud=st.decimals(0, 3, places=4))
def test_by_cost_an_answer_is_doubted_when_keeping_it_costs_more_than_asking_the_cloud(
    confidence: float, cloud: Decimal
) -> None:
    chosen = settings(policy="cpst")  # a failure costs $2
    decision = placed(signals(), FREE, ExpectedCost(Decimal(0), cloud), policy="cpst")
    is_doubted = doubt(confidence, decision, chosen) is not None
    kept = 2 * (1 - confidence)
    if abs(kept - float(cloud)) > 0.001:
        assert is_doubted == (kept > float(cloud))


def test_under_the_signals_policy_or_without_a_price_no_cost_is_compared() -> None:
    priced = placed(signals(), FREE, costing("0.4", "0.1"))
    assert doubt(0.0, priced, settings()) is None
    assert doubt(0.0, placed(signals(), FREE), settings(policy="cpst")) is None


# --- the budget's words ------------------------------------------------------


def test_a_spent_limit_is_named_in_the_reason_and_in_what_would_flip_it() -> None:
    spent = replace(CLOUD_READY, budget_left=False, spent_limit="budget.monthly_usd")
    decision = decided(signals(constraints=4), spent)
    assert decision.reasons[-1] == r.CloudBarred(Degraded.BUDGET, "budget.monthly_usd")
    assert decision.flips == (r.LiftObstacle(Degraded.BUDGET, "budget.monthly_usd"),)


def test_who_gave_the_chances_stays_with_the_decision() -> None:
    chances = Chances(0.7, 0.9, "calibration-3")
    decision = decide(signals(), settings(), CLOUD_READY, FREE, Expectations(chances))
    assert decision.chances == chances
