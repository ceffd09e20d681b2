"""The log: every turn with its decision, every attempt with its cost, in one SQLite file."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from hroute.core.errors import LogError
from hroute.core.types import Answer, Attempt, Decision, Signals, Turn
from hroute.store import codec, queries, schema
from hroute.store.faults import told
from hroute.store.rows import (
    CloudOutcome,
    Egress,
    Filter,
    LoggedTurn,
    Prompts,
    Pruned,
    Start,
    Summary,
)

__all__ = ["Filter", "Log", "Prompts", "Start"]

EVERYTHING = Filter()

V = TypeVar("V")


class Log:
    """Opened on first use, in the thread that uses it; the file is made by the first write.

    Every method raises LogError when the file cannot be used. A write is committed when it returns.
    """

    def __init__(self, path: Path, prompts: Prompts = "full", *, busy_s: float = schema.BUSY_S) -> None:
        self.path = path
        self._prompts = prompts
        self._busy_s = busy_s
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._connection is not None:
            with told(self.path):
                self._connection.close()
            self._connection = None

    # --- writing --------------------------------------------------------------

    def open_turn(  # noqa: PLR0913  the facts of a row; a class for them would have this one use
        self,
        turn: Turn,
        signals: Signals,
        decision: Decision,
        *,
        command: str,
        overhead_ms: float,
        at: datetime,
    ) -> int:
        """The new turn's id. `at` carries its timezone."""
        cost, scout = decision.expected_cost, signals.scout
        row = {
            "created_at": codec.to_ms(at),
            "command": command,
            "category": turn.category,
            "wanted": decision.wanted,
            "rule": decision.rule,
            "route": decision.route,
            "degraded": decision.degraded,
            "slot": decision.slot,
            "policy": decision.policy,
            "expected_local_usd": None if cost.local is None else str(cost.local),
            "expected_cloud_usd": None if cost.cloud is None else str(cost.cloud),
            "constraint_count": signals.constraints.count,
            "context_tokens": signals.context.tokens,
            "scout_label": scout.label,
            "scout_model": scout.model,
            "scout_ms": scout.latency_ms,
            "p_local": scout.p_local,
            "overhead_ms": overhead_ms,
        }
        kept = codec.kept(turn, signals, decision, self._prompts)
        with self._transaction() as connection:
            turn_id = _insert(connection, "turns", row)
            connection.execute(
                "INSERT INTO turn_details (turn_id, signals, reasons, flips, prompt_sha256, prompt, request)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (turn_id, *astuple(kept)),
            )
        return turn_id

    def open_attempt(self, turn_id: int, start: Start, *, at: datetime) -> int:
        """The new attempt's id. To be called before the first token: a killed process leaves the row."""
        with self._transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO attempts (turn_id, seq, started_at, engine, route, model, endpoint, sent_bytes)"
                " SELECT :turn, coalesce(max(seq), 0) + 1, :at, :engine, :route, :model, :endpoint, :bytes"
                " FROM attempts WHERE turn_id = :turn",
                {
                    "turn": turn_id,
                    "at": codec.to_ms(at),
                    "engine": start.engine,
                    "route": start.route,
                    "model": start.model,
                    "endpoint": codec.bare(start.endpoint),
                    "bytes": start.sent_bytes,
                },
            )
            return _new_id(cursor)

    def close_attempt(self, attempt_id: int, attempt: Attempt) -> None:
        """How it ended. What it is (engine, model, endpoint) was said by its Start and stays."""
        usage = attempt.usage
        with self._transaction() as connection:
            cursor = connection.execute(
                "UPDATE attempts SET outcome = ?, reason = ?, wall_ms = ?, ttft_ms = ?, input_tokens = ?,"
                " output_tokens = ?, cached_tokens = ?, usage_estimated = ?, cost_pusd = ?,"
                " sent_bytes = max(sent_bytes, ?) WHERE id = ?",
                (
                    attempt.outcome,
                    attempt.reason,
                    attempt.wall_ms,
                    attempt.ttft_ms,
                    usage.input_tokens,
                    usage.output_tokens,
                    usage.cached_tokens,
                    usage.estimated,
                    codec.to_pusd(attempt.cost_usd),
                    attempt.sent_bytes,
                    attempt_id,
                ),
            )
            # Another process may have pruned the turn meanwhile; the answer is not to fail for that.
            # An engine's error often quotes the prompt, so it is kept only where texts are.
            if cursor.rowcount and self._prompts == "full":
                error = None if attempt.error is None else codec.storable(attempt.error)
                connection.execute(
                    "INSERT OR REPLACE INTO attempt_texts (attempt_id, text, error, checks)"
                    " VALUES (?, ?, ?, ?)",
                    (attempt_id, codec.storable(attempt.text), error, codec.written_checks(attempt.checks)),
                )

    def close_turn(self, turn_id: int, answer: Answer | None) -> None:
        """The turn ended: with this answer, or with none. A turn never closed reads as interrupted."""
        warning = codec.storable(answer.warning) if answer and self._prompts == "full" else ""
        given_seq = answer.attempts.index(answer.given) + 1 if answer else None
        with self._transaction() as connection:
            connection.execute("UPDATE turns SET closed = 1 WHERE id = ?", (turn_id,))
            connection.execute("UPDATE turn_details SET warning = ? WHERE turn_id = ?", (warning, turn_id))
            connection.execute(
                "UPDATE attempts SET given = 1 WHERE turn_id = ? AND seq = ?", (turn_id, given_seq)
            )

    def prune(self, *, before: datetime | None = None, keep_last: int | None = None) -> Pruned:
        """Removes the turns older than `before`, or all but the last ones, and gives the space back."""
        if self._is_absent():
            return Pruned(0, 0)
        where, values = queries.prunable(before, keep_last)
        size = self._bytes()
        with self._transaction() as connection:
            # Removed texts are overwritten, even if the VACUUM below fails.
            connection.execute("PRAGMA secure_delete = ON")
            removed = connection.execute(f"DELETE FROM turns WHERE {where}", values).rowcount
        with self._using() as connection:
            connection.execute("VACUUM")
            # The write-ahead file still holds the old pages.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return Pruned(removed, max(0, size - self._bytes()))

    # --- reading --------------------------------------------------------------

    def last_id(self) -> int:
        """The newest turn's id; LogError when there is none."""
        _, last = self._id_range()
        if last is None:
            raise LogError("the log is empty", 'Ask something first: hroute ask "..."')
        return last

    def turn(self, turn_id: int) -> LoggedTurn:
        """LogError when no turn has this id."""
        row = next(iter(self._rows(queries.TURN, (turn_id,))), None)
        if row is None:
            first, last = self._id_range()
            hint = "The log is empty." if last is None else f"It has turns {first} to {last}: hroute log list"
            raise LogError(f"no turn {turn_id} in the log", hint)
        with self._readable():
            return queries.read_turn(row, list(self._rows(queries.ATTEMPTS, (turn_id,))))

    def turns(self, wanted: Filter = EVERYTHING, *, limit: int | None = None) -> Iterator[Summary]:
        """Newest first."""
        return self._values(queries.read_summary, self._rows(*queries.summaries(wanted, limit)))

    def search(self, text: str, *, limit: int | None = None) -> Iterator[Summary]:
        """Turns with this text in their prompt or an answer, in any case; newest first."""
        return self._values(queries.read_summary, self._rows(*queries.found(text, limit)))

    def export(self) -> Iterator[LoggedTurn]:
        """Every turn, oldest first."""
        return (self.turn(row["id"]) for row in self._rows(queries.TURN_IDS))

    def count(self, *, before: datetime | None = None, keep_last: int | None = None) -> int:
        """How many turns a prune with these bounds would remove."""
        where, values = queries.prunable(before, keep_last)
        return sum(row[0] for row in self._rows(f"SELECT count(*) FROM turns WHERE {where}", values))

    def egress(self, since: datetime | None = None) -> Iterator[Egress]:
        """What was sent to endpoints, oldest first."""
        since_ms = 0 if since is None else codec.to_ms(since)
        return self._values(queries.read_egress, self._rows(queries.EGRESS, (since_ms,)))

    def spent_usd(self, since: datetime) -> Decimal:
        """The sum of the costs that are known."""
        pusd = sum(row[0] for row in self._rows(queries.SPENT, (codec.to_ms(since),)))
        return codec.from_pusd(pusd) or Decimal(0)

    def recent_cloud_outcomes(self, since: datetime, limit: int) -> list[CloudOutcome]:
        """How the last attempts at the cloud ended, newest first; those still open are left out."""
        rows = self._rows(queries.CLOUD_OUTCOMES, (codec.to_ms(since), limit))
        return list(self._values(queries.read_cloud_outcome, rows))

    # --- the file -------------------------------------------------------------

    def _id_range(self) -> tuple[int | None, int | None]:
        row = next(iter(self._rows("SELECT min(id), max(id) FROM turns")), None)
        return (None, None) if row is None else (row[0], row[1])

    def _is_absent(self) -> bool:
        return self._connection is None and not self.path.exists()

    def _bytes(self) -> int:
        files = (self.path, self.path.with_name(f"{self.path.name}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def _rows(self, sql: str, values: tuple[object, ...] | dict[str, object] = ()) -> Iterator[sqlite3.Row]:
        """Rows as they are needed; none when there is no log yet."""
        if self._is_absent():
            return
        with self._using() as connection:
            # `yield from` would close the cursor of an abandoned iterator, maybe after the log itself.
            for row in connection.execute(sql, values):  # noqa: UP028
                yield row

    def _values(self, read: Callable[[sqlite3.Row], V], rows: Iterator[sqlite3.Row]) -> Iterator[V]:
        for row in rows:
            with self._readable():
                value = read(row)
            yield value

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """A row that holds what this hroute never writes is the log's fault, with a name."""
        try:
            yield
        except (ValueError, TypeError, ArithmeticError) as error:
            raise LogError(
                f"a row of {self.path} cannot be read: {error}",
                "A newer hroute or another program wrote it: upgrade, or set HROUTE_HOME to start a new log.",
            ) from error

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with told(self.path):
            if self._connection is None:
                self._connection = schema.connect(self.path, self._busy_s)
                self._connection.create_function("contains", 2, queries.contains, deterministic=True)
            yield self._connection

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._using() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise


def _insert(connection: sqlite3.Connection, table: str, row: dict[str, object]) -> int:
    names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
    return _new_id(connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", row))


def _new_id(cursor: sqlite3.Cursor) -> int:
    if cursor.lastrowid is None:
        raise LogError("the log gave no id to a new row", "Try again.")
    return cursor.lastrowid
