"""The Router without async: a thread of its own has the event loop, any other thread may ask."""

import asyncio
import os
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

from hroute.api.messages import PromptOrMessages
from hroute.api.options import AskOptions
from hroute.api.rating import Given
from hroute.api.reply import Reply
from hroute.api.router import GivenLog, GivenSettings, Router
from hroute.api.session import Session
from hroute.app.answer.events import Event
from hroute.core.decision.decision import Decision
from hroute.core.errors import RouterStateError

T = TypeVar("T")


class SyncRouter:
    """As Router, for `with`; made by `open`. Any thread may use it, also several at once.

    A call that is interrupted, by Ctrl-C for one, gives its turn up as a cancelled task does.
    """

    def __init__(self, router: Router) -> None:
        self._router = router
        self._pid = os.getpid()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    @classmethod
    def open(
        cls, *, settings: GivenSettings = None, log: GivenLog = "default", home: Path | None = None
    ) -> Self:
        """See Router.open."""
        return cls(Router.open(settings=settings, log=log, home=home))

    def __enter__(self) -> Self:
        self._check_process()
        with self._lock:
            if self._loop is not None:
                raise RouterStateError("this Router is open already", "SyncRouter.open() makes another one")
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=_serve, args=(self._loop,), name="hroute", daemon=True)
            self._thread.start()
        try:
            self._wait_for(self._router.__aenter__())
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """As Router.aclose; safe to call twice, and from any thread."""
        if self._pid != os.getpid():
            return
        with self._lock:
            loop, thread = self._loop, self._thread
            self._thread = None  # from here on no other thread hands anything in
        if loop is None or thread is None:
            return
        try:
            asyncio.run_coroutine_threadsafe(self._end(), loop).result()
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()

    async def _end(self) -> None:
        """Whoever still waits for something has it when this returns, be it an error."""
        try:
            await self._router.aclose()
        finally:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            if others:
                await asyncio.wait(others)

    def ask(self, said: PromptOrMessages, **options: Unpack[AskOptions]) -> Reply:
        """See Router.ask."""
        return self._wait_for(self._router.ask(said, **options))

    def stream(self, said: PromptOrMessages, **options: Unpack[AskOptions]) -> Generator[Event, None, None]:
        """See Router.stream; leaving the iterator gives the turn up."""

        return self._streamed(lambda: self._router.stream(said, **options))

    def session(self, session_id: int | None = None, **options: Unpack[AskOptions]) -> "SyncSession":
        """See Router.session."""

        async def made() -> Session:
            return self._router.session(session_id, **options)

        return SyncSession(self, self._wait_for(made()))

    def rate(self, answer: Reply | int, judgement: Given, *, minutes: Decimal | float | None = None) -> None:
        """See Router.rate."""
        self._wait_for(self._router.rate(answer, judgement, minutes=minutes))

    def _streamed(self, begin: Callable[[], AsyncGenerator[Event, None]]) -> Generator[Event, None, None]:
        async def begun() -> AsyncGenerator[Event, None]:
            return begin()

        async def following() -> Event | None:
            async with one_at_a_time:
                return await anext(events, None)

        async def left() -> None:
            async with one_at_a_time:  # a step that Ctrl-C has interrupted may still be ending
                await events.aclose()

        one_at_a_time = asyncio.Lock()
        events = self._wait_for(begun())
        try:
            while (event := self._wait_for(following())) is not None:
                yield event
        finally:
            self._give_up(left())

    def route(self, said: PromptOrMessages, **options: Unpack[AskOptions]) -> Decision:
        """See Router.route."""
        return self._wait_for(self._router.route(said, **options))

    def _wait_for(self, asked: Coroutine[Any, Any, T]) -> T:
        try:
            self._check_process()
            with self._lock:
                future = asyncio.run_coroutine_threadsafe(asked, self._open_loop())
        except RouterStateError:
            asked.close()
            raise
        try:
            return future.result()
        except BaseException:
            future.cancel()  # Ctrl-C has ended the waiting, not what was waited for
            raise

    def _open_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None or self._thread is None:
            state = "not open yet" if self._loop is None else "closed"
            raise RouterStateError(f"this Router is {state}", "with SyncRouter.open() as router: …")
        return self._loop

    def _give_up(self, closing: Coroutine[Any, Any, None]) -> None:
        if self._pid != os.getpid() or self._thread is None:
            closing.close()  # the parent's turn, or one that ended with its Router
        elif threading.current_thread() is self._thread:  # the loop's own thread has collected the iterator
            self._loop.create_task(closing)  # type: ignore[union-attr]
        else:
            self._wait_for(closing)

    def _check_process(self) -> None:
        if self._pid != os.getpid():
            raise RouterStateError(
                "this Router was opened before this process was forked off",
                "open one in the child: its models and its log belong to the parent",
            )


class SyncSession:
    """As Session; made by SyncRouter.session. Any thread may use it, one after the other."""

    def __init__(self, router: SyncRouter, session: Session) -> None:
        self._router, self._session = router, session

    @property
    def id(self) -> int | None:
        """See Session.id."""
        return self._session.id

    def ask(self, said: PromptOrMessages, **options: Unpack[AskOptions]) -> Reply:
        """See Session.ask."""
        return self._router._wait_for(self._session.ask(said, **options))

    def stream(self, said: PromptOrMessages, **options: Unpack[AskOptions]) -> Generator[Event, None, None]:
        """See Session.stream."""
        return self._router._streamed(lambda: self._session.stream(said, **options))


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        loop.close()
