from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from hroute.bench.route.checks import CallsAre, CodeGives, FieldsAre, KeepsRules
from hroute.bench.route.kinds import CODE, all_kinds
from hroute.bench.route.tasks import LEVELS, Asked, tasks_of
from hroute.core.tools.definitions import Toolset, tools_of
from hroute.core.tools.grade import AcceptedCall
from hroute.engines.sandbox.run import Calls, unavailable

KINDS = all_kinds()
CHEAP = tuple(kind for kind in KINDS if kind.name != CODE)


def test_every_beginning_has_the_kinds_in_equal_parts_and_all_levels() -> None:
    tasks = tasks_of(KINDS, 90, seed=1)
    assert set(Counter(task.kind for task in tasks).values()) == {10}
    assert {task.level for task in tasks} == set(LEVELS)
    assert len({task.id for task in tasks}) == len({task.asked.prompt for task in tasks}) == 90


def test_a_seed_gives_the_same_tasks_and_more_of_them_begin_alike() -> None:
    few, many, other = (tasks_of(KINDS, n, seed) for n, seed in ((40, 7), (80, 7), (40, 8)))
    assert [task.asked.prompt for task in few] == [task.asked.prompt for task in many][:40]
    assert [task.asked.prompt for task in few] != [task.asked.prompt for task in other]


def test_written_items_and_drawn_ones_take_turns() -> None:
    tasks = tasks_of([kind for kind in KINDS if kind.name == "strings"], 20, seed=1)
    assert ["-w" in task.id for task in tasks] == [*[True] * 5, *[False] * 5] * 2


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_right_answer_passes_its_own_check(seed: int) -> None:
    tasks = tasks_of(CHEAP, 400, seed)
    assert [task.asked for task in tasks if task.asked.right and not _passes(task.asked)] == []


@pytest.mark.skipif(unavailable() is not None, reason=f"no sandbox here: {unavailable()}")
@pytest.mark.program  # in the sandbox
def test_a_right_function_passes_its_own_check() -> None:
    [code] = [kind for kind in KINDS if kind.name == CODE]
    written = [item.ask(Random(1)) for item in code.written]
    drawn = [asked for level in LEVELS for _ in range(3) if (asked := code.draw(Random(level), level))]
    assert [asked for asked in written + drawn if not _passes(asked)] == []


def test_an_answer_to_one_task_is_wrong_for_another() -> None:
    by_kind: dict[str, list[Asked]] = {}
    for task in tasks_of(CHEAP, 160, seed=5):
        by_kind.setdefault(task.kind, []).append(task.asked)
    for name, asked in by_kind.items():
        pairs = [(one, two) for one, two in pairwise(asked) if one.right != two.right]
        wrong = sum(not one.check.passes(two.right) for one, two in pairs)
        if name not in ("easy knowledge", "hard knowledge"):  # a letter may be right twice
            assert wrong >= 0.9 * len(pairs), name


def test_every_form_is_one_that_an_engine_can_be_bound_to() -> None:
    bound = [task for task in tasks_of(KINDS, 270, seed=1) if task.asked.tools or task.asked.schema]
    assert len(bound) == 60
    assert all(task.turn(1).bound_to is not None for task in bound)


def test_extraction_takes_any_of_the_right_values_and_any_order() -> None:
    check = FieldsAre({"who": ["Dr. Ono", "Ono"], "items": [{"n": 1}, {"n": 2}], "gone": [["x", "the x"]]})
    assert check.passes('{"who": "ono", "items": [{"n": 2}, {"n": 1}], "gone": ["The X"]}')
    assert not check.passes('{"who": "Dr. No", "items": [{"n": 2}, {"n": 1}], "gone": ["x"]}')
    assert not check.passes('{"who": "Ono", "items": [{"n": 1}], "gone": ["x"]}')
    assert not check.passes('{"who": "Ono", "items": [{"n": 1}, {"n": 2}]}')
    assert not check.passes("no object")


def test_a_truth_is_no_number() -> None:
    assert not FieldsAre({"n": 1}).passes('{"n": true}')


def test_calls_must_be_all_that_were_asked_for() -> None:
    tool = {"name": "ring", "parameters": {"type": "object", "properties": {"n": {"type": "integer"}}}}
    check = CallsAre(Toolset(tools_of([tool], "here")), [AcceptedCall("ring", {"n": [3]})])
    assert check.passes('{"name": "ring", "arguments": {"n": 3}}')
    assert not check.passes('{"name": "ring", "arguments": {"n": 4}}')
    assert not check.passes("I have rung three times.")


@pytest.mark.skipif(unavailable() is not None, reason=f"no sandbox here: {unavailable()}")
@pytest.mark.parametrize(
    ("code", "passes"),
    [
        ("def f(x): return x > 1", True),
        ("def f(x): return 1 if x > 1 else 0", False),
        ("def f(x): return", False),
        ("import os\ndef f(x): return x > 1", False),
        ("I cannot write code.", False),
    ],
)
def test_code_is_judged_by_what_it_returns(code: str, passes: bool) -> None:
    assert CodeGives(Calls("f", [[1], [2]]), [False, True]).passes(code) is passes


def test_writing_is_judged_by_its_rules() -> None:
    assert KeepsRules({"words": [1, 2]}).passes("Two words")
    assert not KeepsRules({"words": [1, 2]}).passes("Not two words")


def _passes(asked: Asked) -> bool:
    return asked.check.passes(asked.right)
