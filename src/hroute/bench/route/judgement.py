"""What the user's own router reads off a prompt before the answer, and off the answer after it."""

from dataclasses import dataclass, replace
from math import exp
from typing import TYPE_CHECKING

from hroute.app.answer.preview import chances_of
from hroute.app.answer.signals import evaluate
from hroute.app.learn.abilities import named
from hroute.core.abilities.ability import REFERENCE_CLOUD, Ability
from hroute.core.confidence.names import is_generic
from hroute.core.decision.decision import Expectations, Route, RouteInputs, Slot, Standing
from hroute.core.decision.signals import ScoutReading
from hroute.core.pricing import Price
from hroute.core.routing.cpst import expected_costs
from hroute.core.routing.policy import decide
from hroute.core.turn.turn import Turn

if TYPE_CHECKING:
    from hroute.app.answer.runtime import Runtime
    from hroute.bench.route.saved import RouteAnswer
    from hroute.core.confidence.protocol import ConfidencePredictor
    from hroute.core.confidence.signals import AnswerSignals

LEAST_CONFIDENCE = 0.5  # where the settings have none: what is more likely wrong than right is not given


@dataclass(frozen=True, slots=True)
class Read:
    """Of a prompt. `difficulty` only ranks, `p_local` is a chance; `is_sent` is the policy's wish."""

    difficulty: float
    p_local: float
    is_sent: bool


@dataclass(frozen=True, slots=True)
class PolicyJudge:
    """`price`: of the cloud, for a policy that looks at costs. The cloud counts as there and paid for.

    `cloud`: its ability, where it is not the one of the settings.
    """

    runtime: "Runtime"
    price: Price | None
    cloud: Ability | None = None

    def of_prompt(self, turn: Turn) -> Read:
        settings = self.runtime.settings
        signals = evaluate(turn, self.runtime)
        if self.cloud is not None:
            signals = replace(signals, scout=signals.scout.facing(signals.scout.local, self.cloud))
        chances = chances_of(turn.ask, signals, self.runtime)
        costs = expected_costs(signals.context.tokens, chances, self.price, settings.cpst)
        standing, inputs = Standing(cloud_configured=True), RouteInputs(turn.slot)
        decision = decide(signals, settings, standing, inputs, Expectations(chances, costs))
        return Read(difficulty_of(signals.scout), chances.local, decision.wanted is Route.CLOUD)

    def confidence(self, answer: "RouteAnswer") -> float | None:
        """P(right) by the calibrator in use; without one a number that only ranks, or None."""
        signals = answer.answer_signals
        if signals is None:
            return None
        calibrator = self.calibrator(answer.turn.slot)
        known = calibrator.predict(signals) if calibrator else None
        return sureness(signals) if known is None else known

    def calibrator(self, slot: Slot) -> "ConfidencePredictor | None":
        return self.runtime.slot(slot).calibrator

    @property
    def least_confidence(self) -> float:
        """0 without a calibrator: as in `ask`, no answer is doubted then."""
        least = self.runtime.settings.routing.min_confidence
        if self.calibrator(Slot.CHAT) is None:
            return 0.0
        return LEAST_CONFIDENCE if least is None else least

    @property
    def confidence_name(self) -> str:
        """What gives the confidence, in words."""
        calibrator = self.calibrator(Slot.CHAT)
        if calibrator is None:
            return "by its token probabilities, uncalibrated, so it ranks and rejects nothing"
        name = calibrator.name if is_generic(calibrator.name) else f"calibrator {calibrator.name}"
        return f"by the {name}; under {self.least_confidence:g} an answer fails over"


def ability_of_cloud(model: str, runtime: "Runtime") -> Ability:
    """Of the model that played the cloud: as the settings have it, else what its name tells."""
    is_own = any(cloud.model == model for cloud in runtime.settings.cloud[:1])
    return runtime.cloud_ability if is_own else named(model) or REFERENCE_CLOUD


def difficulty_of(reading: ScoutReading) -> float:
    """What the scout ranks prompts by; higher speaks for the cloud."""
    return reading.difficulty


def sureness(signals: "AnswerSignals") -> float:
    """Between the mean and the least of the answer's token probabilities; no chance of anything."""
    return exp(min(0.0, (signals.logprob_mean + signals.logprob_min) / 2))
