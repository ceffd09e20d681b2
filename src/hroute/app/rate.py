"""Says whether a turn succeeded: the verdicts that reports, replays and calibrations learn from."""

from dataclasses import dataclass
from datetime import UTC, datetime

from hroute.core.errors import UsageError
from hroute.core.remedies import RateBad, RetryTurn
from hroute.core.turn.verdict import Judgement, Verdict
from hroute.store.log import Log


@dataclass(frozen=True, slots=True)
class Rated:
    """What holds of a turn now, and what held before; None: nothing did."""

    turn_id: int
    verdict: Verdict
    was: Verdict | None


def rate(log: Log, turn_id: int, verdict: Verdict) -> Rated:
    """Gives the user's verdict; an earlier one is kept in the history.

    Raises LogError when there is no such turn, UsageError for a verdict that cannot be.
    """
    if verdict.minutes is not None and verdict.judgement is not Judgement.BAD:
        raise UsageError(
            f"only a bad answer costs minutes, and this verdict is {verdict.judgement}",
            RateBad(turn_id, f"{verdict.minutes:f}"),
        )
    turn = log.turn(turn_id)
    if verdict.judgement is Judgement.GOOD and turn.given is None:
        raise UsageError(
            f"turn {turn_id} got no answer, so none can be good",
            RetryTurn(turn_id, is_kept=turn.request is not None),
        )
    log.verdicts.give(turn_id, verdict, at=datetime.now(UTC))
    return Rated(turn_id, verdict, turn.verdict)
