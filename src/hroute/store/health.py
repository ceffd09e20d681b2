"""How the log's file is, for `hroute doctor`."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from hroute.store import schema
from hroute.store.faults import translated_faults


@dataclass(frozen=True, slots=True)
class LogHealth:
    size_bytes: int
    version: int
    turns: int


def inspect(path: Path) -> LogHealth:
    """Opens an existing log as a turn would, and sees that it takes a write. Raises LogError."""
    with translated_faults(path), closing(schema.connect(path, busy_s=1)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        turns = connection.execute("SELECT count(*) FROM turns").fetchone()[0]
        return LogHealth(path.stat().st_size, version, turns)
