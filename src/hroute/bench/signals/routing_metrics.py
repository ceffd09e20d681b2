"""How well a score sends prompts to the stronger of two models, in RouteLLM's own terms.

Definitions: lm-sys/RouteLLM, routellm/evals/evaluate.py and benchmarks.py. A higher score means: send
it to the strong model. Two of the metrics come in a second form that averages over ties and uses every
cut point: RouteLLM's eleven thresholds cannot place a score that takes few values.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import accumulate, groupby, pairwise
from operator import itemgetter
from random import Random

from hroute.bench.intervals import Figure, spread
from hroute.core.learning.quality import auroc

__all__ = ["METRICS", "PairOutcome", "Ranking", "Recovery", "RoutingFigures", "RoutingValues"]
__all__ += ["auroc", "is_graded", "routing_figures", "routing_values"]

_BINS = 10
_EPS = 1e-12


@dataclass(frozen=True, slots=True)
class PairOutcome:
    """What the two models made of one prompt, each in [0, 1]."""

    weak: float
    strong: float


@dataclass(frozen=True, slots=True)
class RoutingValues:
    """`cpt50` is the percentage of prompts sent to the strong model that recovers half of its lead."""

    auroc_weak_fails: float | None
    auroc_needs_strong: float | None
    apgr: float | None  # RouteLLM's, at eleven thresholds
    cpt50: float | None
    cpt80: float | None
    apgr_ties: float | None  # at every cut point, ties averaged
    cpt50_ties: float | None
    cpt80_ties: float | None


@dataclass(frozen=True, slots=True)
class Recovery:
    """The share of the strong model's lead that is recovered, ties averaged: over all cut points, at half."""

    apgr: float | None
    at_half: float | None


RoutingFigures = dict[str, Figure]
METRICS = tuple(field.name for field in fields(RoutingValues))


def routing_values(outcomes: Sequence[PairOutcome], scores: Sequence[float]) -> RoutingValues:
    return Ranking.of(outcomes, scores, is_graded(outcomes)).values()


def routing_figures(
    outcomes: Sequence[PairOutcome], scores: Sequence[float], *, rounds: int, seed: int
) -> RoutingFigures:
    """Every metric with its bootstrap interval over prompts."""
    whole = Ranking.of(outcomes, scores, is_graded(outcomes))
    values, rng, size = whole.values(), Random(seed), len(outcomes)
    # Tied scores have the same metrics in any order, so a resample is a sorted draw of places.
    drawn = [whole.taken(sorted(rng.choices(range(size), k=size))).values() for _ in range(rounds)]
    return {
        name: spread(getattr(values, name), [v for d in drawn if (v := getattr(d, name)) is not None])
        for name in METRICS
    }


def is_graded(outcomes: Sequence[PairOutcome]) -> bool:
    """Whether the scores are grades rather than right or wrong: many values, many strictly between."""
    values = {o.weak for o in outcomes} | {o.strong for o in outcomes}
    return len(values) > 10 and sum(0 < o.weak < 1 for o in outcomes) > 0.2 * len(outcomes)


@dataclass(frozen=True)
class Ranking:
    """Prompts in the order of rising scores."""

    scores: list[float]
    outcomes: list[PairOutcome]
    graded: bool

    @classmethod
    def of(cls, outcomes: Sequence[PairOutcome], scores: Sequence[float], graded: bool) -> "Ranking":
        pairs = sorted(zip(scores, outcomes, strict=True), key=itemgetter(0))
        return cls([score for score, _ in pairs], [outcome for _, outcome in pairs], graded)

    def taken(self, places: Sequence[int]) -> "Ranking":
        """The prompts at these rising places, each as often as it is named."""
        return Ranking([self.scores[i] for i in places], [self.outcomes[i] for i in places], self.graded)

    def values(self) -> RoutingValues:
        fails = [o.weak < o.strong if self.graded else o.weak < 0.5 for o in self.outcomes]
        needs = [self._needs_strong(o) for o in self.outcomes]
        points = self._curve()
        recovered = self._recovered()
        return RoutingValues(
            auroc(self.scores, fails),
            auroc(self.scores, needs),
            self._apgr(points),
            self._cpt(points, 0.5),
            self._cpt(points, 0.8),
            _area_of_equal_steps(recovered),
            _first_reaching(recovered, 0.5),
            _first_reaching(recovered, 0.8),
        )

    def recovery(self) -> Recovery:
        """At half the calls: between two prompts where their number is odd."""
        recovered = self._recovered()
        if recovered is None:
            return Recovery(None, None)
        low, high = (len(recovered) - 1) // 2, len(recovered) // 2
        return Recovery(_area_of_equal_steps(recovered), (recovered[low] + recovered[high]) / 2)

    def _needs_strong(self, outcome: PairOutcome) -> bool:
        if self.graded:
            return outcome.strong - outcome.weak > 1e-9
        return outcome.weak < 0.5 <= outcome.strong

    @cached_property
    def _weak_mean(self) -> float:
        return sum(o.weak for o in self.outcomes) / len(self.outcomes)

    @cached_property
    def _lead(self) -> float:
        return sum(o.strong for o in self.outcomes) / len(self.outcomes) - self._weak_mean

    @property
    def _leads(self) -> bool:
        """Whether there is a difference to recover; group means leave rounding errors where there is none."""
        return abs(self._lead) > _EPS

    def _curve(self) -> list[tuple[float, float]]:
        """(percentage sent to the strong model, accuracy) at RouteLLM's thresholds, rising."""
        size = len(self.scores)
        edges = sorted({_quantile(self.scores, k / _BINS) for k in range(_BINS + 1)})
        weak = [0.0, *accumulate(o.weak for o in self.outcomes)]
        strong = [0.0, *accumulate(o.strong for o in self.outcomes)]
        cuts = [bisect_left(self.scores, edge) for edge in edges[:-1]]
        cuts.append(bisect_right(self.scores, edges[-1]))
        points = [(100 * (size - cut) / size, (weak[cut] + strong[-1] - strong[cut]) / size) for cut in cuts]
        return sorted(points, key=itemgetter(0))

    def _apgr(self, points: Sequence[tuple[float, float]]) -> float | None:
        """The share of the strong model's lead that is recovered, averaged over the points reached."""
        width = (points[-1][0] - points[0][0]) / 100
        if not width or not self._leads:
            return None
        area = sum((x1 - x0) / 100 * (y0 + y1) / 2 for (x0, y0), (x1, y1) in pairwise(points))
        return (area - self._weak_mean * width) / (self._lead * width)

    def _cpt(self, points: Sequence[tuple[float, float]], share: float) -> float | None:
        if len(points) == 1 or not self._leads:
            return None
        return _interpolated(self._weak_mean + share * self._lead, points)

    def _recovered(self) -> list[float] | None:
        """PGR after sending 0, 1, 2, ... prompts to the strong model, highest score first.

        A prompt counts the mean gain of all that share its score: what breaking ties at random gives.
        """
        gains: list[float] = []
        pairs = zip(reversed(self.scores), reversed(self.outcomes), strict=True)
        for _score, tied in groupby(pairs, key=itemgetter(0)):
            group = [outcome.strong - outcome.weak for _, outcome in tied]
            gains += [sum(group) / len(group)] * len(group)
        sums = [0.0, *accumulate(gains)]
        return [s / sums[-1] for s in sums] if self._leads else None


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Linear between neighbours; rounds as numpy does, since the result is compared with the scores."""
    place = share * (len(ordered) - 1)
    index = min(int(place), len(ordered) - 2) if len(ordered) > 1 else 0
    low, high = ordered[index], ordered[min(index + 1, len(ordered) - 1)]
    part = place - index
    return high - (high - low) * (1 - part) if part >= 0.5 else low + (high - low) * part


def _interpolated(accuracy: float, points: Sequence[tuple[float, float]]) -> float:
    """The percentage at which the curve has this accuracy.

    RouteLLM calls np.interp on a curve that need not rise; which crossing it finds then depends on
    the probes of numpy's search, which are repeated here: the first points, then bisection.
    """
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if accuracy > ys[-1] or accuracy < ys[0]:
        return xs[-1] if accuracy > ys[-1] else xs[0]
    left = _numpy_place(accuracy, ys)
    if left >= len(ys) - 1 or ys[left] == accuracy:
        return xs[min(left, len(xs) - 1)]
    return xs[left] + (xs[left + 1] - xs[left]) / (ys[left + 1] - ys[left]) * (accuracy - ys[left])


def _numpy_place(key: float, ys: Sequence[float]) -> int:
    probes = len(ys) - 1 if len(ys) <= 4 else 3
    for place in range(1, probes + 1):
        if key < ys[place]:
            return place - 1
    if len(ys) <= 4:
        return len(ys) - 1
    near = len(ys) > 10 and key < ys[9]
    return bisect_right(ys, key, 3, 9 if near else len(ys)) - 1


def _area_of_equal_steps(values: Sequence[float] | None) -> float | None:
    if values is None:
        return None
    return (sum(values) - (values[0] + values[-1]) / 2) / (len(values) - 1)


def _first_reaching(values: Sequence[float] | None, share: float) -> float | None:
    if values is None:
        return None
    places = (place for place, value in enumerate(values) if value >= share - _EPS)
    place = next(places, None)
    return None if place is None else 100 * place / (len(values) - 1)
