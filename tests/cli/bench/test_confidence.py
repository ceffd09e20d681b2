import json
from pathlib import Path

import pytest

from hroute.bench.confidence.run import ConfidenceAnswer
from hroute.bench.saved_runs import write_run
from hroute.config.measured import calibrations
from tests.support.program import Ended, Program
from tests.support.runs.confidence_runs import family, saved_run


@pytest.fixture
def program(tmp_path: Path) -> Program:
    home = tmp_path / "home"
    home.mkdir()
    return Program(home)


def shown(program: Program, tmp_path: Path, answers: list[ConfidenceAnswer], *args: str) -> Ended:
    model = tmp_path / "model.gguf"
    model.write_bytes(b"a model")
    write_run(saved_run(answers, str(model)), tmp_path / "run.json")
    return program.run("bench", "confidence", "--from", str(tmp_path / "run.json"), *args)


def known() -> list[ConfidenceAnswer]:
    return family("sums", 60) + family("dates", 60)


def test_a_few_tasks_are_answered_and_shown(program: Program, tmp_path: Path) -> None:
    small = ["--n", "6", "--samples", "0", "--set", "local.chat.threads=1"]
    ended = program.run("bench", "confidence", *small, "--json", "--save", str(tmp_path / "run.json"))
    assert ended.code == 0, ended.err
    found = json.loads(ended.out)
    assert found["report"]["n"] == 6
    assert found["cost"]["signals_ms"] > 0
    again = program.run("bench", "confidence", "--from", str(tmp_path / "run.json"), "--json")
    assert json.loads(again.out)["report"] == found["report"]


def test_the_tables_end_in_one_plain_sentence(program: Program, tmp_path: Path) -> None:
    ended = shown(program, tmp_path, known())
    assert ended.code == 0, ended.err
    assert "calibrated, unseen family" in ended.out
    assert "aim 2%: met" in ended.out
    assert ended.out.splitlines()[-1].startswith("Q4_0: from the answer AUROC .")


def test_apply_says_what_it_does_and_installs_the_calibrator(program: Program, tmp_path: Path) -> None:
    ended = shown(program, tmp_path, known(), "--apply", "--yes")
    assert ended.code == 0, ended.err
    assert "of these answers fail over, and of the others" in ended.err
    [calibrator] = calibrations.read_all(program.home / "data")
    assert calibrator.n == 120
    assert "routing.min_confidence 0.5" in ended.err


def test_what_the_hint_says_can_be_done(program: Program, tmp_path: Path) -> None:
    ended = shown(program, tmp_path, known(), "--apply", "--yes")
    command = ended.err.splitlines()[-1].removeprefix("hroute ").split()
    assert program.run(*command).code == 0


def test_apply_refuses_where_sureness_says_nothing(program: Program, tmp_path: Path) -> None:
    answers = family("sums", 60, knows=False) + family("dates", 60, knows=False)
    ended = shown(program, tmp_path, answers, "--apply", "--yes")
    assert ended.code == 2
    assert "nothing is installed" in ended.err
    assert not (program.home / "data" / "confidence").exists()


def test_apply_refuses_with_too_few_answers(program: Program, tmp_path: Path) -> None:
    ended = shown(program, tmp_path, family("sums", 20), "--apply", "--yes")
    assert ended.code == 2
    assert "raise --n" in ended.err


def test_for_a_model_that_is_nearly_always_right_there_are_harder_tasks(
    program: Program, tmp_path: Path
) -> None:
    able = [answer for answer in family("sums", 100) if answer.is_right] + family("dates", 4)
    assert "add --hard" in shown(program, tmp_path, able, "--apply", "--yes").err


def test_apply_refuses_at_once_where_nobody_can_be_asked(program: Program, tmp_path: Path) -> None:
    ended = shown(program, tmp_path, known(), "--apply")
    assert ended.code == 2
    assert "--yes" in ended.err


def test_a_server_has_no_file_to_be_examined(program: Program) -> None:
    program.configure('[local.chat]\nmodel = "m"\nbase_url = "http://localhost:9/v1"\n')
    ended = program.run("bench", "confidence")
    assert ended.code == 2
    assert "--model" in ended.err


def three_runs(tmp_path: Path) -> list[str]:
    files = []
    for place, name in enumerate("abc"):
        run = saved_run(known(), f"/models/{name}.gguf")
        model = run.model.model_copy(update={"sha256": str(place) * 64})
        write_run(run.model_copy(update={"model": model}), tmp_path / f"{name}.json")
        files.append(str(tmp_path / f"{name}.json"))
    return files


def test_each_model_is_left_out_in_turn(program: Program, tmp_path: Path) -> None:
    ended = program.run("bench", "generic", *three_runs(tmp_path))
    assert ended.code == 0, ended.err
    assert "AUROC, more than 65 tokens, unseen kinds of task" in ended.out
    assert "close enough to speak for a model that nobody has calibrated" in ended.out.splitlines()[-1]


def test_the_generic_calibrator_can_be_written_to_a_file(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "generic.json"
    ended = program.run("bench", "generic", *three_runs(tmp_path), "--write", str(file), "--json")
    assert ended.code == 0, ended.err
    found = json.loads(ended.out)
    assert [one["model"] for one in found["models"]] == ["a.gguf", "b.gguf", "c.gguf"]
    assert json.loads(file.read_text()) == found["generic"]


def test_one_model_is_nothing_to_generalise_from(program: Program, tmp_path: Path) -> None:
    ended = program.run("bench", "generic", three_runs(tmp_path)[0])
    assert ended.code == 2
    assert "1 runs of 1 models: it takes 3, and one run of each" in ended.err
