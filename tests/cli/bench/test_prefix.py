import json
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.program import Program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_a_stored_preamble_is_not_evaluated_again(program: Program) -> None:
    found = json.loads(program.run("bench", "prefix", "--runs", "1", "--json").out)
    evaluated = {line["store"]: line["evaluated_tokens"] for line in found["lines"]}
    assert list(evaluated) == ["none", "empty", "filled"]
    assert evaluated["filled"] < 30
    assert evaluated["none"] == evaluated["empty"] + 1 > 300  # the questions differ by a token
    assert found["same_text"]


def test_a_missing_model_is_an_error_and_no_table(program: Program) -> None:
    ended = program.run("bench", "prefix", "--set", "local.chat.model=/nowhere/tiny.gguf")
    assert (ended.code, ended.out) == (1, "")
    assert "/nowhere/tiny.gguf: no such model file" in ended.err


def test_a_server_is_refused(program: Program) -> None:
    ended = program.run("bench", "prefix", "--set", "local.chat.base_url=http://127.0.0.1:9/v1")
    assert (ended.code, ended.out) == (2, "")


def test_ctrl_c_leaves_nothing_running_and_no_traceback(program: Program) -> None:
    process = subprocess.Popen(
        program.command("bench", "prefix", "--runs", "50"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=program.environment(),
        start_new_session=True,
    )
    assert process.stderr is not None
    assert b"run 1" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err
