"""The turns of a Router that run now, and whether it may be used: it has one event loop and one process."""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import aclosing

from hroute.api.reply import Reply
from hroute.app.answer.events import Done, Event
from hroute.core.errors import RouterStateError
from hroute.core.turn.turn import Turn


class Running:
    """Every method but `reply` and `events` raises RouterStateError at once where it must not be called."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_closed = False
        self._turns: set[asyncio.Task[None]] = set()

    def open(self) -> None:
        """On the event loop that it then belongs to."""
        self._check_process()
        if self._loop is not None or self._is_closed:
            raise RouterStateError("this Router was opened before", "Router.open() makes another one")
        self._loop = asyncio.get_running_loop()

    def check(self) -> None:
        self._check_process()
        if self._loop is None or self._is_closed:
            state = "closed" if self._is_closed else "not open yet"
            raise RouterStateError(f"this Router is {state}", "async with Router.open() as router: …")
        self._check_loop()

    def may_close(self) -> bool:
        """False: it was closed before, or belongs to the parent of this process. It counts as closed then."""
        if self._is_closed or self._pid != os.getpid():
            return False
        if self._loop is not None:
            self._check_loop()
        self._is_closed = True
        return True

    async def stop(self) -> None:
        await _stopped(*self._turns)

    async def events(self, answering: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
        """The turn runs in a task of its own, step by step with this, whichever task comes for the next."""
        self.check()
        events: asyncio.Queue[Event | None] = asyncio.Queue()
        running = asyncio.get_running_loop().create_task(_run(answering, events))
        self._turns.add(running)
        running.add_done_callback(self._turns.discard)
        try:
            while (event := await events.get()) is not None:
                yield event
                events.task_done()
            if running.cancelling():
                raise RouterStateError("the Router was closed before the answer was whole")
            await running
        finally:
            await _stopped(running)

    async def reply(self, turn: Turn, answering: AsyncGenerator[Event, None]) -> Reply:
        """The whole answer to this turn."""
        found: Reply | None = None
        async with aclosing(self.events(answering)) as events:
            async for event in events:
                if isinstance(event, Done):
                    found = Reply.of(event.answer, has_tools=_has_tools(turn))
        assert found is not None, "a turn without an answer raises"
        return found

    def _check_process(self) -> None:
        if self._pid != os.getpid():
            raise RouterStateError(
                "this Router was opened before this process was forked off",
                "open one in the child: its models and its log belong to the parent",
            )

    def _check_loop(self) -> None:
        try:
            here = asyncio.get_running_loop()
        except RuntimeError:
            here = None
        if here is not self._loop:
            raise RouterStateError(
                "this Router belongs to another event loop", "open one on each, or take SyncRouter"
            )


async def _run(answering: AsyncGenerator[Event, None], events: asyncio.Queue[Event | None]) -> None:
    try:
        async with aclosing(answering) as found:
            async for event in found:
                events.put_nowait(event)
                await events.join()
    finally:
        events.put_nowait(None)


def _has_tools(turn: Turn) -> bool:
    if turn.bound_to is None:
        return False
    from hroute.core.tools.definitions import Toolset

    return isinstance(turn.bound_to, Toolset)


async def _stopped(*turns: "asyncio.Task[None]") -> None:
    """Their engines are stopped and their rows written when this returns, however often it is cancelled."""
    for turn in turns:
        turn.cancel()
    is_cancelled = False
    while waiting := [turn for turn in turns if not turn.done()]:
        try:
            await asyncio.wait(waiting)
        except asyncio.CancelledError:
            is_cancelled = True
    for turn in turns:
        if not turn.cancelled():
            turn.exception()  # asyncio complains about a failure that nobody looked at
    if is_cancelled:
        raise asyncio.CancelledError
