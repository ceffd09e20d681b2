"""A slow scout that is used for as long as it keeps to its time budget."""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from time import perf_counter
from typing import Protocol

from hroute.core.decision.signals import Reason, ScoutReading
from hroute.core.errors import LocalInferenceError
from hroute.core.intervals import percentile
from hroute.core.routing.reasons import ScoutBroken, ScoutLate
from hroute.core.scout.protocol import Scout

WINDOW = 50
HOPELESS_FROM = 3  # readings, all of them late
JUDGED_FROM = 20  # readings: one hiccup is no percentile


class SlowScout(Scout, Protocol):
    @property
    def kind(self) -> str: ...  # as scout.kind names it
    def load(self) -> None: ...


class BudgetedScout:
    """Reads with the slow scout; with the fast one, which then says why, once it is late or broken.

    It stays with the fast one for the rest of the process. Loading does not count as late, nor does the wait
    for the readings of other callers: the slow one reads for one at a time.
    """

    def __init__(
        self, slow: SlowScout, fast: Scout, budget_ms: float, clock: Callable[[], float] = perf_counter
    ) -> None:
        self._slow, self._fast = slow, fast
        self._budget_ms, self._clock = budget_ms, clock
        self._latencies_ms: deque[float] = deque(maxlen=WINDOW)
        self._failure = ""
        self._note: Reason = ScoutLate(slow.kind, budget_ms)
        self._lock = threading.Lock()

    def read(self, prompt: str) -> ScoutReading:
        with self._lock:
            slowly = self._read_in_time(prompt)
        if slowly is not None:
            return slowly
        reading = self._fast.read(prompt)
        why = self._failure or f"{self._slow.kind} over budget"
        return replace(reading, model=f"{reading.model} ({why})", note=self._note)

    def load_ahead(self) -> None:
        """Begins to load the slow scout in a thread of its own; what goes wrong is told by the first reading.

        For one whose `load` may be called from several threads, and loads once.
        """
        threading.Thread(target=self._load_ahead, name="hroute-scout", daemon=True).start()

    def _load_ahead(self) -> None:
        with suppress(LocalInferenceError):
            self._slow.load()

    def _read_in_time(self, prompt: str) -> ScoutReading | None:
        """None once the slow scout is late or broken."""
        if self._failure or self._is_late():
            return None
        try:
            return self._read_slowly(prompt)
        except LocalInferenceError as error:
            self._failure = f"{self._slow.kind} failed: {error.failure}"
            self._note = ScoutBroken(error.message, error.remedies)
            return None

    def _is_late(self) -> bool:
        latencies, budget_ms = self._latencies_ms, self._budget_ms
        if len(latencies) >= HOPELESS_FROM and min(latencies) > budget_ms:
            return True
        return len(latencies) >= JUDGED_FROM and percentile(latencies, 0.95) > budget_ms

    def _read_slowly(self, prompt: str) -> ScoutReading:
        self._slow.load()
        started_s = self._clock()
        reading = self._slow.read(prompt)
        self._latencies_ms.append((self._clock() - started_s) * 1000)
        return reading.after(self._latencies_ms[-1])
