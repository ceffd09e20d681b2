"""One log in many hands: threads, event loops, readers that are given up, a fork."""

import asyncio
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hroute.core.errors import LogError
from hroute.store.log import Log
from hroute.store.readers import MOST_IDLE
from tests.support.logged import cloud, local, open_turn, write

THREADS, TURNS = 20, 15


def open_files() -> set[str]:
    return {str(file) for file in Path("/proc/self/fd").iterdir()}


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    with Log(tmp_path / "new" / "log.sqlite") as log:
        yield log


def test_twenty_threads_that_meet_at_a_new_log_write_every_row_once(log: Log) -> None:
    together = threading.Barrier(THREADS)

    def some(thread: int) -> list[int]:
        together.wait()
        ids = []
        for n in range(TURNS):
            ids.append(write(log, f"{thread} {n}", [local(), cloud(f"answer {thread} {n}")]))
            assert log.turn(ids[-1]).prompt == f"{thread} {n}"  # a write that was reported can be read
        return ids

    with ThreadPoolExecutor(THREADS) as pool:
        ids = list(pool.map(some, range(THREADS)))

    found = list(log.export())
    written = sorted(turn_id for own in ids for turn_id in own)
    assert [turn.id for turn in found] == written == list(range(1, THREADS * TURNS + 1))
    for thread, own in enumerate(ids):
        said = [(log.turn(i).prompt, [a.attempt.text for a in log.turn(i).attempts]) for i in own]
        assert said == [(f"{thread} {n}", ["hello", f"answer {thread} {n}"]) for n in range(TURNS)]


def test_it_goes_from_event_loop_to_event_loop(log: Log) -> None:
    for n in range(3):
        asyncio.run(asyncio.to_thread(write, log, str(n)))
    assert [turn.prompt for turn in log.export()] == ["0", "1", "2"]


def test_a_write_that_fails_in_one_thread_leaves_the_others_theirs(log: Log) -> None:
    def some(n: int) -> int:
        if n % 2:
            return write(log, str(n))
        with pytest.raises(LogError, match="too large"):
            write(log, str(n), [cloud(sent_bytes=2**70)])
        return 0

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(some, range(16)))
    whole = [turn for turn in log.export() if turn.closed]
    assert sorted(turn.prompt or "" for turn in whole) == sorted(str(n) for n in range(1, 16, 2))


def test_a_reader_sees_one_moment_while_others_write_and_prune(tmp_path: Path) -> None:
    log = Log(tmp_path / "log.sqlite", busy_s=0.05)  # prune waits so long for readers to let the old pages go
    for n in range(5):
        write(log, str(n))
    turns = log.turns()
    first = next(turns)
    export = log.export()
    next(export)
    log.prune(keep_last=1)
    write(log, "later")
    assert [first.prompt, *(turn.prompt for turn in turns)] == ["4", "3", "2", "1", "0"]
    assert [turn.prompt for turn in export] == ["4"]
    assert [turn.prompt for turn in log.export()] == ["4", "later"]
    log.close()


def test_readers_that_are_given_up_leave_nothing_open(log: Log) -> None:
    for n in range(3):
        write(log, str(n))
    log.close()
    before = open_files()
    half_read = [log.turns() for _ in range(3 * MOST_IDLE)]
    for turns in half_read:
        next(turns)
    collecting = threading.Thread(target=half_read.clear)
    del turns
    collecting.start()
    collecting.join()
    assert [turn.prompt for turn in log.export()] == ["0", "1", "2"]
    log.close()
    assert open_files() == before


def test_the_child_of_a_fork_is_told_to_open_a_log_of_its_own(log: Log) -> None:
    turn_id = open_turn(log)
    child = os.fork()
    if child == 0:  # no return into pytest from here
        try:
            for use in (lambda: write(log), lambda: log.turn(turn_id)):
                with pytest.raises(LogError, match="before this process was forked off"):
                    use()
            log.close()
            with Log(log.path) as own:
                write(own, "of the child")
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    write(log, "of the parent")
    assert [turn.prompt for turn in log.export()] == ["Why?", "of the child", "of the parent"]
