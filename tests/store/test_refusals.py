"""What servers refuse is remembered for a week, beside the log."""

import json
from pathlib import Path

import pytest

from hroute.store.refusals import KEPT_S, RememberedRefusals

URL, MODEL = "http://127.0.0.1:1/v1", "m"


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def memory(folder: Path, clock: Clock | None = None) -> RememberedRefusals:
    return RememberedRefusals(folder / "servers.json", clock or Clock())


def test_the_next_process_knows_it_for_that_server_and_model_alone(tmp_path: Path) -> None:
    memory(tmp_path).keep(URL, MODEL, frozenset({"tools"}))
    memory(tmp_path).keep(URL, MODEL, frozenset({"strict"}))
    assert memory(tmp_path).recall(URL, MODEL) == {"tools", "strict"}
    assert memory(tmp_path).recall(URL, "other") == frozenset()
    assert memory(tmp_path).recall("http://127.0.0.1:2/v1", MODEL) == frozenset()


def test_after_a_week_a_server_is_tried_again_however_often_it_was_asked(tmp_path: Path) -> None:
    clock = Clock()
    memory(tmp_path, clock).keep(URL, MODEL, frozenset({"tools"}))
    clock.now += KEPT_S - 1
    assert memory(tmp_path, clock).recall(URL, MODEL) == {"tools"}
    memory(tmp_path, clock).keep(URL, MODEL, frozenset({"tools", "strict"}))
    clock.now += 1
    assert memory(tmp_path, clock).recall(URL, MODEL) == {"strict"}


def test_the_file_is_private_and_has_nothing_but_names_and_dates(tmp_path: Path) -> None:
    memory(tmp_path / "new").keep(URL, MODEL, frozenset({"tools"}))
    file = tmp_path / "new" / "servers.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text()) == {f"{URL} {MODEL}": {"tools": Clock.now + KEPT_S}}


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"http://127.0.0.1:1/v1 m": ["tools"]}',
        b'{"http://127.0.0.1:1/v1 m": {"tools": "soon"}}',
        b'{"http://127.0.0.1:1/v1 m": {"tools": true}}',
        b'{"http://127.0.0.1:1/v1 m": {"tools": NaN}}',
        b'{"http://127.0.0.1:1/v1 m": {"tools": 1e300}}',
    ],
)
def test_a_damaged_file_is_as_none_and_is_written_anew(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "servers.json").write_bytes(damaged)
    assert memory(tmp_path).recall(URL, MODEL) == frozenset()
    memory(tmp_path).keep(URL, MODEL, frozenset({"strict"}))
    assert memory(tmp_path).recall(URL, MODEL) == {"strict"}


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    broken = RememberedRefusals(tmp_path / "file" / "servers.json")
    broken.keep(URL, MODEL, frozenset({"tools"}))
    assert broken.recall(URL, MODEL) == frozenset()


def test_the_file_does_not_grow_without_end(tmp_path: Path) -> None:
    for n in range(205):
        memory(tmp_path).keep(URL, f"m{n}", frozenset({"tools"}))
    kept = json.loads((tmp_path / "servers.json").read_text())
    assert (len(kept), f"{URL} m204" in kept) == (200, True)
