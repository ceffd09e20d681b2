from dataclasses import replace
from pathlib import Path

import pytest

from hroute.app.own_files import SCOUT_FILE
from hroute.bench.brackets.measure import Extent, Progress, Surroundings
from hroute.bench.confidence.measure import ConfidenceExam, run
from hroute.bench.confidence.run import read_run
from hroute.bench.confidence.suite import SUITE
from hroute.bench.saved_runs import write_run
from hroute.core.errors import UsageError
from hroute.core.scout import BuiltinScout
from tests.support.runs.confidence_runs import PLAN, family, saved_run


@pytest.fixture(scope="module")
def exam(starter_path: Path) -> ConfidenceExam:
    few = tuple(family for family in SUITE if family.name in ("countries", "plurals"))
    scout = BuiltinScout.from_bytes(SCOUT_FILE.read_bytes())
    return ConfidenceExam(starter_path, PLAN, scout, few, cost_prompts=0)


def test_answers_are_graded_with_their_signals_and_with_what_a_sample_says(
    exam: ConfidenceExam, tmp_path: Path
) -> None:
    calling = tuple(family for family in SUITE if family.name in ("plurals", "tool calls"))
    found = run(replace(exam, families=calling, cost_prompts=1), Extent(3), Surroundings(tmp_path))
    assert sorted(answer.task for answer in found.answers) == ["plurals-1", "plurals-2", "tool calls-1"]
    signals = [answer.graded.signals for answer in found.answers]
    assert all(each.tokens > 0 and each.agreement in (0.0, 1.0) for each in signals)
    calls = [answer for answer in found.answers if answer.family == "tool calls"]
    assert all(answer.text.startswith("{") for answer in calls)  # under its grammar
    assert found.cost is not None
    assert found.cost.token_ms > found.cost.signals_ms > 0


def test_an_interrupted_run_goes_on_and_ends_as_one_that_was_not(
    exam: ConfidenceExam, tmp_path: Path
) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.answers > 2:  # the first family is done
            raise KeyboardInterrupt

    reported: list[Progress] = []
    few = replace(exam, plan=PLAN.model_copy(update={"samples": 0}))
    with pytest.raises(KeyboardInterrupt):
        run(few, Extent(3), Surroundings(tmp_path / "cut", tell=interrupt))
    resumed = run(few, Extent(3), Surroundings(tmp_path / "cut", resume=True, tell=reported.append))
    whole = run(few, Extent(3), Surroundings(tmp_path / "whole"))
    assert resumed.answers == whole.answers
    assert (reported[-1].kept, reported[-1].answers, reported[-1].all_answers) == (2, 3, 3)
    assert list((tmp_path / "cut").iterdir()) == []


def test_minutes_that_are_too_few_still_give_a_task_of_each_family(
    exam: ConfidenceExam, tmp_path: Path
) -> None:
    assert len(run(exam, Extent(minutes=0.001), Surroundings(tmp_path)).answers) == len(exam.families)


def test_a_saved_run_is_read_back_whole(tmp_path: Path) -> None:
    found = saved_run(family("sums", 4))
    write_run(found, tmp_path / "run.json")
    assert read_run(tmp_path / "run.json") == found


@pytest.mark.parametrize("text", ["{}", "no json", '{"version": 9}'])
def test_another_file_is_no_saved_run(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(UsageError, match="is no saved run"):
        read_run(tmp_path / "x.json")


def test_signals_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    found = saved_run(family("sums", 1))
    broken = found.answers[0].model_copy(update={"signals": {"surprise": 1}})
    write_run(found.model_copy(update={"answers": (broken,)}), tmp_path / "x.json")
    with pytest.raises(UsageError, match="is no saved run"):
        read_run(tmp_path / "x.json")
