"""The log's tables, as append-only migrations, and the opening of its file."""

import os
import sqlite3
import time
from pathlib import Path

from hroute import disk
from hroute.core.errors import LogError
from hroute.core.odds import logit
from hroute.store.report_schema import REPORT_ROLLUP, VALID_IS_NO_VERDICT

# Marks the file as hroute's ("hrou"), so that no other program's database is ever migrated.
APPLICATION_ID = 0x68726F75

# A writer holds the lock for a millisecond; only a migration or the VACUUM of a large log takes longer.
# Five seconds outlast those on any log that is pruned now and then, and a person still waits for it.
BUSY_S = 5.0

# Never edit a migration that was released: append one. Migration n leads to user_version n.
#
# The rows that a report reads (turns, attempts) hold only short words and numbers; texts live in tables
# of their own, so that a scan of a million attempts does not read a million answers from the disk.
# Times are integer milliseconds since 1970 in UTC. Money is integer pico-dollars (1e-12): a price of up
# to six decimals per million tokens is then exact for a single token, SUM() is exact and as fast as
# integers are, and nine million dollars fit. Identifiers are never given twice, also after a prune.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE turns (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            created_at INTEGER NOT NULL,
            command TEXT NOT NULL,
            category TEXT,
            wanted TEXT NOT NULL,
            rule TEXT NOT NULL,
            route TEXT NOT NULL,
            degraded TEXT,
            slot TEXT NOT NULL,
            policy TEXT NOT NULL,
            expected_local_usd TEXT,
            expected_cloud_usd TEXT,
            constraint_count INTEGER NOT NULL,
            context_tokens INTEGER NOT NULL,
            scout_label TEXT NOT NULL,
            scout_model TEXT NOT NULL,
            scout_ms REAL NOT NULL,
            p_local REAL NOT NULL,
            overhead_ms REAL NOT NULL,
            closed INTEGER NOT NULL DEFAULT 0
        )""",
        """CREATE TABLE turn_details (
            turn_id INTEGER PRIMARY KEY REFERENCES turns (id) ON DELETE CASCADE,
            signals TEXT NOT NULL,
            reasons TEXT NOT NULL,
            flips TEXT NOT NULL,
            warning TEXT NOT NULL DEFAULT '',
            prompt_sha256 TEXT,
            prompt TEXT,
            request TEXT
        )""",
        """CREATE TABLE attempts (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            turn_id INTEGER NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
            seq INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            engine TEXT NOT NULL,
            route TEXT NOT NULL,
            model TEXT NOT NULL,
            endpoint TEXT,
            sent_bytes INTEGER NOT NULL,
            outcome TEXT,
            reason TEXT,
            given INTEGER NOT NULL DEFAULT 0,
            wall_ms REAL,
            ttft_ms REAL,
            input_tokens INTEGER,
            output_tokens INTEGER,
            cached_tokens INTEGER NOT NULL DEFAULT 0,
            usage_estimated INTEGER NOT NULL DEFAULT 0,
            cost_pusd INTEGER,
            UNIQUE (turn_id, seq)
        )""",
        """CREATE TABLE attempt_texts (
            attempt_id INTEGER PRIMARY KEY REFERENCES attempts (id) ON DELETE CASCADE,
            text TEXT NOT NULL,
            error TEXT
        )""",
        "CREATE INDEX turns_by_time ON turns (created_at)",
        "CREATE INDEX attempts_by_time ON attempts (started_at)",
    ),
    # JSON of the checks: they quote the prompt, so they stand among the texts. NULL: nothing was checked.
    ("ALTER TABLE attempt_texts ADD COLUMN checks TEXT",),
    # Chat sessions: each turn points to the one before it, so that a retry, an undo or a fork is another
    # branch and nothing is ever overwritten. Verdicts: the history is in `verdicts`, what holds now in
    # `turns`, where reports read it. `verdict_s` are the seconds that a failure took; NULL: the default.
    (
        """CREATE TABLE sessions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            created_at INTEGER NOT NULL,
            head_id INTEGER,
            forked_from INTEGER
        )""",
        "ALTER TABLE turns ADD COLUMN session_id INTEGER",
        "ALTER TABLE turns ADD COLUMN parent_id INTEGER",
        "ALTER TABLE turns ADD COLUMN retry_of INTEGER",
        "ALTER TABLE turns ADD COLUMN history_turns INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE turns ADD COLUMN chance_local REAL",
        "ALTER TABLE turns ADD COLUMN chance_cloud REAL",
        "ALTER TABLE turns ADD COLUMN chances_by TEXT",
        "ALTER TABLE turns ADD COLUMN propensity REAL NOT NULL DEFAULT 1",
        "ALTER TABLE turns ADD COLUMN verdict TEXT",
        "ALTER TABLE turns ADD COLUMN verdict_by TEXT",
        "ALTER TABLE turns ADD COLUMN verdict_s INTEGER",
        """CREATE TABLE verdicts (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            turn_id INTEGER NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
            given_at INTEGER NOT NULL,
            verdict TEXT NOT NULL,
            by TEXT NOT NULL,
            seconds INTEGER,
            note TEXT
        )""",
        "CREATE INDEX verdicts_by_turn ON verdicts (turn_id)",
        "CREATE INDEX turns_by_session ON turns (session_id) WHERE session_id IS NOT NULL",
        "ALTER TABLE attempts ADD COLUMN confidence REAL",
        """CREATE TABLE attempt_signals (
            attempt_id INTEGER PRIMARY KEY REFERENCES attempts (id) ON DELETE CASCADE,
            signals TEXT NOT NULL,
            calibrator TEXT
        )""",
    ),
    # What a report adds up, kept by triggers.
    REPORT_ROLLUP,
    # A prompt's difficulty apart from the engines that faced it. Before it, a chance was about one model
    # for all: its log odds are the difficulty on its scale.
    (
        "ALTER TABLE turns ADD COLUMN difficulty REAL NOT NULL DEFAULT 0",
        "UPDATE turns SET difficulty = -log_odds(p_local)",
    ),
    VALID_IS_NO_VERDICT,
    # In which form `request` is kept (see stored_turn), and how long an attempt waited for others; NULL: it
    # was not measured.
    (
        "ALTER TABLE turn_details ADD COLUMN form INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE attempts ADD COLUMN wait_ms REAL",
    ),
    # What a model said to itself: its length, and where texts are kept the beginning of it.
    (
        "ALTER TABLE attempts ADD COLUMN thought_chars INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE attempt_texts ADD COLUMN thoughts TEXT NOT NULL DEFAULT ''",
    ),
)


def connect(path: Path, busy_s: float = BUSY_S) -> sqlite3.Connection:
    """An open log with every migration applied; made with its folders, readable by the owner alone.

    Raises LogError for a log that is not ours or is from a newer hroute, else sqlite3.Error or OSError.
    """
    _make_private(path)
    # Autocommit: transactions are opened by name where several statements belong together.
    # A connection goes from thread to thread, and is used by one at a time.
    connection = sqlite3.connect(path, timeout=busy_s, isolation_level=None, check_same_thread=False)
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        _check_owner(connection, path)
        _use_wal(connection, busy_s)
        connection.create_function("log_odds", 1, logit, deterministic=True)
        # WAL with NORMAL survives a killed process whole; a power cut may lose the last rows, but an fsync
        # for each commit would be the largest part of the routing overhead.
        connection.execute("PRAGMA synchronous = NORMAL")
        migrate(connection, MIGRATIONS)
    except BaseException:
        connection.close()
        raise
    return connection


def migrate(connection: sqlite3.Connection, migrations: tuple[tuple[str, ...], ...]) -> None:
    if _version(connection) == len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Read again under the lock: another process may have migrated meanwhile.
        for statements in migrations[_version(connection) :]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _make_private(path: Path) -> None:
    """The empty file with mode 0600, in folders of mode 0700; SQLite gives -wal and -shm the file's mode."""
    disk.make_private_folder(path.parent)
    if not path.exists():
        os.close(disk.owner_only(path, os.O_RDWR | os.O_CREAT))


def _check_owner(connection: sqlite3.Connection, path: Path) -> None:
    # In one transaction: between two of these reads another process may make the tables.
    connection.execute("BEGIN")
    version = _version(connection)
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    is_new = version == 0 and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    connection.execute("COMMIT")
    if owner != APPLICATION_ID and not is_new:
        raise LogError(
            f"{path} is a database of another program",
            "Move that file away, or set HROUTE_HOME to another folder.",
        )
    if version > len(MIGRATIONS):
        raise LogError(
            f"{path} was written by a newer hroute: its log has version {version},"
            f" this hroute knows {len(MIGRATIONS)}",
            "Upgrade hroute, or set HROUTE_HOME to another folder to start a new log.",
        )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _use_wal(connection: sqlite3.Connection, busy_s: float) -> None:
    """Readers and a writer then do not wait for one another.

    SQLite does not apply the busy timeout to this switch, so two processes that meet at a new file would
    see "database is locked": hence the loop.
    """
    deadline = time.monotonic() + busy_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
