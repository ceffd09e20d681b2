"""What says how likely an answer is right."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from hroute.core.confidence.signals import AnswerSignals


class ConfidencePredictor(Protocol):
    """Knows one model file. `predict` is the probability that an answer with these signals is right.

    None for an answer unlike all it knows.
    """

    @property
    def name(self) -> str: ...
    def predict(self, signals: "AnswerSignals") -> float | None: ...
