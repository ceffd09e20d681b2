"""Whether an answer was right, and who says so."""

from decimal import Decimal
from enum import StrEnum
from typing import Self

from hroute.core.frozen import frozen


class Judgement(StrEnum):
    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"  # takes an earlier verdict back


class By(StrEnum):
    """Who says so; a later one in this order is not overruled by an earlier one."""

    CONTRACT = "contract"  # a valid tool call or schema output
    RETRY = "retry"  # the user asked the other route: a soft bad
    USER = "user"


@frozen
class Verdict:
    """`minutes` is what a failure took of the user's time; None: cpst.minutes_per_failure."""

    judgement: Judgement
    by: By = By.USER
    minutes: Decimal | None = None
    note: str | None = None

    @classmethod
    def by_contract(cls) -> Self:
        return cls(Judgement.GOOD, By.CONTRACT)
