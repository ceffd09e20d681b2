"""A conversation of a program: as a chat has it, and in the log as that of a chat."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Unpack

from hroute.api.messages import PromptOrMessages, messages_of
from hroute.api.options import AskOptions, expected_of, options_of, system_of
from hroute.api.reply import Reply
from hroute.api.running import Running
from hroute.app.answer.events import Event
from hroute.app.answer.off_loop import off_loop
from hroute.app.chat.conversation import Conversation
from hroute.app.chat.setup import Setup
from hroute.core.errors import UsageError
from hroute.core.turn.message import Message, Role
from hroute.core.turn.turn import Turn


def setup_of(given: AskOptions) -> Setup:
    """Raises UsageError for a value that cannot be."""
    options = options_of(given)
    return Setup(
        system=system_of(given),
        forced=options.forced,
        expected=expected_of(given),
        sampling=options.sampling,
        category=options.category,
        local_model=options.local_model,
    )


class Session:
    """What was said goes along with each turn, and the engine that holds the conversation is kept to it.

    Made by Router.session, used like the Router, and closed with it. It has one turn at a time: a further
    one waits until the one before is answered or given up. What is given up goes along as far as it got;
    a turn that no engine could answer does not.

    Raises what the Router raises, and LogError where no log is kept.
    """

    def __init__(
        self, running: Running, conversation: Conversation, given: AskOptions, continued: int | None
    ) -> None:
        self._running, self._conversation, self._continued = running, conversation, continued
        self._given = given
        self._one_at_a_time = asyncio.Lock()

    @property
    def id(self) -> int | None:
        """In the log; None before the first turn. `hroute chat --session ID` goes on with it."""
        return self._continued or self._conversation.session_id

    async def ask(self, said: PromptOrMessages, **options: Unpack[AskOptions]) -> Reply:
        """The answer to what is said next. `said` is a prompt, or a list of one message of the user.

        `options` hold for this turn, in place of those of the session; None: without the session's.
        """
        message, given = self._read(said, options)
        async with self._one_at_a_time:
            turn = await self._next(message, given)
            return await self._running.reply(turn, self._conversation.tell(turn))

    def stream(self, said: PromptOrMessages, **options: Unpack[AskOptions]) -> AsyncGenerator[Event, None]:
        """See `ask` and Router.stream."""
        return self._events(*self._read(said, options))

    async def _events(self, message: Message, given: Setup) -> AsyncGenerator[Event, None]:
        async with self._one_at_a_time:
            turn = await self._next(message, given)
            async with aclosing(self._running.events(self._conversation.tell(turn))) as events:
                async for event in events:
                    yield event

    def _read(self, said: PromptOrMessages, options: AskOptions) -> tuple[Message, Setup]:
        self._running.check()
        *before, last = messages_of(said)
        if before or last.role is not Role.USER:
            raise UsageError(
                "a session is told one message of the user at a time: it knows what was said before",
                "system is an option; results of tools go to Router.ask, with the messages before them",
            )
        return last, setup_of(self._revised(options))

    def _revised(self, options: AskOptions) -> AskOptions:
        """Those of the session with what is given for one turn in place of them."""
        given = self._given.copy()
        if options.get("schema") is not None:
            given.pop("tools", None)
            given.pop("tool_choice", None)
        elif options.get("tools"):
            given.pop("schema", None)
        given.update(options)
        return given

    async def _next(self, message: Message, given: Setup) -> Turn:
        conversation = self._conversation
        if self._continued is not None:
            await off_loop(conversation.open, self._continued)
            self._continued = None
        plain = given.over(conversation.setup).turn("")
        return replace(plain, messages=(*plain.head, message))
