"""`hroute models` as a whole program: the real starter, a real hub on loopback."""

import hashlib
import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from hroute.engines.scout.encoder import base
from tests.app.models.test_files import TINY
from tests.support.program import Program
from tests.support.servers.hubserver import HubServer

NAME = "hf:o/r/m.gguf"
HUB_FILES = {"o/r/m.gguf": TINY}


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


@pytest.fixture
def stored(program: Program) -> Path:
    path = program.home / "data/models/o/r/m.gguf"
    path.parent.mkdir(parents=True)
    path.write_bytes(TINY)
    return path


def test_list_is_a_line_a_model_with_tabs_in_a_pipe(program: Program) -> None:
    ended = program.run("models", "list")
    assert (ended.code, ended.err) == (0, "")
    cells = ended.out.rstrip("\n").split("\t")
    assert cells[:3] == ["starter", "98362432", "Q4_1"]
    assert cells[3] == "Q4_1 69% in 210 tensors, Q8_0 31% in 1, F32 0% in 61"
    assert cells[4:] == ["8192", "287106112", "apache-2.0", "chat", ""]


def test_list_json_has_the_histogram_by_tensors_and_by_bytes(program: Program, stored: Path) -> None:
    found = json.loads(program.run("models", "list", "--json").out)
    assert found["memory_free_bytes"] > 0
    starter, other = found["models"]
    assert starter["tensors"] == {"Q4_1": 210, "Q8_0": 1, "F32": 61}
    assert starter["tensor_bytes"]["Q4_1"] == 66_355_200
    assert (other["name"], other["path"], other["slots"]) == (NAME, str(stored), [])


def test_list_on_a_terminal_says_what_is_used_and_what_is_free(program: Program) -> None:
    out = program.run_on_terminal("models", "list", size=(24, 160)).out
    assert "used for chat" in out
    assert "98 MB, mostly Q4_1, context 8,192, needs 287 MB of memory at 8,192 tokens" in out
    assert "of memory are free" in out


def test_no_file_name_reaches_the_terminal_raw(program: Program) -> None:
    path = program.home / "data/models/o/\x1b[31mred\t.gguf"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"noise")
    out = program.run("models", "list").out
    assert "\x1b" not in out
    assert [line.count("\t") for line in out.splitlines()] == [8, 8]


def test_the_catalogue_names_what_pull_takes(program: Program) -> None:
    text = program.run("models", "list", "--catalogue").out
    found = json.loads(program.run("models", "list", "--catalogue", "--json").out)
    names = [file["name"] for model in found["models"] for file in model["files"]]
    assert len(names) == 16
    assert all(name in text for name in names)


def test_pull_puts_the_file_where_its_name_finds_it(program: Program) -> None:
    with HubServer(HUB_FILES) as hub:
        ended = program.run("models", "pull", NAME, HF_ENDPOINT=hub.url)
    path = program.home / "data/models/o/r/m.gguf"
    assert (ended.code, ended.out) == (0, f"{path}\n")
    assert ended.err == f"To use it: hroute config set local.chat.model {NAME}\n"
    assert path.read_bytes() == TINY
    assert NAME in program.run("models", "list").out


def test_pull_shows_a_bar_on_a_terminal(program: Program) -> None:
    with HubServer(HUB_FILES) as hub:
        ended = program.run_on_terminal("models", "pull", NAME, env={"HF_ENDPOINT": hub.url})
    assert ended.code == 0
    assert "━" in ended.out


def test_pull_refuses_another_file_than_expected(program: Program) -> None:
    good, bad = hashlib.sha256(TINY).hexdigest().upper(), "1" * 64
    with HubServer(HUB_FILES) as hub:
        refused = program.run("models", "pull", NAME, "--sha256", bad, HF_ENDPOINT=hub.url)
        taken = program.run("models", "pull", NAME, "--sha256", good, HF_ENDPOINT=hub.url)
    assert (refused.code, taken.code) == (1, 0)
    assert "is not the file you expect" in refused.err


def test_pull_without_a_network_ends_at_once_with_one_error(program: Program) -> None:
    started = time.monotonic()
    ended = program.run("models", "pull", NAME, HF_ENDPOINT="http://127.0.0.1:9")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"hroute: {NAME} could not be downloaded")
    assert time.monotonic() - started < 10


def test_pull_obeys_the_offline_setting(program: Program) -> None:
    program.configure("offline = true\n")
    with HubServer(HUB_FILES) as hub:
        ended = program.run("models", "pull", NAME, HF_ENDPOINT=hub.url)
        assert hub.ranges == []
    assert (ended.code, "offline is set" in ended.err) == (2, True)


def test_verify_without_a_name_checks_all_and_fails_for_one(program: Program, stored: Path) -> None:
    stored.write_bytes(TINY[:-3])
    ended = program.run("models", "verify")
    ok, damaged = ended.out.splitlines()
    assert ended.code == 1
    assert ok.startswith("ok  starter: whole, mostly Q4_1")
    assert damaged.startswith(f"damaged  {NAME}: ")
    assert "3 bytes of weights are missing" in damaged


def test_verify_of_a_sound_model_is_zero(program: Program) -> None:
    ended = program.run("models", "verify", "starter", "--json")
    assert (ended.code, json.loads(ended.out)["damage"]) == (0, None)


def test_quantize_prints_what_the_files_are_made_of(program: Program) -> None:
    ended = program.run("models", "quantize", "starter", "--types", "q4_0")
    path = program.home / "data/models/quantized/SmolLM2-135M-Instruct.Q4_1.Q4_0.gguf"
    first, second, third = ended.out.splitlines()
    assert (ended.code, first) == (0, str(path))
    assert second.startswith("  Q4_0, 92 MB: Q4_0 ")
    assert third == "made from an already quantized source (mostly Q4_1)"
    again = program.run("models", "quantize", "starter", "--types", "q4_0")
    assert (again.code, "exists already" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("source", "says"),
    [("/etc/passwd", "not a GGUF"), ("/tmp", "is a folder"), ("/no.gguf", "no such model")],
)
def test_quantize_refuses_what_is_no_model(source: str, says: str, program: Program) -> None:
    ended = program.run("models", "quantize", source)
    assert (ended.code, ended.out) == (1, "")
    assert says in ended.err


def test_an_interrupted_quantize_leaves_nothing(program: Program) -> None:
    folder = program.home / "out"
    process = subprocess.Popen(
        program.command("models", "quantize", "starter", "-o", str(folder)),
        env=program.environment(),
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    while not (folder.exists() and list(folder.iterdir())) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    assert list(folder.iterdir()) == []


def test_rm_needs_a_yes_in_a_pipe(program: Program, stored: Path) -> None:
    refused = program.run("models", "rm", NAME)
    assert (refused.code, stored.exists()) == (2, True)
    removed = program.run("models", "rm", NAME, "--yes")
    assert (removed.code, stored.exists()) == (0, False)


def test_rm_does_not_touch_the_starter(program: Program) -> None:
    ended = program.run("models", "rm", "starter", "--yes")
    assert (ended.code, "belongs to its package" in ended.err) == (2, True)


def test_the_scouts_weights_are_not_fetched_offline(program: Program) -> None:
    program.configure("offline = true\n")
    ended = program.run("models", "pull", "scout")
    assert (ended.code, "offline is set: nothing is downloaded" in ended.err) == (2, True)


def test_the_scouts_weights_that_are_here_and_whole_are_not_fetched_again(
    program: Program, real_base: Path
) -> None:
    path = base.path_in(program.home / "data")
    path.parent.mkdir(parents=True)
    path.symlink_to(real_base)
    ended = program.run("models", "pull", "scout", PIP_NO_INDEX="1")
    assert (ended.code, ended.out) == (0, f"{path}\n")
    assert "It is here already and whole" in ended.err
    assert "Fetching" not in ended.err


def test_nobody_else_names_the_hash_of_the_scouts_weights(program: Program) -> None:
    ended = program.run("models", "pull", "scout", "--sha256", "0" * 64)
    assert (ended.code, "hroute knows its hash" in ended.err) == (2, True)
