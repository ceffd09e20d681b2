"""signals + settings + standing -> decision. Nothing else decides."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from hroute.core.abilities.ability import REFERENCE_LOCAL
from hroute.core.decision.decision import (
    NO_EXPECTATIONS,
    Decision,
    Degraded,
    Expectations,
    ExpectedCost,
    Need,
    Route,
    RouteInputs,
    Rule,
    Standing,
)
from hroute.core.decision.signals import Change, Label, Reason, Signals
from hroute.core.frozen import frozen
from hroute.core.routing import reasons
from hroute.core.routing.cpst import kept_usd
from hroute.core.settings import Settings

# The rules' version: a log that spans a change of them stays comparable.
VERSIONS = {"signals": "signals-3", "cpst": "cpst-1"}

BREAKER_FAILURES = 3
BREAKER_WINDOW = timedelta(seconds=60)

# What the other route must promise before a conversation moves there: its context is read again, and
# two models that take turns read as two people. The lead is beyond routing.min_lead.
CLEARLY_BETTER = 0.15
EASY = 0.95  # an 8B's chance from which a prompt never leaves for its difficulty
CLEARLY_CHEAPER = Decimal("0.8")

# A reading that knows little of its prompt teaches most: its lot is drawn for this many times the share.
UNSURE_EXPLORES = 2
MOST_EXPLORED = 0.5


def decide(
    signals: Signals,
    settings: Settings,
    standing: Standing,
    inputs: RouteInputs,
    expectations: Expectations = NO_EXPECTATIONS,
) -> Decision:
    """The route of a turn. A forced route is exact; a wish for the cloud may degrade to local."""
    wanted, rule = _wish(signals, settings, inputs, expectations.cost)
    propensity = 1.0
    if _may_explore(rule, settings, standing):
        share = _explored_share(signals, settings)
        is_drawn = inputs.lot < share
        propensity = share if is_drawn else 1 - share
        if is_drawn:
            wanted, rule = wanted.other, Rule.EXPLORATION
    degraded = _obstacle(standing) if wanted is Route.CLOUD and inputs.forced is None else None
    grounds = _Grounds(wanted, settings, expectations, standing, inputs.unmet)
    return Decision(
        wanted=wanted,
        rule=rule,
        route=Route.LOCAL if degraded else wanted,
        degraded=degraded,
        slot=inputs.slot,
        policy=VERSIONS[settings.policy],
        reasons=_reasons(rule, signals, degraded, grounds),
        expected_cost=expectations.cost,
        flips=_flips(rule, signals, grounds, degraded),
        chances=expectations.chances,
        propensity=propensity,
    )


def may_fail_over(decision: Decision, settings: Settings, standing: Standing, to: Route) -> bool:
    """Whether a turn may be tried on the other route after its own has failed."""
    if decision.rule is Rule.FORCED:
        return False
    if to is Route.LOCAL:
        return True
    return not settings.privacy.local_only and _obstacle(standing) is None


def is_breaker_open(failed_at: Iterable[datetime], now: datetime) -> bool:
    """Whether the last cloud attempts, all of them failures, are recent enough to stay away a while."""
    recent = [at for at in failed_at if now - at <= BREAKER_WINDOW]
    return len(recent) >= BREAKER_FAILURES


def doubt(confidence: float, decision: Decision, settings: Settings) -> str | None:
    """Why a local answer that is right with this probability should not be given, if it should not."""
    least = settings.routing.min_confidence
    if least is not None and confidence < least:
        return (
            f"its own token probabilities give it a {confidence:.0%} chance of being right, under {least:.0%}"
        )
    cloud = decision.expected_cost.cloud
    kept = kept_usd(confidence, settings.cpst)
    if settings.policy == "cpst" and cloud is not None and cloud < kept:
        return f"{confidence:.0%} sure, so it is expected to cost ${kept:.2f}, a cloud answer ${cloud:.2f}"
    return None


def _wish(
    signals: Signals, settings: Settings, inputs: RouteInputs, cost: ExpectedCost
) -> tuple[Route, Rule]:
    """What the prompt wants; the first rule that matches."""
    if inputs.forced is not None:
        return inputs.forced, Rule.FORCED
    if settings.privacy.local_only:
        return Route.LOCAL, Rule.PRIVACY
    by_cost = settings.policy == "cpst" and cost.local is not None and cost.cloud is not None
    causes = [c for c in _causes(signals, settings) if c is Rule.CONTEXT_PRESSURE or not by_cost]
    hard = [Rule.UNSUPPORTED] if inputs.unmet else []
    hard += [cause for cause in causes if cause is not Rule.SCOUT_COMPLEX]
    if hard:
        return Route.CLOUD, hard[0]
    if inputs.held is not None and not _is_worth_moving(inputs.held, signals, settings, cost):
        return inputs.held, Rule.SESSION
    if by_cost:
        return cheaper(cost), Rule.EXPECTED_COST
    return (Route.CLOUD, causes[0]) if causes else (Route.LOCAL, Rule.DEFAULT)


def cheaper(cost: ExpectedCost) -> Route:
    """Local also where a price is unknown."""
    is_cloud = cost.local is not None and cost.cloud is not None and cost.cloud < cost.local
    return Route.CLOUD if is_cloud else Route.LOCAL


def _is_worth_moving(held: Route, signals: Signals, settings: Settings, cost: ExpectedCost) -> bool:
    """Whether a conversation should leave the engine that has read it."""
    if settings.policy == "cpst" and cost.local is not None and cost.cloud is not None:
        here, there = (cost.local, cost.cloud) if held is Route.LOCAL else (cost.cloud, cost.local)
        return there < CLEARLY_CHEAPER * here
    return held is Route.LOCAL and lead(signals) > settings.routing.min_lead + CLEARLY_BETTER


def _is_too_hard(signals: Signals, settings: Settings) -> bool:
    """What an 8B nearly always gets right stays, however small the local model: it fails at little cost."""
    is_easy = REFERENCE_LOCAL.p_right(signals.scout.difficulty) >= EASY
    return not is_easy and lead(signals) > settings.routing.min_lead


def lead(signals: Signals) -> float:
    """How much likelier the cloud is to be right than the local model; see routing.min_lead."""
    return signals.scout.p_cloud - signals.scout.p_local


def _may_explore(rule: Rule, settings: Settings, standing: Standing) -> bool:
    """Only where both routes are open and nothing but an estimate speaks for one of them."""
    is_open = rule in (Rule.DEFAULT, Rule.SCOUT_COMPLEX, Rule.EXPECTED_COST)
    return is_open and settings.routing.explore > 0 and _obstacle(standing) is None


def _explored_share(signals: Signals, settings: Settings) -> float:
    """The share of such turns that take the other route."""
    if signals.scout.label is not Label.UNSURE:
        return settings.routing.explore
    return min(MOST_EXPLORED, UNSURE_EXPLORES * settings.routing.explore)


def _causes(signals: Signals, settings: Settings) -> list[Rule]:
    """Every signal that wants the cloud, in the order of precedence."""
    asked = {
        Rule.CONTEXT_PRESSURE: signals.context.exceeded,
        Rule.CONSTRAINT_DENSITY: signals.constraints.exceeded,
        Rule.SCOUT_COMPLEX: _is_too_hard(signals, settings),
    }
    return [rule for rule, wants_cloud in asked.items() if wants_cloud]


def _obstacle(standing: Standing) -> Degraded | None:
    """What keeps a turn from the cloud now."""
    if not standing.cloud_configured:
        return Degraded.NO_CLOUD
    if not standing.cloud_reachable:
        return Degraded.OFFLINE
    if not standing.budget_left:
        return Degraded.BUDGET
    return Degraded.BREAKER if standing.breaker_open else None


def until_words(spent_limit: str) -> str:
    """When a spent limit begins anew."""
    return "the next month (UTC)" if "monthly" in spent_limit else "the next day (UTC)"


# --- what is said of it ------------------------------------------------------

_NOT_BY_THE_PROMPT: dict[Rule, type[Change]] = {
    Rule.FORCED: reasons.LeaveRouteOpen,
    Rule.SESSION: reasons.OtherRouteOrChat,
    Rule.EXPLORATION: reasons.StopExploring,
    Rule.EXPECTED_COST: reasons.OtherRouteOrPrices,
}


@frozen
class _Grounds:
    wanted: Route
    settings: Settings
    expectations: Expectations
    standing: Standing
    unmet: Need | None


def _reasons(
    rule: Rule, signals: Signals, degraded: Degraded | None, grounds: _Grounds
) -> tuple[Reason, ...]:
    found: list[Reason] = []
    if rule in (Rule.UNSUPPORTED, Rule.CONTEXT_PRESSURE, Rule.CONSTRAINT_DENSITY, Rule.SCOUT_COMPLEX):
        found += [reasons.Unsupported(grounds.unmet)] if grounds.unmet else []
        found += [_cause(cause, signals) for cause in _causes(signals, grounds.settings)]
    else:
        found.append(_unasked(rule, signals, grounds))
    if grounds.settings.policy == "cpst" and rule in (Rule.DEFAULT, Rule.SCOUT_COMPLEX):
        found.append(reasons.PriceUnknown())
    if degraded:
        found.append(reasons.CloudBarred(degraded, _spent_limit(degraded, grounds.standing)))
    return tuple(found)


def _cause(cause: Rule, signals: Signals) -> Reason:
    constraints, context, scout = signals.constraints, signals.context, signals.scout
    if cause is Rule.CONTEXT_PRESSURE:
        return reasons.ContextOver(context.tokens, context.threshold)
    if cause is Rule.CONSTRAINT_DENSITY:
        return reasons.TooManyConstraints(constraints.count, constraints.threshold)
    return reasons.TooHard(scout.label, scout.p_local, scout.p_cloud, scout.local.basis, scout.cloud.basis)


def _unasked(rule: Rule, signals: Signals, grounds: _Grounds) -> Reason:
    """The reason for a route that no signal asked for."""
    match rule:
        case Rule.FORCED:
            return reasons.RouteForced()
        case Rule.PRIVACY:
            return reasons.KeptPrivate()
        case Rule.SESSION:
            return reasons.SessionHeld(grounds.wanted)
        case Rule.EXPLORATION:
            return reasons.DrawnByLot(grounds.settings.routing.explore)
        case Rule.DEFAULT:
            return reasons.NothingAsksForCloud(signals.scout.label)
    cost = grounds.expectations.cost
    return reasons.ExpectedCosts(cost.local, cost.cloud, cost.local_failures, cost.cloud_failures)


def _spent_limit(degraded: Degraded, standing: Standing) -> str:
    return standing.spent_limit if degraded is Degraded.BUDGET else ""


def _lift(degraded: Degraded, standing: Standing) -> Change:
    return reasons.LiftObstacle(degraded, _spent_limit(degraded, standing))


def _flips(rule: Rule, signals: Signals, grounds: _Grounds, degraded: Degraded | None) -> tuple[Change, ...]:
    """The smallest changes that together would alter the route."""
    settings, standing = grounds.settings, grounds.standing
    if degraded:
        return (_lift(degraded, standing),)
    obstacle = _obstacle(standing)
    if rule is Rule.PRIVACY:
        would_leave = (grounds.unmet or _causes(signals, settings)) and obstacle is None
        return (reasons.AllowCloud() if would_leave else reasons.NothingAlone(),)
    if rule in _NOT_BY_THE_PROMPT:
        return (_NOT_BY_THE_PROMPT[rule](),)
    if rule is Rule.DEFAULT:
        return (*((_lift(obstacle, standing),) if obstacle else ()), _to_cloud(signals))
    left_out = (reasons.LeaveOut(grounds.unmet),) if grounds.unmet else ()
    return (*left_out, *(_to_local(cause, signals) for cause in _causes(signals, settings)))


def _to_cloud(signals: Signals) -> Change:
    """The nearer of the two countable thresholds, by its share still free."""
    constraints, context = signals.constraints, signals.context
    more = constraints.threshold + 1 - constraints.count
    tokens = context.threshold + 1 - context.tokens
    if tokens / (context.threshold + 1) < more / (constraints.threshold + 1):
        return reasons.AddTokens(tokens)
    return reasons.AddConstraints(more)


def _to_local(cause: Rule, signals: Signals) -> Change:
    constraints, context = signals.constraints, signals.context
    if cause is Rule.CONTEXT_PRESSURE:
        return reasons.ShortenBy(context.tokens - context.threshold)
    if cause is Rule.CONSTRAINT_DENSITY:
        return reasons.DropConstraints(constraints.count - constraints.threshold, constraints.count)
    return reasons.AskSimpler()
