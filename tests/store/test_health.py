from pathlib import Path

import pytest

from hroute.core.errors import LogError
from hroute.store.health import inspect
from hroute.store.log import Log
from hroute.store.schema import MIGRATIONS, connect


def test_a_log_tells_its_size_version_and_turns(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    connect(path).close()
    health = inspect(path)
    assert (health.version, health.turns) == (len(MIGRATIONS), 0)
    assert health.size_bytes == path.stat().st_size


def test_a_log_in_use_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    connect(path).close()
    with Log(path) as log:
        assert list(log.turns()) == []
        assert inspect(path).turns == 0


def test_what_is_no_log_is_a_named_error(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    path.write_text("not a database at all")
    with pytest.raises(LogError, match="not an SQLite database"):
        inspect(path)
