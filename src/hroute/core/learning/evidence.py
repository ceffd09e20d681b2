"""What one verdict teaches: a prompt as the model sees it, a route, and how it ended."""

from collections.abc import Collection
from dataclasses import dataclass

from hroute.core.decision.decision import Route
from hroute.core.odds import logit
from hroute.core.scout.features import PromptFeatures

BUCKETS = 1 << 16  # of the hashed words and pairs


@dataclass(frozen=True, slots=True)
class Traits:
    """`log_odds` are the scout's, of a right local answer; `measured` is None where the text was not kept."""

    log_odds: float
    measured: PromptFeatures | None

    @classmethod
    def of(cls, p_local: float, measured: PromptFeatures | None) -> "Traits":
        return cls(logit(p_local), measured)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The outcome of one route on one prompt. `success` is in [0, 1]: a grade where there is one.

    `weight` says how many ordinary verdicts it counts for.
    """

    traits: Traits
    route: Route
    success: float
    weight: float = 1.0


def buckets_of(measured: PromptFeatures) -> Collection[int]:
    """Of each distinct word and pair; two that collide count twice."""
    return [value & (BUCKETS - 1) for value in (*measured.words.values(), *measured.pairs)]
