"""`hroute calibrate`, as typed."""

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from hroute.config.measured import abilities, calibrations
from hroute.core.confidence.calibrator import Calibrator, CalibratorOrigin
from hroute.core.decision.decision import Route
from hroute.core.turn.verdict import By
from hroute.engines.models import checksum
from hroute.engines.models import locate as models
from hroute.store.log import Log
from tests.support.program import CLOUD, Program
from tests.support.runs.calibrators import calibrator, overrated
from tests.support.verdicts import Rated, haikus_fail_here, write_rated


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
    reported = json.loads(done.out)
    assert (reported["installed"], reported["better"], reported["verdicts"], file.exists()) == (
        True,
        True,
        120,
        True,
    )
    assert set(reported["plans"]) == {"calibrated", "scout", "all_local", "all_cloud"}
    assert reported["version"] in program.run("doctor").out
    file.write_text(file.read_text().replace("slope", "slop"))
    assert "it is not used" in program.run("doctor").out
    assert program.run("calibrate", "--reset").out == "Removed: the scout decides again.\n"
    assert program.run("calibrate", "--reset").out == "There is no calibration.\n"


def test_few_verdicts_are_said_to_be_few(program: Program) -> None:
    teach(program, haikus_fail_here(3))
    done = program.run("calibrate")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("3 verdicts in the log, and at least 20 are needed for a fit.")
    reported = json.loads(program.run("calibrate", "--json").out)
    assert (reported["version"], reported["installed"], reported["verdicts"]) == (None, False, 3)


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


def starters_calibrator(program: Program) -> Calibrator:
    path = models.locate("starter", program.home)
    about = path.stat()
    origin = CalibratorOrigin(
        checksum.sha256_of(path), about.st_size, about.st_mtime_ns, "Q4_1", "2026-11-01"
    )
    return calibrator(origin)


def installed_calibrator(program: Program) -> Calibrator:
    [found] = calibrations.read_all(program.home / "data")
    return found


def test_confidence_in_answers_is_moved_by_verdicts_and_back(program: Program) -> None:
    bench = starters_calibrator(program)
    calibrations.install(bench, program.home / "data")
    teach(program, overrated(80, bench, "starter"))
    tried = program.run("calibrate", "--dry-run")
    assert "Better than what the bench found" in tried.out
    assert "Reliability, starter" in tried.out
    assert installed_calibrator(program) == bench
    reported = json.loads(program.run("calibrate", "--json").out)
    [answers] = reported["answers"]
    assert (answers["model"], answers["verdicts"], answers["right"]) == ("starter", 80, 24)
    assert (answers["installed"], reported["installed"]) == (True, False)  # each for itself
    assert answers["brier"]["after"]["value"] < answers["brier"]["before"]["value"]
    assert installed_calibrator(program).name == answers["version"] == f"{bench.name} + 80 verdicts"
    again = json.loads(program.run("calibrate", "--json").out)["answers"][0]
    assert again["gain"] == answers["gain"]
    assert f"Removed: answers are judged by {bench.name} again.\n" in program.run("calibrate", "--reset").out
    assert installed_calibrator(program) == bench


def test_confidence_that_keeps_its_word_is_left_alone(program: Program) -> None:
    bench = starters_calibrator(program)
    calibrations.install(bench, program.home / "data")
    rng, rows = Random(1), []
    for row in overrated(80, bench, "starter"):
        assert row.answer_signals is not None
        chance = bench.predict(row.answer_signals)
        rows.append(replace(row, is_good=rng.random() < (chance or 0)))
    teach(program, rows)
    done = program.run("calibrate")
    assert "Not installed: no better than what the bench found" in done.out
    assert installed_calibrator(program) == bench


def test_verdicts_that_say_too_little_of_answers_are_counted(program: Program) -> None:
    bench = starters_calibrator(program)
    calibrations.install(bench, program.home / "data")
    teach(program, [*overrated(10, bench, "starter"), *haikus_fail_here(20)])
    done = program.run("calibrate")
    assert "10 verdicts on answers of starter with a known confidence, 3 good and 7 bad" in done.out


def test_a_model_without_a_calibrator_is_told_how_to_get_one(program: Program) -> None:
    teach(program, overrated(30, starters_calibrator(program), "starter"))
    done = program.run("calibrate")
    assert (
        "30 verdicts on answers of starter, which has no calibrator yet: hroute bench confidence" in done.out
    )


def test_answers_without_signals_are_not_spoken_of(program: Program) -> None:
    teach(program, haikus_fail_here(30))
    assert "calibrator" not in program.run("calibrate").out


def always_right(n: int, by: By = By.USER) -> list[Rated]:
    """The starter, which is held to be weak, gets nine of ten hard things right."""
    return [
        Rated(f"Prove theorem {place}", Route.LOCAL, place % 10 != 0, model="starter", by=by)
        for place in range(n)
    ]


def test_verdicts_move_the_ability_and_reset_takes_it_back(program: Program) -> None:
    teach(program, always_right(80))
    tried = program.run("calibrate", "--dry-run")
    assert "Abilities of local models" in tried.out
    assert abilities.read_all(program.home / "data") == []
    [reported] = json.loads(program.run("calibrate", "--json").out)["abilities"]
    assert (reported["model"], reported["verdicts"], reported["right"], reported["installed"]) == (
        "starter",
        80,
        72,
        True,
    )
    assert reported["after"]["value"] > reported["before"]["value"]
    assert reported["brier"]["after"] < reported["brier"]["before"]
    reading = json.loads(program.run("explain", "Prove theorem 7", "--json").out)["signals"]["scout"]
    assert (reading["ability"], reading["ability_by"]) == (reported["after"]["value"], "verdicts")
    [again] = json.loads(program.run("calibrate", "--json").out)["abilities"]
    assert again["after"] == reported["after"]  # verdicts count once, however often it is run
    assert "Removed: the ability of starter is" in program.run("calibrate", "--reset").out
    assert abilities.read_all(program.home / "data") == []


def test_what_a_contract_says_moves_no_ability(program: Program) -> None:
    teach(program, always_right(80, By.CONTRACT))
    assert json.loads(program.run("calibrate", "--dry-run", "--json").out)["abilities"] == []


def test_few_verdicts_or_all_alike_leave_an_ability_alone(program: Program) -> None:
    teach(program, always_right(30)[11:])
    done = program.run("calibrate")
    assert "20 are needed, 5 of each kind, to move its ability" in done.out
    assert abilities.read_all(program.home / "data") == []


def test_an_ability_that_is_set_is_not_moved(program: Program) -> None:
    teach(program, always_right(80))
    done = program.run("calibrate", "--dry-run", "--json", "--set", "local.chat.ability=3B")
    assert json.loads(done.out)["abilities"] == []
