"""Why a turn takes its route, and what would make it another: values, of which `cli` makes sentences."""

from typing import TYPE_CHECKING

from hroute.core.decision.signals import Change, Reason

if TYPE_CHECKING:
    from decimal import Decimal

    from hroute.core.abilities.ability import Basis
    from hroute.core.decision.decision import Degraded, Need, Route
    from hroute.core.decision.signals import Label
    from hroute.core.remedies import Remedy


class Sentence(Reason, Change):
    """Words as they are: of a log from before reasons were values, or about a file that could not be read."""

    text: str


# --- why ---------------------------------------------------------------------


class RouteForced(Reason):
    """The caller chose the route."""


class KeptPrivate(Reason):
    """privacy.local_only is set."""


class Unsupported(Reason):
    """The local model does not take what is in the turn."""

    need: "Need"


class ContextOver(Reason):
    """There are at least so many tokens."""

    tokens: int
    threshold: int


class TooManyConstraints(Reason):
    count: int
    threshold: int


class TooHard(Reason):
    """By the scout. The chances of a right answer, and what each rests on."""

    label: "Label"
    p_local: float
    p_cloud: float
    local: "Basis"
    cloud: "Basis"


class SessionHeld(Reason):
    """The conversation stays where its context is."""

    route: "Route"


class DrawnByLot(Reason):
    """`share` is routing.explore."""

    share: float


class NothingAsksForCloud(Reason):
    label: "Label"


class ExpectedCosts(Reason):
    """Dollars per successful task, and the part of them that failures cause. None: unknown."""

    local: "Decimal | None"
    cloud: "Decimal | None"
    local_failures: "Decimal | None"
    cloud_failures: "Decimal | None"


class PriceUnknown(Reason):
    """The signals decide and not the costs, as the cloud's price is unknown."""


class CloudBarred(Reason):
    """Wanted the cloud and did not get it. `spent_limit`: the setting in [budget] that is used up."""

    degraded: "Degraded"
    spent_limit: str = ""


class SlotReplaced(Reason):
    """The chat model serves tools: this model is missing, or none is set."""

    model: str | None


class ScoutLate(Reason):
    """The builtin scout reads: the one that was wanted took longer than this."""

    scout: str
    budget_ms: float


class ScoutBroken(Reason):
    """The builtin scout reads: the one that was wanted failed."""

    message: str
    remedies: "tuple[Remedy, ...]" = ()


class Uncounted(Reason):
    """No limit in [budget] counts this answer: the price of its model is unknown."""

    model: str


# --- what would change it ----------------------------------------------------


class LeaveRouteOpen(Change):
    pass


class OtherRouteOrChat(Change):
    """Another route to the letter, or a conversation that no engine holds."""


class OtherRouteOrPrices(Change):
    """Another route to the letter, or other figures in [cpst]."""


class StopExploring(Change):
    pass


class AllowCloud(Change):
    """privacy.local_only is all that stands against it."""


class NothingAlone(Change):
    """Nothing in this prompt changes its route."""


class LiftObstacle(Change):
    degraded: "Degraded"
    spent_limit: str = ""


class AddConstraints(Change):
    count: int


class AddTokens(Change):
    tokens: int


class LeaveOut(Change):
    need: "Need"


class ShortenBy(Change):
    tokens: int


class DropConstraints(Change):
    """So many of the `count` that there are."""

    excess: int
    count: int


class AskSimpler(Change):
    pass
