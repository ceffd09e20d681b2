"""How likely an answer is right, by its signals: learned from graded answers of one model."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, log, sqrt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hroute.core.confidence.logistic import Logistic
from hroute.core.confidence.signals import AnswerSignals, Own
from hroute.core.odds import sigmoid

RIDGE = 10.0  # rows; chosen on answers of the starter to other seeds than the published figures
LEAST_ROWS = 40  # of each outcome; fewer determine no probability
FEATURES = (
    "per_token",
    "own",
    "own_probability",
    "new_entropy",
    "conclusion",
    "conclusion_probability",
    "weakest_sentences",
)


@dataclass(frozen=True, slots=True)
class GradedAnswer:
    """An answer's signals, and whether it was right."""

    family: str
    signals: AnswerSignals
    is_right: bool


class FamilyFigures(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    n: int = Field(ge=0)
    right: int = Field(ge=0)


class Learned(BaseModel):
    """What a user's verdicts made of a calibrator's weights; its means and scales stay."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    fitted_at: date
    n: int = Field(gt=0)
    right: int = Field(ge=0)
    brier_before: float = Field(ge=0, le=1)  # by the bench's weights
    brier_after: float = Field(ge=0, le=1)  # by weights that had not seen the verdict
    intercept: float
    weights: tuple[float, ...]


class Calibrator(BaseModel):
    """Knows one model file. As JSON it is its own file format."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    version: Literal[1] = 1
    model_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    model_bytes: int = Field(gt=0)
    model_mtime_ns: int  # with its size, a file that need not be read again to be known
    quantization: str = Field(max_length=40)
    created: str = Field(max_length=40)  # a date, given by whoever made it
    families: dict[str, FamilyFigures]
    auroc: float = Field(ge=0, le=1)  # on families that were left out in training
    most_tokens: int = Field(gt=0)  # of an answer it learned from
    features: tuple[str, ...]
    intercept: float
    weights: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    learned: Learned | None = None  # in place of the weights above, which the bench gave

    @model_validator(mode="after")
    def _fits_together(self) -> "Calibrator":
        if self.features != FEATURES:
            raise ValueError("it was made from other signals than this version measures: make it anew")
        if {len(self.weights), len(self.means), len(self.scales)} != {len(FEATURES)}:
            raise ValueError("it must have a weight, a mean and a scale for each feature")
        if self.learned is not None and len(self.learned.weights) != len(FEATURES):
            raise ValueError("it must have learned a weight for each feature")
        if min(self.scales) <= 0:
            raise ValueError("its scales must be above 0")
        return self

    @property
    def name(self) -> str:
        """Of the model file, the bench's run, and what was learned since: stands in the log."""
        learned = f" + {self.learned.n} verdicts" if self.learned else ""
        return f"{self._file}{self.created[:10]}{learned}"

    @property
    def _file(self) -> str:
        return f"{self.quantization} {self.model_sha256[:8]} of "

    def is_of_same_file(self, name: str) -> bool:
        """Whether a calibrator of this name was for the same model file."""
        return name.startswith(self._file)

    @property
    def n(self) -> int:
        return sum(family.n for family in self.families.values())

    def predict(self, signals: AnswerSignals) -> float:
        """P(right), in microseconds."""
        weights = self.learned or self
        learned = Logistic(weights.intercept, weights.weights, self.means, self.scales)
        return weakened(learned, signals, self.most_tokens)


@dataclass(frozen=True, slots=True)
class CalibratorOrigin:
    """The model file that a calibrator is for, and when it was made."""

    model_sha256: str
    model_bytes: int
    model_mtime_ns: int
    quantization: str
    created: str


def calibrated(rows: Sequence[GradedAnswer], origin: CalibratorOrigin, auroc: float) -> Calibrator:
    """Learns from all rows; `auroc` is what was measured by `cross_validated`."""
    by_family: dict[str, list[bool]] = {}
    for row in rows:
        by_family.setdefault(row.family, []).append(row.is_right)
    learned = trained(rows)
    return Calibrator(
        model_sha256=origin.model_sha256,
        model_bytes=origin.model_bytes,
        model_mtime_ns=origin.model_mtime_ns,
        quantization=origin.quantization,
        created=origin.created,
        families={name: FamilyFigures(n=len(r), right=sum(r)) for name, r in sorted(by_family.items())},
        auroc=auroc,
        most_tokens=max(row.signals.tokens for row in rows),
        features=FEATURES,
        intercept=learned.intercept,
        weights=learned.weights,
        means=learned.means,
        scales=learned.scales,
    )


def trained(rows: Sequence[GradedAnswer]) -> Logistic:
    from hroute.core.confidence.fit import fit

    return fit([features(row.signals) for row in rows], [row.is_right for row in rows], RIDGE)


def cross_validated(rows: Sequence[GradedAnswer], groups: Sequence[object]) -> list[float]:
    """P(right) of each row, by what was learned from the rows of all other groups; 0.5 if there are none."""
    found = [0.5] * len(rows)
    for group in dict.fromkeys(groups):
        others = [row for row, its in zip(rows, groups, strict=True) if its != group]
        if not others:
            break
        learned = trained(others)
        for place, (row, its) in enumerate(zip(rows, groups, strict=True)):
            if its == group:
                found[place] = learned.predict(features(row.signals))
    return found


def weakened(learned: Logistic, signals: AnswerSignals, most_tokens: int) -> float:
    """P(right). Of an answer longer than any that was learned from it says less, the longer the answer is.

    The features do not grow with length, but what follows from them was seen up to that length only: so the
    log odds are drawn towards those of an answer of which nothing is known.
    """
    p = learned.predict(features(signals))
    if signals.tokens <= most_tokens:
        return p
    share = most_tokens / signals.tokens
    return sigmoid(share * log(p / (1 - p)) + (1 - share) * learned.intercept)


def is_enough(outcomes: Iterable[bool]) -> bool:
    right = list(outcomes)
    return min(sum(right), len(right) - sum(right)) >= LEAST_ROWS


def features(signals: AnswerSignals) -> tuple[float, ...]:
    """In the order of FEATURES. Roots, because one surprise of 20 nats says little more than one of 10.

    The prompt counts by what the answer adds to it. The scout's reading is left out: on kinds of tasks that
    it was not fitted to, it makes the whole worse; and so are samples, which add nothing to these. None of
    them grows with an answer's length alone.
    """
    own = signals.own or Own(signals.logprob_sum, signals.entropy_max)
    conclusion = own.logprob_sum if signals.conclusion is None else signals.conclusion
    weakest = own.logprob_sum if signals.weakest is None else signals.weakest
    entropy = own.entropy_max if signals.new_entropy is None else signals.new_entropy
    return (
        _root(signals.logprob_mean),
        _root(own.logprob_sum),
        exp(min(0.0, own.logprob_sum)),
        _root(-(entropy or 0.0)),
        _root(conclusion),
        exp(min(0.0, conclusion)),
        _root(weakest),
    )


def _root(logarithm: float) -> float:
    return -sqrt(max(0.0, -logarithm))
