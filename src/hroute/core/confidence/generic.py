"""How likely an answer is right by what other models' answers taught, for models without calibrator."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hroute.core.confidence.calibrator import FEATURES, GradedAnswer, features, trained, weakened
from hroute.core.confidence.logistic import Logistic
from hroute.core.confidence.names import GENERIC
from hroute.core.confidence.signals import AnswerSignals

CLOSE = 0.03  # of AUROC below a model's own calibrator: what is farther off is no default


class Member(BaseModel):
    """A model that it learned from, and what one learned without that model was worth on it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str = Field(max_length=200)
    quantization: str = Field(max_length=40)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    seed: int = Field(ge=0)  # of its tasks and answers
    hard: bool
    n: int = Field(gt=0)
    right: int = Field(ge=0)
    auroc_own: float = Field(ge=0, le=1)  # of one learned from this model alone, on kinds of tasks left out
    auroc_generic: float = Field(ge=0, le=1)  # of one learned from the others, on kinds of tasks left out
    error_own: float = Field(ge=0, le=1)  # calibration error
    error_generic: float = Field(ge=0, le=1)


class Generic(BaseModel):
    """Knows no model in particular. As JSON it is its own file format."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    version: Literal[1] = 1
    created: date
    members: tuple[Member, ...] = Field(min_length=2)
    most_tokens: int = Field(gt=0)  # of an answer it learned from
    features: tuple[str, ...]
    intercept: float
    weights: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]

    @model_validator(mode="after")
    def _fits_together(self) -> "Generic":
        if self.features != FEATURES:
            raise ValueError("it was made from other signals than this version measures: make it anew")
        if {len(self.weights), len(self.means), len(self.scales)} != {len(FEATURES)} or min(self.scales) <= 0:
            raise ValueError("it must have a weight, a mean and a scale above 0 for each feature")
        return self

    @property
    def name(self) -> str:
        """Stands in the log."""
        return f"{GENERIC}{self.created}, {len(self.members)} models"

    @property
    def loss(self) -> float:
        """How much lower its AUROC is than that of a model's own calibrator, on average over models."""
        return sum(one.auroc_own - one.auroc_generic for one in self.members) / len(self.members)

    @property
    def is_close(self) -> bool:
        """Whether it may speak for a model that nobody has calibrated."""
        return self.loss <= CLOSE

    def predict(self, signals: AnswerSignals) -> float:
        """P(right), in microseconds."""
        learned = Logistic(self.intercept, self.weights, self.means, self.scales)
        return weakened(learned, signals, self.most_tokens)


def generic(rows: Sequence[GradedAnswer], members: Sequence[Member], on: date) -> Generic:
    """Learns from all rows; `members` tell whose they are."""
    learned = trained(rows)
    return Generic(
        created=on,
        members=tuple(members),
        most_tokens=max(row.signals.tokens for row in rows),
        features=FEATURES,
        intercept=learned.intercept,
        weights=learned.weights,
        means=learned.means,
        scales=learned.scales,
    )


def by_others(rows: Sequence[GradedAnswer], others: Sequence[GradedAnswer]) -> list[float]:
    """P(right) of each row, by what was learned from other models on other families of tasks."""
    by_family = {
        family: trained([row for row in others if row.family != family])
        for family in {row.family for row in rows}
    }
    return [by_family[row.family].predict(features(row.signals)) for row in rows]
