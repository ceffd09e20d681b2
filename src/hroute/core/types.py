"""The values that flow through hroute beside the turn: signals, decision, attempt, answer."""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from hroute.core.ability import REFERENCE_CLOUD, REFERENCE_LOCAL, Ability, Demand, Demands
from hroute.core.frozen import frozen

if TYPE_CHECKING:
    from hroute.core.confidence.signals import AnswerSignals


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


# --- signals -----------------------------------------------------------------


@frozen
class ConstraintItem:
    """One strict constraint on the answer: prompt[start:end] == text.

    `params` holds what could be parsed of it, e.g. {"unit": "words", "max": 50}; plain JSON values.
    """

    kind: str
    text: str
    start: int
    end: int
    params: Mapping[str, object] = field(default_factory=dict)


@frozen
class Constraints:
    count: int
    items: tuple[ConstraintItem, ...]
    threshold: int

    @property
    def exceeded(self) -> bool:
        return self.count > self.threshold


class CountMethod(StrEnum):
    BOUND = "bound"  # not counted: proven below or above the threshold from sizes alone
    TOKENIZER = "tokenizer"  # the model's own tokenizer
    ESTIMATE = "estimate"  # no tokenizer at hand


@frozen
class TokenCount:
    """Tokens of a conversation. When `over` is set, counting stopped: there are at least `tokens`."""

    tokens: int
    method: CountMethod
    over: bool = False


@frozen
class Context:
    """Context pressure: the conversation's tokens against the limit of the local route."""

    tokens: int
    threshold: int
    method: CountMethod
    exceeded: bool


class Label(StrEnum):
    TRIVIAL = "trivial"
    STANDARD = "standard"
    COMPLEX = "complex"
    UNSURE = "unsure"


@frozen
class ScoutReading:
    """A scout's opinion of a prompt, and what it means for the two engines that may answer it.

    `difficulty` is in log odds, 0 where an 8B at q4 is right every second time. `moved_by` names what moved
    it, strongest first; a positive weight speaks for the cloud. Without `local` and `cloud`, an 8B and the
    reference cloud stand for them. `note` says why another scout read than the one that was wanted. `demands`
    leave the difficulty as it is; they move the chance of a model that was measured on them.
    """

    label: Label
    difficulty: float
    model: str
    latency_ms: float = 0.0
    moved_by: tuple[tuple[str, float], ...] = ()
    local: Ability = REFERENCE_LOCAL
    cloud: Ability = REFERENCE_CLOUD
    note: str = ""
    demands: Demands = ()

    @property
    def p_local(self) -> float:
        return self.local.p_right(self.difficulty, self.demands)

    @property
    def p_cloud(self) -> float:
        return self.cloud.p_right(self.difficulty, self.demands)

    @property
    def local_offsets(self) -> tuple[tuple[Demand, float], ...]:
        """What moves the local model's chance beside its ability."""
        return tuple((demand, offset) for demand, offset in self.local.offsets if demand in self.demands)

    def after(self, latency_ms: float) -> "ScoutReading":
        """The same reading with what it took, measured by the caller: a scout has no clock."""
        return replace(self, latency_ms=latency_ms)

    def demanding(self, demands: Demands) -> "ScoutReading":
        """The same reading of an ask that demands this."""
        return replace(self, demands=demands)

    def facing(self, local: Ability, cloud: Ability) -> "ScoutReading":
        """The same reading for these two engines."""
        return replace(self, local=local, cloud=cloud)


@frozen
class Signals:
    constraints: Constraints
    context: Context
    scout: ScoutReading


class CheckStatus(StrEnum):
    KEPT = "kept"
    BROKEN = "broken"
    UNCHECKED = "unchecked"  # no program can tell, or the ways to count it disagree


@frozen
class Check:
    """Whether an answer keeps one constraint; `kind` and `text` are the item's."""

    kind: str
    text: str
    status: CheckStatus
    detail: str = ""


# --- decision ----------------------------------------------------------------


class Rule(StrEnum):
    """Which rule made the wish; DESIGN order, first match wins."""

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
    """What a turn may have beside text, which not every engine takes."""

    IMAGES = "images"


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
class Outlook:
    """What is expected of both routes before either has answered."""

    chances: Chances | None = None
    cost: ExpectedCost = UNKNOWN_COST


NO_OUTLOOK = Outlook()


@frozen
class Decision:
    wanted: Route
    rule: Rule
    route: Route
    degraded: Degraded | None
    slot: Slot
    policy: str
    reasons: tuple[str, ...]
    expected_cost: ExpectedCost = UNKNOWN_COST
    flips: str = ""
    chances: Chances | None = None
    propensity: float = 1.0  # the probability with which this policy takes this route for this turn


# --- answer ------------------------------------------------------------------


class Outcome(StrEnum):
    OK = "ok"
    INVALID = "invalid"
    ERROR = "error"
    TIMEOUT = "timeout"
    INTERRUPTED = "interrupted"


@frozen
class Usage:
    """Tokens of one attempt; None is unknown.

    `estimated` when the engine did not report them, or reported what cannot be. `billed_usd`: what it says
    that it charges, in dollars.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int = 0
    estimated: bool = False
    billed_usd: Decimal | None = None


@frozen
class Attempt:
    """One engine's try at a turn. `cost_usd` None means that the price is unknown."""

    engine: str
    route: Route
    model: str
    outcome: Outcome
    text: str
    reason: str | None = None  # a word: a Failure or a contract Fault; of a good one too, where it was cut
    error: str | None = None  # a sentence
    wait_ms: float = 0.0  # for its turn, where the engine answers one after the other; no part of wall_ms
    wall_ms: float = 0.0
    ttft_ms: float | None = None
    usage: Usage = field(default_factory=Usage)
    cost_usd: Decimal | None = None
    endpoint: str | None = None  # where the prompt was sent; None: it stayed in this process
    sent_bytes: int = 0
    checks: tuple[Check, ...] = ()
    result: str | None = None  # the JSON of a valid answer that is bound to a form
    answer_signals: "AnswerSignals | None" = None  # where the engine says how sure it was
    confidence: float | None = None  # P(right) from them, by the calibrator of this name
    calibrator: str | None = None


@frozen
class Answer:
    """What the user got: all attempts of a turn and the one whose text was given."""

    turn_id: int
    decision: Decision
    attempts: tuple[Attempt, ...]
    given: Attempt
    warning: str = ""

    @property
    def text(self) -> str:
        return self.given.text if self.given.result is None else self.given.result

    @property
    def cost_usd(self) -> Decimal | None:
        """All attempts' cost, failed ones included; None if any of them is unknown."""
        return total_usd(a.cost_usd for a in self.attempts)


def total_usd(costs: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; None, never a smaller number, when any part is unknown."""
    known = list(costs)
    return None if None in known else sum((c for c in known if c is not None), Decimal(0))


# --- verdict -----------------------------------------------------------------


class Judgement(StrEnum):
    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"  # takes an earlier verdict back


class By(StrEnum):
    """Who says so; a later one in this order is not overruled by an earlier one."""

    CONTRACT = "contract"  # a valid tool call or schema output
    RETRY = "retry"  # the user asked the other route: a soft bad
    USER = "user"


@frozen
class Verdict:
    """`minutes` is what a failure took of the user's time; None: cpst.minutes_per_failure."""

    judgement: Judgement
    by: By = By.USER
    minutes: Decimal | None = None
    note: str | None = None

    @classmethod
    def by_contract(cls) -> Self:
        return cls(Judgement.GOOD, By.CONTRACT)
