"""Decides a second time: after the answer, from the answer."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hroute.core.contract import Fault, Rejection
from hroute.core.decision.decision import Decision
from hroute.core.routing.policy import doubt
from hroute.core.turn.turn import Turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from hroute.core.confidence.protocol import ConfidencePredictor
    from hroute.core.confidence.signals import AnswerSignals
    from hroute.core.loops import PastExchange
    from hroute.core.settings import Settings
    from hroute.store.log import Log
    from hroute.store.rows import LoggedTurn


@dataclass(frozen=True, slots=True)
class ConfidenceResult:
    """What an answer says about itself; `rejection` when it should not be given.

    With a calibrator and no confidence, that was asked and does not know answers like this one.
    """

    answer_signals: "AnswerSignals | None" = None
    confidence: float | None = None
    calibrator: str | None = None
    rejection: Rejection | None = None


class ConfidenceCheck:
    """At local answers that their contract accepts."""

    def __init__(
        self,
        turn: Turn,
        decision: Decision,
        calibrator: "Callable[[], ConfidencePredictor | None]",
        settings: "Settings",
        log: "Log",
    ) -> None:
        """`calibrator`: fetches the one of the model that answers; None: nobody knows it."""
        self._turn, self._decision, self._calibrator = turn, decision, calibrator
        self._settings, self._log = settings, log

    def at(self, answer: str, answer_signals: "AnswerSignals | None") -> ConfidenceResult:
        """`answer` is its JSON where it is bound to a form. Without a calibrator nothing is overridden."""
        calibrator = self._calibrator()
        confidence = why = name = None
        if calibrator is not None and answer_signals is not None:
            confidence, name = calibrator.predict(answer_signals), calibrator.name
        if confidence is not None:
            why = doubt(confidence, self._decision, self._settings)
        loop = self._loop(answer)
        rejection = Rejection(Fault.LOW_CONFIDENCE, why) if why else None
        return ConfidenceResult(
            answer_signals,
            confidence,
            name,
            Rejection(Fault.LOOP, loop) if loop else rejection,
        )

    def _loop(self, answer: str) -> str | None:
        """Whether the turn's session has heard this before."""
        place = self._turn.options.place
        if place is None or place.parent_id is None:
            return None
        from hroute.core.loops import WINDOW_TURNS, find_loop

        earlier = self._log.sessions.conversation(place.parent_id, limit=WINDOW_TURNS)
        return find_loop([exchange_of(turn) for turn in earlier], self._turn.ask, answer)


def exchange_of(logged: "LoggedTurn") -> "PastExchange":
    from hroute.core.loops import PastExchange
    from hroute.core.tools.judge import judge

    given, request = logged.given, logged.request
    answer = given.attempt.text if given else ""
    expected = request.readable().bound_to if request else None
    if expected is not None and answer:
        answer = judge(answer, expected, cut=False).json_text
    was_escalated = any(one.attempt.reason == Fault.LOOP for one in logged.attempts)
    return PastExchange(logged.prompt or "", answer, was_escalated)
