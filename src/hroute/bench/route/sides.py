"""The two sides of the bench: real engines, asked through the same door and held to the same contract."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hroute.app.answer.confidence_check import ConfidenceCheck, ConfidenceResult
from hroute.app.answer.contracts import contract_of
from hroute.app.answer.running_attempt import RunningAttempt
from hroute.app.own_files import check_tagger
from hroute.bench.route.saved import RouteAnswer
from hroute.bench.route.tasks import RouteTask
from hroute.core.constraints import find_constraints
from hroute.core.decision.decision import Route, Slot
from hroute.core.errors import Failure, NoAnswerError
from hroute.core.pricing import FREE, Price
from hroute.core.remedies import Resume
from hroute.core.turn.attempt import Attempt, Outcome
from hroute.engines.base import Engine, Request
from hroute.engines.llama.engine import LlamaEngine

if TYPE_CHECKING:
    from hroute.app.answer.runtime import Runtime
    from hroute.core.confidence.signals import AnswerSignals
    from hroute.core.settings import LocalModel


@dataclass(frozen=True, slots=True)
class Participant:
    """Who answers. `identity` changes with the model: an interrupted run goes on with the same one."""

    name: str  # of the model
    identity: str
    engine: Callable[[Slot], Engine]
    price: Price | None

    def answer(self, tasks: Sequence[RouteTask], seed: int, keep: Callable[[RouteAnswer], None]) -> None:
        """One after the other. Raises NoAnswerError when the engine itself fails."""
        asyncio.run(self._answer(tasks, seed, keep))

    async def _answer(
        self, tasks: Sequence[RouteTask], seed: int, keep: Callable[[RouteAnswer], None]
    ) -> None:
        engines: list[Engine] = []
        try:
            for task in tasks:
                engine = self.engine(task.turn(seed).slot)
                if engine not in engines:
                    engines.append(engine)
                keep(_graded(task, await self._attempt(engine, task, seed)))
        finally:
            for engine in engines:
                await engine.close()

    async def _attempt(self, engine: Engine, task: RouteTask, seed: int) -> Attempt:
        turn = task.turn(seed)
        check_tagger()
        contract = contract_of(turn.bound_to, tuple(find_constraints(turn.ask)))
        request = Request(turn.messages, turn.options.sampling, turn.bound_to)
        running = RunningAttempt(engine, request, self.price, contract, _Listener())
        async with aclosing(running.pieces()) as pieces:
            async for _ in pieces:
                pass
        attempt = running.attempt()
        # An engine that failed before it began will fail again: a task is lost only by its own answer.
        if attempt.outcome is Outcome.ERROR and attempt.reason != Failure.CONTEXT:
            raise NoAnswerError(
                f"{self.name} cannot answer: {attempt.error}",
                Resume(),
            )
        return attempt


class _Listener(ConfidenceCheck):
    """Takes down how sure an answer was, and doubts none: that is for the routers that are compared."""

    def __init__(self) -> None:
        """Needs nothing to decide by."""

    def at(self, answer: str, answer_signals: "AnswerSignals | None") -> ConfidenceResult:
        return ConfidenceResult(answer_signals)


class HiredModel(LlamaEngine):
    """A larger model on this machine in the place of a cloud."""

    name = "cloud"
    route = Route.CLOUD


def local_side(runtime: "Runtime", identity: str) -> Participant:
    """The user's own local models, one for each slot."""
    return Participant(
        runtime.slot(Slot.CHAT).engine.model, identity, lambda slot: runtime.slot(slot).engine, FREE
    )


def cloud_side(runtime: "Runtime", price: Price | None) -> Participant:
    """The first cloud of the settings, which is asked first."""
    [engine, *_] = runtime.clouds
    return Participant(engine.model, f"{engine.endpoint} {engine.model}", lambda _slot: engine, price)


def hired_side(model: "LocalModel", data_dir: Path, identity: str, price: Price | None) -> Participant:
    engine = HiredModel(model, data_dir)
    return Participant(engine.model, identity, lambda _slot: engine, price)


def _graded(task: RouteTask, attempt: Attempt) -> RouteAnswer:
    """By what the user would get: the JSON of a valid answer that is bound to a form, else the text."""
    text = attempt.text if attempt.result is None else attempt.result
    is_bound = task.asked.tools is not None or task.asked.schema is not None
    signals = attempt.answer_signals
    return RouteAnswer(
        task=task.id,
        kind=task.kind,
        level=task.level,
        prompt=task.asked.prompt,
        tools=task.asked.tools,
        schema_=task.asked.schema,
        text=text,
        is_right=(attempt.result is not None or not is_bound) and task.asked.check.passes(text),
        is_valid=attempt.outcome is Outcome.OK,
        reason=attempt.reason,
        input_tokens=attempt.usage.input_tokens,
        output_tokens=attempt.usage.output_tokens,
        wall_s=attempt.wall_ms / 1000,
        cost_usd=attempt.cost_usd,
        signals=signals.as_json() if signals else None,
    )
