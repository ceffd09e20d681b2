"""Replays files of labelled outcomes as verdicts, and judges what is learnt from them on the unseen rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from hroute.bench.intervals import UNDETERMINED, Figure, spread
from hroute.bench.learn.judge import Judge, Measures, RankedPrompts, RouterScores
from hroute.bench.signals.data import RoutingFile
from hroute.bench.signals.routing_metrics import PairOutcome
from hroute.core.learning.design import Design, Floats, Ints, sigmoids
from hroute.core.learning.evidence import Traits
from hroute.core.learning.fit import Fitted, Outcomes, fit
from hroute.core.learning.threshold import RouteCosts, best_cut
from hroute.core.odds import logit
from hroute.core.scout import BuiltinScout
from hroute.core.scout.features import measure

VERDICTS = (0, 50, 200, 500, 1500)
SMALL_FILE = 2000
MOST_SHARE = 0.7  # of a file that may be learnt from; the rest measures
RANDOM, LENGTH, SCOUT, ONE, BOTH, ORACLE = "random", "length", "scout", "one side", "both sides", "oracle"


@dataclass(frozen=True, slots=True)
class LearnEffort:
    """`seeds` orders of the file, each judged on `rounds` resamples of its unseen rest.

    Where that rest is small, what is in it matters more: a small file is replayed four times as often.
    """

    seeds: int = 5
    rounds: int = 40

    def orders(self, n: int) -> int:
        return self.seeds * (4 if n < SMALL_FILE else 1)


@dataclass(frozen=True, slots=True)
class LearningPoint:
    """A router after so many verdicts. `over_scout` is how much more APGR it has, paired by prompt.

    Values are means over the seeds; the 95% intervals are over seeds and resampled prompts together.
    """

    router: str
    verdicts: int
    apgr: Figure
    auroc_fails: Figure
    cpst_usd: Figure
    over_scout: Figure


@dataclass(frozen=True, slots=True)
class LearnReport:
    name: str
    n: int
    weak: float
    strong: float
    scout: str
    was_trained_on: bool  # the scout, on this file: then it is no test for it, and learning starts without it
    lines: list[LearningPoint]

    def line(self, router: str, verdicts: int) -> LearningPoint | None:
        return next((e for e in self.lines if (e.router, e.verdicts) == (router, verdicts)), None)


@dataclass(frozen=True, slots=True)
class Assumed:
    """What the file does not say: costs, and what is believed of the cloud before any verdict."""

    costs: RouteCosts
    p_cloud: float


@dataclass(slots=True)
class _Drawn:
    """What the seeds gave, by router and number of verdicts."""

    judged: dict[tuple[str, int], list[tuple[RouterScores, RouterScores]]] = field(default_factory=dict)

    def add(self, router: str, verdicts: int, judged: RouterScores, scout: RouterScores) -> None:
        self.judged.setdefault((router, verdicts), []).append((judged, scout))

    def lines(self) -> list[LearningPoint]:
        return [
            LearningPoint(
                router,
                verdicts,
                _figure([mine.apgr for mine, _ in both]),
                _figure([mine.auroc_fails for mine, _ in both]),
                _figure([mine.cpst for mine, _ in both]),
                _figure([mine.apgr - scout.apgr for mine, scout in both]),
            )
            for (router, verdicts), both in self.judged.items()
        ]


def _figure(values: Sequence[Measures]) -> Figure:
    """The mean of the seeds' values, where they are determined, within the spread of all resamples."""
    whole = np.array([value[0] for value in values])
    known = whole[np.isfinite(whole)]
    if not len(known):
        return UNDETERMINED
    drawn = np.concatenate([value[1:] for value in values])
    return spread(float(known.mean()), drawn[np.isfinite(drawn)].tolist())


def scout_for(file: str, scouts: Sequence[BuiltinScout]) -> BuiltinScout:
    """The first that was not trained on the file, else the first."""
    return next((scout for scout in scouts if not _knows(scout, file)), scouts[0])


def _knows(scout: BuiltinScout, file: str) -> bool:
    return any(source["source"] == file for source in scout.artefact.card.trained_on)


@dataclass(frozen=True, slots=True)
class _File:
    """A file as arrays. `prior` has the log odds from which learning starts; `scout` has the scout's."""

    outcomes: list[PairOutcome]
    prior: Design
    scout: Floats
    lengths: Floats


def measure_learning(
    file: RoutingFile, scout: BuiltinScout, assumed: Assumed, effort: LearnEffort, tell: Callable[[str], None]
) -> LearnReport:
    """Learns from the first verdicts of each order of the file, and judges on the rest of it."""
    tell(f"{file.name}: reading {len(file.rows):,} prompts")
    knows = _knows(scout, file.name)
    data = _read(file, scout, starts_without=knows)
    drawn = _Drawn()
    orders = effort.orders(len(file.rows))
    for seed in range(orders):
        tell(f"{file.name}: order {seed + 1} of {orders}")
        _replay(data, assumed, effort.rounds, seed, drawn)
    weak, strong = (sum(getattr(o, s) for o in data.outcomes) / len(file.rows) for s in ("weak", "strong"))
    model = scout.artefact.card.model
    return LearnReport(file.name, len(file.rows), weak, strong, model, knows, drawn.lines())


def _read(file: RoutingFile, scout: BuiltinScout, *, starts_without: bool) -> _File:
    prompts = [row.prompt for row in file.rows]
    scout_log_odds = [logit(scout.read(prompt).p_local) for prompt in prompts]
    prior = [0.0 if starts_without else odds for odds in scout_log_odds]
    return _File(
        [PairOutcome(row.weak_score, row.strong_score) for row in file.rows],
        Design.of([Traits(odds, measure(prompt)) for odds, prompt in zip(prior, prompts, strict=True)]),
        np.array(scout_log_odds),
        np.array([float(len(prompt)) for prompt in prompts]),
    )


def _replay(data: _File, assumed: Assumed, rounds: int, seed: int, drawn: _Drawn) -> None:
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(data.outcomes))
    sides = rng.choice([-1.0, 1.0], len(order))  # which route each prompt takes: a fair coin
    for n in [n for n in VERDICTS if n <= MOST_SHARE * len(order)]:
        seen, rest = order[:n], order[n:]
        judge = Judge.of([data.outcomes[i] for i in rest], assumed.costs, rounds=rounds, seed=seed)
        scout = judge.judge(_by_scout(data, order, rest, assumed))
        drawn.add(SCOUT, n, scout, scout)
        if n == 0:
            for name, router in _baselines(data.lengths[rest], judge).items():
                drawn.add(name, 0, judge.judge(router), scout)
            continue
        unseen = data.prior.take(rest)
        shown = {ONE: (seen, sides[:n]), BOTH: (np.tile(seen, 2), np.repeat([-1.0, 1.0], n))}
        for name, (rows, taken) in shown.items():
            router = _weighted(
                _fit(data, rows, taken, assumed.p_cloud), data.prior.take(seen), unseen, assumed
            )
            drawn.add(name, n, judge.judge(router), scout)


def _fit(data: _File, rows: Ints, sides: Floats, p_cloud: float) -> Fitted:
    shown = [
        data.outcomes[i].weak if side < 0 else data.outcomes[i].strong
        for i, side in zip(rows, sides, strict=True)
    ]
    return fit(data.prior.take(rows), Outcomes(sides, np.array(shown), np.ones(len(rows))), logit(p_cloud))


def _weighted(fitted: Fitted, seen: Design, unseen: Design, assumed: Assumed) -> RankedPrompts:
    """The cut is chosen on the prompts that were learnt from, by the probabilities alone."""
    lead = best_cut(list(zip(*(p.tolist() for p in fitted.chances(seen)), strict=True)), assumed.costs).lead
    local, cloud = fitted.chances(unseen)
    return RankedPrompts(cloud - local, -local, cloud - local > lead)


def _by_scout(data: _File, order: Ints, rest: Ints, assumed: Assumed) -> RankedPrompts:
    p_local = sigmoids(data.scout)
    lead = best_cut([(p, assumed.p_cloud) for p in p_local[order].tolist()], assumed.costs).lead
    local = p_local[rest]
    return RankedPrompts(-local, -local, assumed.p_cloud - local > lead)


def _baselines(lengths: Floats, judge: Judge) -> dict[str, RankedPrompts]:
    """Chance and length are cut where it turns out to be cheapest."""
    nothing, gain = np.zeros(len(lengths)), judge.strong - judge.weak
    return {
        RANDOM: RankedPrompts(nothing, nothing, judge.in_hindsight(nothing)),
        LENGTH: RankedPrompts(lengths, lengths, judge.in_hindsight(lengths)),
        ORACLE: RankedPrompts(gain, -judge.weak, judge.oracle()),
    }
