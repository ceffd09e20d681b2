"""Chat sessions: conversations as chains of turns, each of which points to the one before it."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from hroute.core.errors import LogError
from hroute.core.remedies import ListSessions
from hroute.store import codec, queries
from hroute.store.file import LogFile, insert
from hroute.store.rows import LoggedTurn

_SUMMARIES = """
    SELECT s.*, turns, last_at, substr(d.prompt, 1, :chars) AS title
    FROM (SELECT session_id, count(*) AS turns, min(id) AS first_id, max(created_at) AS last_at
        FROM turns WHERE session_id IS NOT NULL GROUP BY session_id)
    JOIN sessions AS s ON s.id = session_id JOIN turn_details AS d ON d.turn_id = first_id
    ORDER BY last_at DESC, s.id DESC LIMIT :limit"""

_SESSION = "SELECT id, created_at, head_id, forked_from FROM sessions WHERE id = ?"

_LAST = "SELECT session_id FROM turns WHERE session_id IS NOT NULL ORDER BY id DESC LIMIT 1"

_DISCARD = """
    DELETE FROM sessions WHERE id = :session
    AND NOT EXISTS (SELECT 1 FROM turns WHERE session_id = :session)"""

# SUM() skips NULL, so the counts are compared: what is unknown of one attempt is unknown of all.
_USE = """
    SELECT count(DISTINCT t.id) AS turns, coalesce(sum(a.cached_tokens), 0) AS cached_tokens,
        CASE WHEN count(a.id) = count(a.input_tokens) THEN coalesce(sum(a.input_tokens), 0) END
            AS input_tokens,
        CASE WHEN count(a.id) = count(a.output_tokens) THEN coalesce(sum(a.output_tokens), 0) END
            AS output_tokens,
        CASE WHEN count(a.id) = count(a.cost_pusd) THEN coalesce(sum(a.cost_pusd), 0) END AS cost_pusd
    FROM turns AS t LEFT JOIN attempts AS a ON a.turn_id = t.id WHERE t.session_id = ?"""

# UNION, not UNION ALL: a damaged chain that runs in a circle ends.
_CHAIN = """
    WITH RECURSIVE chain (turn_id) AS (
        SELECT :head UNION SELECT parent_id FROM turns JOIN chain ON turns.id = chain.turn_id LIMIT :limit)
    SELECT turns.id AS id FROM turns JOIN chain ON turns.id = chain.turn_id ORDER BY turns.id"""


@dataclass(frozen=True, slots=True)
class StoredSession:
    """`head_id` is the last turn of its conversation; None: it has none yet, or all were undone."""

    id: int
    created_at: datetime
    head_id: int | None
    forked_from: int | None  # the session whose turns it begins with


@dataclass(frozen=True, slots=True)
class SessionUse:
    """None is unknown, as soon as it is so of one attempt."""

    turns: int = 0
    input_tokens: int | None = 0
    cached_tokens: int = 0  # of the input: not computed again
    output_tokens: int | None = 0
    cost_usd: Decimal | None = Decimal(0)


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """A session in one line. `turns` counts retried and undone ones too; `title` is its first prompt."""

    session: StoredSession
    turns: int
    last_at: datetime
    title: str | None


class Sessions:
    """Every method raises LogError when the log cannot be used."""

    def __init__(self, file: LogFile) -> None:
        self._file = file

    def open(self, *, at: datetime, head_id: int | None = None, forked_from: int | None = None) -> int:
        """The new session's id. With a head it begins with that turn and all before it."""
        row: dict[str, object] = {
            "created_at": codec.to_ms(at),
            "head_id": head_id,
            "forked_from": forked_from,
        }
        with self._file.transaction() as connection:
            return insert(connection, "sessions", row)

    def move(self, session_id: int, head_id: int | None) -> None:
        """Makes another turn the last one of the conversation, e.g. to undo one."""
        with self._file.transaction() as connection:
            move_head(connection, session_id, head_id)

    def discard(self, session_id: int) -> bool:
        """Forgets a session in which nothing was said; whether it is gone."""
        with self._file.transaction() as connection:
            return connection.execute(_DISCARD, {"session": session_id}).rowcount > 0

    def use(self, session_id: int) -> SessionUse:
        """Tokens and money of all its turns, retried and undone ones included."""
        row = next(iter(self._file.rows(_USE, (session_id,))), None)
        return SessionUse() if row is None else _read_use(row)

    def get(self, session_id: int) -> StoredSession:
        """LogError when there is no such session."""
        row = next(iter(self._file.rows(_SESSION, (session_id,))), None)
        if row is None:
            raise LogError(f"no session {session_id} in the log", ListSessions())
        return _read_session(row)

    def last_id(self) -> int | None:
        """The session that was last spoken in; None when there is none."""
        row = next(iter(self._file.rows(_LAST)), None)
        return None if row is None else row[0]

    def all(self, *, limit: int = 20) -> Iterator[SessionSummary]:
        """Those with at least one turn, the last used first."""
        rows = self._file.rows(_SUMMARIES, {"limit": limit, "chars": queries.EXCERPT_CHARS})
        return self._file.values(_read_summary, rows)

    def conversation(self, head_id: int | None, *, limit: int | None = None) -> list[LoggedTurn]:
        """The turns up to this one, or the last so many of them, oldest first.

        Those that were pruned are missing at the beginning.
        """
        if head_id is None:
            return []
        values: dict[str, object] = {"head": head_id, "limit": -1 if limit is None else limit}
        ids = [row["id"] for row in self._file.rows(_CHAIN, values)]
        return [turn for turn_id in ids if (turn := self._file.turn(turn_id)) is not None]


def move_head(connection: sqlite3.Connection, session_id: int, head_id: int | None) -> None:
    connection.execute("UPDATE sessions SET head_id = ? WHERE id = ?", (head_id, session_id))


def _read_session(row: sqlite3.Row) -> StoredSession:
    return StoredSession(row["id"], codec.from_ms(row["created_at"]), row["head_id"], row["forked_from"])


def _read_summary(row: sqlite3.Row) -> SessionSummary:
    return SessionSummary(_read_session(row), row["turns"], codec.from_ms(row["last_at"]), row["title"])


def _read_use(row: sqlite3.Row) -> SessionUse:
    return SessionUse(
        row["turns"],
        row["input_tokens"],
        row["cached_tokens"],
        row["output_tokens"],
        codec.from_pusd(row["cost_pusd"]),
    )
