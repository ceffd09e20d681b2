import io
import json
import signal
import subprocess
from pathlib import Path

import pytest

from hroute.bench.context import LimitProposal
from hroute.cli.bench.context import apply_proposal
from hroute.cli.terminal import Terminal
from tests.support.program import Program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_the_map_has_a_row_for_every_depth(program: Program) -> None:
    shown = program.run("bench", "context", "--lengths", "256", "--n", "1").out
    lines = shown.splitlines()
    assert lines[1].split() == ["tokens", "256"]
    assert [line[:10].strip() for line in lines[2:7]] == [
        "first line",
        "25% down",
        "50% down",
        "75% down",
        "last line",
    ]
    assert "too few answers" in shown


def test_json_has_the_figures_and_the_proposal(program: Program) -> None:
    found = json.loads(program.run("bench", "context", "--lengths", "256", "--n", "1", "--json").out)
    assert found["plan"]["lengths"] == [256]
    assert found["lengths"][0]["n"] == 5
    assert 230 < found["lengths"][0]["input_tokens"] < 270
    assert found["proposal"]["max_context_tokens"] is None


def test_lengths_that_do_not_fit_are_refused_before_anything_runs(program: Program) -> None:
    ended = program.run("bench", "context", "--lengths", "256,9000")
    assert (ended.code, ended.out) == (2, "")
    assert "9000 leaves no room for an answer in a context of 8192" in ended.err


def test_ctrl_c_prints_what_is_done(program: Program) -> None:
    process = subprocess.Popen(
        program.command("bench", "context", "--lengths", "256", "--n", "500"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=program.environment(),
    )
    assert process.stderr is not None
    assert any(b"haystack 2" in line for line in process.stderr)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"facts found" in out


@pytest.mark.parametrize(("limit", "written"), [(512, "max_context_tokens = 512"), (None, None)])
def test_only_a_proposal_is_applied(
    program: Program, monkeypatch: pytest.MonkeyPatch, limit: int | None, written: str | None
) -> None:
    monkeypatch.setenv("HROUTE_HOME", str(program.home))
    terminal = Terminal(io.StringIO(), io.StringIO(), io.StringIO(), is_rich=False, has_colour=False)
    apply_proposal(LimitProposal(limit, "measured"), terminal)
    file = program.home / "config.toml"
    assert (written in file.read_text()) if written else not file.exists()


def test_a_missing_model_is_an_error_and_no_map(program: Program) -> None:
    ended = program.run("bench", "context", "--set", "local.chat.model=/nowhere/tiny.gguf")
    assert (ended.code, ended.out) == (1, "")
    assert "/nowhere/tiny.gguf: no such model file" in ended.err
