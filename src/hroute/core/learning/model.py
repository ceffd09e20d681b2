"""P(success) of each route from a fit: pure Python, since every decision waits for it."""

from dataclasses import dataclass
from math import sqrt

from hroute.core.learning.evidence import buckets_of
from hroute.core.odds import sigmoid
from hroute.core.scout.features import PromptFeatures


@dataclass(frozen=True, slots=True)
class RouteModel:
    """What makes one route succeed, as log odds.

    `slope` is what a unit of the scout's log odds counts for; `structure` is a weight for each of FEATURES;
    `hashed` has a signed byte for each bucket, to be multiplied by `scale`.
    """

    intercept: float
    slope: float
    structure: tuple[float, ...]
    hashed: bytes
    scale: float


@dataclass(frozen=True, slots=True)
class SuccessModel:
    local: RouteModel
    cloud: RouteModel

    def chances(self, measured: PromptFeatures, scout_log_odds: float) -> tuple[float, float]:
        """Of a right local answer, and of a right cloud answer."""
        buckets = buckets_of(measured)
        norm = 1 / sqrt(max(len(buckets), 1))
        of_local, of_cloud = memoryview(self.local.hashed).cast("b"), memoryview(self.cloud.hashed).cast("b")
        local, cloud = self.local.scale * norm, self.cloud.scale * norm
        return (
            sigmoid(
                _plain(self.local, measured, scout_log_odds) + local * sum([of_local[b] for b in buckets])
            ),
            sigmoid(
                _plain(self.cloud, measured, scout_log_odds) + cloud * sum([of_cloud[b] for b in buckets])
            ),
        )


def _plain(side: RouteModel, measured: PromptFeatures, log_odds: float) -> float:
    """The log odds without the words."""
    structure = sum(w * value for w, value in zip(side.structure, measured.values, strict=True) if value)
    return side.intercept + side.slope * log_odds + structure
