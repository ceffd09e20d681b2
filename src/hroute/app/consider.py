"""Decides a turn without answering it: the signals, the standing, the decision."""

from dataclasses import replace

from hroute.app.runtime import Runtime
from hroute.app.signals import evaluate
from hroute.app.standing import standing_now
from hroute.core.cpst import expected_costs
from hroute.core.policy import decide
from hroute.core.types import Chances, Decision, Outlook, Signals, Standing, Turn


def consider(turn: Turn, runtime: Runtime) -> tuple[Signals, Decision]:
    """What would happen to this turn, and why; nothing is generated, sent or logged."""
    signals = evaluate(turn, runtime)
    return signals, decision_of(turn, signals, standing_now(runtime), runtime)


def decision_of(turn: Turn, signals: Signals, standing: Standing, runtime: Runtime) -> Decision:
    settings = runtime.settings
    price = runtime.price(settings.cloud[0]) if settings.cloud else None
    chances = Chances(signals.scout.p_local, settings.cpst.p_cloud, "scout")
    cost = expected_costs(signals.context.tokens, chances, price, settings.cpst)
    decision = decide(signals, settings, standing, turn=turn, outlook=Outlook(chances, cost))
    if stand_in := runtime.stand_in(turn.slot):
        return replace(decision, reasons=(*decision.reasons, stand_in))
    return decision
