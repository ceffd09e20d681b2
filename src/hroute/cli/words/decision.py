"""Why a turn takes its route, and what would change that, in words."""

from typing import TYPE_CHECKING

from hroute.cli.words import Surface
from hroute.cli.words.remedies import remedy_words
from hroute.core.decision.decision import Decision, Degraded, Route
from hroute.core.decision.signals import Change, Label, Reason
from hroute.core.remedies import ConfigureCloud
from hroute.core.routing import reasons as r
from hroute.core.routing.policy import BREAKER_WINDOW, until_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

_DEGRADED = {
    Degraded.NO_CLOUD: "no cloud is configured",
    Degraded.OFFLINE: "this machine is offline",
    Degraded.BUDGET: "the budget is spent",
    Degraded.BREAKER: "the cloud just failed several times in a row",
}
_WHERE = {Route.LOCAL: "with the local model", Route.CLOUD: "in the cloud"}
_ROUTE_OPTION = {Surface.SHELL: "--route", Surface.CHAT: "/route"}
_NEW_CHAT = {Surface.SHELL: "a new conversation", Surface.CHAT: "/new"}
_LEAVE_ROUTE_OPEN = {Surface.SHELL: "leave out --route", Surface.CHAT: "/route auto"}


def reasons_words(decision: Decision, surface: Surface = Surface.SHELL) -> list[str]:
    return [words for reason in decision.reasons if (words := reason_words(reason, surface))]


def flip_words(decision: Decision, surface: Surface = Surface.SHELL) -> str:
    """What together would give the turn another route; empty where that is not known."""
    words = [_change_words(change, surface) for change in decision.flips]
    if words and isinstance(decision.flips[0], r.LiftObstacle):
        return ", and ".join(words)
    return " and ".join(words)


def degraded_words(degraded: Degraded) -> str:
    return _DEGRADED[degraded]


def reason_words(reason: Reason, surface: Surface = Surface.SHELL) -> str:  # noqa: C901, PLR0911, PLR0912  one case a class
    match reason:
        case r.Sentence(text):
            return text
        case r.RouteForced():
            return f"the route was chosen with {_ROUTE_OPTION[surface]}"
        case r.KeptPrivate():
            return "privacy.local_only keeps every prompt on this machine"
        case r.Unsupported(need):
            return f"the local model takes no {need}"
        case r.ContextOver(tokens, threshold):
            return f"{tokens} tokens or more, over {threshold}"
        case r.TooManyConstraints(count, threshold):
            return f"{count} strict constraints, more than {threshold}"
        case r.TooHard():
            return _too_hard_words(reason)
        case r.SessionHeld(route):
            return f"the conversation stays {_WHERE[route]}, where its context is"
        case r.DrawnByLot(share):
            return f"drawn by lot to learn of the other route (routing.explore is {share:g})"
        case r.NothingAsksForCloud(label):
            return f"no signal asks for the cloud; the scout says {label}"
        case r.ExpectedCosts():
            return _cost_words(reason)
        case r.PriceUnknown():
            return "the cloud's price is unknown, so the signals decide and not the costs"
        case r.CloudBarred(degraded, spent_limit):
            obstacle = f"{spent_limit} is spent" if spent_limit else degraded_words(degraded)
            return f"wanted the cloud, but {obstacle}"
        case r.SlotReplaced():
            return stand_in_words(reason)
        case r.ScoutLate(scout, budget_ms):
            return f"the builtin scout reads: {scout} took over {budget_ms:g} ms (scout.budget_ms)"
        case r.ScoutBroken(message, remedies):
            how = "".join(f" ({remedy_words(remedy, surface)})" for remedy in remedies)
            return f"the builtin scout reads: {message}{how}"
        case r.Uncounted(model):
            return f"the price of {model} is unknown, so no limit in [budget] counts this answer"
    raise AssertionError(f"no words for {reason!r}")


def stand_in_words(replaced: r.SlotReplaced) -> str:
    """Why the chat model serves tools."""
    missing = f"{replaced.model} is missing" if replaced.model else "local.tools.model is not set"
    return f"the chat model serves tools: {missing} (a q8 model drops fewer brackets)"


def _too_hard_words(reason: r.TooHard) -> str:
    # The chances decide, whatever the word says.
    though = "" if reason.label is Label.COMPLEX else ", but the cloud is likelier to be right"
    return (
        f"the scout finds it {reason.label}{though}: {reason.p_local:.0%} chance of a right local answer"
        f" ({reason.local.words}), {min(reason.p_cloud, 0.99):.0%} in the cloud ({reason.cloud.words})"
    )


def _cost_words(costs: r.ExpectedCosts) -> str:
    """The two numbers, and what dominates each."""
    sides: Iterable[tuple[str, Decimal | None, Decimal | None, str]] = (
        ("local", costs.local, costs.local_failures, "electricity"),
        ("cloud", costs.cloud, costs.cloud_failures, "the price of the answer"),
    )
    texts = [
        f"{name} ${usd:.4f}, mostly {'the risk of failing' if 2 * risk >= usd else rest}"
        for name, usd, risk, rest in sides
        if usd is not None and risk is not None
    ]
    return f"expected per successful task: {'; '.join(texts)}"


def _change_words(change: Change, surface: Surface) -> str:  # noqa: C901, PLR0911, PLR0912  one case a class
    match change:
        case r.Sentence(text):
            return text
        case r.LeaveRouteOpen():
            return _LEAVE_ROUTE_OPEN[surface]
        case r.OtherRouteOrChat():
            return f"{_ROUTE_OPTION[surface]}, or {_NEW_CHAT[surface]}"
        case r.OtherRouteOrPrices():
            return f"{_ROUTE_OPTION[surface]}, or other prices or minutes in [cpst]"
        case r.StopExploring():
            return "set routing.explore to 0"
        case r.AllowCloud():
            return "set privacy.local_only to false"
        case r.NothingAlone():
            return "nothing in this prompt alone"
        case r.LiftObstacle(degraded, spent_limit):
            return _lift_words(degraded, spent_limit, surface)
        case r.AddConstraints(count):
            return f"add {count} strict constraint{'' if count == 1 else 's'}"
        case r.AddTokens(tokens):
            return f"add {tokens} tokens or more"
        case r.LeaveOut(need):
            return f"leave out the {need}"
        case r.ShortenBy(tokens):
            return f"shorten it by at least {tokens} tokens"
        case r.DropConstraints(excess, count):
            return f"drop {'one' if excess == 1 else excess} of the {count} constraints"
        case r.AskSimpler():
            return "ask for something the scout finds simpler"
    raise AssertionError(f"no words for {change!r}")


def _lift_words(degraded: Degraded, spent_limit: str, surface: Surface) -> str:
    match degraded:
        case Degraded.NO_CLOUD:
            return f"configure a cloud: {remedy_words(ConfigureCloud('openai'), surface)}"
        case Degraded.OFFLINE:
            return "go online"
        case Degraded.BREAKER:
            return f"wait {BREAKER_WINDOW.seconds} seconds"
        case Degraded.BUDGET if spent_limit:
            return f"raise {spent_limit}, or wait for {until_words(spent_limit)}"
        case Degraded.BUDGET:
            return "raise the limit in [budget], or wait for the next day or month (UTC)"
