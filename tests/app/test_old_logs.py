"""What was asked and said in logs of earlier versions is asked again, continued and reported."""

import pytest

from hroute.app.chat.conversation import Conversation
from hroute.app.chat.restore import turn_again
from hroute.app.replay.replay import replay
from hroute.app.report import make_report
from hroute.core.decision.decision import Route
from tests.support.files import old_logs
from tests.support.files.old_logs import BAD_TOOLS, BY_SCHEMA, PLAIN, TWO, WITH_FILE, old_log
from tests.support.talking import Talk, heard, sent_to
from tests.support.world import Make, World

EVERY_VERSION = pytest.mark.parametrize("name", old_logs.ALL)
WITH_TOOLS = pytest.mark.parametrize("name", old_logs.WITH_TOOLS)
WITH_SESSIONS = pytest.mark.parametrize("name", old_logs.WITH_SESSIONS)


def world_of(make: Make, name: str) -> World:
    world = make()
    old_log(name, world.runtime.log.path)
    return world


@EVERY_VERSION
def test_a_turn_is_asked_again_with_all_that_went_along(make: Make, name: str) -> None:
    world = world_of(make, name)
    log = world.runtime.log
    again = turn_again(log.turn(WITH_FILE), log)
    assert again is not None
    world.run(again)
    assert sent_to(world.cloud) == [
        ("system", "Be brief."),
        ("user", "Hello"),
        ("assistant", "Hi"),
        ("user", "File err.log:\n````\nline 1\n```\nline 2\n````\n\nWhat broke?"),
    ]
    sampling = world.cloud.requests[-1].sampling
    assert (sampling.max_tokens, sampling.temperature, sampling.seed) == (64, 0.5, 7)
    assert log.turn(log.last_id()).category == "ops"


@EVERY_VERSION
def test_a_plain_turn_is_asked_again(make: Make, name: str) -> None:
    world = world_of(make, name)
    again = turn_again(world.runtime.log.turn(PLAIN), world.runtime.log)
    assert again is not None
    world.run(again)
    assert sent_to(world.local) == [("user", "Why is the sky blue? Say it in under 50 words.")]


@WITH_TOOLS
def test_a_turn_by_a_schema_is_asked_again_by_it(make: Make, name: str) -> None:
    world = world_of(make, name)
    world.local.script = ['{"name": "Ada"}']
    again = turn_again(world.runtime.log.turn(BY_SCHEMA), world.runtime.log)
    assert again is not None
    world.run(again)
    [system, asked] = sent_to(world.local)
    assert '"name"' in system[1]
    assert asked == ("user", "Ada Lovelace")
    assert world.local.requests[0].expected is not None


@WITH_TOOLS
def test_what_no_parser_takes_any_more_is_still_listed(make: Make, name: str) -> None:
    world = world_of(make, name)
    logged = world.runtime.log.turn(BAD_TOOLS)
    assert (logged.prompt, logged.outcome) == ("Call a", "ok")


@WITH_SESSIONS
def test_a_conversation_goes_on_where_it_was_left(make: Make, name: str) -> None:
    world = world_of(make, name)
    talk = Talk(world, Conversation(world.runtime))
    talk.chat.open()
    assert talk.texts == [("one", "first"), ("two", "better"), ("three", "third")]
    world.cloud.script = ["fourth"]
    talk.say("four")
    assert sent_to(world.cloud) == [
        ("system", "Be kind."),
        ("user", "one"),
        ("assistant", "first"),
        ("user", "two"),
        ("assistant", "better"),
        ("user", "three"),
        ("assistant", "third"),
        ("user", "four"),
    ]
    assert [e.prompt for e in talk.again().chat.exchanges] == ["one", "two", "three", "four"]


@WITH_SESSIONS
def test_a_turn_of_a_session_is_asked_again_with_what_was_said_before(make: Make, name: str) -> None:
    world = world_of(make, name)
    again = turn_again(world.runtime.log.turn(TWO), world.runtime.log)
    assert again is not None
    world.run(again)
    said = [("user", "one"), ("assistant", "first"), ("user", "two")]
    assert sent_to(world.local) == [("system", "Be kind."), *said]


@WITH_SESSIONS
def test_the_last_turn_is_retried_on_the_other_route(make: Make, name: str) -> None:
    world = world_of(make, name)
    chat = Conversation(world.runtime)
    chat.open()
    heard(chat.retry(Route.LOCAL))
    assert sent_to(world.local)[-1] == ("user", "three")
    assert [e.text for e in chat.versions()] == ["third", "A local answer."]


@EVERY_VERSION
def test_every_turn_is_decided_anew(make: Make, name: str) -> None:
    world = world_of(make, name)
    turns = len(list(world.runtime.log.turns()))
    assert replay(world.runtime, (), None, reread=True, limit=3).turns == turns


@EVERY_VERSION
def test_a_report_counts_its_turns(make: Make, name: str) -> None:
    world = world_of(make, name)
    turns = len(list(world.runtime.log.turns()))
    assert make_report(world.runtime).overall.turns == turns
