"""A calibrator, and answers that it judged with what a user said of them."""

from hroute.core.confidence.calibrator import Calibrator, CalibratorOrigin, GradedAnswer, calibrated
from hroute.core.confidence.signals import AnswerSignals
from hroute.core.decision.decision import Route
from tests.support.verdicts import Rated

ORIGIN = CalibratorOrigin("ab" * 32, 100, 1, "Q4_1", "2026-11-01")
LONGEST = 50  # tokens


def calibrator(origin: CalibratorOrigin = ORIGIN) -> Calibrator:
    """Has seen the surer half of answers be right, but for every fifth."""
    rows = [
        GradedAnswer("sums", sure(place / 100), (place >= 50) != (place % 5 == 0)) for place in range(100)
    ]
    return calibrated([*rows, GradedAnswer("sums", sure(0.5, tokens=LONGEST), True)], origin, 0.9)


def sure(sureness: float, tokens: int = 10) -> AnswerSignals:
    """`sureness`: 1 is certain, 0 very unsure."""
    logprob = (sureness - 1) / 5
    return AnswerSignals(tokens, logprob * 10, logprob, 3 * logprob)


def overrated(n: int, by: Calibrator, model: str = "SmolLM2") -> list[Rated]:
    """Answers of all degrees of sureness; the surest fifth is right, and of the others every tenth."""
    return [
        Rated(
            f"prompt {place}",
            Route.LOCAL,
            is_good=place % 5 == 4 or place % 10 == 0,
            p_local=0.5,
            model=model,
            answer_signals=sure((place % 5 + 0.5) / 5),
            calibrator=by.name,
        )
        for place in range(n)
    ]
