"""The log's file: one connection, opened on first use, and how its rows are read and written."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from hroute.core.errors import LogError
from hroute.store import queries, schema
from hroute.store.faults import told
from hroute.store.rows import LoggedTurn

V = TypeVar("V")


class LogFile:
    """Opened in the thread that uses it; the file is made by the first write.

    Every method raises LogError when the file cannot be used.
    """

    def __init__(self, path: Path, busy_s: float) -> None:
        self.path = path
        self._busy_s = busy_s
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        if self._connection is not None:
            with told(self.path):
                self._connection.close()
            self._connection = None

    def is_absent(self) -> bool:
        return self._connection is None and not self.path.exists()

    def size_bytes(self) -> int:
        files = (self.path, self.path.with_name(f"{self.path.name}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def rows(self, sql: str, values: tuple[object, ...] | dict[str, object] = ()) -> Iterator[sqlite3.Row]:
        """Rows as they are needed; none when there is no log yet."""
        if self.is_absent():
            return
        with self.using() as connection:
            # `yield from` would close the cursor of an abandoned iterator, maybe after the log itself.
            for row in connection.execute(sql, values):  # noqa: UP028
                yield row

    def values(self, read: Callable[[sqlite3.Row], V], rows: Iterator[sqlite3.Row]) -> Iterator[V]:
        for row in rows:
            with self.readable():
                value = read(row)
            yield value

    def turn(self, turn_id: int) -> LoggedTurn | None:
        row = next(iter(self.rows(queries.TURN, (turn_id,))), None)
        if row is None:
            return None
        with self.readable():
            return queries.read_turn(row, list(self.rows(queries.ATTEMPTS, (turn_id,))))

    @contextmanager
    def readable(self) -> Iterator[None]:
        """A row that holds what this hroute never writes is the log's fault, with a name."""
        try:
            yield
        except (ValueError, TypeError, ArithmeticError, LookupError) as error:
            raise LogError(
                f"a row of {self.path} cannot be read: {error}",
                "A newer hroute or another program wrote it: upgrade, or set HROUTE_HOME to start a new log.",
            ) from error

    @contextmanager
    def using(self) -> Iterator[sqlite3.Connection]:
        with told(self.path):
            if self._connection is None:
                self._connection = schema.connect(self.path, self._busy_s)
                self._connection.create_function("contains", 2, queries.contains, deterministic=True)
            yield self._connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self.using() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise


def insert(connection: sqlite3.Connection, table: str, row: dict[str, object]) -> int:
    names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
    return new_id(connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", row))


def new_id(cursor: sqlite3.Cursor) -> int:
    if cursor.lastrowid is None:
        raise LogError("the log gave no id to a new row", "Try again.")
    return cursor.lastrowid
