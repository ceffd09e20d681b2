from decimal import Decimal

import pytest

from hroute.app.chat.views import Gauge, context_use, cost, models
from hroute.core.decision.decision import Degraded, Route, Rule, Slot
from hroute.core.decision.signals import Label
from hroute.core.errors import NoAnswerError
from tests.support.talking import Talk
from tests.support.world import CRASH, UNREACHABLE, Make


def test_a_preview_says_where_a_text_would_go_and_why(make: Make) -> None:
    talk = Talk.in_(make(), "First.")
    gauge = Gauge(talk.chat)
    assert gauge.preview("one").decision.rule is Rule.DEFAULT
    talk.say("one")
    assert gauge.preview("two").decision.rule is Rule.SESSION
    dense = gauge.preview("Two words, in lowercase, without the letter z, as JSON.")
    assert dense.signals.constraints.count > 3
    assert dense.decision.route is Route.CLOUD


def test_a_preview_knows_what_happened_up_to_its_last_refresh(make: Make) -> None:
    talk = Talk.in_(make(), *["From here."] * 3, cloud=(UNREACHABLE,) * 3)
    gauge = Gauge(talk.chat)
    for prompt in ("one", "two", "three"):
        talk.say(prompt)
        with pytest.raises(NoAnswerError):
            talk.retry(Route.CLOUD)
    dense = "Two words, in lowercase, without the letter z, as JSON."
    assert gauge.preview(dense).decision.degraded is None
    gauge.refresh()
    assert gauge.preview(dense).decision.degraded is Degraded.BREAKER


def test_a_preview_is_of_no_lot(make: Make) -> None:
    talk = Talk.in_(make(routing={"explore": 0.5}))
    gauge = Gauge(talk.chat)
    assert {gauge.preview("one").decision.rule for _ in range(20)} == {Rule.DEFAULT}


def test_the_context_is_what_the_engine_reported_and_what_is_typed(make: Make) -> None:
    talk = Talk.in_(make(), "First.")
    gauge = Gauge(talk.chat)
    empty = gauge.preview("")
    talk.say("one")
    after = context_use(talk.chat)
    assert (empty.context.tokens, after.tokens) == (0, 11)  # a scripted engine reports 10 and 1
    assert (after.limit, after.holds, after.turns, after.left_out) == (7168, 8192, 1, 0)
    assert gauge.preview("a few words more").context.tokens > 11


def test_turns_that_were_left_out_are_counted(make: Make) -> None:
    talk = Talk.in_(make(local_context=1200, with_cloud=False), *["x" * 200 + str(i) for i in range(8)])
    for number in range(8):
        talk.say(f"{number} {'y' * 200}")
    use = context_use(talk.chat)
    assert use.turns + use.left_out == 8
    assert use.left_out > 0


def test_the_cost_counts_every_turn_of_the_session(make: Make) -> None:
    talk = Talk.in_(make(budget={"daily_usd": 1}), "From here.", cloud=("From above.",))
    talk.say("one")
    talk.retry(Route.CLOUD)
    talk.chat.undo()
    spent = cost(talk.chat)
    assert (spent.session.turns, spent.session.input_tokens, spent.session.output_tokens) == (2, 20, 2)
    assert spent.session.cost_usd == spent.today_usd == Decimal("0.000012")  # 10 at $1, 1 at $2 a million
    assert spent.daily_limit_usd == 1


def test_a_session_that_has_not_begun_has_cost_nothing(make: Make) -> None:
    spent = cost(Talk.in_(make()).chat)
    assert (spent.session.turns, spent.session.cost_usd) == (0, Decimal(0))


def test_a_price_that_nobody_knows_makes_the_sum_unknown(make: Make) -> None:
    talk = Talk.in_(make(price=None, label=Label.COMPLEX), cloud=("From above.",))
    talk.say("one")
    assert cost(talk.chat).session.cost_usd is None


def test_the_models_are_those_that_may_answer(make: Make) -> None:
    found = [(m.route, m.serves, m.engine, m.context_tokens) for m in models(make().runtime)]
    assert found == [
        (Route.LOCAL, Slot.CHAT, "local", 8192),
        (Route.LOCAL, Slot.TOOLS, "local", 8192),
        (Route.CLOUD, None, "sky", 100_000),
    ]


def test_what_was_read_for_a_turn_is_its_prompt_less_what_was_cached(make: Make) -> None:
    talk = Talk.in_(make(with_cloud=False), "First.", CRASH)
    talk.say("one")
    assert talk.chat.exchanges[0].read_tokens == 10
