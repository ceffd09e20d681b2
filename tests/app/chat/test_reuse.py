"""How much the real starter model reads for each turn: what is new, whatever happened before."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from hroute.app.answer.events import Delta, Event
from hroute.app.answer.runtime import UserRuntime
from hroute.app.chat.conversation import Conversation
from hroute.app.chat.exchange import Exchange
from hroute.app.chat.setup import Setup
from hroute.core.decision.decision import Route, Slot
from hroute.core.errors import NoAnswerError
from hroute.core.turn.message import Message, Role
from hroute.core.turn.options import Sampling
from tests.support.servers.loopback import LoopbackServer, Reply
from tests.support.user import user_runtime

# What a chat template puts between the answer before and the message, and before the new answer.
FRAME_TOKENS = 8
SHORT = Setup(sampling=Sampling(max_tokens=16, temperature=1.5))  # hot: words in unusual tokens
CLOUD_ANSWER = "The cloud says that it depends on the weather, the season and the height of the place. " * 3


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(Reply(CLOUD_ANSWER)) as server:
        yield server


@pytest.fixture
def runtime(server: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[UserRuntime]:
    monkeypatch.setenv("HROUTE_HOME", str(tmp_path))
    cloud = f'[[cloud]]\nname = "sky"\nmodel = "big"\nbase_url = "{server.base_url}"\n'
    (tmp_path / "config.toml").write_text(cloud)
    runtime = user_runtime()
    with runtime.log:
        yield runtime
    runtime.slot(Slot.CHAT).engine.release()


def tokens(text: str, runtime: UserRuntime) -> int:
    """What one message more costs: its text and the marks around it."""
    counter, limit = runtime.slot(Slot.CHAT).engine.counter, 9000
    messages = [Message.of(Role.USER, "word " * 2000)]  # too many bytes for a proof from sizes: it is counted
    more = [*messages, Message.of(Role.USER, text)]
    return counter.count(more, limit).tokens - counter.count(messages, limit).tokens


def talk(events: AsyncGenerator[Event, None], *, pieces: int | None = None) -> None:
    async def listen() -> None:
        heard = 0
        async with aclosing(events):
            async for event in events:
                heard += isinstance(event, Delta)
                if heard == pieces:
                    return

    asyncio.run(listen())


def say_locally(chat: Conversation, prompt: str) -> None:
    """At this temperature the model now and then says nothing at all; then it is asked again."""
    chat.setup = chat.setup.forcing(Route.LOCAL)
    for _ in range(5):
        try:
            return talk(chat.say(prompt))
        except NoAnswerError:
            continue
    pytest.fail("the model has nothing to say")


def read_for(exchange: Exchange | None) -> int:
    assert exchange is not None
    assert exchange.read_tokens is not None, "the local model counts"
    return exchange.read_tokens


def test_the_tenth_turn_reads_no_more_than_its_own_words(runtime: UserRuntime) -> None:
    chat = Conversation(runtime, SHORT)
    read, own = [], []
    for number in range(1, 11):
        prompt = f"Question {number}: what is naïve about {'very ' * number}old café 🙂 tables?"
        say_locally(chat, prompt)
        read.append(read_for(chat.last))
        own.append(tokens(prompt, runtime))
    print("tokens read for each turn:", read, "of its own:", own)
    assert all(r <= o + FRAME_TOKENS for r, o in zip(read[1:], own[1:], strict=True))


def test_after_an_interruption_only_the_new_words_are_read(runtime: UserRuntime) -> None:
    chat = Conversation(runtime, SHORT)
    talk(chat.say("Tell me a very long story about the sea."), pieces=5)
    assert chat.last is not None
    assert chat.last.text
    talk(chat.say("Go on, please."))
    assert read_for(chat.last) <= tokens("Go on, please.", runtime) + FRAME_TOKENS


def test_after_an_answer_of_the_cloud_that_answer_is_read_too_and_nothing_else(runtime: UserRuntime) -> None:
    chat = Conversation(runtime, SHORT)
    for route, prompt in ((Route.LOCAL, "one"), (Route.CLOUD, "two"), (Route.LOCAL, "three")):
        chat.setup = SHORT.forcing(route)
        talk(chat.say(prompt))
    new = sum(tokens(text, runtime) for text in ("two", CLOUD_ANSWER, "three"))
    assert read_for(chat.last) <= new + FRAME_TOKENS


def test_a_turn_that_is_tried_again_is_not_read_again(runtime: UserRuntime) -> None:
    chat = Conversation(runtime, SHORT)
    talk(chat.say("Tell me about the sea."))
    talk(chat.say("And about the mountains?"))
    talk(chat.retry(Route.LOCAL))
    assert read_for(chat.last) == 1  # the last token, which the first word of the answer follows from
    talk(chat.say("And about the sky?"))
    assert read_for(chat.last) <= tokens("And about the sky?", runtime) + FRAME_TOKENS


def test_a_session_that_is_gone_on_with_is_read_once(runtime: UserRuntime) -> None:
    talk((first := Conversation(runtime, SHORT)).say("Tell me about the sea."))
    again = Conversation(runtime)
    again.open()
    talk(again.say("And about the sky?"))
    assert again.exchanges[:1] == first.exchanges
    assert read_for(again.last) <= tokens("And about the sky?", runtime) + FRAME_TOKENS


def test_a_conversation_that_outgrew_the_context_is_read_again_only_when_its_beginning_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HROUTE_HOME", str(tmp_path))
    runtime = user_runtime(["local.chat.context_tokens=512"])
    prompt = "Tell me something new about the sea, please."
    with runtime.log:
        chat = Conversation(runtime, SHORT)
        for _ in range(14):
            talk(chat.say(prompt))
    runtime.slot(Slot.CHAT).engine.release()
    places = [e.logged.place for e in chat.exchanges]
    first_of = [turn - place.history_turns for turn, place in enumerate(places) if place]
    stayed = [
        e for e, before, now in zip(chat.exchanges[1:], first_of, first_of[1:], strict=False) if before == now
    ]
    assert first_of[-1] > 0
    assert 14 > len(stayed) >= 9
    assert all(read_for(e) <= tokens(prompt, runtime) + FRAME_TOKENS for e in stayed)
