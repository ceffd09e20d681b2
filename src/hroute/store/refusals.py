"""What servers were found to refuse, in a small file beside the log: it spares a refused request each time.

It holds addresses, models and the names of fields, and nothing of what was asked or of who asked.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from hroute import disk

FILE_NAME = "servers.json"
KEPT_S = 7 * 24 * 3600  # a server may have learnt it by then
_MAX_BYTES = 1_000_000
_MAX_SERVERS = 200
_MAX_FIELDS = 50

Entries = dict[str, dict[str, float]]  # server and model -> field -> until when, in seconds of the epoch


@dataclass(slots=True)
class RememberedRefusals:
    """For any thread. A file that cannot be read or written, or is damaged, is as none."""

    path: Path
    clock: Callable[[], float] = time.time

    def recall(self, endpoint: str, model: str) -> frozenset[str]:
        """The fields that this model at this address refuses; the file is read each time."""
        return frozenset(self._entries().get(_key(endpoint, model), ()))

    def keep(self, endpoint: str, model: str, refused: frozenset[str]) -> None:
        """Known ones keep their date: after it, the server is tried with them again."""
        with _LOCK:
            entries = self._entries()
            until = dict.fromkeys(refused, self.clock() + KEPT_S) | entries.pop(_key(endpoint, model), {})
            entries[_key(endpoint, model)] = until
            newest = dict(list(entries.items())[-_MAX_SERVERS:])
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                disk.replace(self.path, json.dumps(newest, indent=1).encode())
            except OSError:
                return

    def _entries(self) -> Entries:
        try:
            with self.path.open("rb") as file:
                raw = json.loads(file.read(_MAX_BYTES))
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(raw, dict):
            return {}
        entries = {key: self._valid(fields) for key, fields in raw.items()}
        return {key: fields for key, fields in entries.items() if fields}

    def _valid(self, fields: Any) -> dict[str, float]:
        """Those that have not expired; a date too far ahead is of a clock that was wrong."""
        if not isinstance(fields, dict):
            return {}
        now = self.clock()
        return {
            name: until
            for name, until in list(fields.items())[:_MAX_FIELDS]
            if type(until) in (int, float) and now < until <= now + KEPT_S
        }


_LOCK = Lock()  # of all files: two engines of one process may learn at once


def _key(endpoint: str, model: str) -> str:
    return f"{endpoint} {model}"
