from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from hroute.bench.brackets.measure import Progress, Surroundings
from hroute.bench.route.bench import Contestants, Workload, run, workload
from hroute.bench.route.kinds import all_kinds
from hroute.bench.route.saved import RoutePlan, read_run, read_side
from hroute.bench.saved_runs import write_run
from hroute.core.decision.decision import Route
from hroute.core.errors import Failure, LocalInferenceError, NoAnswerError, UsageError
from tests.support.scripted import Script
from tests.support.sides import right, scripted, wrong

PLAN = RoutePlan(seed=1, n=12, kinds=("arithmetic", "extraction"), max_tokens=64)
WORK = workload(PLAN)


def match(local: list[Script], cloud: list[Script] | Path) -> Contestants:
    there = cloud if isinstance(cloud, Path) else scripted(Route.CLOUD, cloud, "big")
    return Contestants(scripted(Route.LOCAL, local, "small"), there, "a price")


def test_both_sides_are_graded_by_the_same_check(tmp_path: Path) -> None:
    found = run(match(wrong(WORK.tasks), right(WORK.tasks)), WORK, Surroundings(tmp_path))
    assert [answer.is_right for answer in found.local.answers] == [False] * 12
    assert [answer.is_right for answer in found.cloud.answers] == [True] * 12
    assert (found.local.model, found.cloud.model) == ("small", "big")
    assert list(tmp_path.iterdir()) == []


def test_a_form_that_is_not_met_is_no_right_answer_and_its_contract_says_so(tmp_path: Path) -> None:
    found = run(match(wrong(WORK.tasks), right(WORK.tasks)), WORK, Surroundings(tmp_path))
    bound = [answer for answer in found.local.answers if answer.kind == "extraction"]
    assert {(answer.is_valid, answer.reason) for answer in bound} == {(False, "invalid_json")}
    assert {a.is_valid for a in found.local.answers if a.kind == "arithmetic"} == {True}


def test_the_cloud_has_a_price_and_the_local_model_none(tmp_path: Path) -> None:
    found = run(match(right(WORK.tasks), right(WORK.tasks)), WORK, Surroundings(tmp_path))
    assert {answer.cost_usd for answer in found.cloud.answers} == {Decimal("0.000012")}  # 10 in, 1 out
    assert {answer.cost_usd for answer in found.local.answers} == {Decimal(0)}


def test_an_interrupted_run_goes_on_and_ends_as_one_that_was_not(tmp_path: Path) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.answers == 7:
            raise KeyboardInterrupt

    reported: list[Progress] = []
    answers = right(WORK.tasks)
    cut, whole = Surroundings(tmp_path / "cut", tell=interrupt), Surroundings(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        run(match(answers, answers), WORK, cut)
    # The seven that are kept are not asked for again.
    resumed = run(match(answers[7:], answers), WORK, replace(cut, resume=True, tell=reported.append))
    assert [a.text for a in resumed.local.answers] == [
        a.text for a in run(match(answers, answers), WORK, whole).local.answers
    ]
    assert (reported[0].kept, reported[0].answers, reported[0].all_answers) == (7, 8, 24)
    assert (reported[-1].answers, list((tmp_path / "cut").iterdir())) == (24, [])


def test_another_model_does_not_go_on_with_what_this_one_said(tmp_path: Path) -> None:
    answers, around = right(WORK.tasks), Surroundings(tmp_path, resume=True)
    broken = LocalInferenceError(Failure.CRASH, "it fell over")
    with pytest.raises(NoAnswerError, match="small cannot answer: it fell over"):
        run(match([*answers[:6], broken], answers), WORK, around)
    other = Contestants(scripted(Route.LOCAL, wrong(WORK.tasks), "other"), scripted(Route.CLOUD, answers), "")
    assert not any(answer.is_right for answer in run(other, WORK, around).local.answers)


def test_a_cloud_may_have_answered_before(tmp_path: Path) -> None:
    answers, file = right(WORK.tasks), tmp_path / "big.json"
    first = run(match(wrong(WORK.tasks), answers), WORK, Surroundings(tmp_path))
    write_run(first.cloud, file)
    again = run(match(wrong(WORK.tasks), file), WORK, Surroundings(tmp_path))
    assert again.cloud == first.cloud
    fewer = Workload(PLAN, WORK.tasks[:4])
    assert len(run(match(answers, file), fewer, Surroundings(tmp_path)).cloud.answers) == 4


def test_a_task_that_the_stored_cloud_has_not_answered_is_named(tmp_path: Path) -> None:
    first = run(match(right(WORK.tasks), right(WORK.tasks)), WORK, Surroundings(tmp_path))
    write_run(first.cloud, tmp_path / "big.json")
    more = workload(PLAN.model_copy(update={"seed": 2})).tasks
    with pytest.raises(UsageError, match=r"big\.json: big has not answered .* there"):
        read_side(tmp_path / "big.json", more)


def test_a_saved_run_is_read_back_whole(tmp_path: Path) -> None:
    found = run(match(right(WORK.tasks), wrong(WORK.tasks)), WORK, Surroundings(tmp_path))
    write_run(found, tmp_path / "run.json")
    assert read_run(tmp_path / "run.json") == found


def test_sides_of_different_tasks_are_no_run(tmp_path: Path) -> None:
    found = run(match(right(WORK.tasks), wrong(WORK.tasks)), WORK, Surroundings(tmp_path))
    short = found.cloud.model_copy(update={"answers": found.cloud.answers[1:]})
    write_run(found.model_copy(update={"cloud": short}), tmp_path / "run.json")
    with pytest.raises(UsageError, match="its two sides answered different tasks"):
        read_run(tmp_path / "run.json")


def test_a_kind_that_there_is_not_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="there is no kind 'sums'"):
        workload(PLAN.model_copy(update={"kinds": ("sums",)}))


def test_all_kinds_are_taken_when_none_is_named() -> None:
    kinds = {task.kind for task in workload(PLAN.model_copy(update={"kinds": ()})).tasks}
    assert kinds >= {kind.name for kind in all_kinds()} - {"code"}
