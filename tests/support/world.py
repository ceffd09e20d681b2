"""A runtime with scripted engines and the real log, for tests of what app/ does with a turn."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from decimal import Decimal

from hroute.app.answer.events import Done, Event
from hroute.app.answer.router import answer
from hroute.core.abilities.ability import REFERENCE_CLOUD, REFERENCE_LOCAL, Ability
from hroute.core.confidence.protocol import ConfidencePredictor
from hroute.core.decision.decision import Route, Slot
from hroute.core.decision.signals import Label, ScoutReading
from hroute.core.errors import CloudError, Failure, LocalInferenceError
from hroute.core.learning.calibration import Calibration
from hroute.core.odds import logit
from hroute.core.pricing import Price
from hroute.core.routing.reasons import SlotReplaced
from hroute.core.settings import Cloud, Settings
from hroute.core.turn.attempt import Answer
from hroute.core.turn.turn import Turn
from hroute.engines.llama.capacity import Capacity
from hroute.store.log import Log
from tests.support.build import P_LOCAL
from tests.support.scripted import Script, ScriptedEngine
from tests.support.turns import a_turn

CLOUD_SECTION = {"cloud": [{"name": "sky", "model": "big", "base_url": "http://127.0.0.1:9/v1"}]}
LOOP = "round and round and " * 60
GOOD_LOCAL = "A local answer."
GOOD_CLOUD = "A cloud answer."
DOLLARS = Price(Decimal(1), Decimal(2))  # a million tokens in, out
UNREACHABLE = CloudError(Failure.UNREACHABLE, "sky: connection refused")
CRASH = LocalInferenceError(Failure.CRASH, "model.gguf: llama_decode failed")


@dataclass
class FixedScout:
    label: Label = Label.STANDARD

    def read(self, prompt: str) -> ScoutReading:
        return ScoutReading(self.label, -logit(P_LOCAL[self.label]), "fixed")


@dataclass
class ScriptedSlot:
    engine: ScriptedEngine
    calibrator: ConfidencePredictor | None
    ability: Ability = REFERENCE_LOCAL
    replaced: SlotReplaced | None = None
    name: str = "starter"

    @property
    def capacity(self) -> Capacity:
        return Capacity(self.engine.context_tokens, lambda: self.engine.counter)


@dataclass
class ScriptedRuntime:
    settings: Settings
    log: Log
    scout: FixedScout
    model: ScriptedEngine
    clouds: tuple[ScriptedEngine, ...]
    price_of_cloud: Price | None
    calibrated: ConfidencePredictor | None = None
    calibration: Calibration | None = None

    has_proxy: bool = False
    others: dict[str, ScriptedEngine] = field(default_factory=dict)  # by the names that turns call them

    def slot(self, slot: Slot, local_model: str | None = None) -> "ScriptedSlot":
        if local_model is None:
            return ScriptedSlot(self.model, self.calibrated)
        if local_model not in self.others:
            raise LocalInferenceError(Failure.MISSING, f"{local_model}: no such model file")
        return ScriptedSlot(self.others[local_model], None, name=local_model)

    def running(self) -> tuple[ScriptedEngine, ...]:
        return (self.model, *self.others.values())

    @property
    def cloud_ability(self) -> Ability:
        return REFERENCE_CLOUD

    def price(self, cloud: Cloud) -> Price | None:
        return self.price_of_cloud


def another_local(name: str, *script: Script) -> ScriptedEngine:
    """For `others`; it answers nine times the same where no script is given."""
    answers = list(script or [GOOD_LOCAL] * 9)
    return ScriptedEngine("local", Route.LOCAL, answers, model=name, context_tokens=8192)


@dataclass
class World:
    """A runtime with scripted engines and the real log."""

    runtime: ScriptedRuntime
    local: ScriptedEngine
    cloud: ScriptedEngine

    def ask(self, ask: str = "hello", **turn: object) -> list[Event]:
        return self.run(a_turn(ask, **turn))  # type: ignore[arg-type]

    def run(self, turn: Turn) -> list[Event]:
        async def collect() -> list[Event]:
            async with aclosing(answer(turn, self.runtime)) as events:
                return [event async for event in events]

        return asyncio.run(collect())

    def answered(self, ask: str = "hello", **turn: object) -> Answer:
        done = self.ask(ask, **turn)[-1]
        assert isinstance(done, Done)
        return done.answer


Make = Callable[..., World]
