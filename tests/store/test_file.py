"""The log's file: its rights, its versions, other processes, and everything that can be wrong with it."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from hroute.core.errors import LogError
from hroute.core.remedies import PruneLog
from hroute.core.turn.attempt import Outcome
from hroute.store import schema
from hroute.store.faults import translate
from hroute.store.log import Log
from tests.support.advice import advice_of
from tests.support.logged import cloud, local, open_attempt, open_turn, write
from tests.support.repository import ROOT


class OpenLog(Protocol):
    def __call__(self, path: Path, *, busy_s: float = 5) -> Log: ...


@pytest.fixture
def open_log() -> Iterator[OpenLog]:
    """Opens logs that are closed after the test."""
    with ExitStack() as logs:
        yield lambda path, *, busy_s=5: logs.enter_context(Log(path, busy_s=busy_s))


def python(code: str, *args: object) -> "subprocess.Popen[str]":
    program = f"import sys\nfrom pathlib import Path\nfrom tests.support.logged import *\n{code}"
    command = [sys.executable, "-c", program, *map(str, args)]
    env = {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    return subprocess.Popen(command, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


# --- rights ------------------------------------------------------------------


def test_only_its_owner_can_read_a_new_log(tmp_path: Path, open_log: OpenLog) -> None:
    log = open_log(tmp_path / "a" / "b" / "log.sqlite")
    write(log)
    files = sorted(log.path.parent.iterdir())
    assert [file.name for file in files] == ["log.sqlite", "log.sqlite-shm", "log.sqlite-wal"]
    assert [mode(file) for file in files] == [0o600] * 3
    assert [mode(folder) for folder in (tmp_path / "a", tmp_path / "a" / "b")] == [0o700] * 2


# --- versions ----------------------------------------------------------------


def test_a_log_of_the_first_version_opens_with_its_rows(tmp_path: Path, open_log: OpenLog) -> None:
    path = tmp_path / "log.sqlite"
    old = sqlite3.connect(path, isolation_level=None)
    schema.migrate(old, schema.MIGRATIONS[:1])
    old.execute(
        "INSERT INTO turns (id, created_at, command, wanted, rule, route, slot, policy, constraint_count,"
        " context_tokens, scout_label, scout_model, scout_ms, p_local, overhead_ms, closed)"
        " VALUES (41, 1793534400000, 'ask', 'local', 'default', 'local', 'chat', 'signals', 0, 9, 'standard',"
        " 'builtin-1', 0.5, 0.7, 1.0, 1)"
    )
    signals = (
        '{"constraints":{"count":0,"items":[],"threshold":3},'
        '"context":{"tokens":9,"threshold":8192,"method":"bound","exceeded":false},'
        '"scout":{"label":"standard","p_local":0.7,"model":"builtin-1","latency_ms":0.5,"moved_by":[]}}'
    )
    old.execute(
        "INSERT INTO turn_details (turn_id, signals, reasons, flips, prompt, request)"
        """ VALUES (41, ?, '["default"]', '', 'Why?', '{"prompt":""}')""",
        (signals,),
    )
    old.execute(
        "INSERT INTO attempts (turn_id, seq, started_at, engine, route, model, sent_bytes, outcome)"
        " VALUES (41, 1, 1793534400000, 'local', 'local', 'SmolLM2', 0, 'ok')"
    )
    old.execute("INSERT INTO attempt_texts (attempt_id, text, error) VALUES (1, 'Because.', NULL)")
    old.close()

    log = open_log(path)
    assert log.turn(41).prompt == "Why?"
    attempt = log.turn(41).attempts[0].attempt
    assert (attempt.text, attempt.checks) == ("Because.", ())  # the second version added the checks
    assert write(log) == 42


def test_a_log_of_a_newer_hroute_is_refused_and_left_alone(tmp_path: Path, open_log: OpenLog) -> None:
    path = tmp_path / "log.sqlite"
    with Log(path) as log:
        write(log)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(LogError, match=f"version 999, this hroute knows {len(schema.MIGRATIONS)}") as refused:
        write(open_log(path))
    assert "Upgrade hroute" in advice_of(refused.value.remedies)
    assert path.read_bytes() == before


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "log.sqlite", isolation_level=None)
    with pytest.raises(sqlite3.OperationalError):
        schema.migrate(connection, (("CREATE TABLE a (b)", "nonsense"),))
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    connection.close()


def test_the_database_of_another_program_is_refused(tmp_path: Path, open_log: OpenLog) -> None:
    path = tmp_path / "log.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmarks (url)")
    connection.close()
    with pytest.raises(LogError, match="database of another program"):
        write(open_log(path))


# --- other processes ---------------------------------------------------------


def test_a_killed_process_leaves_its_attempt_as_interrupted(tmp_path: Path, open_log: OpenLog) -> None:
    path = tmp_path / "log.sqlite"
    code = """
import signal
log = Log(Path(sys.argv[1]))
open_attempt(log, open_turn(log, "Why?"), cloud())
print("open", flush=True)
signal.pause()
"""
    with python(code, path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        process.send_signal(signal.SIGKILL)
    logged = open_log(path).turn(1)
    assert (logged.outcome, logged.prompt) == ("interrupted", "Why?")
    assert [a.attempt.outcome for a in logged.attempts] == [Outcome.INTERRUPTED]
    assert [request.sent_bytes for request in open_log(path).egress()] == [834]


def test_processes_that_meet_at_a_new_log_lose_no_row(tmp_path: Path, open_log: OpenLog) -> None:
    path = tmp_path / "new" / "log.sqlite"
    code = "log = Log(Path(sys.argv[1]))\nfor n in range(200):\n    write(log, f'{sys.argv[2]} {n}')"
    writers = [python(code, path, name) for name in "abcd"]
    assert [writer.communicate()[1] for writer in writers] == [""] * 4
    log = open_log(path)
    prompts = {summary.prompt for summary in log.turns()}
    assert prompts == {f"{name} {n}" for name in "abcd" for n in range(200)}
    assert all(len(turn.attempts) == 1 and turn.outcome == "ok" for turn in log.export())


def test_many_openings_of_a_new_log_at_once_all_succeed(tmp_path: Path) -> None:
    for round_ in range(20):
        path = tmp_path / str(round_) / "log.sqlite"
        with ThreadPoolExecutor(8) as pool:
            assert sorted(pool.map(lambda _, path=path: _write_once(path), range(8))) == list(range(1, 9))


def _write_once(path: Path) -> int:
    with Log(path) as log:
        return write(log)


def test_a_reader_does_not_wait_for_a_writer(tmp_path: Path, open_log: OpenLog) -> None:
    log = open_log(tmp_path / "log.sqlite", busy_s=0)
    write(log)
    writer = sqlite3.connect(log.path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert log.last_id() == 1
    writer.close()


def test_an_iterator_given_up_halfway_is_no_error_after_the_log_was_closed(tmp_path: Path) -> None:
    with Log(tmp_path / "log.sqlite") as log:
        write(log)
        write(log)
        half_read = log.export()
        next(half_read)
    del half_read


# --- what can be wrong -------------------------------------------------------


def test_a_locked_log_says_so(tmp_path: Path, open_log: OpenLog) -> None:
    log = open_log(tmp_path / "log.sqlite", busy_s=0.05)
    write(log)
    other = sqlite3.connect(log.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LogError, match="is locked by another program") as reported:
        write(log)
    assert str(log.path) in reported.value.message
    other.execute("ROLLBACK")
    other.close()
    assert write(log) == 2


def test_a_folder_in_place_of_the_log_says_so(tmp_path: Path, open_log: OpenLog) -> None:
    with pytest.raises(LogError, match="is a folder, not a file"):
        write(open_log(tmp_path))


def test_a_file_in_place_of_a_folder_says_so(tmp_path: Path, open_log: OpenLog) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LogError, match="cannot be opened: Not a directory"):
        write(open_log(tmp_path / "file" / "log.sqlite"))


def test_a_file_that_is_no_database_says_so_and_is_left_alone(tmp_path: Path, open_log: OpenLog) -> None:
    path = tmp_path / "log.sqlite"
    path.write_text("my notes\n" * 200)
    with pytest.raises(LogError, match="is not an SQLite database") as reported:
        write(open_log(path))
    assert advice_of(reported.value.remedies).endswith(f"mv {path} {path}.other")
    assert path.read_text() == "my notes\n" * 200


def test_a_damaged_log_says_so(tmp_path: Path, open_log: OpenLog) -> None:
    path = tmp_path / "log.sqlite"
    with Log(path) as log:
        for _ in range(200):
            write(log)
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.raises(LogError, match="is damaged"):
        list(open_log(path).turns())


def test_a_row_that_no_hroute_writes_is_named(tmp_path: Path, open_log: OpenLog) -> None:
    log = open_log(tmp_path / "log.sqlite")
    write(log)
    connection = sqlite3.connect(log.path)
    connection.execute("UPDATE turns SET rule = 'astrology'")
    connection.commit()
    connection.close()
    with pytest.raises(LogError, match="'astrology' is not a valid Rule"):
        list(log.turns())
    with pytest.raises(LogError, match="'astrology' is not a valid Rule"):
        log.turn(1)


def test_a_write_that_the_disk_refuses_says_so_and_keeps_the_rows_before(
    tmp_path: Path, open_log: OpenLog
) -> None:
    path = tmp_path / "log.sqlite"
    write(open_log(path))
    code = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    write(Log(Path(sys.argv[1])), "x" * 1_000_000)
except LogError as error:
    print(error)
"""
    out, _ = python(f"from hroute.core.errors import LogError\n{code}", path).communicate()
    assert out == f"the log {path} cannot be read or written\n"
    assert [turn.id for turn in open_log(path).export()] == [1]


def test_a_full_disk_says_so(tmp_path: Path, open_log: OpenLog) -> None:
    path = tmp_path / "log.sqlite"
    write(open_log(path))
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(sqlite3.OperationalError) as raised:
        connection.execute("CREATE TABLE more AS SELECT zeroblob(100000)")
    connection.close()
    reported = translate(raised.value, path)
    assert reported.message == f"the log {path} cannot grow, the disk is full"
    assert reported.remedies[1:] == (PruneLog(30),)


def test_a_log_that_may_not_be_written_says_so(tmp_path: Path, open_log: OpenLog) -> None:
    write(open_log(tmp_path / "log.sqlite"))
    connection = sqlite3.connect(f"file:{tmp_path / 'log.sqlite'}?mode=ro", uri=True)
    with pytest.raises(sqlite3.OperationalError) as raised:
        connection.execute("DELETE FROM turns")
    connection.close()
    reported = translate(raised.value, tmp_path / "log.sqlite")
    assert (reported.message, advice_of(reported.remedies)) == (
        f"the log {tmp_path / 'log.sqlite'} cannot be written",
        f"Check its permissions: chmod 600 {tmp_path / 'log.sqlite'}",
    )


def test_a_number_too_large_for_the_log_is_a_log_error(tmp_path: Path, open_log: OpenLog) -> None:
    log = open_log(tmp_path / "log.sqlite")
    attempt_id = open_attempt(log, open_turn(log), local())
    with pytest.raises(LogError, match="too large"):
        log.close_attempt(attempt_id, cloud(sent_bytes=2**70))
