"""Judges routers on prompts of which both outcomes are known, on all of them and on resamples at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hroute.bench.signals.routing_metrics import PairOutcome, is_graded
from hroute.core.learning.design import Floats, Ints, Mask
from hroute.core.learning.threshold import RouteCosts, best_cut

Measures = NDArray[np.float64]  # the value on all prompts, then on each resample


@dataclass(frozen=True, slots=True)
class RankedPrompts:
    """Of each prompt: `score` orders them for the cloud, `doubt` says how likely the local model fails,

    `to_cloud` is where the router sends it.
    """

    score: Floats
    doubt: Floats
    to_cloud: Mask


@dataclass(frozen=True, slots=True)
class RouterScores:
    apgr: Measures  # at every cut point, ties averaged
    auroc_fails: Measures
    cpst: Measures


@dataclass(frozen=True, slots=True)
class Judge:
    """`counts` says how often each prompt (a column) is in each sample (a row); the first has each once."""

    weak: Floats
    strong: Floats
    fails: Mask
    counts: Floats
    costs: RouteCosts

    @classmethod
    def of(cls, outcomes: Sequence[PairOutcome], costs: RouteCosts, *, rounds: int, seed: int) -> "Judge":
        weak, strong = (np.array([getattr(o, side) for o in outcomes]) for side in ("weak", "strong"))
        n, rng = len(outcomes), np.random.default_rng(seed)
        drawn = rng.multinomial(n, np.full(n, 1 / n), rounds)
        fails = weak < strong if is_graded(outcomes) else weak < 0.5
        return cls(weak, strong, fails, np.vstack([np.ones(n), drawn]), costs)

    def judge(self, router: RankedPrompts) -> RouterScores:
        return RouterScores(self._apgr(router.score), self._auroc(router.doubt), self._cpst(router.to_cloud))

    def _apgr(self, scores: Floats) -> Measures:
        """The area under the recovered share of the gap, over the share of prompts sent to the cloud."""
        order, starts = _tied(-scores)
        counts = self.counts[:, order]
        sent = np.add.reduceat(counts, starts, axis=1)
        won = np.add.reduceat(counts * (self.strong - self.weak)[order], starts, axis=1)
        ends = np.cumsum(won, axis=1)
        area = np.sum(sent * (ends - won / 2), axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(area / sent.sum(axis=1) / ends[:, -1])

    def _auroc(self, scores: Floats) -> Measures:
        order, starts = _tied(scores)
        counts, fails = self.counts[:, order], self.fails[order]
        failing = np.add.reduceat(counts * fails, starts, axis=1)
        others = np.add.reduceat(counts * ~fails, starts, axis=1)
        wins = np.sum(failing * (np.cumsum(others, axis=1) - others / 2), axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(wins / (failing.sum(axis=1) * others.sum(axis=1)))

    def _cpst(self, to_cloud: Mask) -> Measures:
        succeeded = self.counts @ np.where(to_cloud, self.strong, self.weak)
        return self._cost(self.counts @ to_cloud, succeeded, self.counts.sum(axis=1))

    def in_hindsight(self, scores: Floats) -> Mask:
        """Who goes to the cloud at the cut of this score that costs the least, known only afterwards."""
        order, starts = _tied(-scores)
        cuts = np.append(starts, len(order))
        won = np.concatenate([[0.0], np.cumsum((self.strong - self.weak)[order])])[cuts]
        costs = self._cost(cuts, self.weak.sum() + won, np.float64(len(order)))
        mask = np.zeros(len(order), np.bool_)
        mask[order[: cuts[np.argmin(costs)]]] = True
        return mask

    def oracle(self) -> Mask:
        """Who goes to the cloud when both outcomes are known beforehand."""
        lead = best_cut(list(zip(self.weak.tolist(), self.strong.tolist(), strict=True)), self.costs).lead
        return np.asarray(self.strong - self.weak > lead)

    def _cost(self, sent: NDArray[Any], succeeded: Floats, n: Floats | np.float64) -> Measures:
        local, cloud, failure = map(float, (self.costs.local, self.costs.cloud, self.costs.failure))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray((sent * cloud + (n - sent) * local + (n - succeeded) * failure) / succeeded)


def _tied(scores: Floats) -> tuple[Ints, Ints]:
    """The order of rising scores, and where in it each group of equal scores begins."""
    order = np.argsort(scores, kind="stable")
    ordered = scores[order]
    return order, np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
