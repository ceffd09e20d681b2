"""From which lead of the cloud on it pays to ask the cloud."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import inf

_ROUNDS = 50  # each lowers the cost, and a handful ends it

ChancePairs = Sequence[tuple[float, float]]  # P(success) of local and of cloud, a pair a prompt


@dataclass(frozen=True, slots=True)
class RouteCosts:
    """In dollars: an average answer of either route, and a failure."""

    local: Decimal
    cloud: Decimal
    failure: Decimal


@dataclass(frozen=True, slots=True)
class Cut:
    """A prompt goes to the cloud when p_cloud - p_local is more than `lead`.

    `usd` is the cost per successful task that this gives on the prompts, if the probabilities are right;
    None when no success is expected. `cloud_share` of the prompts go to the cloud.
    """

    lead: float
    usd: Decimal | None
    cloud_share: float


def best_cut(chances: ChancePairs, costs: RouteCosts) -> Cut:
    """The cut with the least expected cost per successful task (CPST). `chances` must not be empty.

    CPST is a ratio, cost over successes; its minimum is the q at which the least of cost - q x successes over
    all routings is 0 (Dinkelbach 1967). For a given q that least is reached prompt by prompt: the cloud is
    worth its price when its lead exceeds (cloud - local) / (failure + q). With q from the routing before, the
    cost falls at every round until it stays.
    """
    cut = cut_at(inf, chances, costs)
    for _ in range(_ROUNDS):
        worth = costs.failure + (cut.usd or Decimal(0))
        lead = float((costs.cloud - costs.local) / worth) if worth else 0.0
        lower = cut_at(lead, chances, costs)
        if cut.lead != inf and (lower.usd is None or cut.usd is None or lower.usd >= cut.usd):
            break
        cut = lower
    return cut


def cut_at(lead: float, chances: ChancePairs, costs: RouteCosts, believed: ChancePairs | None = None) -> Cut:
    """What a cut at this lead gives; `believed` are the chances it cuts by, where they are other ones."""
    routed = zip(chances, believed or chances, strict=True)
    ended = [
        (there if cloud - local > lead else here, cloud - local > lead)
        for (here, there), (local, cloud) in routed
    ]
    to_cloud = sum(is_cloud for _, is_cloud in ended)
    usd = cpst(to_cloud, sum(success for success, _ in ended), len(chances), costs)
    return Cut(lead, usd, to_cloud / len(chances))


def cpst(to_cloud: int, successes: float, n: int, costs: RouteCosts) -> Decimal | None:
    """Of n prompts, of which so many went to the cloud; None without a success."""
    if successes <= 0:
        return None
    succeeded = Decimal(str(successes))
    spent = to_cloud * costs.cloud + (n - to_cloud) * costs.local + (n - succeeded) * costs.failure
    return (spent / succeeded).quantize(Decimal("0.000001"))
