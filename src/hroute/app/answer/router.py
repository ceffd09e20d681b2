"""The one path of every turn: evaluate, decide, answer, fall over, log."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hroute.app.answer.confidence_check import ConfidenceCheck
from hroute.app.answer.contracts import contract_of
from hroute.app.answer.events import (
    Decided,
    Delta,
    Done,
    Event,
    FailedOver,
    Loading,
    Rejected,
    Retried,
    Shortened,
    Thinking,
    Withdrawn,
)
from hroute.app.answer.off_loop import off_loop
from hroute.app.answer.prepare import AnswerPlan, CandidateEngine, asked, candidate, prepare
from hroute.app.answer.running_attempt import RunningAttempt
from hroute.app.answer.runtime import Runtime
from hroute.app.answer.thinking import AnswerPiece, Unsaid
from hroute.app.answer.window import SMALLEST_ANSWER_TOKENS, left_out, left_out_as_planned
from hroute.core.contract import Fault, least_flawed, retry_message
from hroute.core.decision.decision import Decision, Route, Standing
from hroute.core.errors import BudgetError, Failure, NoAnswerError
from hroute.core.remedies import RetryTurn, SetSetting
from hroute.core.routing.cpst import is_retry_cheaper
from hroute.core.routing.policy import until_words
from hroute.core.tools.verdict import ToolFault
from hroute.core.turn.attempt import Answer, Attempt, Outcome
from hroute.core.turn.message import Message, Role
from hroute.core.turn.turn import Turn
from hroute.engines.base import Engine
from hroute.store.rows import Start

if TYPE_CHECKING:
    from hroute.core.confidence.protocol import ConfidencePredictor
    from hroute.store.log import Log


async def answer(turn: Turn, runtime: Runtime, command: str = "ask") -> AsyncGenerator[Event, None]:
    """Answers a turn as a stream of events. Close it (aclosing) to interrupt: the log is kept either way.

    Raises NoAnswerError when every allowed engine failed, ConfigError when a forced route cannot be taken
    at all, BudgetError when a spent limit forbids it or `budget.on_limit` says to stop.
    """
    plan = await off_loop(prepare, turn, runtime)
    turn_id = await off_loop(_open, plan, runtime.log, command, threads=runtime.log.threads)
    if plan.is_stopped:
        raise _over_budget(turn_id, plan.decision, plan.standing, runtime)
    place = turn.options.place
    yield Decided(turn_id, plan.decision, plan.signals, place.session_id if place else None)
    async with aclosing(_Run(plan, runtime, turn_id).events()) as events:
        async for event in events:
            yield event


def _open(plan: AnswerPlan, log: "Log", command: str) -> int:
    """The turn's row, closed at once where no engine is to be asked."""
    turn, now = plan.turn, datetime.now(UTC)
    turn_id = log.open_turn(
        # No session goes on with a turn that never began.
        turn.with_options(replace(turn.options, place=None)) if plan.is_stopped else turn,
        plan.signals,
        plan.decision,
        command=command,
        overhead_ms=plan.overhead_ms,
        at=now,
    )
    if plan.is_stopped:
        log.close_turn(turn_id, None, at=now)
    return turn_id


def _over_budget(turn_id: int, decision: Decision, standing: Standing, runtime: Runtime) -> BudgetError:
    limit = standing.spent_limit
    keeps_prompts = runtime.settings.log.prompts == "full"
    return BudgetError(
        f"{limit} is spent until {until_words(limit)}",
        RetryTurn(turn_id, Route.LOCAL, keeps_prompts),
        SetSetting(limit, "USD", "raise the limit"),
        because=decision.reasons[0],
    )


@dataclass
class _Run:
    """The attempts of one turn."""

    plan: AnswerPlan
    runtime: Runtime
    turn_id: int
    attempts: list[Attempt] = field(default_factory=list)
    unable: list[str] = field(default_factory=list)  # engines that cannot be given the turn
    # The attempt that is open in the log, also where its caller was cancelled while it was opened.
    opened: tuple[int, RunningAttempt] | None = None

    async def events(self) -> AsyncGenerator[Event, None]:
        async with aclosing(self._attempts()) as events:
            async for event in events:
                yield event
        answer = self._answer()
        if self.attempts and (answer is None or answer.given is not self.attempts[-1]):
            yield Rejected(self.attempts[-1])
            if answer is not None:
                yield Delta(answer.text, provisional=False)
        # A turn that is interrupted before this line stays open in the log and reads so.
        await off_loop(self._close, answer, threads=self.runtime.log.threads)
        if answer is None:
            raise self._no_answer()
        yield Done(answer)

    def _close(self, answer: Answer | None) -> None:
        self.runtime.log.close_turn(self.turn_id, answer, at=datetime.now(UTC))

    async def _attempts(self) -> AsyncGenerator[Event, None]:
        """Tries the engines in turn until one answers well."""
        for engine in self.plan.engines:
            whom = await self._candidate(engine)
            if whom.unable:
                self.unable.append(whom.unable)
                continue
            for note in self._notes(whom):
                yield note
            async with aclosing(self._try(whom)) as deltas:
                async for delta in deltas:
                    yield delta
            again = await off_loop(self._again, whom)
            if again is not None and not again.unable:
                yield Rejected(self.attempts[-1])
                yield Retried(self.attempts[-1])
                async with aclosing(self._try(again)) as deltas:
                    async for delta in deltas:
                        yield delta
            if self.attempts[-1].outcome is Outcome.OK:
                return

    async def _candidate(self, engine: Engine) -> CandidateEngine:
        plan = self.plan
        if plan.first is not None and engine is plan.first.engine:
            return plan.first
        return await off_loop(candidate, engine, plan.turn, self.runtime)

    def _notes(self, whom: CandidateEngine) -> Iterator[Event]:
        """What is worth knowing before the first token."""
        if self.attempts:
            yield Rejected(self.attempts[-1])
            yield FailedOver(self.attempts[-1], whom.engine.name)
        # Those that were left out before were spoken of before.
        if (turns := left_out(self.plan.turn, whom.turn)) > left_out_as_planned(self.plan.turn):
            yield Shortened(whom.engine.name, turns)
        if not whom.engine.is_loaded:
            yield Loading(whom.engine.name, whom.engine.model)

    def _again(self, whom: CandidateEngine) -> CandidateEngine | None:
        """A local answer that broke a constraint or was cut gets one more try, if that is worth it.

        So does one whose server has not read the tools.
        """
        failed, request = self.attempts[-1], whom.request
        if whom.engine.route is not Route.LOCAL:
            return None
        if failed.reason == Failure.UNREAD:  # the engine knows now, and tells them in words
            return asked(whom, request)
        is_cut = failed.reason == ToolFault.TRUNCATED and request.expected is not None
        if is_cut and request.sampling.max_tokens is None:
            room = 2 * (failed.usage.output_tokens or SMALLEST_ANSWER_TOKENS)
            return asked(whom, replace(request, sampling=replace(request.sampling, max_tokens=room)))
        if failed.reason != Fault.CONSTRAINT_VIOLATED or not self._is_retry_cheaper(whom.engine):
            return None
        said = Message.of(Role.ASSISTANT, failed.text)
        correction = Message.of(Role.USER, retry_message(failed.error or ""))
        return asked(whom, replace(request, messages=(*request.messages, said, correction)))

    def _is_retry_cheaper(self, engine: Engine) -> bool:
        left = self.plan.engines[self.plan.engines.index(engine) + 1 :]
        cloud_is_left = any(other.route is Route.CLOUD for other in left)
        return is_retry_cheaper(self.plan.decision.expected_cost, cloud_is_left=cloud_is_left)

    async def _try(self, whom: CandidateEngine) -> AsyncGenerator[Delta | Thinking | Withdrawn, None]:
        engine, log = whom.engine, self.runtime.log
        may_be_replaced = engine is not self.plan.engines[-1] or self._may_be_asked_again()
        provisional = engine.route is Route.LOCAL and may_be_replaced
        try:
            running = await off_loop(self._open_attempt, whom, threads=log.threads)
            async with aclosing(running.pieces()) as pieces:
                async for piece in pieces:
                    yield _event(piece, provisional=provisional)
        finally:
            await off_loop(self._close_attempt, threads=log.threads)

    def _may_be_asked_again(self) -> bool:
        return bool(self.plan.signals.constraints.items) and not self.attempts

    def _open_attempt(self, whom: CandidateEngine) -> RunningAttempt:
        """Puts on record who is asked, and what goes along where that is not what was planned."""
        log, engine, place = self.runtime.log, whom.engine, whom.turn.options.place
        if place is not None and (self.attempts or place != self.plan.turn.options.place):
            log.record_history_turns(self.turn_id, place.history_turns)
        start = Start(engine.name, engine.route, engine.model, engine.endpoint, whom.sent_bytes)
        attempt_id = log.open_attempt(self.turn_id, start, at=datetime.now(UTC))
        contract = contract_of(whom.request.expected, self.plan.signals.constraints.items)
        running = RunningAttempt(engine, whom.request, whom.price, contract, self._confidence_check(engine))
        self.opened = attempt_id, running
        return running

    def _close_attempt(self) -> None:
        if self.opened is None:
            return
        (attempt_id, running), self.opened = self.opened, None
        attempt = running.attempt()
        self.attempts.append(attempt)
        self.runtime.log.close_attempt(attempt_id, attempt)

    def _confidence_check(self, engine: Engine) -> ConfidenceCheck | None:
        if engine.route is not Route.LOCAL:
            return None
        plan, runtime = self.plan, self.runtime

        def calibrator() -> "ConfidencePredictor | None":  # asked for off the loop: it looks for model files
            return runtime.slot(plan.turn.slot, plan.turn.options.local_model).calibrator

        return ConfidenceCheck(plan.turn, plan.decision, calibrator, runtime.settings, runtime.log)

    def _answer(self) -> Answer | None:
        """The good attempt; where there is none, the prose that broke the least of its contract."""
        good = [a for a in self.attempts if a.outcome is Outcome.OK]
        if good:
            correction = f"{good[-1].engine}: {good[-1].error}" if good[-1].error else ""
            return Answer(self.turn_id, self.plan.decision, tuple(self.attempts), good[-1], correction)
        flawed = least_flawed(self.attempts, is_bound=self.plan.turn.bound_to is not None)
        if flawed is None:
            return None
        warning = f"this answer is doubtful ({flawed.error}), and no other engine could give a better one"
        return Answer(self.turn_id, self.plan.decision, tuple(self.attempts), flawed, warning)

    def _no_answer(self) -> NoAnswerError:
        failures = [f"{a.engine}: {a.error}" for a in self.attempts] + self.unable
        keeps_prompts = self.runtime.settings.log.prompts == "full"
        return NoAnswerError(
            "no engine could answer; " + "; ".join(failures),
            RetryTurn(self.turn_id, is_kept=keeps_prompts),
        )


def _event(piece: AnswerPiece, *, provisional: bool) -> Delta | Thinking | Withdrawn:
    if isinstance(piece, str):
        return Delta(piece, provisional)
    return Withdrawn() if isinstance(piece, Unsaid) else Thinking(piece.text)
