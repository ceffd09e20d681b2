"""The Router: turns are routed, answered, checked and logged as the command line does it."""

import os
from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol, Self, Unpack

from hroute.api.messages import PromptOrMessages, messages_of
from hroute.api.options import AskOptions, expected_of, options_of, system_of
from hroute.api.rating import Given, turn_id_of, verdict_of
from hroute.api.reply import Reply
from hroute.api.running import Running
from hroute.api.session import Session, setup_of
from hroute.app.answer.events import Event
from hroute.app.answer.off_loop import off_loop
from hroute.app.answer.preview import preview
from hroute.app.answer.router import answer
from hroute.app.answer.runtime import Runtime, UserRuntime
from hroute.app.chat.conversation import Conversation
from hroute.app.rate import rate
from hroute.config.configuration import configured
from hroute.core.decision.decision import Decision
from hroute.core.errors import UsageError
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
        self._running = Running()

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
        self._running.open()
        await off_loop(self._runtime.load_scout_ahead)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stops the turns that still run, frees the models and closes the log; safe to call twice."""
        if not self._running.may_close():
            return
        try:
            await self._running.stop()
        finally:
            await self._runtime.aclose()

    async def ask(self, said: PromptOrMessages, **options: Unpack[AskOptions]) -> Reply:
        """One whole answer. `said` is a prompt, or the messages of a conversation, the last ones new.

        Messages are hroute's own or mappings in OpenAI's form. With tools the reply has calls, or prose where
        none is needed; with a schema its text is JSON by that schema.
        """
        turn = self._turn(said, options)
        return await self._running.reply(turn, answer(turn, self._runtime, COMMAND))

    def stream(self, said: PromptOrMessages, **options: Unpack[AskOptions]) -> AsyncGenerator[Event, None]:
        """What happens while a turn is answered, from Decided over Deltas to Done; see `ask`.

        Text of a provisional Delta may still be taken back: Rejected says so. Withdrawn takes back any text
        so far: it was thought. Leaving the iterator gives the turn up soon after; `contextlib.aclosing`
        around it does so at once.
        """
        return self._running.events(answer(self._turn(said, options), self._runtime, COMMAND))

    async def route(self, said: PromptOrMessages, **options: Unpack[AskOptions]) -> Decision:
        """Where a turn would go now, and why. Nothing is generated, sent or logged."""
        _, decision = await off_loop(preview, self._turn(said, options), self._runtime)
        return decision

    def session(self, session_id: int | None = None, **options: Unpack[AskOptions]) -> Session:
        """A conversation: what was said in it goes along with every turn. `options` hold for all of them.

        `session_id`: goes on with a session of the log, of a chat or of this library, as it was left;
        None begins one. It is looked for by the first turn, which raises LogError where there is none.
        """
        self._running.check()
        setup_of(options)
        if session_id is not None and type(session_id) is not int:
            raise UsageError(f"session_id is a {type(session_id).__name__}, must be a number or None")
        return Session(self._running, Conversation(self._runtime, command=COMMAND), options, session_id)

    async def rate(
        self,
        answer: Reply | int,
        judgement: Given,
        *,
        minutes: Decimal | float | None = None,
    ) -> None:
        """Says whether an answer, or the turn with this id in the log, was right; see `hroute report`.

        `minutes` of somebody's time that a bad answer took; None: as the settings say. "unknown" takes an
        earlier verdict back. Raises LogError when there is no such turn, UsageError for what cannot be.
        """
        self._running.check()
        turn_id, verdict, log = turn_id_of(answer), verdict_of(judgement, minutes), self._runtime.log
        await off_loop(rate, log, turn_id, verdict, threads=log.threads)

    def _turn(self, said: PromptOrMessages, given: AskOptions) -> Turn:
        self._running.check()
        turn = Turn(messages_of(said), options=options_of(given))
        return replace(turn.with_system(system_of(given) or turn.system), expected=expected_of(given))


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
