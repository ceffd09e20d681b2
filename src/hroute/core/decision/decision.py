"""Which route a turn takes, what was known when that was decided, and why."""

from decimal import Decimal
from enum import StrEnum

from hroute.core.decision.signals import Change, Reason
from hroute.core.frozen import frozen


class Route(StrEnum):
    LOCAL = "local"
    CLOUD = "cloud"

    @property
    def other(self) -> "Route":
        return Route.CLOUD if self is Route.LOCAL else Route.LOCAL


class Slot(StrEnum):
    """Which local model serves a turn."""

    CHAT = "chat"
    TOOLS = "tools"  # tool calls and answers by a schema


class Rule(StrEnum):
    """Which rule made the wish; in the order of precedence, the first that matches wins."""

    FORCED = "forced"
    PRIVACY = "privacy"
    UNSUPPORTED = "unsupported"  # the local model does not take what is in the turn
    CONTEXT_PRESSURE = "context_pressure"
    CONSTRAINT_DENSITY = "constraint_density"
    SESSION = "session"  # a follow-up stays with the engine that holds its conversation
    SCOUT_COMPLEX = "scout_complex"
    EXPECTED_COST = "expected_cost"  # of policy cpst, in place of density and scout
    EXPLORATION = "exploration"  # the other route, by lot
    DEFAULT = "default"


class Degraded(StrEnum):
    """Why a wish for the cloud stays local."""

    NO_CLOUD = "no_cloud"
    OFFLINE = "offline"
    BUDGET = "budget"
    BREAKER = "breaker"


@frozen
class Standing:
    """What the world allows now."""

    cloud_configured: bool = False
    cloud_reachable: bool = True
    breaker_open: bool = False
    budget_left: bool = True
    spent_limit: str = ""  # the setting in [budget] that is used up


class Need(StrEnum):
    """What a turn may have beside text, which not every engine takes.

    Tools and a schema are told in words where they are not taken; a turn with images needs another engine.
    """

    IMAGES = "images"
    TOOLS = "tools"  # definitions, calls and results as such
    SCHEMAS = "schemas"  # and tells its model of them
    LOGPROBS = "logprobs"  # says how sure it was of each token


TEXT_ALONE: frozenset[Need] = frozenset()


@frozen
class RouteInputs:
    """What a decision reads of a turn beside its signals.

    `lot` is drawn from [0, 1): below routing.explore it takes the other route, and 1 never does.
    """

    slot: Slot = Slot.CHAT
    forced: Route | None = None
    held: Route | None = None  # the route whose engine holds the conversation so far
    lot: float = 1.0
    unmet: Need | None = None  # what the local model does not take


@frozen
class Chances:
    """P(success) of each route. `by` names what they come from: the scout, or a calibration's version."""

    local: float
    cloud: float
    by: str


@frozen
class ExpectedCost:
    """Expected dollars per successful task of each route; None where a price is unknown.

    The part of it that failures cause is beside it.
    """

    local: Decimal | None = None
    cloud: Decimal | None = None
    local_failures: Decimal | None = None
    cloud_failures: Decimal | None = None


UNKNOWN_COST = ExpectedCost()


@frozen
class Expectations:
    """What is expected of both routes before either has answered."""

    chances: Chances | None = None
    cost: ExpectedCost = UNKNOWN_COST


NO_EXPECTATIONS = Expectations()


@frozen
class Decision:
    wanted: Route
    rule: Rule
    route: Route
    degraded: Degraded | None
    slot: Slot
    policy: str
    reasons: tuple[Reason, ...]
    expected_cost: ExpectedCost = UNKNOWN_COST
    flips: tuple[Change, ...] = ()  # what together would give another route
    chances: Chances | None = None
    propensity: float = 1.0  # the probability with which this policy takes this route for this turn


LONGEST_MINUTES = 1440  # that a failure may have taken
