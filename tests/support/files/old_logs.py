"""Logs as earlier versions of hroute wrote them: see tests/store/logs/make.py for what is in each."""

import sqlite3
from pathlib import Path

_FOLDER = Path(__file__).parents[2] / "store" / "logs"

ALL = tuple(sorted(file.stem for file in _FOLDER.glob("*.sql")))
WITH_TOOLS = tuple(name for name in ALL if name not in ("v1", "v2"))
WITH_SESSIONS = tuple(name for name in WITH_TOOLS if name != "v2_tools")
WITH_PARTS = tuple(name for name in WITH_SESSIONS if int(name[1:]) >= 7)

# The turns of each log, by their ids.
PLAIN, WITH_FILE, FAILED, BY_SCHEMA, BAD_TOOLS, ONE, TWO, TWO_AGAIN, THREE, OF_PARTS = range(1, 11)


def old_log(name: str, path: Path) -> Path:
    """The log as that version left it."""
    connection = sqlite3.connect(path)
    connection.executescript((_FOLDER / f"{name}.sql").read_text())
    connection.close()
    return path
