"""signals + settings + standing -> decision. Nothing else decides."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from hroute.core.settings import Settings
from hroute.core.types import (
    UNKNOWN_COST,
    Decision,
    Degraded,
    ExpectedCost,
    Label,
    Route,
    Rule,
    Signals,
    Standing,
    Turn,
)

POLICY = "signals-1"

BREAKER_FAILURES = 3
BREAKER_WINDOW = timedelta(seconds=60)


def decide(
    signals: Signals,
    settings: Settings,
    standing: Standing,
    *,
    turn: Turn,
    expected: ExpectedCost = UNKNOWN_COST,
) -> Decision:
    """The route of a turn. A forced route is exact; a wish for the cloud may degrade to local."""
    wanted, rule = _wish(signals, settings, turn.forced)
    degraded = _obstacle(standing) if wanted is Route.CLOUD and turn.forced is None else None
    return Decision(
        wanted=wanted,
        rule=rule,
        route=Route.LOCAL if degraded else wanted,
        degraded=degraded,
        slot=turn.slot,
        policy=POLICY,
        reasons=_reasons(rule, signals, degraded),
        expected_cost=expected,
        flips=_flips(rule, signals, standing, degraded),
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


def _wish(signals: Signals, settings: Settings, forced: Route | None) -> tuple[Route, Rule]:
    """What the prompt wants; the first rule that matches."""
    if forced is not None:
        return forced, Rule.FORCED
    if settings.privacy.local_only:
        return Route.LOCAL, Rule.PRIVACY
    causes = _causes(signals)
    return (Route.CLOUD, causes[0]) if causes else (Route.LOCAL, Rule.DEFAULT)


def _causes(signals: Signals) -> list[Rule]:
    """Every signal that wants the cloud, in the order of precedence."""
    asked = {
        Rule.CONTEXT_PRESSURE: signals.context.exceeded,
        Rule.CONSTRAINT_DENSITY: signals.constraints.exceeded,
        Rule.SCOUT_COMPLEX: signals.scout.label is Label.COMPLEX,
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


# --- words -------------------------------------------------------------------

_DEGRADED_WORDS = {
    Degraded.NO_CLOUD: "no cloud is configured",
    Degraded.OFFLINE: "this machine is offline",
    Degraded.BUDGET: "today's budget is spent",
    Degraded.BREAKER: "the cloud just failed several times in a row",
}

_REMEDIES = {
    Degraded.NO_CLOUD: "configure a cloud: hroute config init --preset openai",
    Degraded.OFFLINE: "go online",
    Degraded.BUDGET: "raise budget.daily_usd, or wait for the next day (UTC)",
    Degraded.BREAKER: f"wait {BREAKER_WINDOW.seconds} seconds",
}


def degraded_words(degraded: Degraded) -> str:
    return _DEGRADED_WORDS[degraded]


def _reasons(rule: Rule, signals: Signals, degraded: Degraded | None) -> tuple[str, ...]:
    constraints, context, scout = signals.constraints, signals.context, signals.scout
    texts = {
        Rule.CONTEXT_PRESSURE: f"{context.tokens} tokens or more, over {context.threshold}",
        Rule.CONSTRAINT_DENSITY: f"{constraints.count} strict constraints, more than {constraints.threshold}",
        Rule.SCOUT_COMPLEX: f"the scout finds it complex: {scout.p_local:.0%} chance of a right local answer",
    }
    if rule is Rule.FORCED:
        reasons = ["the route was chosen with --route"]
    elif rule is Rule.PRIVACY:
        reasons = ["privacy.local_only keeps every prompt on this machine"]
    elif rule is Rule.DEFAULT:
        reasons = [f"no signal asks for the cloud; the scout says {scout.label}"]
    else:
        reasons = [texts[cause] for cause in _causes(signals)]
    if degraded:
        reasons.append(f"wanted the cloud, but {degraded_words(degraded)}")
    return tuple(reasons)


def _flips(rule: Rule, signals: Signals, standing: Standing, degraded: Degraded | None) -> str:
    """The smallest change that would alter the route, in words."""
    if rule is Rule.FORCED:
        return "leave out --route"
    if degraded:
        return _REMEDIES[degraded]
    obstacle = _obstacle(standing)
    if rule is Rule.PRIVACY:
        would_leave = _causes(signals) and obstacle is None
        return "set privacy.local_only to false" if would_leave else "nothing in this prompt alone"
    if rule is Rule.DEFAULT:
        return _REMEDIES[obstacle] + ", and " + _to_cloud(signals) if obstacle else _to_cloud(signals)
    return " and ".join(_to_local(cause, signals) for cause in _causes(signals))


def _to_cloud(signals: Signals) -> str:
    """The nearer of the two countable thresholds, by its share still free."""
    constraints, context = signals.constraints, signals.context
    more = constraints.threshold + 1 - constraints.count
    tokens = context.threshold + 1 - context.tokens
    if tokens / (context.threshold + 1) < more / (constraints.threshold + 1):
        return f"add {tokens} tokens or more"
    return f"add {more} strict {_plural(more, 'constraint')}"


def _to_local(cause: Rule, signals: Signals) -> str:
    constraints, context = signals.constraints, signals.context
    if cause is Rule.CONTEXT_PRESSURE:
        return f"shorten it by at least {context.tokens - context.threshold} tokens"
    if cause is Rule.CONSTRAINT_DENSITY:
        excess = constraints.count - constraints.threshold
        return f"drop {'one' if excess == 1 else excess} of the {constraints.count} constraints"
    return "ask for something the scout finds simpler"


def _plural(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"
