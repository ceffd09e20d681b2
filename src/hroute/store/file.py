"""The log's file: opened on first use, and how its rows are read and written."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic
from typing import TypeVar

from hroute.core.errors import LogError
from hroute.store import queries, schema
from hroute.store.faults import translated_faults
from hroute.store.readers import Readers
from hroute.store.rows import LoggedTurn
from hroute.store.writer import Writer

V = TypeVar("V")


class LogFile:
    """For any thread: one connection writes, and every reader has one of its own.

    The file is made by the first write. Every method raises LogError when the file cannot be used.
    """

    def __init__(self, path: Path, busy_s: float) -> None:
        self.path = path
        self.busy_s = busy_s
        self._pid: int | None = None  # of the process that has opened it
        self._writer = Writer(self._connect)
        self._readers = Readers(self._connect_to_read)

    def close(self) -> None:
        """To be called when nothing reads or writes any more; what is used again is opened again."""
        if self._pid is None or self._pid != os.getpid():
            return  # SQLite's connections must not be touched by the child of a fork
        with translated_faults(self.path):
            self._readers.close()
            self._writer.close()
        self._pid = None

    def is_absent(self) -> bool:
        return self._pid is None and not self.path.exists()

    def size_bytes(self) -> int:
        files = (self.path, self.path.with_name(f"{self.path.name}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def rows(self, sql: str, values: tuple[object, ...] | dict[str, object] = ()) -> Iterator[sqlite3.Row]:
        """Rows as they are needed; none when there is no log yet."""
        if self.is_absent():
            return
        with self.reading() as connection, closing(connection.execute(sql, values)) as cursor:
            yield from cursor

    def values(self, read: Callable[[sqlite3.Row], V], rows: Iterator[sqlite3.Row]) -> Iterator[V]:
        for row in rows:
            with self.readable():
                value = read(row)
            yield value

    def turn(self, turn_id: int) -> LoggedTurn | None:
        """As of one moment, also while others write. None: there is no such turn."""
        if self.is_absent():
            return None
        with self.snapshot() as connection:
            row = connection.execute(queries.TURN, (turn_id,)).fetchone()
            if row is None:
                return None
            attempts = connection.execute(queries.ATTEMPTS, (turn_id,)).fetchall()
        with self.readable():
            return queries.read_turn(row, attempts)

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
    def reading(self) -> Iterator[sqlite3.Connection]:
        with translated_faults(self.path):
            self._check_process()
            with self._readers.one() as connection:
                yield connection

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """One read transaction: it shows the log as it was at the first query."""
        with self.reading() as connection:
            connection.execute("BEGIN")
            yield connection

    def make_smaller(self, deadline: float) -> bool:
        """Gives back the space that nothing takes. `deadline`: of time.monotonic, for waiting for others.

        False: they were not done, so the files are as large as they were.
        """
        with translated_faults(self.path):
            self._check_process()
            with self._writer.connection() as connection:
                try:
                    _wait_until(deadline, connection)
                    connection.execute("VACUUM")
                    # The write-ahead file still holds the old pages.
                    _wait_until(deadline, connection)
                    (is_busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                        raise
                    return False
                finally:
                    _wait_until(monotonic() + self.busy_s, connection)
                return not is_busy

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Committed when it ends, whole or not at all; one at a time in this process."""
        with translated_faults(self.path):
            self._check_process()
            with self._writer.transaction() as connection:
                yield connection

    def _check_process(self) -> None:
        if self._pid is None:
            self._pid = os.getpid()
        if self._pid != os.getpid():
            raise LogError(
                f"the log {self.path} was opened before this process was forked off",
                "Open a log of its own in each process: they may write one file.",
            )

    def _connect(self) -> sqlite3.Connection:
        return schema.connect(self.path, self.busy_s)

    def _connect_to_read(self) -> sqlite3.Connection:
        connection = schema.connect(self.path, self.busy_s)
        connection.create_function("contains", 2, queries.contains, deterministic=True)
        connection.execute("PRAGMA query_only = ON")
        return connection


def _wait_until(deadline: float, connection: sqlite3.Connection) -> None:
    """For as long statements wait for others from now on."""
    wait_s = max(0.0, deadline - monotonic())
    connection.execute(f"PRAGMA busy_timeout = {wait_s * 1000:.0f}")


def insert(connection: sqlite3.Connection, table: str, row: dict[str, object]) -> int:
    names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
    return new_id(connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", row))


def new_id(cursor: sqlite3.Cursor) -> int:
    if cursor.lastrowid is None:
        raise LogError("the log gave no id to a new row", "Try again.")
    return cursor.lastrowid
