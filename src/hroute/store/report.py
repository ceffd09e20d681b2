"""Reads what a report is made of: the rollup for whole days, the turns themselves for the rest."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hroute.core.report.facts import (
    TALLY_NAMES,
    Cell,
    DayCell,
    Ending,
    Facts,
    HistogramBucket,
    SessionCell,
    Tally,
)
from hroute.store import codec
from hroute.store.file import LogFile

LAST_SESSIONS, LONGEST_SESSIONS = 20, 5
_DAY_MS = 86_400_000
_FIRST_DAY = date(1970, 1, 1)
_PRODUCTS = ("cc", "cw", "ww", "cm", "wm", "mm")
# TOTAL() adds in floating point, where SUM() of products could leave the 64 bits and fail.
_SUMS = ", ".join(f"{'total' if name in _PRODUCTS else 'sum'}({name})" for name in TALLY_NAMES)
_CELL = ", ".join(("day", "category", "route", "slot", "model", "ending", *TALLY_NAMES))
_COUNT = "kind, bucket, n"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which turns a report is about; None: all. The category of turns that have none is ''."""

    since: datetime | None = None
    category: str | None = None
    session_id: int | None = None


EVERYTHING = Scope()


class Reports:
    def __init__(self, file: LogFile) -> None:
        self._file = file

    def facts(self, scope: Scope = EVERYTHING) -> Facts:
        """All of it as of one moment, also while others write. Raises LogError."""
        if self._file.is_absent():
            return Facts()
        with self._file.snapshot() as connection, self._file.readable():
            return _Reading(connection, scope).facts()


class _Reading:
    """The queries of one report."""

    def __init__(self, connection: sqlite3.Connection, scope: Scope) -> None:
        self._connection, self._scope = connection, scope
        since_ms = 0 if scope.since is None else codec.to_ms(scope.since)
        first_day = -(-since_ms // _DAY_MS)  # the first that is in it whole
        self._values = {
            "since": None if scope.since is None else since_ms,
            "category": scope.category,
            "session": scope.session_id,
            "first_day": first_day,
            "first_day_ms": first_day * _DAY_MS,
            "last": LAST_SESSIONS,
            "longest": LONGEST_SESSIONS,
        }

    def facts(self) -> Facts:
        cells = self._source(_CELL, "report_cells", "turn_facts")
        counts = self._counts()
        return Facts(
            cells=tuple(self._cells(cells)),
            days=tuple(self._days(cells)),
            sessions=tuple(self._sessions()),
            session_count=self._session_count(),
            scout_us=counts.get("scout", ()),
            overhead_us=counts.get("overhead", ()),
            kept_good=counts.get("kept_good", ()),
            kept_bad=counts.get("kept_bad", ()),
        )

    def _cells(self, source: str) -> Iterator[Cell]:
        names = "category, route, slot, model, ending"
        for row in self._rows(f"SELECT {names}, {_SUMS} FROM ({source}) GROUP BY {names}"):
            category, route, slot, model, ending, *sums = row
            yield Cell(category, route, slot, model, Ending(ending), Tally(*sums))

    def _days(self, source: str) -> Iterator[DayCell]:
        for row in self._rows(f"SELECT day, ending, {_SUMS} FROM ({source}) GROUP BY day, ending"):
            day, ending, *sums = row
            yield DayCell(_FIRST_DAY + timedelta(days=day), Ending(ending), Tally(*sums))

    def _sessions(self) -> Iterator[SessionCell]:
        """Of those that were last used, and of those with the most turns."""
        where = self._where("session_id IS NOT NULL", category="coalesce(category, '')")
        ids = f"""
            WITH used AS (
                SELECT session_id, count(*) AS turns, max(id) AS last_id FROM turns
                WHERE {where} GROUP BY session_id)
            SELECT session_id FROM (SELECT session_id FROM used ORDER BY last_id DESC LIMIT :last)
            UNION SELECT session_id FROM (SELECT session_id FROM used ORDER BY turns DESC LIMIT :longest)"""
        listed = ", ".join(str(int(row[0])) for row in self._rows(ids))
        sql = f"""
            SELECT session_id, max(created_at), route, ending, {_SUMS} FROM turn_facts
            WHERE {self._where(f"session_id IN ({listed})")} GROUP BY session_id, route, ending"""
        for row in self._rows(sql):
            session_id, last_ms, route, ending, *sums = row
            yield SessionCell(session_id, codec.from_ms(last_ms), route, Ending(ending), Tally(*sums))

    def _session_count(self) -> int:
        where = self._where("session_id IS NOT NULL", category="coalesce(category, '')")
        (row,) = self._rows(f"SELECT count(DISTINCT session_id) FROM turns WHERE {where}")
        return int(row[0])

    def _counts(self) -> dict[str, tuple[HistogramBucket, ...]]:
        found: dict[str, list[HistogramBucket]] = {}
        source = self._source(_COUNT, "report_counts", "turn_counts")
        for row in self._rows(f"SELECT kind, bucket, sum(n) FROM ({source}) GROUP BY kind, bucket"):
            found.setdefault(row[0], []).append(HistogramBucket(row[1], row[2]))
        return {kind: tuple(sorted(counts, key=lambda c: c.bucket)) for kind, counts in found.items()}

    def _source(self, columns: str, rollup: str, view: str) -> str:
        """Whole days from the rollup; turns that are open, or in a first part of a day, from the view."""
        if self._scope.session_id is not None:
            return f"SELECT {columns} FROM {view} WHERE {self._where()}"
        count = "turns" if rollup == "report_cells" else "n"
        whole = f"{count} > 0 AND day >= :first_day" + (
            "" if self._scope.category is None else " AND category = :category"
        )
        parts = [
            f"SELECT {columns} FROM {rollup} WHERE {whole}",
            f"SELECT {columns} FROM {view} WHERE {self._where('NOT closed')}",
        ]
        if self._scope.since is not None:
            part = self._where("closed AND created_at < :first_day_ms")
            parts.append(f"SELECT {columns} FROM {view} WHERE {part}")
        return " UNION ALL ".join(parts)

    def _where(self, *terms: str, category: str = "category") -> str:
        """The terms and the scope, on the columns of a view; `category` is one that is never NULL."""
        scope = {"since": "created_at >= :since", "category": f"{category} = :category"}
        scope["session"] = "session_id = :session"
        named = [sql for name, sql in scope.items() if self._values[name] is not None]
        return " AND ".join([*terms, *named]) or "1"

    def _rows(self, sql: str) -> Iterator[sqlite3.Row]:
        return self._connection.execute(sql, self._values)
