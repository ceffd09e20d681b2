from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.policy import BREAKER_FAILURES, BREAKER_WINDOW, decide, is_breaker_open, may_fail_over
from hroute.core.types import Decision, Degraded, Label, Route, Rule, Signals, Standing, Turn
from tests.build import CLOUD_READY, settings, signals

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def decided(
    measured: Signals, standing: Standing = CLOUD_READY, forced: Route | None = None, **sections: object
) -> Decision:
    return decide(measured, settings(**sections), standing, turn=Turn("", forced=forced))


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
    flips = decided(signals(constraints)).flips
    drop = 1 if " one " in flips else int(flips.split()[1])
    assert decided(signals(constraints - drop)).route is Route.LOCAL
    assert decided(signals(constraints - drop + 1)).route is Route.CLOUD


@given(constraints=st.integers(0, 3), tokens=st.integers(0, 8192))
def test_the_flip_line_of_a_local_prompt_names_a_number_that_flips_it(constraints: int, tokens: int) -> None:
    flips = decided(signals(constraints, tokens)).flips
    more = int(flips.split()[1])
    if "tokens" in flips:
        assert decided(signals(constraints, tokens + more)).route is Route.CLOUD
        assert decided(signals(constraints, tokens + more - 1)).route is Route.LOCAL
    else:
        assert decided(signals(constraints + more, tokens)).route is Route.CLOUD


def test_the_flip_line_of_a_long_prompt_names_the_tokens_to_lose() -> None:
    assert decided(signals(tokens=8200)).flips == "shorten it by at least 8 tokens"


def test_two_causes_need_two_changes_to_flip() -> None:
    assert " and " in decided(signals(constraints=5, label=Label.COMPLEX)).flips


def test_without_a_cloud_the_flip_line_starts_with_configuring_one() -> None:
    assert "hroute config init" in decided(signals(), Standing()).flips


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
