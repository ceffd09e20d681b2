import csv
import json
from pathlib import Path

import pytest

from hroute.bench.brackets.run import BatchCheck, ModelWork, Rounding, Work
from hroute.bench.saved_runs import write_run
from tests.support.program import Program
from tests.support.runs.bracket_runs import outcome, run_with, saved_run


@pytest.fixture
def program(tmp_path: Path) -> Program:
    home = tmp_path / "home"
    home.mkdir()
    return Program(home)


@pytest.fixture
def saved(tmp_path: Path) -> str:
    write_run(run_with(both=30, only_b=12), tmp_path / "run.json")
    return str(tmp_path / "run.json")


def test_a_pair_is_made_compared_and_kept_for_show(program: Program, tmp_path: Path) -> None:
    small = ["--n", "1", "--seeds", "0", "--max-tokens", "16", "--set", "local.chat.threads=1"]
    to_file = ["--json", "--save", str(tmp_path / "run.json")]
    ended = program.run("bench", "brackets", "--make-pair", "starter", *small, *to_file)
    assert ended.code == 0, ended.err
    found = json.loads(ended.out)
    assert "already quantized source" in found["origin"]
    assert [arm["name"] for arm in found["report"]["arms"]] == ["greedy", "grammar"]
    assert all(found["tokens_per_s"][side][arm] > 0 for side in "ab" for arm in ("greedy", "grammar"))
    assert found["check"]["greedy_answers"] == 2
    case = json.loads((tmp_path / "run.json").read_text())["outcomes"][0]["case"]
    shown = program.run("bench", "show", case)
    assert shown.code == 0
    assert f"{case}, greedy" in shown.out


def test_the_table_ends_in_one_plain_sentence(program: Program, saved: str) -> None:
    ended = program.run("bench", "brackets", "--from", saved)
    assert ended.code == 0
    assert "bracket_drop" in ended.out
    assert any(
        line.split() == ["a:", "grammar", "30", "-", "2", "2", "15"] for line in ended.out.splitlines()
    )
    assert ended.out.splitlines()[-1].startswith("Clean and right happens more often with b than with a")


def test_csv_has_a_line_for_every_answer(program: Program, saved: str) -> None:
    rows = list(csv.DictReader(program.run("bench", "brackets", "--from", saved, "--csv").out.splitlines()))
    assert {row["arm_tokens_per_s"] for row in rows} == {"15.00"}
    assert len(rows) == 84
    assert {row["fault"] for row in rows if row["model"] == "a"} == {"", "bracket_drop"}


def test_apply_shows_the_change_and_writes_the_better_model(program: Program, saved: str) -> None:
    ended = program.run("bench", "brackets", "--from", saved, "--apply", "--yes")
    assert ended.code == 0
    assert '+model = "/models/Q8_0.gguf"' in ended.err
    assert "/models/Q8_0.gguf" in (program.home / "config.toml").read_text()


def test_apply_refuses_at_once_where_nobody_can_be_asked(program: Program, saved: str) -> None:
    ended = program.run("bench", "brackets", "--from", saved, "--apply")
    assert ended.code == 2
    assert "--yes" in ended.err
    assert not (program.home / "config.toml").exists()


def test_one_model_alone_cannot_be_compared(program: Program) -> None:
    ended = program.run("bench", "brackets", "--a", "starter")
    assert ended.code == 2
    assert "--make-pair" in ended.err


def test_show_marks_the_token_where_the_answers_part(program: Program, tmp_path: Path) -> None:
    pair = (outcome("a", "x", '{"a"|: 1|}', fault="bracket_drop"), outcome("b", "x", '{"a"|: 1|}}'))
    write_run(saved_run(pair), tmp_path / "run.json")
    lines = program.run("bench", "show", "x", "--run", str(tmp_path / "run.json")).out.splitlines()
    assert lines[2:4] == ['   {"a": 1}', "   1···111^"]
    assert lines[5:7] == ['   {"a": 1}}', "   1···111^^"]
    assert "there a wrote '}' (50.0%); next likeliest '?' (25.0%)" in lines[7]


def test_compare_puts_two_runs_side_by_side(program: Program, saved: str, tmp_path: Path) -> None:
    write_run(run_with(both=42, only_b=0), tmp_path / "later.json")
    ended = program.run("bench", "compare", saved, str(tmp_path / "later.json"))
    assert ended.code == 0
    line = next(line for line in ended.out.splitlines() if "a: bracket_drop" in line)
    assert "28.6%" in line
    assert "* -28.6%" in line


def test_help_of_the_group_lists_its_commands(program: Program) -> None:
    shown = program.run("bench", "--help").out
    assert all(name in shown for name in ("brackets", "show", "compare", "drift", "overhead"))


def test_brackets_is_what_bench_runs_by_itself(program: Program, saved: str) -> None:
    assert program.run("bench", "--from", saved).out == program.run("bench", "brackets", "--from", saved).out


@pytest.mark.parametrize(
    ("partings", "said"),
    [
        ((), "The batch gives the same 4 texts at temperature 0 as decoding one by one."),
        ((0.3,), "1 of 4 texts at temperature 0 differ between the two: no more than rounding."),
        (
            (0.9,),
            "1 of 4 texts at temperature 0 differ between the two: MORE THAN ROUNDING, distrust this run.",
        ),
    ],
)
def test_one_line_says_what_the_check_of_the_batch_found(
    program: Program, tmp_path: Path, partings: tuple[float, ...], said: str
) -> None:
    one, other = (ModelWork(arms={"grammar": Work(tokens=9, wall_s=s, cpu_s=s)}) for s in (1, 2))
    rounding = Rounding(tokens=50, median=0.1, highest=0.5)
    check = BatchCheck(
        answers=4, batched=one, single=other, greedy_answers=4, partings=partings, rounding=rounding
    )
    write_run(run_with(both=3, only_b=0).model_copy(update={"check": check}), tmp_path / "checked.json")
    shown = program.run("bench", "--from", str(tmp_path / "checked.json")).out
    assert said in shown
    assert "2.0x faster than one by one" in shown
