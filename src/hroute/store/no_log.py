"""A log that keeps no texts and no file: only what limits on money and the breaker need, in memory."""

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from threading import Lock

from hroute.core.decision.decision import Decision, Route
from hroute.core.decision.signals import Signals
from hroute.core.errors import LogError
from hroute.core.turn.attempt import Answer, Attempt
from hroute.core.turn.turn import Turn
from hroute.store.file import LogFile
from hroute.store.log import Log
from hroute.store.rows import CloudOutcome, LoggedTurn, Start
from hroute.store.sessions import Sessions
from hroute.store.verdicts import Verdicts

NO_FILE = Path("no log")  # never opened
KEPT_OUTCOMES = 100  # more than the breaker looks at


class _NoFile(LogFile):
    def is_absent(self) -> bool:
        return True

    def turn(self, turn_id: int) -> LoggedTurn | None:
        raise _nothing_kept()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        raise _nothing_kept()
        yield


def _nothing_kept() -> LogError:
    return LogError("no log is kept: there are no sessions and no verdicts", "open the Router with a log")


class NoLog(Log):
    """For the path of a turn, from any thread. Its spending is that of this object, from when it was made."""

    def __init__(self) -> None:
        super().__init__(NO_FILE, "off")
        self._file = _NoFile(NO_FILE, 0)
        self.sessions, self.verdicts = Sessions(self._file), Verdicts(self._file, "off")
        self._lock = Lock()
        self._turn_ids, self._attempt_ids = count(1), count(1)
        self._at_cloud: dict[int, datetime] = {}  # when the attempts began that are still open
        self._spent: dict[date, Decimal] = {}
        self._outcomes: deque[CloudOutcome] = deque(maxlen=KEPT_OUTCOMES)

    def open_turn(  # noqa: PLR0913  as Log has it
        self,
        turn: Turn,
        signals: Signals,
        decision: Decision,
        *,
        command: str,
        overhead_ms: float,
        at: datetime,
    ) -> int:
        return next(self._turn_ids)

    def record_history_turns(self, turn_id: int, history_turns: int) -> None:
        pass

    def open_attempt(self, turn_id: int, start: Start, *, at: datetime) -> int:
        attempt_id = next(self._attempt_ids)
        if start.route is Route.CLOUD:
            with self._lock:
                self._at_cloud[attempt_id] = at
        return attempt_id

    def close_attempt(self, attempt_id: int, attempt: Attempt) -> None:
        with self._lock:
            at = self._at_cloud.pop(attempt_id, None)
            if at is None:
                return
            self._spent[at.date()] = self._spent.get(at.date(), Decimal(0)) + (attempt.cost_usd or Decimal(0))
            self._outcomes.appendleft(CloudOutcome(at, attempt.outcome, attempt.reason))

    def close_turn(self, turn_id: int, answer: Answer | None, *, at: datetime) -> None:
        pass

    def spent_usd(self, since: datetime) -> Decimal:
        """`since` is the beginning of a day (UTC)."""
        with self._lock:
            return sum((usd for day, usd in self._spent.items() if day >= since.date()), Decimal(0))

    def recent_cloud_outcomes(self, since: datetime, limit: int) -> list[CloudOutcome]:
        with self._lock:
            return [one for one in self._outcomes if one.at >= since][:limit]
