"""The one path of every turn: evaluate, decide, answer, fall over, log."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from time import perf_counter

from hroute.app.answer.consider import decision_of, draw_lot
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
)
from hroute.app.answer.render import rendered
from hroute.app.answer.runtime import Runtime
from hroute.app.answer.second_look import SecondLook
from hroute.app.answer.signals import evaluate
from hroute.app.answer.standing import standing_now
from hroute.app.answer.trial import Trial
from hroute.app.answer.window import SMALLEST_ANSWER_TOKENS, fitted, left_out, left_out_as_planned
from hroute.core.contract import Fault, least_flawed, retry_message
from hroute.core.errors import BudgetError, ConfigError, NoAnswerError
from hroute.core.pricing import FREE, Price
from hroute.core.routing.cpst import is_retry_cheaper
from hroute.core.routing.policy import may_fail_over, until_words
from hroute.core.tools.verdict import ToolFault
from hroute.core.turn.message import Message, Role
from hroute.core.turn.turn import Turn
from hroute.core.types import (
    Answer,
    Attempt,
    Decision,
    Degraded,
    Outcome,
    Route,
    Rule,
    Signals,
    Slot,
    Standing,
)
from hroute.engines.base import Engine, Request
from hroute.store.rows import Start


async def answer(turn: Turn, runtime: Runtime, command: str = "ask") -> AsyncGenerator[Event, None]:
    """Answers a turn as a stream of events. Close it (aclosing) to interrupt: the log is kept either way.

    Raises NoAnswerError when every allowed engine failed, ConfigError when a forced route cannot be taken
    at all, BudgetError when a spent limit forbids it or `budget.on_limit` says to stop.
    """
    started_s = perf_counter()
    signals = await asyncio.to_thread(evaluate, turn, runtime)
    standing = standing_now(runtime)
    decision = decision_of(turn, signals, standing, runtime, draw_lot(runtime.settings))
    _refuse_impossible(decision, standing, runtime)
    is_stopped = _is_stopped(decision, standing, runtime)
    turn_id = runtime.log.open_turn(
        # No session goes on with a turn that never began.
        turn.with_options(replace(turn.options, place=None)) if is_stopped else turn,
        signals,
        decision,
        command=command,
        overhead_ms=(perf_counter() - started_s) * 1000,
        at=datetime.now(UTC),
    )
    if is_stopped:
        runtime.log.close_turn(turn_id, None, at=datetime.now(UTC))
        raise _over_budget(turn_id, decision, standing, runtime)
    place = turn.options.place
    yield Decided(turn_id, decision, signals, place.session_id if place else None)
    engines = _engines(decision, standing, runtime)
    run = _Run(turn, runtime, turn_id, decision, engines, signals)
    async with aclosing(run.events()) as events:
        async for event in events:
            yield event


def _refuse_impossible(decision: Decision, standing: Standing, runtime: Runtime) -> None:
    """An explicit --route cloud is exact: it is refused rather than bent."""
    if decision.rule is not Rule.FORCED or decision.route is not Route.CLOUD:
        return
    if runtime.settings.privacy.local_only:
        raise ConfigError(
            "privacy.local_only forbids --route cloud", "hroute config set privacy.local_only false"
        )
    if not standing.cloud_configured:
        raise ConfigError("--route cloud: no cloud is configured", "hroute config init --preset openai")


def _is_stopped(decision: Decision, standing: Standing, runtime: Runtime) -> bool:
    """Whether a spent budget ends the turn: one that has to take the cloud, or any that wants it."""
    if standing.budget_left:
        return False
    is_forced = decision.rule is Rule.FORCED and decision.route is Route.CLOUD
    return is_forced or (decision.degraded is Degraded.BUDGET and runtime.settings.budget.on_limit == "stop")


def _over_budget(turn_id: int, decision: Decision, standing: Standing, runtime: Runtime) -> BudgetError:
    limit = standing.spent_limit
    local = "--route local"
    if runtime.settings.log.prompts == "full":
        local = f"the prompt is kept: hroute ask --retry {turn_id} --route local"
    return BudgetError(
        f"{decision.reasons[0]}, but {limit} is spent until {until_words(limit)}",
        f"{local}, or raise the limit: hroute config set {limit} USD",
    )


def _engines(decision: Decision, standing: Standing, runtime: Runtime) -> list[Engine]:
    """The engines that may answer, in the order in which they are tried."""
    engines = [*_engines_of(decision.route, decision.slot, runtime)]
    if may_fail_over(decision, runtime.settings, standing, decision.route.other):
        engines += _engines_of(decision.route.other, decision.slot, runtime)
    return engines


def _engines_of(route: Route, slot: Slot, runtime: Runtime) -> tuple[Engine, ...]:
    return runtime.clouds if route is Route.CLOUD else (runtime.slot(slot).engine,)


def _price(engine: Engine, runtime: Runtime) -> Price | None:
    if engine.route is Route.LOCAL:
        return FREE
    return runtime.price(next(cloud for cloud in runtime.settings.cloud if cloud.name == engine.name))


@dataclass
class _Run:
    """The attempts of one turn."""

    turn: Turn
    runtime: Runtime
    turn_id: int
    decision: Decision
    engines: list[Engine]
    signals: Signals
    attempts: list[Attempt] = field(default_factory=list)
    unable: list[str] = field(default_factory=list)  # engines that cannot be given the turn

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
        self.runtime.log.close_turn(self.turn_id, answer, at=datetime.now(UTC))
        if answer is None:
            raise self._no_answer()
        yield Done(answer)

    async def _attempts(self) -> AsyncGenerator[Event, None]:
        """Tries the engines in turn until one answers well."""
        for engine in self.engines:
            turn = await asyncio.to_thread(fitted, self.turn, engine, self.runtime.settings.routing)
            asked = Request(rendered(turn, engine.takes), turn.options.sampling, turn.bound_to)
            if why := await self._inability(engine, asked):
                self.unable.append(f"{engine.name}: {why}")
                continue
            for note in self._begin(engine, turn):
                yield note
            async with aclosing(self._try(engine, asked)) as deltas:
                async for delta in deltas:
                    yield delta
            again = self._again(engine, asked)
            if again is not None and await self._fits(engine, again):
                yield Rejected(self.attempts[-1])
                yield Retried(self.attempts[-1])
                async with aclosing(self._try(engine, again)) as deltas:
                    async for delta in deltas:
                        yield delta
            if self.attempts[-1].outcome is Outcome.OK:
                return

    def _begin(self, engine: Engine, turn: Turn) -> Iterator[Event]:
        """Puts on record what goes along, and says what is worth knowing before the first token."""
        place = turn.options.place
        if place is not None and (self.attempts or place != self.turn.options.place):
            self.runtime.log.went_along(self.turn_id, place.history_turns)
        if self.attempts:
            yield Rejected(self.attempts[-1])
            yield FailedOver(self.attempts[-1], engine.name)
        # Those that were left out before were spoken of before.
        if (turns := left_out(self.turn, turn)) > left_out_as_planned(self.turn):
            yield Shortened(engine.name, turns)
        if not engine.is_loaded:
            yield Loading(engine.name, engine.model)

    def _again(self, engine: Engine, asked: Request) -> Request | None:
        """A local answer that broke a constraint or was cut gets one more try, if that is worth it."""
        failed = self.attempts[-1]
        if engine.route is not Route.LOCAL:
            return None
        if failed.reason == ToolFault.TRUNCATED and asked.expected and asked.sampling.max_tokens is None:
            room = 2 * (failed.usage.output_tokens or SMALLEST_ANSWER_TOKENS)
            return replace(asked, sampling=replace(asked.sampling, max_tokens=room))
        if failed.reason != Fault.CONSTRAINT_VIOLATED or not self._is_retry_cheaper(engine):
            return None
        said = Message.of(Role.ASSISTANT, failed.text)
        told = Message.of(Role.USER, retry_message(failed.error or ""))
        return replace(asked, messages=(*asked.messages, said, told))

    def _is_retry_cheaper(self, engine: Engine) -> bool:
        left = self.engines[self.engines.index(engine) + 1 :]
        cloud_is_left = any(other.route is Route.CLOUD for other in left)
        return is_retry_cheaper(self.decision.expected_cost, cloud_is_left=cloud_is_left)

    async def _try(self, engine: Engine, request: Request) -> AsyncGenerator[Delta, None]:
        start = Start(engine.name, engine.route, engine.model, engine.endpoint, engine.request_bytes(request))
        attempt_id = self.runtime.log.open_attempt(self.turn_id, start, at=datetime.now(UTC))
        items = self.signals.constraints.items
        contract = contract_of(request.expected, items)
        trial = Trial(engine, request, _price(engine, self.runtime), contract, self._second_look(engine))
        may_be_replaced = engine is not self.engines[-1] or (bool(items) and not self.attempts)
        provisional = engine.route is Route.LOCAL and may_be_replaced
        try:
            async with aclosing(trial.pieces()) as pieces:
                async for text in pieces:
                    yield Delta(text, provisional)
        finally:
            attempt = trial.attempt()
            self.attempts.append(attempt)
            self.runtime.log.close_attempt(attempt_id, attempt)

    def _second_look(self, engine: Engine) -> SecondLook | None:
        if engine.route is not Route.LOCAL:
            return None
        runtime, slot = self.runtime, self.runtime.slot(self.decision.slot)
        return SecondLook(self.turn, self.decision, lambda: slot.calibrator, runtime.settings, runtime.log)

    async def _inability(self, engine: Engine, request: Request) -> str:
        """Why the engine cannot be given the turn; empty: it can."""
        if unmet := self.turn.needs - engine.takes:
            return f"takes no {' and '.join(unmet)}"
        if not await self._fits(engine, request):
            return f"holds {engine.context_tokens} tokens, too few for this prompt"
        return ""

    async def _fits(self, engine: Engine, request: Request) -> bool:
        if engine.context_tokens is None:
            return True
        room = engine.context_tokens - (request.sampling.max_tokens or SMALLEST_ANSWER_TOKENS)
        count = await asyncio.to_thread(engine.counter.count, request.messages, room)
        return count.tokens <= room

    def _answer(self) -> Answer | None:
        """The good attempt; where there is none, the prose that broke the least of its contract."""
        good = [a for a in self.attempts if a.outcome is Outcome.OK]
        if good:
            return Answer(self.turn_id, self.decision, tuple(self.attempts), good[-1])
        flawed = least_flawed(self.attempts, is_bound=self.turn.bound_to is not None)
        if flawed is None:
            return None
        warning = f"this answer is doubtful ({flawed.error}), and no other engine could give a better one"
        return Answer(self.turn_id, self.decision, tuple(self.attempts), flawed, warning)

    def _no_answer(self) -> NoAnswerError:
        failures = [f"{a.engine}: {a.error}" for a in self.attempts] + self.unable
        keeps_prompts = self.runtime.settings.log.prompts == "full"
        return NoAnswerError(
            "no engine could answer; " + "; ".join(failures),
            f"the prompt is kept: hroute ask --retry {self.turn_id}" if keeps_prompts else "",
        )
