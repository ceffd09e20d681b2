"""Picks the log's verdicts on answers whose model said how sure it was, for the calibrators of the models."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from hroute.app.learn.calibrations import ModelFile, file_of
from hroute.app.learn.verdict_evidence import group, newest, worths
from hroute.core.confidence.names import is_generic
from hroute.core.decision.decision import Route
from hroute.core.turn.verdict import By
from hroute.store.verdicts import AttemptOutcome

if TYPE_CHECKING:
    from hroute.core.confidence.update import JudgedAnswer


class Unusable(StrEnum):
    """Why a verdict on a local answer teaches nothing."""

    UNCALIBRATED = "uncalibrated"  # the model has no calibrator
    UNJUDGED = "unjudged"  # no calibrator of its own judged it, so the log does not say which file gave it
    OTHER_FILE = "other_file"  # of the same name gave it


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody said of the answers of one model file."""

    file: ModelFile
    judged: "list[JudgedAnswer]" = field(default_factory=list)
    left_out: Counter[Unusable] = field(default_factory=Counter)

    @property
    def right(self) -> int:
        return sum(one.is_right for one in self.judged)


def gather_answers(
    outcomes: Iterable[AttemptOutcome],
    files: Sequence[ModelFile],
    since: datetime | None = None,
) -> list[Answers]:
    """The newest, of the files about which the log has anything. Weighted as the verdicts on routes are.

    What a contract says is left aside: all answers that confidence decides about have kept theirs.
    """
    said = (o for o in outcomes if o.answer_signals and o.route is Route.LOCAL and o.by is not By.CONTRACT)
    recent = newest(said, since)
    givers = [file_of(outcome.model, outcome.calibrator, files) for outcome in recent]
    pairs = list(zip(recent, givers, strict=True))
    found = [_answers(file, [outcome for outcome, giver in pairs if giver is file]) for file in files]
    return [answers for answers in found if answers.judged or answers.left_out]


def _answers(file: ModelFile, outcomes: Sequence[AttemptOutcome]) -> Answers:
    from hroute.core.confidence.update import JudgedAnswer

    answers = Answers(file)
    usable = []
    for outcome in outcomes:
        if why := _unusable(outcome, file):
            answers.left_out[why] += 1
        else:
            usable.append(outcome)
    for outcome, worth in zip(usable, worths(usable), strict=True):
        if outcome.answer_signals is not None:
            answers.judged.append(
                JudgedAnswer(outcome.answer_signals, outcome.was_right, worth, group(outcome))
            )
    return answers


def _unusable(outcome: AttemptOutcome, file: ModelFile) -> Unusable | None:
    calibrator, signals = file.calibrator, outcome.answer_signals
    if calibrator is None or signals is None:
        return Unusable.UNCALIBRATED
    if outcome.calibrator is None or is_generic(outcome.calibrator):
        return Unusable.UNJUDGED
    return None if calibrator.is_of_same_file(outcome.calibrator) else Unusable.OTHER_FILE
