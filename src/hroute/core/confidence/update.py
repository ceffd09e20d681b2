"""Moves a calibrator by verdicts on answers of its model, and judges whether that made it any better."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from zlib import crc32

from hroute.core.confidence.calibrator import Calibrator, Learned, features
from hroute.core.confidence.fit import refit
from hroute.core.confidence.logistic import Logistic
from hroute.core.confidence.signals import AnswerSignals
from hroute.core.decision.decision import Route
from hroute.core.intervals import Figure
from hroute.core.learning.quality import Forecast, Quality, gain, quality

# A prior of log odds with standard deviation s is a ridge of 1 / s^2: the bench's weights may be off by 0.3.
# A row bends the fit by p(1 - p) at most, so they are worth 40 verdicts at even odds. Chosen on the suite's
# answers of the starter at q8: weights of two thirds of the families, moved by n answers of the others, do
# best on the rest of these with 8 to 15 for n up to 40. Beyond that less would do, and 10 loses little.
PRIOR_RIDGE = 10.0
FOLDS = 5


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """An answer of the calibrator's model with what somebody said of it.

    `group` is the same for the same prompt; `worth` is how many ordinary verdicts it counts for.
    """

    signals: AnswerSignals
    is_right: bool
    worth: float
    group: str


@dataclass(frozen=True, slots=True)
class Update:
    calibrator: Calibrator  # as it would be
    forecasts: list[Forecast]  # before by the bench's weights, after by weights that had not seen the verdict

    @property
    def before(self) -> Quality:
        return quality([(f.before, f.success, f.weight) for f in self.forecasts])

    @property
    def after(self) -> Quality:
        return quality([(f.after, f.success, f.weight) for f in self.forecasts])

    @property
    def gain(self) -> Figure:
        """How much lower Brier's score is than by the bench's weights."""
        return gain(self.forecasts)

    @property
    def is_better(self) -> bool:
        """Whether the whole interval of the gain is above 0."""
        return self.gain.low is not None and self.gain.low > 0


def update(calibrator: Calibrator, judged: Sequence[JudgedAnswer], on: date) -> Update:
    """From the bench's weights, whatever was learned before; `judged` must not be empty.

    Doubted answers fail over, so they have fewer verdicts. That is no bias: what decides it is among the
    features, and a share of right answers given the features does not change with how many were seen.
    """
    bench = Logistic(calibrator.intercept, calibrator.weights, calibrator.means, calibrator.scales)
    moved = _moved(bench, judged)
    found = Update(calibrator, _forecasts(bench, judged))
    learned = Learned(
        fitted_at=on,
        n=len(judged),
        right=sum(one.is_right for one in judged),
        brier_before=found.before.brier.value or 0.0,
        brier_after=found.after.brier.value or 0.0,
        intercept=moved.intercept,
        weights=moved.weights,
    )
    return replace(found, calibrator=calibrator.model_copy(update={"learned": learned}))


def _forecasts(bench: Logistic, judged: Sequence[JudgedAnswer]) -> list[Forecast]:
    """All verdicts on one prompt are in one fold: else the weights would have seen them."""
    folds = [crc32(one.group.encode("utf-8", "surrogatepass")) % FOLDS for one in judged]
    by_fold = {
        fold: _moved(bench, [one for one, its in zip(judged, folds, strict=True) if its != fold])
        for fold in set(folds)
    }
    return [_forecast(one, bench, by_fold[fold]) for one, fold in zip(judged, folds, strict=True)]


def _forecast(one: JudgedAnswer, bench: Logistic, moved: Logistic) -> Forecast:
    values = features(one.signals)
    return Forecast(Route.LOCAL, float(one.is_right), one.worth, bench.predict(values), moved.predict(values))


def _moved(bench: Logistic, judged: Sequence[JudgedAnswer]) -> Logistic:
    return refit(
        bench,
        [features(one.signals) for one in judged],
        [one.is_right for one in judged],
        [one.worth for one in judged],
        PRIOR_RIDGE,
    )
