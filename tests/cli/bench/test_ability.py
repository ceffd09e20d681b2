"""`hroute bench ability`, as typed."""

import json
from pathlib import Path

import pytest

from hroute.bench.ability.run import AbilityAnswer, Examined
from hroute.bench.saved_runs import write_run
from hroute.config.measured import abilities
from hroute.engines.models import checksum
from hroute.engines.models import locate as models
from tests.support.program import Ended, Program
from tests.support.runs.ability_runs import answers, saved_run
from tests.support.servers.loopback import LoopbackServer, Reply


@pytest.fixture
def program(tmp_path: Path) -> Program:
    home = tmp_path / "home"
    home.mkdir()
    return Program(home)


def starter() -> Examined:
    path = models.locate("starter", Path("/nowhere"))
    sha256, size = checksum.sha256_of(path), path.stat().st_size
    return Examined(name="starter", sha256=sha256, path=str(path), size_bytes=size, parameters=134_515_008)


def shown(program: Program, tmp_path: Path, given: tuple[AbilityAnswer, ...], *args: str) -> Ended:
    write_run(saved_run(given, starter()), tmp_path / "run.json")
    return program.run("bench", "ability", "--from", str(tmp_path / "run.json"), *args)


def test_a_saved_run_is_shown_with_an_interval_by_kind_and_over_all(program: Program, tmp_path: Path) -> None:
    ended = shown(program, tmp_path, answers(-3.0))
    assert ended.code == 0, ended.err
    assert "kind 11" in ended.out
    assert "P(local) on kinds that were not fitted" in ended.out
    assert ended.out.splitlines()[-1].startswith("starter: ability ")


def test_json_has_the_figures_and_not_the_answers(program: Program, tmp_path: Path) -> None:
    found = json.loads(shown(program, tmp_path, answers(-3.0), "--json").out)
    assert "answers" not in found
    assert {"ability", "overall", "kinds", "elsewhere", "scout"} <= set(found["report"])
    low, high = found["report"]["overall"]["low"], found["report"]["overall"]["high"]
    assert low < found["report"]["ability"]["value"] < high


def test_an_installed_ability_is_what_explain_and_doctor_speak_of(program: Program, tmp_path: Path) -> None:
    ended = shown(program, tmp_path, answers(-3.0), "--apply", "--yes")
    assert ended.code == 0, ended.err
    [measured] = abilities.read_all(program.home / "data")
    reported = json.loads(program.run("explain", "What is 2+2?", "--json").out)["signals"]["scout"]
    assert (reported["ability"], reported["ability_by"]) == (measured.value, "measured")
    doctor = program.run("doctor").out
    assert f"{measured.value:+.1f} (an 8B at q4 has 0), measured" in doctor
    program.configure('[local.chat]\nability = "3B"\n')
    assert "as set in local.chat.ability" in program.run("doctor").out


def test_apply_refuses_at_once_where_nobody_can_be_asked(program: Program, tmp_path: Path) -> None:
    ended = shown(program, tmp_path, answers(-3.0), "--apply")
    assert ended.code == 2
    assert "--yes" in ended.err
    assert abilities.read_all(program.home / "data") == []


def test_what_is_no_run_is_refused(program: Program, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}")
    ended = program.run("bench", "ability", "--from", str(tmp_path / "run.json"))
    assert ended.code == 2
    assert "is no saved run" in ended.err


def test_a_server_is_measured_and_known_by_its_address(program: Program, tmp_path: Path) -> None:
    with LoopbackServer(Reply("The answer is 4. Hello!")) as server:
        program.configure(f'[local.chat]\nmodel = "m"\nbase_url = "{server.base_url}"\n')
        save = str(tmp_path / "run.json")
        ended = program.run(
            "bench", "ability", "--n", "45", "--slots", "4", "--apply", "--yes", "--save", save
        )
        assert ended.code == 0, ended.err
        assert len(server.requests) == 45
        reported = json.loads(program.run("explain", "hi", "--json").out)["signals"]["scout"]
        assert reported["ability_by"] == "measured"
    again = program.run("bench", "ability", "--from", save, "--json")
    assert json.loads(again.out)["report"]["n"] == 45


def test_a_server_that_is_not_there_is_one_plain_error(program: Program) -> None:
    program.configure('[local.chat]\nmodel = "m"\nbase_url = "http://127.0.0.1:9/v1"\n')
    ended = program.run("bench", "ability", "--n", "45")
    assert ended.code == 1
    assert "Traceback" not in ended.err
