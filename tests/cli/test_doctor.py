import json
from pathlib import Path

import pytest

from tests.support.program import Program
from tests.support.servers.modelserver import ModelServer


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_a_fresh_installation_is_well(program: Program) -> None:
    ended = program.run("doctor")
    assert (ended.code, ended.err) == (0, "")
    assert {line[:5] for line in ended.out.splitlines()} == {"ok   "}
    assert not (program.home / "log.sqlite").exists()


def test_json_has_the_same_checks_and_exit_code(program: Program) -> None:
    program.configure('[local.chat]\nmodel = "/nowhere/m.gguf"\n')
    ended = program.run("doctor", "--json")
    found = json.loads(ended.out)
    assert (ended.code, found["ok"]) == (1, False)
    assert [check["name"] for check in found["checks"] if check["status"] == "fail"] == ["local chat"]


def test_an_error_in_the_settings_is_a_finding_not_an_end(program: Program) -> None:
    program.configure("[routing]\nmax_constraints = -1\n")
    ended = program.run("doctor")
    assert ended.code == 1
    assert [line[:20] for line in ended.out.splitlines() if line.startswith("fail")] == [
        "fail  config        "
    ]


def test_a_terminal_gets_colours(program: Program) -> None:
    program.configure("offlin = true\n")
    assert "\x1b[32mok" in program.run_on_terminal("doctor").out


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_online_is_not_advised_to_who_has_said_it(options: list[str], program: Program) -> None:
    with ModelServer("big") as server:
        cloud = f'name = "sky"\nbase_url = "{server.base_url}"\nmodel = "big"\n'
        program.configure(f"[[cloud]]\n{cloud}")
        assert "1 configured (--online asks them)" in program.run("doctor", *options).out
        asked = program.run("doctor", "--online", *options).out
    assert "1 configured" in asked
    assert "--online" not in asked
