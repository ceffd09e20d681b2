"""The Router: turns are routed, answered, checked and logged as the command line does it."""

import asyncio
import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol, Self, Unpack

from hroute.api.messages import PromptOrMessages, messages_of
from hroute.api.options import AskOptions, expected_of, options_of
from hroute.api.reply import Reply
from hroute.app.answer.events import Done, Event
from hroute.app.answer.off_loop import off_loop
from hroute.app.answer.preview import preview
from hroute.app.answer.router import answer
from hroute.app.answer.runtime import Runtime, UserRuntime
from hroute.config.configuration import configured
from hroute.core.decision.decision import Decision
from hroute.core.errors import RouterStateError
from hroute.core.settings import Settings
from hroute.core.turn.turn import Turn

GivenSettings = Settings | Mapping[str, Any] | None
GivenLog = Path | None | Literal["default"]
COMMAND = "library"  # as the log names it


class OwnRuntime(Runtime, Protocol):
    """A runtime that is closed with its Router."""

    def load_scout_ahead(self) -> None: ...
    async def aclose(self) -> None: ...


class Router:
    """Answers each turn with the cheapest model that will get it right.

    Made by `open`, and open inside `async with`. It belongs to the event loop that it was opened on, where
    any number of tasks may use it at once, and to its process: the child of a fork is refused and opens a
    Router of its own. Nothing is printed, and no signal is handled.

    A turn that is given up (its task is cancelled, its iterator is left or closed) stops its engine; what it
    has cost by then is counted, and its row in the log is closed as interrupted.

    Raises hroute's own errors, all of them HrouteError: UsageError for what cannot be asked, ConfigError for
    settings or a route that cannot be had, BudgetError when a spent limit stops a turn, LogError when the
    log cannot be used, NoAnswerError when every engine failed, RouterStateError for a Router that is not
    open here.
    """

    def __init__(self, runtime: OwnRuntime) -> None:
        self._runtime = runtime
        self._pid = os.getpid()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_closed = False
        self._turns: set[asyncio.Task[None]] = set()

    @classmethod
    def open(
        cls, *, settings: GivenSettings = None, log: GivenLog = "default", home: Path | None = None
    ) -> Self:
        """For `async with`. Reads settings, but starts and loads nothing. Raises ConfigError.

        `settings`: None takes file and environment as the command line does; a mapping such as
        {"routing": {"min_lead": 0.2}} is laid over them; a Settings stands alone.
        `log`: a file of its own; None keeps nothing, and limits on money count what this Router spends.
        `home`: the folder of settings, models and log, in place of HROUTE_HOME.
        """
        return cls(_runtime(settings, log, home))

    async def __aenter__(self) -> Self:
        self._check_process()
        if self._loop is not None or self._is_closed:
            raise RouterStateError("this Router was opened before", "Router.open() makes another one")
        self._loop = asyncio.get_running_loop()
        await off_loop(self._runtime.load_scout_ahead)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stops the turns that still run, frees the models and closes the log; safe to call twice."""
        if self._is_closed or self._pid != os.getpid():
            return
        if self._loop is not None:
            self._check_loop()
        self._is_closed = True
        try:
            await _stopped(*self._turns)
        finally:
            await self._runtime.aclose()

    async def ask(self, said: PromptOrMessages, **options: Unpack[AskOptions]) -> Reply:
        """One whole answer. `said` is a prompt, or the messages of a conversation, the last ones new.

        Messages are hroute's own or mappings in OpenAI's form. With tools the reply has calls, or prose where
        none is needed; with a schema its text is JSON by that schema.
        """
        found: Reply | None = None
        turn = self._turn(said, options)
        async with aclosing(self._events(turn)) as events:
            async for event in events:
                if isinstance(event, Done):
                    found = Reply.of(event.answer, has_tools=_has_tools(turn))
        assert found is not None, "a turn without an answer raises"
        return found

    def stream(self, said: PromptOrMessages, **options: Unpack[AskOptions]) -> AsyncGenerator[Event, None]:
        """What happens while a turn is answered, from Decided over Deltas to Done; see `ask`.

        Text of a provisional Delta may still be taken back: Rejected says so. Leaving the iterator gives the
        turn up soon after; `contextlib.aclosing` around it does so at once.
        """
        return self._events(self._turn(said, options))

    async def route(self, said: PromptOrMessages, **options: Unpack[AskOptions]) -> Decision:
        """Where a turn would go now, and why. Nothing is generated, sent or logged."""
        _, decision = await off_loop(preview, self._turn(said, options), self._runtime)
        return decision

    def _turn(self, said: PromptOrMessages, given: AskOptions) -> Turn:
        self._check()
        turn = Turn(messages_of(said), options=options_of(given))
        return replace(turn.with_system(given.get("system") or turn.system), expected=expected_of(given))

    async def _events(self, turn: Turn) -> AsyncGenerator[Event, None]:
        """The turn runs in a task of its own, step by step with this, whichever task comes for the next."""
        self._check()
        events: asyncio.Queue[Event | None] = asyncio.Queue()
        running = asyncio.get_running_loop().create_task(self._run(turn, events))
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

    async def _run(self, turn: Turn, events: asyncio.Queue[Event | None]) -> None:
        try:
            async with aclosing(answer(turn, self._runtime, COMMAND)) as found:
                async for event in found:
                    events.put_nowait(event)
                    await events.join()
        finally:
            events.put_nowait(None)

    def _check(self) -> None:
        self._check_process()
        if self._loop is None or self._is_closed:
            state = "closed" if self._is_closed else "not open yet"
            raise RouterStateError(f"this Router is {state}", "async with Router.open() as router: …")
        self._check_loop()

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


def _runtime(settings: GivenSettings, log: GivenLog, home: Path | None) -> UserRuntime:
    log_file = log if isinstance(log, Path) else None
    found = configured(os.environ, settings=settings, home=home, log_file=log_file)
    if log is not None:
        return UserRuntime(found)
    from hroute.store.no_log import NoLog

    # Nothing else of a prompt is to be kept either.
    unlogged = found.settings.log.model_copy(update={"prompts": "off"})
    silent = found.settings.model_copy(update={"log": unlogged})
    return UserRuntime(replace(found, settings=silent), log=NoLog())


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
