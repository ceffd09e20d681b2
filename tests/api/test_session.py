"""A conversation of a program, over scripted engines and a real log."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from hroute import (
    Delta,
    Image,
    LogError,
    Message,
    Reply,
    Role,
    Route,
    Router,
    RouterStateError,
    Session,
    SyncRouter,
    Text,
    UsageError,
)
from hroute.app.chat.conversation import Conversation
from hroute.core.decision.decision import Need
from hroute.core.turn.attempt import Outcome
from hroute.core.turn.verdict import Judgement
from hroute.store.no_log import NoLog
from tests.support.library import a_router, endless
from tests.support.talking import sent_to
from tests.support.world import Make, World, another_local

WEATHER = '[{"name": "get_weather", "parameters": {}}]'


def used(world: World, use: Callable[[Router], Coroutine[Any, Any, Any]]) -> Any:
    async def run() -> Any:
        async with a_router(world) as router:
            return await use(router)

    return asyncio.run(run())


def talking(make: Make, *answers: str, **sections: Any) -> World:
    world = make(**sections)
    world.local.script = list(answers)
    return world


def test_what_was_said_goes_along_and_a_chat_goes_on_with_it(make: Make) -> None:
    world = talking(make, "First.", "Second.", "Third.")

    async def use(router: Router) -> None:
        session = router.session(system="Be brief.", category="talk")
        assert session.id is None
        replies = [await session.ask("one"), await session.ask([{"role": "user", "content": "two"}])]
        assert [reply.text for reply in replies] == ["First.", "Second."]
        assert session.id == 1

    used(world, use)
    assert sent_to(world.local) == [
        ("system", "Be brief."),
        ("user", "one"),
        ("assistant", "First."),
        ("user", "two"),
    ]
    turns = [*world.runtime.log.export()]
    places = [turn.place for turn in turns]
    assert [(place.session_id, place.parent_id) for place in places if place] == [(1, None), (1, 1)]
    assert {(turn.command, turn.category) for turn in turns} == {("library", "talk")}
    chat = Conversation(world.runtime)
    chat.open()
    assert [(e.prompt, e.text) for e in chat.exchanges] == [("one", "First."), ("two", "Second.")]
    assert chat.setup.system == "Be brief."


def test_a_session_of_the_log_is_gone_on_with_as_it_was_left(make: Make) -> None:
    world = talking(make, "First.", "Second.")
    world.runtime.others["other"] = another_local("other", "Third.")

    async def begin(router: Router) -> None:
        await router.session(system="Be brief.").ask("one")

    async def go_on(router: Router) -> None:
        session = router.session(1, local_model="other")
        assert session.id == 1
        await session.ask("two")
        assert session.id == 1

    used(world, begin)
    used(world, go_on)
    assert [text for _, text in sent_to(world.runtime.others["other"])] == [
        "Be brief.",
        "one",
        "First.",
        "two",
    ]


def test_options_of_a_turn_hold_for_that_turn_alone(make: Make) -> None:
    world = talking(make, '{"born": 1815}', "Prose.", '{"name": "get_weather", "arguments": {}}', "No.")

    async def use(router: Router) -> list[Reply]:
        session = router.session(tools=WEATHER, tool_choice="none", temperature=1)
        return [
            await session.ask("one", schema="born: int", temperature=0),
            await session.ask("two", tools=None),
            await session.ask("three", tool_choice="required"),
            await session.ask("four"),
        ]

    replies = used(world, use)
    assert [len(reply.tool_calls) for reply in replies] == [0, 0, 1, 0]
    assert [request.sampling.temperature for request in world.local.requests] == [0, 1, 1, 1]


def test_turns_that_are_asked_at_once_follow_one_another(make: Make) -> None:
    world = talking(make, "First.", "Second.", "Third.")

    async def use(router: Router) -> None:
        session = router.session()
        await asyncio.gather(*(session.ask(text) for text in ("one", "two", "three")))

    used(world, use)
    assert len(sent_to(world.local)) == 5


def test_two_sessions_know_nothing_of_one_another(make: Make) -> None:
    world = talking(make, *["An answer."] * 4)

    async def use(router: Router) -> set[int | None]:
        sessions = router.session(), router.session()
        for text in ("one", "two"):
            await asyncio.gather(*(session.ask(text) for session in sessions))
        return {session.id for session in sessions}

    assert used(world, use) == {1, 2}
    assert sorted(len(request.messages) for request in world.local.requests) == [1, 1, 3, 3]


def test_a_stream_that_is_left_lets_the_next_turn_begin_and_goes_along_as_far_as_it_got(make: Make) -> None:
    world = endless(make())

    async def use(router: Router) -> None:
        session = router.session()
        async for event in session.stream("one"):
            if isinstance(event, Delta):
                break
        async for event in session.stream("two"):
            if isinstance(event, Delta):
                break

    used(world, use)
    first, second = world.runtime.log.export()
    assert first.attempts[0].attempt.outcome is Outcome.INTERRUPTED
    assert second.place is not None
    assert second.place.parent_id == first.id
    assert [role for role, _ in sent_to(world.local)] == ["user", "assistant", "user"]


def test_images_and_files_of_a_message_reach_the_engine(make: Make) -> None:
    world = make()
    world.cloud.takes = frozenset({Need.IMAGES})
    seen = Message(
        Role.USER, (Text("notes", "notes.md"), Image("image/png", b"\x89PNG"), Text("What is it?"))
    )

    async def use(router: Router) -> Route:
        reply: Reply = await router.session().ask([seen])
        return reply.route

    assert used(world, use) is Route.CLOUD
    (request,) = world.cloud.requests
    assert request.messages[-1].images == seen.images
    assert "notes.md" in request.messages[-1].text


@pytest.mark.parametrize(
    "said",
    [
        [{"role": "system", "content": "x"}, {"role": "user", "content": "x"}],
        [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}],
        [Message.of(Role.USER, "x"), Message.of(Role.USER, "y")],
    ],
)
def test_more_than_one_message_of_the_user_is_refused(make: Make, said: Any) -> None:
    world = make()

    async def use(router: Router) -> None:
        await router.session().ask(said)

    with pytest.raises(UsageError, match="one message of the user at a time"):
        used(world, use)
    assert not world.runtime.log.path.exists()


def test_a_session_that_is_not_there_and_one_without_a_log_are_told(make: Make) -> None:
    world = make()

    async def gone(router: Router) -> None:
        await router.session(7).ask("one")

    with pytest.raises(LogError, match="no session 7"):
        used(world, gone)
    world.runtime.log = NoLog()

    async def begun(router: Router) -> None:
        await router.session().ask("one")

    with pytest.raises(LogError, match="no log is kept"):
        used(world, begun)


def test_a_session_is_used_where_its_router_is(make: Make) -> None:
    kept: list[Session] = []

    async def elsewhere(router: Router) -> None:
        kept.append(router.session())
        with pytest.raises(RouterStateError, match="belongs to another event loop"):
            await asyncio.to_thread(asyncio.run, kept[0].ask("hello"))

    used(make(), elsewhere)
    with pytest.raises(RouterStateError, match="closed"):
        asyncio.run(kept[0].ask("hello"))
    with pytest.raises(RouterStateError, match="closed"):
        kept[0].stream("hello")


# --- verdicts -------------------------------------------------------------------------------------


def test_an_answer_is_rated_by_itself_or_its_number(make: Make) -> None:
    world = talking(make, "First.", "Second.")

    async def use(router: Router) -> None:
        await router.rate(await router.ask("one"), "bad", minutes=2.5)
        await router.ask("two")
        await router.rate(2, Judgement.GOOD)

    used(world, use)
    first, second = (turn.verdict for turn in world.runtime.log.export())
    assert first is not None
    assert second is not None
    assert (first.judgement, float(first.minutes or 0)) == (Judgement.BAD, 2.5)
    assert second.judgement is Judgement.GOOD


@pytest.mark.parametrize(
    ("given", "error", "problem"),
    [
        ((99, "good", None), LogError, "no turn 99"),
        (("1", "good", None), UsageError, "a str was rated"),
        ((True, "good", None), UsageError, "a bool was rated"),
        ((1, "fine", None), UsageError, "must be good, bad or unknown"),
        ((1, "good", 3), UsageError, "only a bad answer costs minutes"),
        ((1, "bad", -1), UsageError, "minutes is -1"),
        ((1, "bad", float("nan")), UsageError, "minutes is nan"),
        ((1, "bad", "3"), UsageError, "minutes is '3'"),
    ],
)
def test_what_is_no_verdict_is_refused(
    make: Make, given: tuple[Any, Any, Any], error: type[Exception], problem: str
) -> None:
    world, (rated, judgement, minutes) = make(), given

    async def use(router: Router) -> None:
        await router.ask("one")
        await router.rate(rated, judgement, minutes=minutes)

    with pytest.raises(error, match=problem):
        used(world, use)
    assert world.runtime.log.turn(1).verdict is None


def test_without_a_log_there_is_nothing_to_rate(make: Make) -> None:
    world = make()
    world.runtime.log = NoLog()

    async def use(router: Router) -> None:
        await router.rate(await router.ask("one"), "good")

    with pytest.raises(LogError, match="no log is kept"):
        used(world, use)


# --- without async --------------------------------------------------------------------------------


def test_sessions_and_verdicts_without_async(make: Make) -> None:
    world = talking(make, "First.", "Second.")
    with SyncRouter(a_router(world)) as router:
        session = router.session(system="Be brief.")
        router.rate(session.ask("one"), "good")
        deltas = [event.text for event in session.stream("two") if isinstance(event, Delta)]
        assert (deltas, session.id) == (["Second."], 1)
        with pytest.raises(UsageError, match="route is 'moon'"):
            router.session(route="moon")
    assert len(sent_to(world.local)) == 4
    verdict = world.runtime.log.turn(1).verdict
    assert verdict is not None
    assert verdict.judgement is Judgement.GOOD
