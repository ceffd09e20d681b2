"""One chat session: what is said in it, what goes along with the next turn, and its branches."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from hroute.app.answer.events import Event
from hroute.app.answer.off_loop import off_loop
from hroute.app.answer.preview import preview
from hroute.app.answer.router import answer
from hroute.app.answer.runtime import Runtime
from hroute.app.chat.exchange import AnswerSoFar, Exchange, ExchangeEnding
from hroute.app.chat.restore import branch, repeated_by, setup_of
from hroute.app.chat.setup import Setup
from hroute.app.chat.thread import going_along, held_by, history
from hroute.app.read_input import read_file
from hroute.core.decision.decision import Decision, Route
from hroute.core.errors import LogError, UsageError
from hroute.core.remedies import BeginChat, RetryTurn, ShowWhy
from hroute.core.turn.groups import after
from hroute.core.turn.message import Text
from hroute.core.turn.options import SessionPlace
from hroute.core.turn.turn import Turn
from hroute.core.turn.verdict import By, Judgement, Verdict
from hroute.store.rows import LoggedTurn
from hroute.store.sessions import SessionSummary

PLAIN = Setup()


class Conversation:
    """A session is made in the log by its first turn, so that looking around leaves none behind.

    `say`, `retry` and `edit` are one path with `ask`: close them (aclosing) to interrupt. They raise what
    the router raises; the conversation is in order afterwards, whatever happened. What finds nothing to
    work on raises UsageError. Everything belongs to the thread that made it; see `looking` for views.
    """

    def __init__(self, runtime: Runtime, setup: Setup = PLAIN, command: str = "chat") -> None:
        """`command`: as the log names whoever talks."""
        self.runtime = runtime
        self._command = command
        self.setup = setup  # to be replaced for turns to come, e.g. by setup.forcing(Route.CLOUD)
        self.session_id: int | None = None
        self.exchanges: tuple[Exchange, ...] = ()  # of this branch, oldest first
        self.files: tuple[Text, ...] = ()  # that wait for the next turn
        self._forked_from: int | None = None
        self._known: dict[int, Exchange] = {}  # whatever was said in this process: the log may keep no texts

    @property
    def last(self) -> Exchange | None:
        return self.exchanges[-1] if self.exchanges else None

    @property
    def missing_texts(self) -> int:
        """Turns of which only numbers are left (log.prompts was not full): they do not go along."""
        return sum(exchange.turn is None for exchange in self.exchanges)

    # --- talking --------------------------------------------------------------

    def draft(self, text: str) -> Turn:
        """What `say(text)` would send now; no I/O. The router leaves out what the engine cannot hold."""
        return self._placed(self.setup.turn(text, self.files), self.exchanges)

    def say(self, text: str) -> AsyncGenerator[Event, None]:
        """Sends the next turn, and the waiting files along; they go on waiting if it is refused."""
        return self._answered(self.draft(_some(text)), self.exchanges)

    def tell(self, turn: Turn) -> AsyncGenerator[Event, None]:
        """Sends this turn, of one message of the user, as the next one; what was said goes along."""
        return self._answered(turn, self.exchanges)

    def retry(self, to: Route | None = None) -> AsyncGenerator[Event, None]:
        """The last turn again: on this route ("up": cloud, "down": local), or on the other one than before.

        Without a route, a turn that got no answer is decided anew. Asking the cloud after a local answer is
        a soft verdict against that. If nothing comes of it, the conversation goes on with what there was;
        `versions()` has both afterwards.
        """
        last, turn = self._repeatable()
        answered = last.route if last.ending is ExchangeEnding.ANSWERED else None
        forced = to or (answered.other if answered else self.setup.forced)
        again = turn.with_options(replace(turn.options, forced=forced))
        return self._answered(again, self.exchanges[:-1], repeats=last)

    def edit(self, text: str) -> AsyncGenerator[Event, None]:
        """The last turn again with another wording, in place of it."""
        last, turn = self._repeatable()
        again = self.setup.turn(_some(text), (*turn.files, *self.files))
        return self._answered(again, self.exchanges[:-1], repeats=last)

    def versions(self) -> tuple[Exchange, ...]:
        """The last turn and all that it repeats, oldest first: one, unless there were retries or edits."""
        found = [self.last] if self.last else []
        while found and (earlier := self._repeated_by(found[-1])):
            found.append(earlier)
        return tuple(reversed(found))

    def _repeatable(self) -> tuple[Exchange, Turn]:
        last = self._last()
        if last.turn is None:
            raise UsageError(f"turn {last.turn_id} was logged without its text", "[log] prompts was not full")
        options = replace(last.turn.options, local_model=self.setup.local_model)
        return last, last.turn.with_options(options)

    def _last(self) -> Exchange:
        if self.last is None:
            raise UsageError("nothing has been said yet")
        return self.last

    def _repeated_by(self, exchange: Exchange) -> Exchange | None:
        place = exchange.logged.place
        known = self._known.get(place.retry_of) if place and place.retry_of else None
        return known or repeated_by(exchange, self.runtime.log)

    async def _answered(
        self, turn: Turn, before: tuple[Exchange, ...], repeats: Exchange | None = None
    ) -> AsyncGenerator[Event, None]:
        if self.session_id is None:
            head_id = before[-1].turn_id if before else None
            self.session_id = await off_loop(self._new_session, head_id, threads=self.runtime.log.threads)
        placed, so_far = self._placed(turn, before, repeats), AnswerSoFar()
        try:
            async with aclosing(answer(placed, self.runtime, self._command)) as events:
                async for event in events:
                    so_far.take(event)
                    yield event
        finally:
            threads = self.runtime.log.threads
            await off_loop(self._settle, placed, so_far, before, repeats, threads=threads)

    def _new_session(self, head_id: int | None) -> int:
        now = datetime.now(UTC)
        return self.runtime.log.sessions.open(at=now, head_id=head_id, forked_from=self._forked_from)

    def _settle(
        self, turn: Turn, so_far: AnswerSoFar, before: tuple[Exchange, ...], repeats: Exchange | None
    ) -> None:
        """Whatever happened, the turn joins the conversation as far as it got."""
        log, session_id = self.runtime.log, self.session_id
        assert session_id is not None, "a session is made before its turn"
        if so_far.decided is None:
            if log.sessions.discard(session_id):
                self.session_id = None
            return
        self.files = tuple(file for file in self.files if file not in turn.files)
        exchange = so_far.exchange(turn, log.turn(so_far.decided.turn_id))
        self._known[exchange.turn_id] = exchange
        if repeats is not None and exchange.is_second_opinion_on(repeats):
            repeats = self._judge(repeats, Verdict(Judgement.BAD, By.RETRY))
        if repeats is not None and not exchange.replaces(repeats):
            log.sessions.move(session_id, repeats.turn_id)
            return
        self.exchanges = (*before, exchange)

    def _placed(self, turn: Turn, before: tuple[Exchange, ...], repeats: Exchange | None = None) -> Turn:
        parent = before[-1].turn_id if before else None
        place = SessionPlace(
            self.session_id or 0, parent, repeats.turn_id if repeats else None, going_along(before)
        )
        placed = turn.with_options(replace(turn.options, held=held_by(before), place=place))
        return after(placed, history(before))

    # --- files ----------------------------------------------------------------

    def attach(self, path: Path) -> Text:
        """Raises UsageError for what is no readable text file."""
        file = read_file(path)
        self.files = (*self.files, file)
        return file

    def drop(self) -> int:
        """Forgets the waiting files; how many there were."""
        dropped, self.files = len(self.files), ()
        return dropped

    # --- branches and sessions ------------------------------------------------

    def undo(self) -> Exchange:
        """Takes back the last turn and returns it; a retry or an edit gives way to what it repeated.

        The log keeps it.
        """
        last = self._last()
        earlier = self._repeated_by(last)
        self.exchanges = (*self.exchanges[:-1], *((earlier,) if earlier else ()))
        if self.session_id is not None:
            head_id = self.last.turn_id if self.last else None
            self.runtime.log.sessions.move(self.session_id, head_id)
        return last

    def new(self) -> None:
        """Begins another session with the same setup."""
        self.session_id, self._forked_from, self.exchanges, self.files = None, None, (), ()

    def fork(self) -> None:
        """Goes on in a session of its own that begins with this conversation."""
        self._last()
        self._forked_from, self.session_id = self.session_id, None

    def open(self, session_id: int | None = None) -> None:
        """Goes on with an earlier session, the last one by default, as it was left; see `missing_texts`.

        Raises LogError when there is none.
        """
        log = self.runtime.log
        wanted = log.sessions.last_id() if session_id is None else session_id
        if wanted is None:
            raise LogError("there is no session to go on with", BeginChat())
        session = log.sessions.get(wanted)
        self.exchanges = branch(session.head_id, log)
        self.setup = setup_of(self.exchanges, log)
        self.session_id, self._forked_from, self.files = session.id, session.forked_from, ()

    def sessions(self, limit: int = 20) -> list[SessionSummary]:
        """The last used first."""
        return list(self.runtime.log.sessions.all(limit=limit))

    # --- verdicts -------------------------------------------------------------

    def good(self) -> Exchange:
        """The last answer was right; returns its exchange."""
        return self._judge(self._answer(), Verdict(Judgement.GOOD))

    def bad(self, minutes: Decimal | None = None) -> Exchange:
        """The last answer was wrong, and took this much of the user's time; None: the usual."""
        return self._judge(self._answer(), Verdict(Judgement.BAD, minutes=minutes))

    def dismiss(self, number: int) -> Decision:
        """Constraint `number` of the last prompt, from 1 as `why` has them, was none.

        It does not count when the turn is repeated; returns the decision that it would get now.
        """
        last, turn = self._repeatable()
        items = last.logged.signals.constraints.items
        if not 1 <= number <= len(items):
            problem = f"turn {last.turn_id} has {len(items)} constraints, none is number {number}"
            raise UsageError(problem, ShowWhy())
        dismissed = (*turn.options.dismissed, items[number - 1].text)
        self.runtime.log.dismiss(last.turn_id, dismissed)
        self._replace(last, replace(last, turn=turn.with_options(replace(turn.options, dismissed=dismissed))))
        _, turn = self._repeatable()
        _, decision = preview(self._placed(turn, self.exchanges[:-1]), self.runtime)
        return decision

    def why(self, turn_id: int | None = None) -> LoggedTurn:
        """The last turn, or any turn of the log by the number that its badge shows."""
        return self._last().logged if turn_id is None else self.runtime.log.turn(turn_id)

    def _answer(self) -> Exchange:
        last = self._last()
        if last.ending is ExchangeEnding.FAILED:
            raise UsageError(f"turn {last.turn_id} got no answer", RetryTurn(last.turn_id))
        return last

    def _judge(self, exchange: Exchange, verdict: Verdict) -> Exchange:
        log = self.runtime.log
        log.verdicts.give(exchange.turn_id, verdict, at=datetime.now(UTC))
        holds = log.turn(exchange.turn_id).verdict
        return self._replace(exchange, replace(exchange, logged=replace(exchange.logged, verdict=holds)))

    def _replace(self, old: Exchange, new: Exchange) -> Exchange:
        self._known[new.turn_id] = new
        self.exchanges = tuple(new if exchange is old else exchange for exchange in self.exchanges)
        return new


def _some(text: str) -> str:
    if not text.strip():
        raise UsageError("the prompt is empty")
    return text
