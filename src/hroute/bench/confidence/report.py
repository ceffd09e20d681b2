"""What a confidence run shows: how well each signal, and their calibrated whole, tells wrong from right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from random import Random
from statistics import fmean

from hroute.bench.confidence.run import ConfidenceAnswer, ConfidenceRun
from hroute.bench.intervals import UNDETERMINED, Figure, bootstrapped, spread, wilson
from hroute.bench.signals.routing_metrics import auroc
from hroute.core.confidence.calibrator import cross_validated
from hroute.core.confidence.signals import AnswerSignals

LOW, HIGH = 0.2, 0.8  # families in which the model is right so often are the ones where telling matters
THRESHOLD = 0.5  # proposed: what is more likely wrong than right is not given
FOLDS, BINS = 10, 10
LONG_TOKENS = 65  # about the longest answer to a plain question; what is above it explains, reasons or lists
_ROUNDS = 300


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A graded answer with the probabilities that others' answers gave it."""

    answered: ConfidenceAnswer
    signals: AnswerSignals
    by_family: float  # learned from all other families
    by_fold: float  # learned from nine tenths of all answers

    @property
    def is_right(self) -> bool:
        return self.answered.is_right


@dataclass(frozen=True, slots=True)
class FamilyReport:
    name: str
    right: Figure
    n: int
    auroc: Figure  # of the calibrated whole, learned without this family

    @property
    def is_in_band(self) -> bool:
        return self.right.value is not None and LOW <= self.right.value <= HIGH


@dataclass(frozen=True, slots=True)
class Telling:
    """AUROC of one score: over families in the band, over all, and over short and long answers apart."""

    name: str
    kind: str  # "prompt", "answer", "samples" or "calibrated"
    band: Figure
    all: Figure
    short: Figure  # all kinds, answers of up to LONG_TOKENS
    long: Figure  # and longer ones


@dataclass(frozen=True, slots=True)
class ForecastQuality:
    """Of calibrated probabilities. `floor`: the calibration error that perfect ones would show at this n."""

    name: str
    brier: Figure
    error: Figure
    floor: float


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    expected: float
    right: Figure
    n: int


@dataclass(frozen=True, slots=True)
class KeptLocal:
    """What stays local at a threshold: the accuracy of it, and the share that is escalated."""

    threshold: float
    escalated: float
    accuracy: Figure
    n: int


@dataclass(frozen=True, slots=True)
class ConfidenceReport:
    families: tuple[FamilyReport, ...]
    tellings: tuple[Telling, ...]
    qualities: tuple[ForecastQuality, ...]
    bins: tuple[ReliabilityBin, ...]
    curve: tuple[KeptLocal, ...]  # by family, from nothing escalated on
    proposal: KeptLocal
    right: Figure
    n: int
    long_n: int  # answers of more than LONG_TOKENS
    cost_ratio: Figure  # CPU time with collecting against without, on the same tokens

    def telling(self, name: str) -> Telling:
        return next(telling for telling in self.tellings if telling.name == name)

    @property
    def best_prompt(self) -> Telling:
        return max((t for t in self.tellings if t.kind == "prompt"), key=lambda t: t.band.value or 0)


CALIBRATED = "calibrated, unseen family"
CALIBRATED_FOLDS = "calibrated, 10 folds"

_SCORES: tuple[tuple[str, str, Callable[[AnswerRow], float | None]], ...] = (
    ("short prompt", "prompt", lambda row: -len(row.answered.prompt)),
    ("scout p_local", "prompt", lambda row: row.answered.p_local),
    ("log-probability, sum", "answer", lambda row: row.signals.logprob_sum),
    ("log-probability, mean", "answer", lambda row: row.signals.logprob_mean),
    ("log-probability, minimum", "answer", lambda row: row.signals.logprob_min),
    ("minimum over decisive parts", "answer", lambda row: row.signals.decisive.min),
    ("lead over the next, minimum", "answer", lambda row: row.signals.lead_min),
    ("entropy, maximum", "answer", lambda row: _negative(row.signals.entropy_max)),
    ("entropy, mean", "answer", lambda row: _negative(row.signals.entropy_mean)),
    ("short answer", "answer", lambda row: -row.signals.tokens),
    ("agreement of samples", "samples", lambda row: row.signals.agreement),
    (CALIBRATED, "calibrated", lambda row: row.by_family),
    (CALIBRATED_FOLDS, "calibrated", lambda row: row.by_fold),
)


def report(run: ConfidenceRun) -> ConfidenceReport:
    rows = rows_of(run)
    families = tuple(_family(name, rows) for name in sorted({row.answered.family for row in rows}))
    in_band = {family.name for family in families if family.is_in_band}
    band = [row for row in rows if row.answered.family in in_band]
    long = [row for row in rows if row.signals.tokens > LONG_TOKENS]
    short = [row for row in rows if row.signals.tokens <= LONG_TOKENS]
    return ConfidenceReport(
        families=families,
        tellings=tuple(
            Telling(name, kind, *(_auroc(group, score) for group in (band, rows, short, long)))
            for name, kind, score in _SCORES
            if any(score(row) is not None for row in rows)
        ),
        qualities=(
            _quality(CALIBRATED, rows, lambda row: row.by_family),
            _quality(CALIBRATED_FOLDS, rows, lambda row: row.by_fold),
        ),
        bins=tuple(_bins(rows, lambda row: row.by_fold)),
        curve=tuple(_curve(rows)),
        proposal=kept_above(rows, THRESHOLD),
        right=wilson(sum(row.is_right for row in rows), len(rows)),
        n=len(rows),
        long_n=len(long),
        cost_ratio=_cost_ratio(run),
    )


def rows_of(run: ConfidenceRun) -> list[AnswerRow]:
    graded = [answer.graded for answer in run.answers]
    folds = [place % FOLDS for place in range(len(graded))]
    Random(run.plan.seed).shuffle(folds)
    by_family = cross_validated(graded, [one.family for one in graded])
    by_fold = cross_validated(graded, folds)
    return [
        AnswerRow(answered, one.signals, family, fold)
        for answered, one, family, fold in zip(run.answers, graded, by_family, by_fold, strict=True)
    ]


def _family(name: str, rows: Sequence[AnswerRow]) -> FamilyReport:
    own = [row for row in rows if row.answered.family == name]
    right = sum(row.is_right for row in own)
    figure = _auroc(own, lambda row: row.by_family)
    return FamilyReport(name, wilson(right, len(own)), len(own), figure)


def _auroc(rows: Sequence[AnswerRow], score: Callable[[AnswerRow], float | None]) -> Figure:
    """With an interval from resampled answers."""
    pairs = sorted(((s, row.is_right) for row in rows if (s := score(row)) is not None), key=itemgetter(0))
    whole, rng, size = auroc_of(pairs), Random(1), len(pairs)
    if whole is None:
        return UNDETERMINED
    # A resample is a sorted draw of places: the scores need not be sorted again.
    drawn = (auroc_of([pairs[i] for i in sorted(rng.choices(range(size), k=size))]) for _ in range(_ROUNDS))
    return spread(whole, [value for value in drawn if value is not None])


def auroc_of(pairs: Sequence[tuple[float, bool]]) -> float | None:
    return auroc([score for score, _ in pairs], [right for _, right in pairs])


def _quality(name: str, rows: Sequence[AnswerRow], chance: Callable[[AnswerRow], float]) -> ForecastQuality:
    pairs = [(chance(row), row.is_right) for row in rows]
    rng = Random(1)
    perfect = ([(p, rng.random() < p) for p, _right in pairs] for _ in range(_ROUNDS))
    return ForecastQuality(
        name,
        bootstrapped(pairs, brier, rounds=_ROUNDS, seed=1),
        bootstrapped(pairs, calibration_error, rounds=_ROUNDS, seed=1),
        fmean(calibration_error(drawn) for drawn in perfect),
    )


def brier(pairs: Sequence[tuple[float, bool]]) -> float:
    return fmean((p - right) ** 2 for p, right in pairs)


def calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """The mean gap between expected and observed rates, in bins of equal size."""
    return sum(len(part) * abs(_gap(part)) for part in _parts(sorted(pairs))) / len(pairs)


def _gap(part: Sequence[tuple[float, bool]]) -> float:
    return fmean(p for p, _ in part) - fmean(right for _, right in part)


def _parts(pairs: Sequence[tuple[float, bool]]) -> list[Sequence[tuple[float, bool]]]:
    edges = [len(pairs) * place // BINS for place in range(BINS + 1)]
    parts = (pairs[low:high] for low, high in pairwise(edges))
    return [part for part in parts if part]


def _bins(rows: Sequence[AnswerRow], chance: Callable[[AnswerRow], float]) -> list[ReliabilityBin]:
    parts = _parts(sorted((chance(row), row.is_right) for row in rows))
    return [
        ReliabilityBin(
            fmean(p for p, _ in part), wilson(sum(right for _, right in part), len(part)), len(part)
        )
        for part in parts
    ]


def _curve(rows: Sequence[AnswerRow]) -> list[KeptLocal]:
    chances = sorted(row.by_family for row in rows)
    cuts = [chances[len(chances) * place // 10] for place in range(10)]
    return [kept_above(rows, cut) for cut in cuts]


def kept_above(rows: Sequence[AnswerRow], threshold: float) -> KeptLocal:
    """By probabilities that were learned from other families, so that nothing was seen before."""
    kept = [row.is_right for row in rows if row.by_family >= threshold]
    return KeptLocal(threshold, 1 - len(kept) / len(rows), wilson(sum(kept), len(kept)), len(kept))


def _cost_ratio(run: ConfidenceRun) -> Figure:
    pairs = run.cost.pairs if run.cost else ()

    def ratio(drawn: Sequence[tuple[float, float]]) -> float | None:
        return sum(after for _, after in drawn) / sum(before for before, _ in drawn) if drawn else None

    return bootstrapped(pairs, ratio, rounds=_ROUNDS, seed=1) if pairs else UNDETERMINED


def _negative(value: float | None) -> float | None:
    return None if value is None else -value
