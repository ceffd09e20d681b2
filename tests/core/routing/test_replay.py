from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.decision.decision import Route
from hroute.core.routing.replay import (
    LEAST_MATCHED,
    Prospect,
    ReplayChange,
    Stake,
    VerdictsOnChange,
    change_of_ratio,
    evidence,
)

LOCAL, CLOUD = Route.LOCAL, Route.CLOUD


A_TURN = Stake(then=LOCAL, now=CLOUD, took=LOCAL, propensity=0.5, success=True, usd=1.0)


def stake(**changes: Any) -> Stake:
    return replace(A_TURN, **changes)


def figures(found: VerdictsOnChange, method: str) -> tuple[ReplayChange, ReplayChange]:
    return next((one.success, one.cpst_usd) for one in found.estimates if one.method == method)


# --- a change and its interval -----------------------------------------------


def test_a_change_of_ratios_is_that_of_the_sums() -> None:
    change = change_of_ratio([(1, 1), (3, 1)], [(4, 1), (2, 0.5)])
    assert (change.then, change.now, change.by.value) == (4.0, 2.0, -2.0)


def test_the_interval_is_that_of_the_paired_differences_when_nothing_is_weighted() -> None:
    now, then = [(1.0, 1.0), (2.0, 1.0), (6.0, 1.0)], [(0.0, 1.0), (0.0, 1.0), (0.0, 1.0)]
    by = change_of_ratio(now, then).by
    assert by.high is not None
    # The mean is 3, the sample variance 7, so the standard error sqrt(7 / 3).
    assert by.high - 3 == pytest.approx(1.959964 * (7 / 3) ** 0.5)


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0.1, 1)), min_size=2, max_size=20))
def test_the_same_policy_changes_nothing_for_certain(pairs: list[tuple[float, float]]) -> None:
    by = change_of_ratio(pairs, pairs).by
    assert (by.value, by.low, by.high) == (0.0, 0.0, 0.0)


def test_without_a_success_or_with_one_turn_there_is_no_interval() -> None:
    assert change_of_ratio([(1, 0), (1, 0)], [(1, 1), (1, 1)]).by.value is None
    assert change_of_ratio([(1, 1)], [(1, 1)]).by.value is None
    assert change_of_ratio([], []) == ReplayChange()


# --- refusals ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("stakes", "words"),
    [
        ([], "no turn has a verdict"),
        ([stake(now=LOCAL)] * 20, "would take another route"),
        ([stake(propensity=1.0)] * 20, "all 20 turns with a verdict that would change took a route"),
        ([stake(took=CLOUD)] * (LEAST_MATCHED - 1) + [stake()] * 20, f"only {LEAST_MATCHED - 1} turns"),
    ],
)
def test_what_the_log_never_shows_is_not_estimated(stakes: list[Stake], words: str) -> None:
    found = evidence(stakes)
    assert words in found.refusal
    assert found.estimates == ()


def test_turns_whose_route_was_certain_are_left_out_and_counted() -> None:
    drawn = [stake(took=CLOUD)] * 10 + [stake(took=LOCAL, success=False)] * 10
    certain = [stake(propensity=1.0, success=False)] * 5
    found, alone = evidence(drawn + certain), evidence(drawn)
    assert (found.rated, found.uncertain, found.matched) == (25, 5, 10)
    assert found.estimates == alone.estimates


# --- estimates by hand -------------------------------------------------------


def test_each_method_is_as_worked_out_by_hand() -> None:
    """Ten turns drew the cloud, and 8 of them succeeded at $2; thirty stayed local, 15 at $1."""
    cloud = [stake(took=CLOUD, propensity=0.25, success=i < 8, usd=2.0) for i in range(10)]
    local = [stake(took=LOCAL, propensity=0.75, success=i < 15, usd=1.0) for i in range(30)]
    found = evidence(cloud + local)
    success, cpst = figures(found, "inverse propensity")
    # Weights are 4 and 4/3: 8 * 4 / 40 and 15 * 4/3 / 40; 10 * 4 * $2 / (8 * 4) and 30 * $1 / 15.
    assert (success.now, success.then) == pytest.approx((0.8, 0.5))
    assert (cpst.now, cpst.then) == pytest.approx((2.5, 2.0))
    normalised, _ = figures(found, "self-normalised")
    assert (normalised.now, normalised.then) == (success.now, success.then)  # as many were drawn as expected
    assert found.effective == pytest.approx(10)


def test_the_doubly_robust_estimate_corrects_a_wrong_model_by_what_was_seen() -> None:
    wrong = {LOCAL: Prospect(0.1, 9.0), CLOUD: Prospect(0.1, 9.0)}
    cloud = [stake(took=CLOUD, propensity=0.25, success=i < 8, usd=2.0, prospects=wrong) for i in range(10)]
    local = [stake(took=LOCAL, propensity=0.75, success=i < 15, usd=1.0, prospects=wrong) for i in range(30)]
    success, cpst = figures(evidence(cloud + local), "doubly robust")
    assert (success.now, success.then) == pytest.approx((0.8, 0.5))
    assert (cpst.now, cpst.then) == pytest.approx((2.5, 2.0))


def test_without_prospects_there_is_no_doubly_robust_estimate() -> None:
    found = evidence([stake(took=CLOUD)] * 10 + [stake()] * 10)
    assert [one.method for one in found.estimates] == ["inverse propensity", "self-normalised"]


def test_a_turn_of_unknown_price_counts_for_success_and_not_for_cost() -> None:
    known = [stake(took=CLOUD, usd=2.0)] * 10 + [stake(usd=1.0)] * 10
    found = evidence([*known, stake(took=CLOUD, usd=None, success=False)])
    success, cpst = figures(found, "self-normalised")
    assert success.now == pytest.approx(10 / 11)
    assert cpst.now == pytest.approx(2.0)


# --- estimates of a world that is known --------------------------------------


def world(rng: Random, turns: int, explore: float) -> list[Stake]:
    """Local answers are right as often as their chance says, the cloud's in nine of ten; a failure costs $2.

    The log's policy asks the cloud below a chance of 0.5, the other one below 0.8. The model that the doubly
    robust method uses takes every local answer for a coin toss.
    """
    stakes = []
    for _ in range(turns):
        chance = rng.random()
        then, now = (CLOUD if chance < limit else LOCAL for limit in (0.5, 0.8))
        took = then.other if rng.random() < explore else then
        success = rng.random() < (0.9 if took is CLOUD else chance)
        usd = (0.01 if took is CLOUD else 0.0) + (0 if success else 2)
        model = {LOCAL: Prospect(0.5, 1.0), CLOUD: Prospect(0.9, 0.21)}
        propensity = explore if took is not then else 1 - explore
        stakes.append(Stake(then, now, took, propensity, success, usd, model))
    return stakes


def test_the_intervals_hold_the_truth_as_often_as_they_say() -> None:
    # Three turns in ten change, from a mean chance of 0.65 to 0.9. Success rises by 0.3 * 0.25.
    true_change, rounds, rng = 0.075, 200, Random(7)
    held = dict.fromkeys(("inverse propensity", "self-normalised", "doubly robust"), 0)
    for _ in range(rounds):
        for one in evidence(world(rng, 400, 0.2)).estimates:
            by = one.success.by
            assert by.low is not None
            assert by.high is not None
            held[one.method] += by.low <= true_change <= by.high
    # 95% of 200 are 190; under 178 or over 199 has a chance of one in a thousand or less.
    assert {method: 178 <= hits <= 199 for method, hits in held.items()} == dict.fromkeys(held, True)
