"""What another policy would have changed: as expected from chances, and as estimated from verdicts.

Expectations and estimates, not sums of money: they are floats, in dollars.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from hroute.core.decision.decision import Route
from hroute.core.intervals import UNDETERMINED, Z_95, Figure

# An estimate of the other route's outcomes from fewer verdicts than this would be an anecdote: the interval,
# which takes the mean of the weighted outcomes to be normally distributed, would not hold.
LEAST_MATCHED = 10

FigurePair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Prospect:
    """What is expected of a route: its chance of success, and its dollars, the failures' included."""

    success: float
    usd: float


@dataclass(frozen=True, slots=True)
class Stake:
    """A turn with a known ending, under two policies.

    `then` is what the log's policy chose, `now` what the other one does, both without any lot; `took` is
    the route that was taken, the lot included, and `propensity` how likely that was. `usd` is what it came
    to, its failure included, None where a price is unknown. `prospects` None: they are unknown.
    """

    then: Route
    now: Route
    took: Route
    propensity: float
    success: bool
    usd: float | None
    prospects: dict[Route, Prospect] | None = None

    @property
    def is_changed(self) -> bool:
        return self.then is not self.now

    @property
    def has_overlap(self) -> bool:
        """Whether the log's policy could have taken the route that the other one takes."""
        return not self.is_changed or self.propensity < 1

    def weight(self, chosen: Route) -> float:
        """What its outcome counts for a policy that chooses this route."""
        return 1 / self.propensity if self.took is chosen else 0.0


@dataclass(frozen=True, slots=True)
class ReplayChange:
    """A figure under both policies, and the difference with its 95% interval."""

    then: float | None = None
    now: float | None = None
    by: Figure = UNDETERMINED


@dataclass(frozen=True, slots=True)
class Estimate:
    method: str
    success: ReplayChange  # the share of turns that succeed
    cpst_usd: ReplayChange


@dataclass(frozen=True, slots=True)
class VerdictsOnChange:
    """What verdicts say of the change. `refusal` says why they say nothing; then there are no estimates.

    `rated` turns have an ending. `uncertain` of them would change although their route was certain: nothing
    is known of how the other one does there, so they are left out. `matched` turns would change and took, by
    lot, the route that they would change to. `effective` is Kish's sample size of the weighted outcomes.
    """

    rated: int
    changed: int
    uncertain: int
    matched: int
    effective: float
    refusal: str = ""
    estimates: tuple[Estimate, ...] = ()


def change_of_ratio(now: Sequence[FigurePair], then: Sequence[FigurePair]) -> ReplayChange:
    """The change of sum(x) / sum(y) from `then` to `now`; row i of both is turn i.

    The interval is the delta method's: a ratio of means moves with each turn by (x - ratio * y) / mean(y),
    and a turn that is the same under both policies hardly moves the difference. It says how far other turns
    like these may lie, not how wrong a chance may be.
    """
    sides = [_ratio(side) for side in (now, then)]
    if len(now) < 2 or None in sides:
        return ReplayChange(sides[1], sides[0])
    moves = [a - b for a, b in zip(_moves(now), _moves(then), strict=True)]
    n = len(moves)
    half = Z_95 * sqrt(fsum(move * move for move in moves) * n / (n - 1))
    by = (sides[0] or 0.0) - (sides[1] or 0.0)
    return ReplayChange(sides[1], sides[0], Figure(by, by - half, by + half))


def evidence(stakes: Sequence[Stake]) -> VerdictsOnChange:
    """Off-policy estimates over the turns in which the other policy's route had a chance."""
    changed = [stake for stake in stakes if stake.is_changed]
    usable = [stake for stake in stakes if stake.has_overlap]
    uncertain = len(stakes) - len(usable)
    matched = sum(stake.is_changed and stake.took is stake.now for stake in usable)
    weights = [stake.weight(stake.now) for stake in usable]
    effective = fsum(weights) ** 2 / (fsum(w * w for w in weights) or 1.0)
    counts = (len(stakes), len(changed), uncertain, matched, effective)
    refusal = _refusal(len(stakes), len(changed), uncertain, matched)
    return (
        VerdictsOnChange(*counts, refusal) if refusal else VerdictsOnChange(*counts, "", _estimates(usable))
    )


def _refusal(rated: int, changed: int, uncertain: int, matched: int) -> str:
    if not rated:
        return "no turn has a verdict"
    if not changed:
        return "no turn with a verdict would take another route"
    if uncertain == changed:
        return (
            f"all {changed:,} turns with a verdict that would change took a route that was certain, so the"
            " log never shows how the other one does there"
        )
    if matched < LEAST_MATCHED:
        return (
            f"only {matched:,} turns with a verdict took, by lot, the route that they would change to;"
            f" {LEAST_MATCHED} are the least"
        )
    return ""


def _estimates(stakes: Sequence[Stake]) -> tuple[Estimate, ...]:
    """Horvitz and Thompson's, Hajek's, and Dudik, Langford and Li's (2011) doubly robust one."""
    priced = [stake for stake in stakes if stake.usd is not None]
    weighted_cpst = change_of_ratio(
        [_weighted(s, s.now) for s in priced], [_weighted(s, s.then) for s in priced]
    )
    rows = [(_weighted(s, s.now)[1], _weighted(s, s.then)[1], s) for s in stakes]
    plain = change_of_ratio([(now, 1.0) for now, _, _ in rows], [(then, 1.0) for _, then, _ in rows])
    normalised = change_of_ratio(
        [(now, s.weight(s.now)) for now, _, s in rows], [(then, s.weight(s.then)) for _, then, s in rows]
    )
    estimates = [
        Estimate("inverse propensity", plain, weighted_cpst),
        # A ratio of two weighted sums is the same whether or not the weights are normalised.
        Estimate("self-normalised", normalised, weighted_cpst),
    ]
    modelled = [stake for stake in stakes if stake.prospects is not None]
    if len(modelled) == len(stakes):
        estimates.append(_doubly_robust(stakes, priced))
    return tuple(estimates)


def _doubly_robust(stakes: Sequence[Stake], priced: Sequence[Stake]) -> Estimate:
    now = [_robust(s, s.now) for s in stakes]
    then = [_robust(s, s.then) for s in stakes]
    success = change_of_ratio([(y, 1.0) for _, y in now], [(y, 1.0) for _, y in then])
    cpst = change_of_ratio([_robust(s, s.now) for s in priced], [_robust(s, s.then) for s in priced])
    return Estimate("doubly robust", success, cpst)


def _weighted(stake: Stake, chosen: Route) -> FigurePair:
    weight = stake.weight(chosen)
    return weight * (stake.usd or 0.0), weight * stake.success


def _robust(stake: Stake, chosen: Route) -> FigurePair:
    """The prospect of the chosen route, corrected by how wrong that of the taken one was."""
    assert stake.prospects is not None, "asked only where there are prospects"
    weight, expected, of_taken = stake.weight(chosen), stake.prospects[chosen], stake.prospects[stake.took]
    return (
        expected.usd + weight * ((stake.usd or 0.0) - of_taken.usd),
        expected.success + weight * (stake.success - of_taken.success),
    )


def _ratio(pairs: Sequence[FigurePair]) -> float | None:
    below = fsum(y for _, y in pairs)
    return fsum(x for x, _ in pairs) / below if below > 0 else None


def _moves(pairs: Sequence[FigurePair]) -> Iterable[float]:
    """How much each turn moves the ratio."""
    ratio, below = _ratio(pairs), fsum(y for _, y in pairs)
    assert ratio is not None, "a ratio without a value has no moves"
    return ((x - ratio * y) / below for x, y in pairs)
