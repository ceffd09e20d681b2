"""Reads a verdict that a program gives."""

from decimal import Decimal
from typing import Literal

from hroute.api.reply import Reply
from hroute.core.decision.decision import LONGEST_MINUTES
from hroute.core.errors import UsageError
from hroute.core.turn.verdict import Judgement, Verdict

Given = Judgement | Literal["good", "bad", "unknown"]


def turn_id_of(rated: Reply | int) -> int:
    turn_id = rated.id if isinstance(rated, Reply) else rated
    if type(turn_id) is not int:
        raise UsageError(f"a {type(turn_id).__name__} was rated, must be a Reply or the number of a turn")
    return turn_id


def verdict_of(judgement: Given, minutes: Decimal | float | None) -> Verdict:
    """Raises UsageError for what is none."""
    if judgement not in list(Judgement):
        raise UsageError(f"a verdict is {str(judgement)[:60]!r}, must be good, bad or unknown")
    if minutes is None:
        return Verdict(Judgement(judgement))
    if type(minutes) not in (int, float, Decimal) or not 0 <= minutes <= LONGEST_MINUTES:
        raise UsageError(f"minutes is {minutes!r}, must be a number from 0 to {LONGEST_MINUTES:,}")
    return Verdict(Judgement(judgement), minutes=Decimal(str(minutes)))
