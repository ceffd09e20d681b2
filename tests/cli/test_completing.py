"""Tab in the real shells, with the scripts of completions/ and the real program."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.program import Program
from tests.support.repository import ROOT
from tests.support.typist import Typist

SCRIPTS = ROOT / "completions"
SHELLS = {
    "bash": (["bash", "--norc", "-i"], f"source {SCRIPTS}/hroute.bash"),
    "zsh": (["zsh", "-f", "-i"], f"fpath=({SCRIPTS} $fpath); autoload -U compinit; compinit -u -D"),
    "fish": (["fish", "--no-config", "-i"], f"source {SCRIPTS}/hroute.fish"),
}
WAYS = [
    pytest.param(name, marks=pytest.mark.skipif(not shutil.which(name), reason=f"{name} is not installed"))
    for name in SHELLS
]
TO_THE_BEGINNING, TO_THE_END = "\x01", "\x05"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    home, bin_dir = tmp_path / "home", tmp_path / "bin"
    home.mkdir()
    bin_dir.mkdir()
    command = bin_dir / "hroute"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m hroute "$@"\n')
    command.chmod(0o755)
    return Program(home)


@contextmanager
def shell(name: str, program: Program) -> Iterator[Typist]:
    command, setup = SHELLS[name]
    env = {"PATH": f"{program.home.parent / 'bin'}:/usr/bin:/bin", "PS1": "$ ", "HOME": str(program.home)}
    with Typist.of(program, *command, size=(50, 200), env=env) as typist:
        typist.type(f"{setup}; echo 'rea''dy'\n")
        typist.wait_for("ready")
        yield typist


def completed(typist: Typist, line: str) -> str:
    """The line as Tab leaves it, said by the shell itself; what a terminal shows of it moves about."""
    typist.type(f"{line}\t")
    typist.type(f"{TO_THE_BEGINNING}echo 'g''ot' {TO_THE_END} 'do''ne'\n")
    typist.wait_for("got ")
    return typist.wait_for(" done").removesuffix(" done").strip()


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("hroute lo", "hroute log"),
        ("hroute ask --ro", "hroute ask --route"),
        ("hroute ask --route cl", "hroute ask --route cloud"),
        ("hroute config get routing.max_cons", "hroute config get routing.max_constraints"),
        ("hroute config set log.prompts ha", "hroute config set log.prompts hash"),
        ("hroute bench sig", "hroute bench signals"),
    ],
)
def test_tab_ends_a_word_that_only_one_thing_begins_with(
    program: Program, name: str, line: str, whole: str
) -> None:
    with shell(name, program) as typist:
        assert completed(typist, line) == whole


@pytest.mark.parametrize("name", WAYS)
def test_tab_shows_what_a_route_may_be(program: Program, name: str) -> None:
    with shell(name, program) as typist:
        typist.type("hroute ask --route \t\t")
        typist.wait_for("cloud")
        typist.wait_for("local")


def offers(program: Program, *words: str, **env: str) -> tuple[set[str], str]:
    """What bash is told for the last word, and what else the program says."""
    asked = {"COMP_WORDS": "\n".join(("hroute", *words)), "COMP_CWORD": str(len(words))}
    ended = program.run(_HROUTE_COMPLETE="complete_bash", **asked, **env)
    return set(ended.out.split()), ended.err


def test_numbers_of_turns_and_sessions_and_names_of_models_come_from_the_users_own_files(
    program: Program,
) -> None:
    program.run("ask", "--route", "local", "hello", "--max-tokens", "4")
    program.run("chat", stdin="hi\n/exit\n")
    assert offers(program, "log", "show", "")[0] >= {"1", "2"}
    assert offers(program, "rate", "1", "")[0] == {"good", "bad", "unknown"}
    assert offers(program, "chat", "--session", "")[0] == {"1"}
    assert offers(program, "models", "verify", "st")[0] == {"starter"}


def test_settings_complete_by_name_and_then_by_value(program: Program) -> None:
    assert offers(program, "config", "set", "log.pr")[0] == {"log.prompts"}
    assert offers(program, "config", "set", "log.prompts", "")[0] == {"full", "hash", "off"}
    assert offers(program, "config", "set", "log.prompts", "off", "offl")[0] == {"offline"}
    assert offers(program, "ask", "--set", "offl")[0] == {"offline="}


@pytest.mark.parametrize("words", [("log", "show", ""), ("models", "verify", ""), ("chat", "--session", "")])
def test_a_broken_file_is_no_answer_to_tab(program: Program, words: tuple[str, ...]) -> None:
    program.configure("[routing\n")
    (program.home / "log.sqlite").write_bytes(b"not a log")
    assert offers(program, *words) == (set(), "")
