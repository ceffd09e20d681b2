"""Connections that only read: one for each reader that runs, kept for the next one."""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

MOST_IDLE = 8


class Readers:
    """Lends a connection to whoever reads, in whatever thread, and takes it back.

    Not one for each thread: threads of a pool come and go, and each would leave its connection behind.
    An iterator that is given up halfway is closed wherever it is collected, so nothing here takes a lock.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._idle: deque[sqlite3.Connection] = deque()

    @contextmanager
    def one(self) -> Iterator[sqlite3.Connection]:
        idle = self._idle
        try:
            connection = idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            yield connection
        finally:
            self._take_back(connection, idle)

    def close(self) -> None:
        """Closes those that are idle; one that is still lent is closed when it comes back."""
        idle, self._idle = self._idle, deque()
        _close(idle)

    def _take_back(self, connection: sqlite3.Connection, idle: deque[sqlite3.Connection]) -> None:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if len(idle) >= MOST_IDLE:
            connection.close()
            return
        idle.append(connection)
        if idle is not self._idle:
            _close(idle)


def _close(idle: deque[sqlite3.Connection]) -> None:
    while idle:
        try:
            connection = idle.pop()
        except IndexError:  # another thread was faster
            return
        connection.close()
