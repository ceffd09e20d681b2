import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from hroute.bench.brackets.cases import by_preamble, ordered, suite
from hroute.bench.brackets.measure import Extent, ModelPair, Progress, Surroundings, arms_of, run
from hroute.bench.brackets.run import SIDES, BatchCheck, BracketPlan, ModelWork, Rounding, read_run
from hroute.bench.brackets.state import key_of
from hroute.bench.saved_runs import write_run
from hroute.bench.suite import Case, read_suite
from hroute.core.errors import UsageError
from hroute.engines.models import locate as models
from tests.support.runs.bracket_runs import run_with

PLAN = BracketPlan(
    suite="mine",
    arms=arms_of(0.7, [1]),
    seed=1,
    max_tokens=8,
    slots=3,
    threads=1,
    part_cases=1,
    plain=False,
)


def case(name: str) -> Case:
    tool = {"name": "clock", "parameters": {"type": "object", "properties": {"zone": {"type": "string"}}}}
    accepted = [{"name": "clock", "arguments": {"zone": ["utc"]}}]
    row = {"id": name, "kind": "easy", "prompt": f"Time {name}?", "tools": [tool], "accepted": accepted}
    return read_suite([json.dumps(row)], "test")[0]


@pytest.fixture(scope="module")
def match() -> ModelPair:
    starter = models.locate(models.STARTER, Path("/nowhere"))
    return ModelPair(starter, starter, "one file twice", PLAN, (case("one"), case("two")))


def greedy_only(match: ModelPair) -> ModelPair:
    return replace(match, plan=PLAN.model_copy(update={"arms": PLAN.arms[:1]}))


def test_a_model_against_itself_gives_equal_answers_in_every_arm(match: ModelPair, tmp_path: Path) -> None:
    reported: list[Progress] = []
    found = run(match, Extent(1), Surroundings(tmp_path, tell=reported.append))
    assert found.n == 1
    assert (
        reported[-1].answers == reported[-1].all_answers == 12
    )  # of two models, and of the check in both ways
    for arm in PLAN.arms:
        [(a, b)] = found.pairs(arm.name)
        assert a.text == b.text
    assert found.check is not None
    assert found.check.answers == 3
    assert found.check.is_rounding


def test_answers_of_one_token_leave_nothing_to_measure_rounding_on(match: ModelPair, tmp_path: Path) -> None:
    plan = PLAN.model_copy(update={"plain": True, "max_tokens": 1})
    found = run(replace(match, plan=plan), Extent(1, check_cases=1), Surroundings(tmp_path))
    assert found.check is not None
    assert found.check.rounding is None
    assert found.check.partings == ()


def test_every_arm_has_tokens_and_time_of_its_own(match: ModelPair, tmp_path: Path) -> None:
    found = run(match, Extent(1, check_cases=0), Surroundings(tmp_path))
    for side in SIDES:
        work = found.work[side]
        assert work.prompts.tokens > 100
        assert list(work.arms) == [arm.name for arm in PLAN.arms]
        assert all(arm.tokens_per_s > 0 for arm in work.arms.values())
        assert work.arms["grammar"].dictated > 0


@pytest.mark.parametrize(
    ("partings", "rounds_to", "explained"),
    [
        ((), 0.1, True),
        ((0.1, 0.3), 0.4, True),
        ((0.1, 0.5), 0.4, False),
    ],
)
def test_rounding_explains_what_it_can_move(
    partings: tuple[float, ...], rounds_to: float, explained: bool
) -> None:
    rounding = Rounding(tokens=9, median=0.1, highest=rounds_to)
    check = BatchCheck(
        answers=4,
        batched=ModelWork(),
        single=ModelWork(),
        greedy_answers=4,
        partings=partings,
        rounding=rounding,
    )
    assert check.is_rounding == explained
    assert BatchCheck.model_validate_json(check.model_dump_json()) == check


def test_an_interrupted_run_goes_on_and_ends_as_one_that_was_not(match: ModelPair, tmp_path: Path) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.answers > 2:  # one case is done with both models
            raise KeyboardInterrupt

    few, extent = greedy_only(match), Extent(2, check_cases=0)
    reported: list[Progress] = []
    with pytest.raises(KeyboardInterrupt):
        run(few, extent, Surroundings(tmp_path / "cut", tell=interrupt))
    resumed = run(few, extent, Surroundings(tmp_path / "cut", resume=True, tell=reported.append))
    whole = run(few, extent, Surroundings(tmp_path / "whole"))
    assert resumed.outcomes == whole.outcomes
    assert reported[-1].answers == reported[-1].all_answers == 4
    assert reported[-1].kept == 2
    assert 0 < reported[-1].tokens < sum(len(outcome.tokens) for outcome in resumed.outcomes)
    assert list((tmp_path / "cut").iterdir()) == []


def test_minutes_that_are_too_few_still_give_the_cases_that_were_timed(
    match: ModelPair, tmp_path: Path
) -> None:
    found = run(greedy_only(match), Extent(minutes=0.001, check_cases=0), Surroundings(tmp_path))
    assert found.n == 1


def test_a_saved_run_is_read_back_whole(tmp_path: Path) -> None:
    found = run_with(both=2, only_b=1)
    write_run(found, tmp_path / "run.json")
    assert read_run(tmp_path / "run.json") == found


def test_another_file_is_no_saved_run(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(UsageError, match="is no saved run: origin"):
        read_run(tmp_path / "x.json")


def test_the_first_cases_have_all_kinds_that_need_a_call() -> None:
    kinds = {case.kind for case in suite(None)}
    first = ordered(suite(None), 1, plain=False)[:16]
    assert {case.kind for case in first} == kinds - {"no_call"}
    assert {case.kind for case in ordered(suite(None), 1, plain=True)[:18]} == kinds


def test_the_seed_decides_the_order() -> None:
    first, same, other = (ordered(suite(None), seed, plain=False) for seed in (1, 1, 2))
    assert first == same != other


def test_cases_with_the_same_tools_come_one_after_the_other() -> None:
    tools = [case.tools for case in by_preamble(suite(None))]
    changes = sum(a != b for a, b in pairwise(tools))
    assert changes == len({str(t) for t in tools}) - 1


def test_an_interrupted_run_can_be_resumed_with_other_threads(tmp_path: Path) -> None:
    keys = {key_of(PLAN.model_copy(update={"threads": threads}), "suite", []) for threads in (1, 2)}
    assert len(keys) == 1
    assert key_of(PLAN.model_copy(update={"slots": 9}), "suite", []) not in keys
