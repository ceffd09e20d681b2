"""A finished run of `bench confidence` as it is saved: its model, graded answers and cost."""

from pathlib import Path
from typing import Any

from pydantic import Field, field_validator

from hroute.bench.brackets.run import ExaminedModel, Work
from hroute.bench.saved_runs import RunBase, Saved, read_saved
from hroute.core.confidence.calibrator import GradedAnswer
from hroute.core.confidence.signals import AnswerSignals, signals_of
from hroute.core.confidence.tokens import ScoredToken

VERSION = 2


class ConfidencePlan(Saved):
    """What a run does; equal plans and equal models give equal answers. The recipe is the settings'."""

    seed: int
    samples: int  # further answers to each task, for agreement
    slots: int
    threads: int
    temperature: float
    top_p: float
    repeat_penalty: float
    hard: bool = False  # tasks of the upper levels


Packed = tuple[str, float | None, float | None, float | None]


def packed(token: ScoredToken) -> Packed:
    """Its text, log-probability, entropy and lead, as no finer than anything depends on."""
    numbers = (token.logprob, token.entropy, token.lead)
    logprob, entropy, lead = (None if value is None else round(value, 5) for value in numbers)
    return token.text, logprob, entropy, lead


class ConfidenceAnswer(Saved):
    """One task and its graded answer."""

    task: str
    family: str
    level: int
    prompt: str
    right: str
    p_local: float
    text: str
    is_right: bool
    tokens: int  # of this answer and the samples beside it
    signals: dict[str, Any]  # AnswerSignals, as JSON
    scored: tuple[Packed, ...] = ()  # every token, so that signals can be measured anew

    @field_validator("signals")
    @classmethod
    def _make_sense(cls, signals: dict[str, Any]) -> dict[str, Any]:
        AnswerSignals.from_json(signals)
        return signals

    @property
    def graded(self) -> GradedAnswer:
        return GradedAnswer(self.family, self._measured, self.is_right)

    @property
    def _measured(self) -> AnswerSignals:
        """By the measures of now, where the tokens are there."""
        stored = AnswerSignals.from_json(self.signals)
        tokens = [ScoredToken(*token) for token in self.scored]
        return signals_of(tokens, self.prompt, stored.agreement) or stored


class CollectingCost(Saved):
    """Of collecting the signals of a token, beside the token: CPU milliseconds, one thread.

    `pairs` are the CPU times of the same tokens decoded without and with it.
    """

    token_ms: float
    signals_ms: float
    pairs: tuple[tuple[float, float], ...]

    @property
    def share(self) -> float:
        return self.signals_ms / self.token_ms


class ConfidenceRun(RunBase):
    version: int = VERSION
    model: ExaminedModel
    plan: ConfidencePlan
    work: Work
    answers: tuple[ConfidenceAnswer, ...] = Field(min_length=1)
    cost: CollectingCost | None = None


def read_run(path: Path) -> ConfidenceRun:
    """Raises UsageError for a file that is no saved run."""
    return read_saved(path, ConfidenceRun, "confidence")
