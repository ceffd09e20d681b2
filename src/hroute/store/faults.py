"""SQLite's errors, told as what went wrong with which file and what to do about it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hroute.core.errors import LogError
from hroute.core.remedies import PruneLog, Remedy, SetSetting, ShowLogPath

# SQLite's primary result codes: https://www.sqlite.org/rescode.html
_TOLD: dict[int, tuple[str, *tuple[Remedy | str, ...]]] = {
    sqlite3.SQLITE_BUSY: ("is locked by another program", "Close what else has it open, or try again."),
    sqlite3.SQLITE_LOCKED: ("is locked by another program", "Close what else has it open, or try again."),
    sqlite3.SQLITE_READONLY: ("cannot be written", "Check its permissions: chmod 600 {path}"),
    sqlite3.SQLITE_PERM: ("may not be opened", "Check its permissions: chmod 600 {path}"),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "Check that {folder} is a folder that you can write to."),
    sqlite3.SQLITE_FULL: (
        "cannot grow, the disk is full",
        "Free some space",
        PruneLog(30),
    ),
    sqlite3.SQLITE_IOERR: ("cannot be read or written", "Check the disk and its free space."),
    sqlite3.SQLITE_CORRUPT: ("is damaged", "Move it away to start a new one: mv {path} {path}.damaged"),
    sqlite3.SQLITE_NOTADB: (
        "is not an SQLite database",
        "Move it away to start a new log: mv {path} {path}.other",
    ),
    sqlite3.SQLITE_TOOBIG: (
        "cannot hold a text of this size",
        SetSetting("log.prompts", "hash", "Keep no texts"),
    ),
}


@contextmanager
def translated_faults(path: Path) -> Iterator[None]:
    """Whatever the database or its file raises inside, as a LogError."""
    try:
        yield
    except (sqlite3.Error, OSError, OverflowError) as error:
        raise translate(error, path) from error


def translate(error: Exception, path: Path) -> LogError:
    if isinstance(error, IsADirectoryError) or path.is_dir():
        return LogError(
            f"the log {path} is a folder, not a file",
            "Move that folder away, or set HROUTE_HOME to another one.",
        )
    if isinstance(error, OSError):
        return LogError(
            f"the log {path} cannot be opened: {error.strerror or error}",
            f"Check that {path.parent} is a folder that you can write to.",
        )
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    what, *remedies = _TOLD.get(code, (f"cannot be used: {error}", ShowLogPath()))
    return LogError(f"the log {path} {what}", *(_about(one, path) for one in remedies))


def _about(remedy: Remedy | str, path: Path) -> Remedy | str:
    return remedy.format(path=path, folder=path.parent) if isinstance(remedy, str) else remedy
