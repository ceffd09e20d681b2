"""How well a calibrator that was learned on other models serves one: each model is left out in turn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from statistics import fmean

from hroute.bench.confidence.report import HIGH, LONG_TOKENS, LOW, auroc_of, calibration_error
from hroute.bench.confidence.run import ConfidenceRun
from hroute.bench.intervals import Figure, spread
from hroute.core.confidence.calibrator import GradedAnswer, cross_validated
from hroute.core.confidence.generic import CLOSE, Generic, Member, by_others, generic
from hroute.core.errors import UsageError
from hroute.core.remedies import SaveRun

_ROUNDS = 300
LEAST_MODELS = 3


@dataclass(frozen=True, slots=True)
class ComparedAnswer:
    """A graded answer with what two calibrators say of it. Neither has seen its kind of task."""

    row: GradedAnswer
    own: float  # learned from the same model
    generic: float  # learned from all other models


@dataclass(frozen=True, slots=True)
class Compared:
    """AUROC of both on the same answers, and how much higher the generic one's is."""

    n: int
    own: Figure
    generic: Figure
    difference: Figure


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A model, and what a calibrator that never saw it is worth on its answers."""

    run: ConfidenceRun
    band: Compared  # kinds of tasks of which it gets 20 to 80% right
    all: Compared
    short: Compared
    long: Compared
    error_own: float
    error_generic: float

    @property
    def name(self) -> str:
        return Path(self.run.model.path).name


@dataclass(frozen=True, slots=True)
class LeaveOneOut:
    models: tuple[LeftOut, ...]
    made: Generic  # from all of them

    @property
    def loss(self) -> float:
        return self.made.loss

    @property
    def is_close(self) -> bool:
        return self.loss <= CLOSE


def leave_one_out(runs: Sequence[ConfidenceRun], on: date) -> LeaveOneOut:
    """Raises UsageError for less than three models: one is left out, and one is none to be general about."""
    by_model = {run.model.sha256: run for run in runs}
    if len(by_model) < max(LEAST_MODELS, len(runs)):
        raise UsageError(
            f"{len(runs)} runs of {len(by_model)} models: it takes {LEAST_MODELS}, and one run of each",
            SaveRun("confidence"),
        )
    graded = [[answer.graded for answer in run.answers] for run in runs]
    models = tuple(_left_out(run, place, graded) for place, run in enumerate(runs))
    made = generic([row for rows in graded for row in rows], [_member(one) for one in models], on)
    return LeaveOneOut(models, made)


def _left_out(run: ConfidenceRun, place: int, graded: Sequence[Sequence[GradedAnswer]]) -> LeftOut:
    rows = graded[place]
    others = [row for other, its in enumerate(graded) if other != place for row in its]
    own = cross_validated(rows, [row.family for row in rows])
    judged = [ComparedAnswer(*three) for three in zip(rows, own, by_others(rows, others), strict=True)]
    in_band = _in_band(rows)
    return LeftOut(
        run,
        band=_compared([one for one in judged if one.row.family in in_band]),
        all=_compared(judged),
        short=_compared([one for one in judged if one.row.signals.tokens <= LONG_TOKENS]),
        long=_compared([one for one in judged if one.row.signals.tokens > LONG_TOKENS]),
        error_own=calibration_error([(one.own, one.row.is_right) for one in judged]),
        error_generic=calibration_error([(one.generic, one.row.is_right) for one in judged]),
    )


def _in_band(rows: Sequence[GradedAnswer]) -> set[str]:
    families = {row.family for row in rows}
    rates = {name: fmean(row.is_right for row in rows if row.family == name) for name in families}
    return {name for name, rate in rates.items() if LOW <= rate <= HIGH}


def _compared(judged: Sequence[ComparedAnswer]) -> Compared:
    """Intervals are over resampled answers, the same ones for both."""
    rng = Random(1)
    drawn = [rng.choices(judged, k=len(judged)) for _ in range(_ROUNDS if judged else 0)]
    return Compared(
        len(judged),
        *(
            spread(measure(judged), [value for lot in drawn if (value := measure(lot)) is not None])
            for measure in (_own, _generic, _difference)
        ),
    )


def _auroc(judged: Sequence[ComparedAnswer], chance: Callable[[ComparedAnswer], float]) -> float | None:
    return auroc_of(sorted((chance(one), one.row.is_right) for one in judged))


def _own(judged: Sequence[ComparedAnswer]) -> float | None:
    return _auroc(judged, lambda one: one.own)


def _generic(judged: Sequence[ComparedAnswer]) -> float | None:
    return _auroc(judged, lambda one: one.generic)


def _difference(judged: Sequence[ComparedAnswer]) -> float | None:
    own, others = _own(judged), _generic(judged)
    return None if own is None or others is None else others - own


def _member(one: LeftOut) -> Member:
    run = one.run
    figures = one.band if one.band.own.value is not None else one.all
    if figures.own.value is None or figures.generic.value is None:
        raise UsageError(f"{one.name}: all of its answers are right, or all are wrong", "leave it out")
    return Member(
        name=one.name,
        quantization=run.model.quantization,
        sha256=run.model.sha256,
        seed=run.plan.seed,
        hard=run.plan.hard,
        n=len(run.answers),
        right=sum(answer.is_right for answer in run.answers),
        auroc_own=round(figures.own.value, 4),
        auroc_generic=round(figures.generic.value, 4),
        error_own=round(one.error_own, 4),
        error_generic=round(one.error_generic, 4),
    )
