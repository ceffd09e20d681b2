"""Talks to a conversation as a terminal would, one event loop for each turn."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from hroute.app.answer.events import Delta, Done, Event
from hroute.app.chat.conversation import Conversation
from hroute.core.decision.decision import Route
from hroute.core.turn.message import Role
from tests.support.scripted import Script, ScriptedEngine
from tests.support.world import World


@dataclass
class Talk:
    world: World
    chat: Conversation

    @classmethod
    def in_(cls, world: World, *local: Script, cloud: tuple[Script, ...] = ()) -> "Talk":
        """The engines answer with these scripts, one for each request."""
        world.local.script = list(local)
        world.cloud.script = list(cloud)
        return cls(world, Conversation(world.runtime))

    def again(self, session_id: int | None = None) -> "Talk":
        """Another process that goes on with the session."""
        talk = Talk(self.world, Conversation(self.world.runtime))
        talk.chat.open(session_id)
        return talk

    def say(self, text: str) -> list[Event]:
        return heard(self.chat.say(text))

    def retry(self, to: Route | None = None) -> list[Event]:
        return heard(self.chat.retry(to))

    def edit(self, text: str) -> list[Event]:
        return heard(self.chat.edit(text))

    def interrupt(self, text: str, *, after_pieces: int) -> None:
        asyncio.run(_stopped(self.chat.say(text), after_pieces))

    @property
    def texts(self) -> list[tuple[str | None, str]]:
        return [(e.prompt, e.text) for e in self.chat.exchanges]

    @property
    def endings(self) -> list[str]:
        return [e.ending for e in self.chat.exchanges]


def heard(events: AsyncGenerator[Event, None]) -> list[Event]:
    async def collect() -> list[Event]:
        async with aclosing(events):
            return [event async for event in events]

    return asyncio.run(collect())


def answer_in(events: list[Event]) -> str:
    done = events[-1]
    assert isinstance(done, Done)
    return done.answer.text


def sent_to(engine: ScriptedEngine, request: int = -1) -> list[tuple[str, str]]:
    """Who said what in a request: ("user", "one"), …"""
    return [(m.role.value, m.text) for m in engine.sent_texts(request)]


def alternates(engine: ScriptedEngine) -> bool:
    """Whether no request has two messages of the user in a row."""
    wanted = [Role.USER, Role.ASSISTANT]
    return all(
        [m.role for m in r.messages if m.role is not Role.SYSTEM]
        == [wanted[i % 2] for i in range(len([m for m in r.messages if m.role is not Role.SYSTEM]))]
        for r in engine.requests
    )


async def _stopped(events: AsyncGenerator[Event, None], after_pieces: int) -> None:
    pieces = 0
    async with aclosing(events):
        async for event in events:
            pieces += isinstance(event, Delta)
            if pieces == after_pieces:
                return
