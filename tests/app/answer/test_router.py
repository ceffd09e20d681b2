"""The router's promises, with engines that fail on cue and the real log."""

import asyncio
from contextlib import aclosing
from decimal import Decimal
from time import perf_counter, sleep
from typing import Any

import pytest

from hroute.app.answer.events import (
    Decided,
    Delta,
    Done,
    Event,
    FailedOver,
    Loading,
    Rejected,
    Retried,
    Shortened,
)
from hroute.app.answer.preview import preview
from hroute.app.answer.router import answer
from hroute.core.decision.decision import Need, Route, Rule, Slot
from hroute.core.decision.signals import Label
from hroute.core.errors import (
    BudgetError,
    ConfigError,
    NoAnswerError,
    UsageError,
)
from hroute.core.pricing import Price
from hroute.core.remedies import ConfigureCloud, RetryTurn
from hroute.core.turn.attempt import CheckStatus, Outcome
from hroute.core.turn.message import Image, Message, Role, Text
from hroute.core.turn.options import Options, Sampling, SessionPlace
from hroute.core.turn.turn import Turn
from hroute.engines.base import Finish
from tests.support.scripted import Script, ScriptedEngine, ScriptedGeneration
from tests.support.turns import a_turn
from tests.support.world import (
    CRASH,
    GOOD_CLOUD,
    GOOD_LOCAL,
    LOOP,
    UNREACHABLE,
    Make,
    World,
)


def kinds(events: list[Event]) -> list[type]:
    return [type(event) for event in events]


class Queued(ScriptedEngine):
    """Says that its answers waited for the first half of their time."""

    def start(self, request: object) -> ScriptedGeneration:
        generation = super().start(request)  # type: ignore[arg-type]
        generation.waited_ms = 50.0
        return generation


def test_the_time_of_an_answer_begins_when_its_engine_begins(make: Make) -> None:
    world = make()
    slow: Script = [lambda: sleep(0.06), GOOD_LOCAL]
    world.runtime.model = Queued("local", Route.LOCAL, [slow], context_tokens=8192)
    started_s = perf_counter()
    done = world.answered()
    whole_ms = (perf_counter() - started_s) * 1000
    logged = world.runtime.log.turn(done.turn_id).attempts[0].attempt
    assert logged.wait_ms == 50
    assert 10 <= logged.wall_ms <= whole_ms - 50
    assert logged.ttft_ms is not None
    assert 10 <= logged.ttft_ms <= logged.wall_ms


def test_a_plain_turn_is_answered_locally_for_nothing(make: Make) -> None:
    answer = make().answered()
    assert (answer.text, answer.given.engine, answer.cost_usd) == (GOOD_LOCAL, "local", Decimal(0))


def test_the_deltas_since_the_last_rejection_are_the_answer(make: Make) -> None:
    for local in (GOOD_LOCAL, ["A ", "local ", "answer."], LOOP, ["half an", CRASH]):
        events = make(local).ask()
        text = ""
        for event in events:
            text = (
                "" if isinstance(event, Rejected) else text + (event.text if isinstance(event, Delta) else "")
            )
        done = events[-1]
        assert isinstance(done, Done)
        assert text == done.answer.text


@pytest.mark.parametrize(
    ("local", "reason"),
    [(LOOP, "repetition"), ("", "empty"), (CRASH, "crash"), (["half an", CRASH], "crash")],
)
def test_a_local_failure_falls_over_to_the_cloud_and_is_on_record(
    make: Make, local: Script, reason: str
) -> None:
    world = make(local)
    answer = world.answered()
    assert answer.text == GOOD_CLOUD
    assert [(a.engine, a.reason) for a in answer.attempts] == [("local", reason), ("sky", None)]
    logged = world.runtime.log.turn(answer.turn_id)
    assert [a.attempt.reason for a in logged.attempts] == [reason, None]
    assert [a.given for a in logged.attempts] == [False, True]


def test_a_failover_is_announced_between_the_attempts(make: Make) -> None:
    events = make(CRASH).ask()
    assert kinds(events) == [Decided, Rejected, FailedOver, Delta, Done]
    failed_over = events[2]
    assert isinstance(failed_over, FailedOver)
    assert (failed_over.failed.engine, failed_over.to_engine) == ("local", "sky")


def test_an_answer_cut_by_our_own_limit_falls_over(make: Make) -> None:
    answer = make(local_ends_with=Finish.LENGTH).answered()
    assert answer.attempts[0].reason == "truncated"
    assert answer.text == GOOD_CLOUD


def test_an_answer_cut_by_the_users_limit_is_what_was_asked_for(make: Make) -> None:
    answer = make(local_ends_with=Finish.LENGTH).answered(sampling=Sampling(max_tokens=3))
    assert answer.text == GOOD_LOCAL


def test_a_cloud_failure_comes_home(make: Make) -> None:
    answer = make(cloud=UNREACHABLE, label=Label.COMPLEX).answered()
    assert (answer.text, answer.decision.wanted, answer.decision.route) == (
        GOOD_LOCAL,
        Route.CLOUD,
        Route.CLOUD,
    )


def test_a_cloud_that_breaks_off_is_not_spliced_with_the_local_answer(make: Make) -> None:
    answer = make(cloud=["The first half", UNREACHABLE], label=Label.COMPLEX).answered()
    assert answer.text == GOOD_LOCAL


def test_without_a_cloud_a_complex_prompt_is_still_answered(make: Make) -> None:
    answer = make(label=Label.COMPLEX, with_cloud=False).answered()
    assert (answer.text, answer.decision.degraded) == (GOOD_LOCAL, "no_cloud")


def test_a_doubtful_local_answer_is_given_with_a_warning_when_nothing_else_is_left(make: Make) -> None:
    events = make(LOOP, with_cloud=False).ask()
    done = events[-1]
    assert isinstance(done, Done)
    assert done.answer.text.startswith("round and round")
    assert "doubtful" in done.answer.warning
    assert Rejected not in kinds(events)


def test_the_doubtful_answer_comes_back_when_the_cloud_fails_after_it(make: Make) -> None:
    answer = make(LOOP, UNREACHABLE).answered()
    assert answer.text.startswith("round and round")
    assert answer.given.engine == "local"


def test_a_loop_is_stopped_before_the_engine_has_finished_it(make: Make) -> None:
    world = make(["round and round and " * 4] * 500)
    answer = world.answered()
    assert (answer.attempts[0].usage.output_tokens or 0) < 50
    assert world.local.generations[0].is_closed


@pytest.mark.parametrize(
    ("route", "local", "cloud"), [(Route.LOCAL, CRASH, ""), (Route.CLOUD, "", UNREACHABLE)]
)
def test_an_explicit_route_never_falls_over(make: Make, route: Route, local: Script, cloud: Script) -> None:
    world = make(local, cloud)
    with pytest.raises(NoAnswerError):
        world.ask(forced=route)
    assert len(world.local.requests) + len(world.cloud.requests) == 1


def test_local_only_never_sends_anything(make: Make) -> None:
    world = make(CRASH, privacy={"local_only": True}, label=Label.COMPLEX)
    with pytest.raises(NoAnswerError):
        world.ask()
    assert world.cloud.requests == []


def test_local_only_refuses_a_forced_cloud(make: Make) -> None:
    with pytest.raises(ConfigError, match="local_only"):
        make(privacy={"local_only": True}).ask(forced=Route.CLOUD)


def test_a_forced_cloud_without_one_says_how_to_get_one(make: Make) -> None:
    with pytest.raises(ConfigError) as caught:
        make(with_cloud=False).ask(forced=Route.CLOUD)
    assert caught.value.remedies == (ConfigureCloud("openai"),)


def test_a_spent_budget_keeps_the_prompt_local(make: Make) -> None:
    world = make(label=Label.COMPLEX, price=Price(Decimal(1_000_000), Decimal(0)), budget={"daily_usd": 1})
    assert world.answered().text == GOOD_CLOUD  # costs ten dollars, over the budget of one
    assert world.answered().decision.degraded == "budget"
    with pytest.raises(BudgetError):
        world.ask(forced=Route.CLOUD)


def test_three_cloud_failures_in_a_row_open_the_breaker(make: Make) -> None:
    world = make(label=Label.COMPLEX)
    world.cloud.script = [UNREACHABLE] * 3
    world.local.script = [GOOD_LOCAL] * 4
    assert [world.answered().decision.degraded for _ in range(4)] == [None, None, None, "breaker"]


def test_when_everything_fails_the_error_names_each_and_how_to_retry(make: Make) -> None:
    world = make(CRASH, UNREACHABLE)
    with pytest.raises(NoAnswerError) as caught:
        world.ask()
    assert "llama_decode failed" in caught.value.message
    assert "connection refused" in caught.value.message
    assert caught.value.remedies == (RetryTurn(1),)
    request = world.runtime.log.turn(1).request
    assert request is not None
    assert request.turn() == a_turn("hello")


def test_a_prompt_too_long_for_an_engine_is_not_tried_on_it(make: Make) -> None:
    world = make(local_context=1024)
    answer = world.answered("word " * 1000)
    assert answer.text == GOOD_CLOUD
    assert world.local.requests == []


def test_a_prompt_that_fits_nowhere_is_refused_without_a_try(make: Make) -> None:
    world = make(local_context=1024, with_cloud=False)
    with pytest.raises(NoAnswerError, match="holds 1024 tokens"):
        world.ask("word " * 1000)
    assert world.local.requests == []


def test_an_interrupted_turn_is_logged_with_what_it_said_and_cost(make: Make) -> None:
    world = make(label=Label.COMPLEX, cloud=["first ", "second ", "third"])

    async def interrupt() -> None:
        async with aclosing(answer(a_turn("hello"), world.runtime)) as events:
            async for event in events:
                if isinstance(event, Delta) and event.text == "second ":
                    return

    asyncio.run(interrupt())
    logged = world.runtime.log.turn(1)
    attempt = logged.attempts[0].attempt
    assert logged.outcome == "interrupted"
    assert (attempt.outcome, attempt.text) == (Outcome.INTERRUPTED, "first second ")
    assert attempt.cost_usd == Decimal("0.000014")  # 10 tokens at $1 and 2 at $2 a million
    assert world.cloud.generations[0].is_closed


def test_an_unknown_price_makes_the_cost_unknown_and_never_zero(make: Make) -> None:
    answer = make(label=Label.COMPLEX, price=None).answered()
    assert answer.cost_usd is None


def test_control_sequences_of_a_model_never_reach_anyone(make: Make) -> None:
    events = make(["safe \x1b[", "31mred\x1b]0;title", "\x07 end"]).ask()
    assert "".join(e.text for e in events if isinstance(e, Delta)) == "safe red end"


def test_only_a_local_answer_that_can_still_be_replaced_is_provisional(make: Make) -> None:
    def provisional(world: World) -> set[bool]:
        return {event.provisional for event in world.ask() if isinstance(event, Delta)}

    assert provisional(make()) == {True}
    assert provisional(make(with_cloud=False)) == {False}
    assert provisional(make(label=Label.COMPLEX)) == {False}


def test_considering_a_turn_runs_and_logs_nothing(make: Make) -> None:
    world = make()
    _signals, decision = preview(a_turn("hello"), world.runtime)
    assert decision.route is Route.LOCAL
    assert world.local.requests == []
    assert not world.runtime.log.path.exists()


# --- constraints that the answer can be held to --------------------------------

SHORT = "Tell me about rain in under 5 words."
TOO_LONG = "Rain is water that falls from the clouds."
CHEAP_LOCAL = {"cpst": {"p_cloud": 0.4}}  # the scripted scout gives the local model one half


def test_a_local_answer_that_breaks_a_constraint_falls_over_and_names_it(make: Make) -> None:
    answer = make(TOO_LONG).answered(SHORT)
    assert answer.text == GOOD_CLOUD
    failed = answer.attempts[0]
    assert (failed.outcome, failed.reason) == (Outcome.INVALID, "constraint_violated")
    assert failed.error == "“under 5 words”: 8 words, at most 4"


def test_the_checks_of_a_kept_constraint_are_on_record(make: Make) -> None:
    world = make("Water from above.")
    answer = world.answered(SHORT)
    assert [(c.text, c.status) for c in answer.given.checks] == [("under 5 words", CheckStatus.KEPT)]
    assert world.runtime.log.turn(answer.turn_id).attempts[0].attempt.checks == answer.given.checks


def test_a_cloud_answer_is_not_held_to_the_constraints(make: Make) -> None:
    answer = make(cloud=TOO_LONG, label=Label.COMPLEX).answered(SHORT)
    assert (answer.text, len(answer.attempts)) == (TOO_LONG, 1)


def test_without_a_cloud_the_local_model_is_asked_once_more_and_told_what_it_broke(make: Make) -> None:
    world = make(with_cloud=False)
    world.local.script = [TOO_LONG, "Water from above."]
    events = world.ask(SHORT)
    assert kinds(events) == [Decided, Delta, Rejected, Retried, Delta, Done]
    said, reported = world.local.requests[1].messages[-2:]
    assert (said.role, said.text) == (Role.ASSISTANT, TOO_LONG)
    assert (reported.role, "“under 5 words”: 8 words, at most 4" in reported.text) == (Role.USER, True)
    done = events[-1]
    assert isinstance(done, Done)
    assert (done.answer.text, done.answer.warning) == ("Water from above.", "")


def test_there_is_one_retry_and_then_the_less_broken_answer_with_a_warning(make: Make) -> None:
    world = make(with_cloud=False)
    one_broken, two_broken = (
        "Rain comes from the clouds above",
        "Rain, as it were, comes down from the clouds",
    )
    world.local.script = [one_broken, two_broken]
    answer = world.answered("Tell me about rain in under 5 words. Do not use any commas.")
    assert (answer.text, len(answer.attempts)) == (one_broken, 2)
    assert "under 5 words" in answer.warning


def test_the_cloud_is_spared_when_the_local_route_is_expected_to_cost_less(make: Make) -> None:
    world = make(**CHEAP_LOCAL)
    world.local.script = [TOO_LONG, "Water from above."]
    assert world.answered(SHORT).text == "Water from above."
    assert world.cloud.requests == []


def test_a_second_broken_answer_goes_to_the_cloud(make: Make) -> None:
    world = make(**CHEAP_LOCAL)
    world.local.script = [TOO_LONG, TOO_LONG]
    answer = world.answered(SHORT)
    assert [a.engine for a in answer.attempts] == ["local", "local", "sky"]
    assert answer.text == GOOD_CLOUD


def test_an_answer_cut_by_the_users_limit_is_not_held_to_the_whole(make: Make) -> None:
    world = make(TOO_LONG, local_ends_with=Finish.LENGTH)
    assert world.answered(SHORT, sampling=Sampling(max_tokens=9)).text == TOO_LONG


# --- tool calls and schemas ---------------------------------------------------

SCHEMA = "name: str, age: int"
VALID = '{"name": "Ada", "age": 36}'
DROPPED = '{"name": "Ada", "age": 36'
TOOLS = '[{"name": "add", "parameters": {"properties": {"a": {"type": "integer"}}, "required": ["a"]}}]'
CALL = '{"name": "add", "arguments": {"a": 1}}'


def test_an_answer_by_a_schema_is_given_as_clean_json(make: Make) -> None:
    answer = make(f"```json\n{VALID}\n```").answered(schema=SCHEMA)
    assert (answer.text, answer.decision.slot) == (VALID, Slot.TOOLS)


def test_tool_calls_are_given_as_a_list(make: Make) -> None:
    assert make(CALL).answered(tools=TOOLS).text == f"[{CALL}]"


def test_nothing_of_a_bound_answer_is_shown_before_it_is_valid(make: Make) -> None:
    events = make(['{"name": ', '"Ada", ', '"age": 36}']).ask(schema=SCHEMA)
    assert [event.text for event in events if isinstance(event, Delta)] == [VALID]


@pytest.mark.parametrize(
    ("local", "reason"),
    [
        (DROPPED, "bracket_drop"),
        ('{"name": "Ada", "age": 36]', "bracket_mismatch"),
        ('{"name": "Ada", "age": "old"}', "schema_invalid"),
        ("", "empty"),
    ],
)
def test_an_invalid_local_answer_falls_over_and_says_why(make: Make, local: Script, reason: str) -> None:
    answer = make(local, VALID).answered(schema=SCHEMA)
    assert [a.reason for a in answer.attempts] == [reason, None]
    assert answer.text == VALID


def test_a_call_of_a_tool_that_is_not_there_falls_over(make: Make) -> None:
    answer = make(CALL.replace("add", "delete_all"), CALL).answered(tools=TOOLS)
    assert [a.reason for a in answer.attempts] == ["wrong_tool", None]


def test_an_invalid_cloud_answer_is_not_given_either(make: Make) -> None:
    with pytest.raises(NoAnswerError, match="bracket"):
        make(DROPPED, DROPPED).ask(schema=SCHEMA)


def test_an_invalid_answer_by_a_schema_is_never_given_even_when_nothing_else_is_left(make: Make) -> None:
    with pytest.raises(NoAnswerError):
        make(DROPPED, with_cloud=False).ask(schema=SCHEMA)


def test_a_cut_answer_is_asked_for_once_more_with_more_room(make: Make) -> None:
    world = make(DROPPED, VALID, local_ends_with=Finish.LENGTH)
    world.local.script = [DROPPED, DROPPED]
    answer = world.answered(schema=SCHEMA)
    assert [a.reason for a in answer.attempts] == ["truncated", "truncated", None]
    first, second = (request.sampling.max_tokens for request in world.local.requests)
    assert first is None
    assert second is not None


def test_every_engine_is_told_the_schema_and_keeps_the_users_system_prompt(make: Make) -> None:
    world = make(DROPPED, VALID)
    world.answered(schema=SCHEMA, system="Be exact.")
    for engine in (world.local, world.cloud):
        system = engine.sent_texts(0)[0]
        assert system.role is Role.SYSTEM
        assert '"age"' in system.text
        assert system.text.endswith("Be exact.")


def test_a_bad_schema_is_refused_before_anything_is_logged(make: Make) -> None:
    world = make()
    with pytest.raises(UsageError):
        world.ask(schema='{"type": "strin"}')
    assert not world.runtime.log.path.exists()


def test_a_turn_with_tools_can_be_run_again_from_the_log(make: Make) -> None:
    world = make(CALL)
    turn_id = world.answered(tools=TOOLS).turn_id
    request = world.runtime.log.turn(turn_id).request
    assert request is not None
    assert request.turn() == a_turn(tools=TOOLS)


def test_a_model_that_must_be_loaded_first_is_announced(make: Make) -> None:
    world = make()
    world.local.is_loaded = False
    decided, loading, *_ = world.ask()
    assert isinstance(decided, Decided)
    assert loading == Loading("local", "scripted")


def long_talk(turns: int, planned: int | None = None) -> dict[str, Any]:
    said = (Message.of(Role.USER, "u" * 100), Message.of(Role.ASSISTANT, "a" * 100))
    place = SessionPlace(1, history_turns=turns if planned is None else planned)
    return {"history": said * turns, "place": place}


def test_the_oldest_turns_that_an_engine_cannot_hold_are_left_out_and_counted(make: Make) -> None:
    world = make(local_context=2000, with_cloud=False)
    events = world.ask(**long_talk(20))
    shortened = next(event for event in events if isinstance(event, Shortened))
    sent = len(world.local.requests[0].messages) // 2
    assert (shortened.engine, shortened.turns, sent > 0) == ("local", 20 - sent, True)
    assert world.runtime.log.turn(1).place == SessionPlace(1, history_turns=sent)


def test_what_was_left_out_before_is_not_announced_again(make: Make) -> None:
    events = make(local_context=2000, with_cloud=False).ask(**long_talk(20, planned=2))
    assert Shortened not in kinds(events)


def test_each_engine_gets_what_it_holds_and_the_last_one_is_on_record(make: Make) -> None:
    world = make(cloud=UNREACHABLE, local_context=2000)
    world.ask(**long_talk(20))
    whole, part = (len(engine.requests[0].messages) // 2 for engine in (world.cloud, world.local))
    assert (whole, part < 20) == (20, True)
    assert world.runtime.log.turn(1).place == SessionPlace(1, history_turns=part)


def test_an_answer_ends_before_a_stop_and_its_engine_stops(make: Make) -> None:
    world = make(["One", ".\nT", "WO", " never"])
    answer = world.answered(sampling=Sampling(stop=("\nTWO",)))
    assert (answer.text, answer.given.outcome) == ("One.", Outcome.OK)
    assert world.local.generations[0].is_closed


# --- images --------------------------------------------------------------------

PICTURE = Image("image/png", b"\x89PNG")


def pictured(**options: Any) -> Turn:
    return Turn((Message(Role.USER, (Text("What is it?"), PICTURE)),), options=Options(**options))


def test_an_image_goes_to_an_engine_that_takes_it(make: Make) -> None:
    world = make()
    world.cloud.takes = frozenset({Need.IMAGES})
    world.run(pictured())
    [message] = world.cloud.requests[0].messages
    assert (message.text, message.images) == ("What is it?", (PICTURE,))
    logged = world.runtime.log.turn(1)
    assert logged.decision.rule is Rule.UNSUPPORTED
    assert logged.request is not None
    assert logged.request.turn() == pictured()


@pytest.mark.parametrize("options", [{}, {"forced": Route.LOCAL}])
def test_an_image_that_no_engine_takes_is_not_left_out_in_silence(
    make: Make, options: dict[str, Any]
) -> None:
    world = make(with_cloud=False)
    with pytest.raises(NoAnswerError, match="local: takes no images"):
        world.run(pictured(**options))
    assert world.local.requests == []
