"""`hroute calibrate`, as typed."""

import json
from pathlib import Path

import pytest

from hroute.core.types import Route
from hroute.store.log import Log
from tests.program import CLOUD, Program
from tests.verdicts import Rated, haikus_fail_here, write_rated


@pytest.fixture
def program(tmp_path: Path) -> Program:
    home = Program(tmp_path)
    home.configure(CLOUD.format(base_url="http://127.0.0.1:9/v1"))
    return home


def teach(program: Program, rows: list[Rated]) -> None:
    with Log(program.home / "log.sqlite") as log:
        write_rated(log, rows)


def test_a_fit_is_shown_installed_named_by_doctor_and_removed(program: Program) -> None:
    teach(program, haikus_fail_here(120))
    file = program.home / "data" / "calibration.json"
    tried = program.run("calibrate", "--dry-run")
    assert (tried.code, file.exists()) == (0, False)
    assert "Better than the scout" in tried.out
    assert "Reliability, local" in tried.out
    assert "No verdict's route was drawn by lot" in tried.out
    done = program.run("calibrate", "--json")
    told = json.loads(done.out)
    assert (told["installed"], told["better"], told["verdicts"], file.exists()) == (True, True, 120, True)
    assert set(told["plans"]) == {"calibrated", "scout", "all_local", "all_cloud"}
    assert told["version"] in program.run("doctor").out
    file.write_text(file.read_text().replace("slope", "slop"))
    assert "it is not used" in program.run("doctor").out
    assert program.run("calibrate", "--reset").out == "Removed: the scout decides again.\n"
    assert program.run("calibrate", "--reset").out == "There is no calibration.\n"


def test_few_verdicts_are_said_to_be_few(program: Program) -> None:
    teach(program, haikus_fail_here(3))
    done = program.run("calibrate")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("3 verdicts in the log, and at least 20 are needed for a fit.")
    told = json.loads(program.run("calibrate", "--json").out)
    assert (told["version"], told["installed"], told["verdicts"]) == (None, False, 3)


def test_an_empty_log_is_no_error(program: Program) -> None:
    done = program.run("calibrate")
    assert (done.code, done.out[:10]) == (0, "0 verdicts")


def test_a_fit_that_is_no_better_is_not_installed(program: Program) -> None:
    teach(program, [Rated(f"{place * place} things", Route.LOCAL, place % 10 < 7) for place in range(40)])
    done = program.run("calibrate")
    assert "Not installed" in done.out
    assert not (program.home / "data" / "calibration.json").exists()


def test_reset_fits_nothing(program: Program) -> None:
    done = program.run("calibrate", "--reset", "--dry-run")
    assert (done.code, "--reset" in done.err) == (2, True)


def test_a_narrow_terminal_gets_the_same_figures(program: Program) -> None:
    teach(program, haikus_fail_here(120))
    done = program.run_on_terminal("calibrate", "--dry-run")
    assert done.code == 0
    assert "Better than the scout" in done.out
