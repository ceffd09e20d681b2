import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hroute.store.log import Log
from tests.app.conftest import make  # a world of scripted engines, for chats

__all__ = ["make"]


@pytest.fixture
def in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def log(home: Path) -> Iterator[Log]:
    with Log(home / "log.sqlite") as log:
        yield log
