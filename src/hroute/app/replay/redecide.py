"""Decides a turn of the log again, from its stored signals and the settings of now."""

from dataclasses import dataclass, replace

from hroute.app.answer.preview import BY_SCOUT, BY_SETTING, chances_by_scout, chances_of, price_of_cloud
from hroute.app.answer.runtime import Runtime
from hroute.core.abilities.demands import demands_of
from hroute.core.decision.decision import (
    Chances,
    Decision,
    Degraded,
    Expectations,
    ExpectedCost,
    Need,
    Route,
    RouteInputs,
    Rule,
    Slot,
    Standing,
)
from hroute.core.decision.signals import Constraints, ContextPressure, CountMethod, Signals
from hroute.core.routing.context import threshold
from hroute.core.routing.cpst import expected_costs
from hroute.core.routing.policy import decide
from hroute.store.replay import PastTurn


@dataclass(frozen=True, slots=True)
class Redecided:
    """A past turn under the settings of now, both without any lot."""

    past: PastTurn
    then: Route
    decision: Decision
    chances: Chances
    is_unsettled: bool = False  # only a bound of its tokens is known, which does not tell on which side it is
    is_unread: bool = False  # its prompt is not kept

    @property
    def now(self) -> Route:
        return self.decision.route

    @property
    def cost(self) -> ExpectedCost:
        return self.decision.expected_cost


class Redecider:
    """Takes turns in the order of the log: a follow-up is held by the route that its conversation took.

    What the world did not allow a turn then (no network, no budget, a broken cloud), it does not allow it
    now. Exploration is left out: policies are compared, not lots.
    """

    def __init__(self, runtime: Runtime, *, reread: bool) -> None:
        routing = runtime.settings.routing.model_copy(update={"explore": 0.0})
        self.settings = runtime.settings.model_copy(update={"routing": routing})
        self._runtime, self._reread = runtime, reread
        self._price = price_of_cloud(runtime)
        self._limits = {slot: threshold(routing, runtime.slot(slot).capacity.context_tokens) for slot in Slot}
        self._standings = _standings(Standing(cloud_configured=bool(runtime.settings.cloud)))
        self._routes: dict[int, Route] = {}  # of the turns in sessions

    def again(self, past: PastTurn) -> Redecided:
        is_read = self._reread and past.prompt is not None
        limit = self._limits[past.slot]
        exceeded = _exceeds(past, limit)
        signals = self._signals(past, exceeded=past.exceeded if exceeded is None else exceeded)
        chances = (
            chances_of(past.prompt or "", signals, self._runtime)
            if is_read
            else self._stored_chances(past, signals)
        )
        cost = expected_costs(past.tokens, chances, self._price, self.settings.cpst)
        decision = decide(
            signals,
            self.settings,
            self._standings[past.degraded],
            self._inputs(past),
            Expectations(chances, cost),
        )
        if past.session_id is not None:
            self._routes[past.id] = decision.route
        then = past.wanted.other if past.rule is Rule.EXPLORATION else past.route
        return Redecided(past, then, decision, chances, exceeded is None, self._reread and not is_read)

    def _signals(self, past: PastTurn, *, exceeded: bool) -> Signals:
        reading = past.reading
        if self._reread and past.prompt is not None:
            reading = self._runtime.scout.read(past.prompt).demanding(demands_of(past.prompt))
        reading = reading.facing(self._runtime.slot(past.slot).ability, self._runtime.cloud_ability)
        return Signals(
            Constraints(past.constraints, (), self.settings.routing.max_constraints),
            ContextPressure(past.tokens, self._limits[past.slot], past.method, exceeded),
            reading,
        )

    def _stored_chances(self, past: PastTurn, signals: Signals) -> Chances:
        """A calibration's are its own; where the scout spoke, the engines of now may have other abilities."""
        if past.chances is not None and past.chances.by not in (BY_SCOUT, BY_SETTING):
            return past.chances
        return chances_by_scout(signals.scout, self.settings)

    def _inputs(self, past: PastTurn) -> RouteInputs:
        forced = past.wanted if past.rule is Rule.FORCED else None
        unmet = Need.IMAGES if past.rule is Rule.UNSUPPORTED else None
        return RouteInputs(past.slot, forced, self._held(past), unmet=unmet)

    def _held(self, past: PastTurn) -> Route | None:
        if past.parent_id is None:
            return None
        return self._routes.get(past.parent_id, past.parent_route)


def _standings(free: Standing) -> dict[Degraded | None, Standing]:
    """What the world allows a turn again that was degraded so."""
    return {
        None: free,
        Degraded.NO_CLOUD: free,
        Degraded.OFFLINE: replace(free, cloud_reachable=False),
        Degraded.BUDGET: replace(free, budget_left=False),
        Degraded.BREAKER: replace(free, breaker_open=True),
    }


def _exceeds(past: PastTurn, limit: int) -> bool | None:
    """Whether the conversation is longer than this; None where what is known of it does not tell.

    What was over its limit was not counted to the end, and a bound is the most that it can be: then an
    engine's own count decides, if there is one.
    """
    is_over = past.tokens > limit
    is_exact = not past.exceeded and past.method is not CountMethod.BOUND
    if is_exact or is_over is past.exceeded:
        return is_over
    return None if past.input_tokens is None else past.input_tokens > limit
