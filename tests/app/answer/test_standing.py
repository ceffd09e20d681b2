"""What the world allows: the budget's two limits and the lot."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from hroute.app.answer.preview import draw_lot, preview
from hroute.app.answer.standing import standing_now
from hroute.core.decision.decision import Route, Rule
from hroute.core.decision.signals import Label
from hroute.core.errors import BudgetError
from hroute.core.pricing import Price
from hroute.core.remedies import RetryTurn
from hroute.core.routing.reasons import Uncounted
from hroute.core.turn.options import SessionPlace
from tests.support.logged import cloud, write
from tests.support.turns import a_turn
from tests.support.world import GOOD_CLOUD, GOOD_LOCAL, LOOP, Make, World

TEN_DOLLARS = Price(Decimal(1_000_000), Decimal(0))  # of the ten tokens that a scripted cloud counts


def spend(world: World, usd: str, *, at: datetime | None = None) -> None:
    write(world.runtime.log, attempts=[cloud(cost_usd=Decimal(usd))], at=at or datetime.now(UTC))


def first_of_the_month() -> datetime:
    return datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


@pytest.mark.parametrize(
    ("limits", "usd", "spent"),
    [
        ({"daily_usd": 1}, "0.999999", ""),
        ({"daily_usd": 1}, "1", "budget.daily_usd"),
        ({"monthly_usd": 1}, "1", "budget.monthly_usd"),
        ({"daily_usd": 1, "monthly_usd": 5}, "5", "budget.monthly_usd"),
        ({"daily_usd": 0}, "0", "budget.daily_usd"),
        ({}, "1000", ""),
    ],
)
def test_the_limit_that_is_spent_is_known_by_name(
    make: Make, limits: dict[str, int], usd: str, spent: str
) -> None:
    world = make(budget=limits)
    spend(world, usd)
    standing = standing_now(world.runtime)
    assert (standing.spent_limit, standing.budget_left) == (spent, not spent)


def test_a_new_day_and_a_new_month_begin_at_midnight_utc(make: Make) -> None:
    world = make(budget={"daily_usd": 1, "monthly_usd": 1})
    spend(world, "9", at=first_of_the_month() - timedelta(milliseconds=1))
    assert standing_now(world.runtime).budget_left
    spend(world, "9", at=first_of_the_month())
    assert standing_now(world.runtime).spent_limit == "budget.monthly_usd"


def test_yesterday_counts_for_the_month_alone(make: Make) -> None:
    world = make(budget={"daily_usd": 1})
    spend(world, "9", at=datetime.now(UTC) - timedelta(days=1, seconds=1))
    assert standing_now(world.runtime).budget_left


def test_a_wish_for_the_cloud_stops_where_the_limit_says_stop_and_the_prompt_is_kept(make: Make) -> None:
    world = make(label=Label.COMPLEX, budget={"daily_usd": 1, "on_limit": "stop"})
    spend(world, "1")
    with pytest.raises(BudgetError) as stopped:
        world.ask("Prove it.")
    assert "budget.daily_usd is spent until the next day (UTC)" in stopped.value.message
    kept = world.runtime.log.turn(world.runtime.log.last_id())
    assert stopped.value.because == kept.decision.reasons[0]
    assert RetryTurn(kept.id, Route.LOCAL) in stopped.value.remedies
    assert (kept.prompt, kept.outcome, kept.attempts) == ("Prove it.", "failed", ())
    assert world.cloud.requests == world.local.requests == []


def test_a_prompt_that_wants_no_cloud_is_answered_where_the_limit_says_stop(make: Make) -> None:
    world = make(budget={"daily_usd": 1, "on_limit": "stop"})
    spend(world, "1")
    assert world.answered().text == GOOD_LOCAL


def test_a_stopped_turn_does_not_become_the_end_of_its_session(make: Make) -> None:
    world = make(label=Label.COMPLEX, budget={"daily_usd": 1, "on_limit": "stop"})
    spend(world, "1")
    session_id = world.runtime.log.sessions.open(at=datetime.now(UTC))
    with pytest.raises(BudgetError):
        world.ask("Prove it.", place=SessionPlace(session_id))
    assert world.runtime.log.sessions.get(session_id).head_id is None


@pytest.mark.parametrize("on_limit", ["local", "stop"])
def test_an_explicit_cloud_is_refused_by_the_months_limit_too_and_the_prompt_is_kept(
    make: Make, on_limit: str
) -> None:
    world = make(budget={"monthly_usd": 1, "on_limit": on_limit})
    spend(world, "1")
    with pytest.raises(BudgetError, match=r"budget\.monthly_usd is spent until the next month"):
        world.ask("Again.", forced=Route.CLOUD)
    assert world.runtime.log.turn(world.runtime.log.last_id()).prompt == "Again."


def test_a_local_failure_does_not_go_to_a_cloud_that_the_budget_forbids(make: Make) -> None:
    world = make(LOOP, budget={"daily_usd": 1})
    spend(world, "1")
    assert "doubtful" in world.answered().warning
    assert world.cloud.requests == []


def test_the_turn_that_crosses_the_limit_is_the_last_one(make: Make) -> None:
    world = make(label=Label.COMPLEX, price=TEN_DOLLARS, budget={"daily_usd": 1})
    assert world.answered().text == GOOD_CLOUD
    assert world.answered().decision.degraded == "budget"


def test_a_budget_that_cannot_count_the_answer_says_so(make: Make) -> None:
    unknown = make(label=Label.COMPLEX, price=None, budget={"daily_usd": 1}).runtime
    known = make(label=Label.COMPLEX, budget={"daily_usd": 1}).runtime
    assert Uncounted("big") in preview(a_turn("hi"), unknown)[1].reasons
    assert Uncounted("big") not in preview(a_turn("hi"), known)[1].reasons


def test_lots_are_drawn_for_turns_with_an_exploration_rate_alone(make: Make) -> None:
    assert {draw_lot(make().runtime.settings) for _ in range(20)} == {1.0}
    drawn = {draw_lot(make(routing={"explore": 0.1}).runtime.settings) for _ in range(20)}
    assert len(drawn) == 20
    assert all(0 <= lot < 1 for lot in drawn)


def test_turns_explore_at_their_rate_and_what_is_only_looked_at_never_does(make: Make) -> None:
    world = make(routing={"explore": 0.5})
    world.local.script, world.cloud.script = [GOOD_LOCAL] * 40, [GOOD_CLOUD] * 40
    looked_at = [preview(a_turn("hi"), world.runtime)[1] for _ in range(40)]
    assert {(decision.rule, decision.propensity) for decision in looked_at} == {(Rule.DEFAULT, 0.5)}
    # That forty lots fall to one side has a chance of 2 in 10^12.
    assert {world.answered().decision.rule for _ in range(40)} == {Rule.DEFAULT, Rule.EXPLORATION}
