"""The three measurements of a turn: constraints, context and scout."""

from collections.abc import Mapping
from dataclasses import field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from hroute.core.abilities.ability import REFERENCE_CLOUD, REFERENCE_LOCAL, Ability, Demand, Demands
from hroute.core.frozen import Value, frozen


class Reason(Value):
    """Why a turn takes its route, or a remark on how that was found; see routing.reasons."""


class Change(Value):
    """One of the changes that together would give a turn another route; see routing.reasons."""


if TYPE_CHECKING:
    Note = Reason | None
else:
    Note = object  # the log's reader of signals asks for the types of all fields, and leaves this one out


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
class ContextPressure:
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
    note: Note = None
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
    context: ContextPressure
    scout: ScoutReading
