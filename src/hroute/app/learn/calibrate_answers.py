"""Moves each local model's calibrator by the verdicts on its answers, where there are enough of them."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from hroute.app.learn.answer_evidence import Answers
from hroute.app.learn.calibrate import LEAST_VERDICTS

if TYPE_CHECKING:
    from hroute.core.confidence.update import Update

# Of right answers and of wrong ones. Somebody who only ever complains says nothing of what tells them apart,
# and would teach that every answer is wrong.
LEAST_OF_EACH = 5


@dataclass(frozen=True, slots=True)
class CalibratorUpdate:
    answers: Answers
    update: "Update | None"  # None: too few verdicts, or no calibrator to move

    @property
    def is_better(self) -> bool:
        return self.update is not None and self.update.is_better


def updated_calibrator(answers: Answers, on: date) -> CalibratorUpdate:
    calibrator = answers.file.calibrator
    if calibrator is None or not _is_enough(answers):
        return CalibratorUpdate(answers, None)
    from hroute.core.confidence.update import update

    return CalibratorUpdate(answers, update(calibrator, answers.judged, on))


def _is_enough(answers: Answers) -> bool:
    n, right = len(answers.judged), answers.right
    return n >= LEAST_VERDICTS and LEAST_OF_EACH <= right <= n - LEAST_OF_EACH
