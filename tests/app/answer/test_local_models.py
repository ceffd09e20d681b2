"""A turn or a chat names its local model, and others on the same runtime have theirs."""

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest

from hroute.app.answer.events import Delta, Event, Loading
from hroute.app.answer.preview import preview
from hroute.app.answer.router import answer
from hroute.app.answer.runtime import UserRuntime
from hroute.app.chat.conversation import Conversation
from hroute.app.chat.restore import turn_again
from hroute.app.chat.setup import Setup
from hroute.core.decision.decision import Route
from hroute.core.errors import LocalInferenceError
from hroute.core.turn.options import Sampling
from tests.support.talking import heard
from tests.support.turns import a_turn
from tests.support.user import user_runtime
from tests.support.world import Make, another_local


def chat_with(runtime: UserRuntime, name: str) -> Conversation:
    return Conversation(runtime, Setup(local_model=name, sampling=Sampling(max_tokens=24, seed=1)))


def models_in(runtime: UserRuntime) -> dict[str, set[str]]:
    """By the last letter of a prompt, the models that have answered."""
    found: dict[str, set[str]] = {}
    for turn in runtime.log.export():
        assert turn.given is not None
        found.setdefault((turn.prompt or "")[-1], set()).add(turn.given.attempt.model)
    return found


@pytest.mark.parametrize("free_bytes", [1 << 40, 0])
def test_two_chats_with_two_models_at_once_have_the_right_rows(
    q8_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free_bytes: int
) -> None:
    """Also where memory holds one of them alone: neither waits for the other, nor takes its model away."""
    monkeypatch.setenv("HROUTE_HOME", str(tmp_path))

    async def talk(chat: Conversation, name: str) -> list[Event]:
        said = [f"Name a colour, {name}", f"Name another one, {name}"]
        return [event for text in said async for event in chat.say(text)]

    async def both() -> None:
        async with user_runtime(free_bytes=lambda: free_bytes) as runtime:
            chats = chat_with(runtime, "starter"), chat_with(runtime, str(q8_path))
            reported = await asyncio.gather(talk(chats[0], "a"), talk(chats[1], "b"))
            assert all(any(isinstance(event, Delta) for event in events) for events in reported)
            assert models_in(runtime) == {"a": {"starter"}, "b": {q8_path.stem}}
            resumed = Conversation(runtime)
            resumed.open(chats[1].session_id)
            assert resumed.setup == chats[1].setup
            async for _ in resumed.say("And one more, b"):
                pass
            assert models_in(runtime) == {"a": {"starter"}, "b": {q8_path.stem}}

    asyncio.run(both())


def test_a_model_that_is_loaded_again_makes_room_too(
    q8_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HROUTE_HOME", str(tmp_path))

    async def in_turn() -> list[list[str]]:
        async with user_runtime(free_bytes=lambda: 0) as runtime:
            loaded = []
            for name in ("starter", str(q8_path), "starter"):
                turn = a_turn("Name a colour.", local_model=name, sampling=Sampling(max_tokens=4, seed=1))
                async with aclosing(answer(turn, runtime)) as events:
                    assert [event async for event in events]
                loaded.append([engine.model for engine in runtime.running() if engine.is_loaded])
            return loaded

    assert asyncio.run(in_turn()) == [["starter"], [q8_path.stem], ["starter"]]


def test_a_decision_is_about_the_model_that_the_turn_names(make: Make) -> None:
    world = make()
    world.runtime.others["wide"] = another_local("wide")
    world.runtime.others["wide"].context_tokens = 100_000
    usual, wide = (preview(a_turn(local_model=name), world.runtime)[0].context for name in (None, "wide"))
    assert usual.threshold < wide.threshold


def test_its_answer_is_in_the_log_with_its_name_and_is_asked_of_it_again(make: Make) -> None:
    world = make()
    world.runtime.others["other"] = another_local("other")
    world.ask(local_model="other")
    logged = world.runtime.log.turn(1)
    assert logged.given is not None
    assert logged.given.attempt.model == "other"
    again = turn_again(logged, world.runtime.log)
    assert again is not None
    world.run(again)
    assert len(world.runtime.others["other"].requests) == 2
    assert not world.local.requests


@pytest.mark.parametrize("forced", [None, Route.LOCAL])
def test_a_name_of_no_model_is_an_error_before_anything_is_logged(make: Make, forced: Route | None) -> None:
    world = make()
    with pytest.raises(LocalInferenceError, match="nowhere: no such model file"):
        world.ask(local_model="nowhere", forced=forced)
    assert not world.runtime.log.path.exists()


def test_a_chat_whose_model_has_gone_opens_says_so_and_goes_on_with_another(make: Make) -> None:
    world = make()
    world.runtime.others["other"] = another_local("other")
    chat = Conversation(world.runtime, Setup(local_model="other"))
    heard(chat.say("one"))
    del world.runtime.others["other"]
    resumed = Conversation(world.runtime)
    resumed.open()
    with pytest.raises(LocalInferenceError, match="other: no such model file"):
        heard(resumed.say("two"))
    world.runtime.others["new"] = another_local("new")
    resumed.setup = resumed.setup.with_model("new")
    assert not any(isinstance(event, Loading) for event in heard(resumed.say("two")))
    assert [e.attempt.model for e in resumed.exchanges if e.attempt] == ["other", "new"]
