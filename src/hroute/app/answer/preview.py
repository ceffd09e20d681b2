"""Decides a turn without answering it: the signals, the standing, the decision."""

from dataclasses import replace
from random import random

from hroute.app.answer.runtime import Runtime, Served
from hroute.app.answer.signals import evaluate
from hroute.app.answer.standing import standing_now
from hroute.core.decision.decision import Chances, Decision, Expectations, Need, Route, RouteInputs, Standing
from hroute.core.decision.signals import Reason, ScoutReading, Signals
from hroute.core.pricing import Price
from hroute.core.routing.cpst import expected_costs
from hroute.core.routing.policy import decide
from hroute.core.routing.reasons import Sentence, Uncounted
from hroute.core.settings import Settings
from hroute.core.turn.turn import Turn

# Who says so, where no calibration does.
BY_SCOUT = "scout"
BY_SETTING = "scout, cpst.p_cloud"


def preview(turn: Turn, runtime: Runtime) -> tuple[Signals, Decision]:
    """What would happen to this turn, and why; nothing is generated, sent or logged.

    No lot is drawn for it: the same prompt shows the same decision each time.
    """
    signals = evaluate(turn, runtime)
    return signals, decide_turn(turn, signals, standing_now(runtime), runtime)


def decide_turn(
    turn: Turn, signals: Signals, standing: Standing, runtime: Runtime, lot: float = 1.0
) -> Decision:
    expectations = expectations_of(turn.ask, signals, runtime)
    local = runtime.slot(turn.slot, turn.options.local_model)
    decision = decide(
        signals,
        runtime.settings,
        standing,
        RouteInputs(turn.slot, turn.options.forced, turn.options.held, lot, _unmet(turn, local)),
        expectations,
    )
    reading = signals.scout
    unread = reading.local.note or reading.cloud.note
    notes: tuple[Reason | None, ...] = (
        local.replaced,
        reading.note,
        Sentence(unread) if unread else None,
        _uncounted(decision, runtime.settings),
    )
    return replace(decision, reasons=(*decision.reasons, *(note for note in notes if note)))


def _unmet(turn: Turn, local: Served) -> Need | None:
    """What the turn has and the local model does not take."""
    needs = turn.needs
    return next(iter(needs - local.engine.takes), None) if needs else None


def draw_lot(settings: Settings) -> float:
    """For a turn that is answered; a preview has none, so that it shows the same each time."""
    return random() if settings.routing.explore else 1.0


def expectations_of(prompt: str, signals: Signals, runtime: Runtime) -> Expectations:
    """What is expected of both routes."""
    chances, price = chances_of(prompt, signals, runtime), price_of_cloud(runtime)
    return Expectations(
        chances, expected_costs(signals.context.tokens, chances, price, runtime.settings.cpst)
    )


def chances_of(prompt: str, signals: Signals, runtime: Runtime) -> Chances:
    """By the user's own calibration, if there is one for the scout that has read the prompt."""
    calibration = runtime.calibration
    chances = calibration.chances(prompt, signals.scout) if calibration else None
    return chances or chances_by_scout(signals.scout, runtime.settings)


def chances_by_scout(reading: ScoutReading, settings: Settings) -> Chances:
    """By the prompt's difficulty and the abilities of both sides, or the user's word for the cloud's."""
    assumed = settings.cpst.p_cloud
    if assumed is not None:
        return Chances(reading.p_local, assumed, BY_SETTING)
    return Chances(reading.p_local, reading.p_cloud, BY_SCOUT)


def price_of_cloud(runtime: Runtime) -> Price | None:
    """Of the first endpoint, which is asked first."""
    clouds = runtime.settings.cloud
    return runtime.price(clouds[0]) if clouds else None


def _uncounted(decision: Decision, settings: Settings) -> Uncounted | None:
    """Said where a limit is set that cannot hold: what costs an unknown amount cannot be added up."""
    has_limit = settings.budget.daily_usd is not None or settings.budget.monthly_usd is not None
    if not has_limit or decision.route is not Route.CLOUD or decision.expected_cost.cloud is not None:
        return None
    return Uncounted(settings.cloud[0].model)
