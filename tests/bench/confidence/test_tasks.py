from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from itertools import permutations

import pytest

from hroute.bench.confidence import grading
from hroute.bench.confidence.suite import SUITE
from hroute.bench.confidence.tasks.draw import LEVELS, ConfidenceTask, Question, tasks_of
from hroute.bench.confidence.tasks.numbers import in_words
from hroute.core.turn.message import Role

USUAL, HARD = (tasks_of(SUITE, 30 * len(SUITE), seed=5, hard=hard) for hard in (False, True))
MANY = USUAL + HARD


def test_a_right_answer_is_graded_right_and_nothing_is_not() -> None:
    for task in MANY:
        assert task.question.is_right(task.question.right), task
        assert not task.question.is_right(""), task
        assert not task.question.is_right("I do not know."), task


def test_the_right_answer_to_one_question_is_seldom_right_for_another_of_its_kind() -> None:
    by_family: dict[str, list[Question]] = {}
    for task in MANY:
        by_family.setdefault(task.family.name, []).append(task.question)
    for family, questions in by_family.items():
        lucky = [b.is_right(a.right) for a, b in permutations(questions, 2)]
        assert sum(lucky) / len(lucky) <= 0.2, family


def test_the_same_seed_gives_the_same_tasks_and_another_gives_others() -> None:
    first, same, other = ([t.question.text for t in tasks_of(SUITE, 64, seed)] for seed in (1, 1, 2))
    assert first == same != other


@pytest.mark.parametrize("tasks", [USUAL, HARD])
def test_no_question_comes_twice(tasks: list[ConfidenceTask]) -> None:
    texts = [task.question.text for task in tasks]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(("tasks", "levels"), [(USUAL, LEVELS[:6]), (HARD, LEVELS[2:])])
def test_every_beginning_has_the_families_and_levels_in_equal_parts(
    tasks: list[ConfidenceTask], levels: tuple[int, ...]
) -> None:
    part = tasks[: 6 * len(SUITE)]
    assert max(Counter(task.family.name for task in part).values()) <= 7
    assert {task.level for task in part} == set(levels)


def test_examples_come_before_the_question_as_a_conversation() -> None:
    task = next(task for task in MANY if task.family.name == "sum")
    roles = [message.role for message in task.messages]
    assert roles == [Role.USER, Role.ASSISTANT] * len(task.family.examples) + [Role.USER]
    assert task.messages[-1].text == task.question.text


def test_no_question_is_one_of_its_examples() -> None:
    for task in MANY:
        answers = {question: right for question, right in task.family.examples}
        assert answers.get(task.question.text, task.question.right) == task.question.right


def test_examples_are_right_by_the_suites_own_rules() -> None:
    for task in MANY:
        for question, right in task.family.examples:
            if question == task.question.text:
                assert task.question.is_right(right)


Grader = Callable[[str], bool]
SEVEN: Grader = partial(grading.says_number, right="7")
OWN_SEVEN: Grader = partial(grading.says_new_number, right="7", asked="What is 3 + 4?")
PARIS: Grader = partial(grading.states, right="Paris")
TEN: Grader = partial(grading.states, right="ten")
DATE: Grader = partial(grading.states, right="5 May")
BLUE: Grader = partial(grading.says_exactly, right="BLUE")
YES: Grader = partial(grading.chooses, right="yes", others=("no",))
CAT: Grader = partial(grading.gives_json, right={"animal": "cat", "legs": 4})
SORTED: Grader = partial(grading.says_exactly, right="1, 3")
SUM: Grader = partial(grading.concludes, right="17", asked="What is 12 + 5? Show your working.")
COUNTED: Grader = partial(grading.lists_numbers, right=range(3, 7))
TABLE: Grader = partial(grading.lists_numbers, right=(5, 10), behind="=")
PAIRS: Grader = partial(grading.pairs_up, pairs={"cat": "chat", "thank you": "merci"})
ROMAN: Grader = partial(grading.names_first, right="Rome", others=("Paris", "Oslo"))
COPIED: Grader = partial(grading.copies, right="Anna bought a lamp in Rome.")
ROWS: Grader = partial(grading.gives_array, right=[{"name": "Ida", "age": 3}, {"name": "Jon", "age": 4}])
ROW: Grader = partial(grading.gives_row, right="cat,4")


@pytest.mark.parametrize(
    ("grader", "right", "wrong"),
    [
        (
            SEVEN,
            ["7", "3 + 4 = 7", "The answer is 7.", "\n7.0\nBecause", "**7**"],
            ["17", "7 or 8", "-7", "7.5"],
        ),
        (
            OWN_SEVEN,
            [
                "7",
                "3 + 4 = 7",
                "To add 3 and 4, count.\n3 + 4 is 7.",
                "Seven is 7.0",
                "3 + 4 = 7\n\n1. Add\n2. Done",
            ],
            ["3 + 4", "3 + 4 = 8", "3 * 4 = 12, so 7", "To add 3 and 4, count."],
        ),
        (
            PARIS,
            [
                "Paris",
                "paris is the capital.",
                "It is Paris, France.",
                "'Paris'",
                "It's big. Its capital is Paris",
            ],
            ["Parisian", "It is\nParis", "It lies near Paris", "I do not mean Paris", "It is not Paris"],
        ),
        (
            TEN,
            ["Ten.", "10 is ten", 'It is written "ten" in words: "ten"'],
            ["one hundred ten", "ten thousand"],
        ),
        (DATE, ["5 May", "It is 5 may.", "5 May. That is after April."], ["6 May", "5 June", "May 5 or 6"]),
        (BLUE, ["BLUE", '"BLUE".', "It is BLUE"], ["Blue", "BLUEBERRY", "XBLUE", "BLUE or RED"]),
        (SORTED, ["1, 3", "[1, 3]", "Sorted: 1, 3."], ["3, 1", "1. 3", "11, 3", "1, 33", "4, 1, 3"]),
        (YES, ["Yes.", "yes, it is"], ["no", "yes and no", "maybe"]),
        (
            CAT,
            [
                '{"legs": 4, "animal": "cat"}',
                '{"animal": "cat", "legs": "4"}',
                'Here: {"animal": "cat", "legs": 4}',
            ],
            ['{"animal": "cat"}', '{"animal": "cat", "legs": 4, "tail": 1}', '{"legs": [4]}', "cat"],
        ),
        (
            SUM,
            [
                "12 + 5 = 17",
                "1. Take 12.\n2. Add 5: 12 + 5 = 17.\n3. Done",
                "12 + 5 = 16, no, 17.\nThe answer is 17.",
                "\\boxed{17}",
                "**Answer:** 17 apples, of 12 and 5",
            ],
            ["12 + 5 = 16", "17 is too much. The answer is 16.", "12 and 5", "It is 1.7"],
        ),
        (COUNTED, ["3, 4, 5, 6", "From 3 to 6: 3, 4, 5, 6."], ["3, 4, 6", "3, 4, 5, 6, 7", "1, 2, 3, 4"]),
        (TABLE, ["5 x 1 = 5\n5 x 2 = 10"], ["5 x 1 = 5\n5 x 2 = 11", "5, 10"]),
        (
            PAIRS,
            ["cat: chat\nthank you: merci", "The French word for cat is chat.\nFor thank you it is Merci!"],
            ["cat: merci\nthank you: chat", "cat: chat", "chat\nmerci"],
        ),
        (ROMAN, ["In Rome.", "She was in Rome, not in Paris."], ["In Paris, then Rome.", "In Romeo"]),
        (
            COPIED,
            ["anna bought a lamp in Rome", 'Here: "Anna bought a lamp in Rome."'],
            ["Anna bought lamps"],
        ),
        (
            ROWS,
            ['[{"name": "Ida", "age": 3}, {"name": "Jon", "age": "4"}]'],
            ['[{"name": "Jon", "age": 4}, {"name": "Ida", "age": 3}]', '{"name": "Ida", "age": 3}', "[1]"],
        ),
        (ROW, ["cat,4", 'cat, "4"'], ["4,cat", "cat;4", "cat,4,5"]),
    ],
)
def test_graders_look_at_the_answer_and_not_at_the_words_around_it(
    grader: Grader, right: Sequence[str], wrong: Sequence[str]
) -> None:
    assert [text for text in right if not grader(text)] == []
    assert [text for text in wrong if grader(text)] == []


def test_numbers_in_words() -> None:
    assert [in_words(n) for n in (0, 12, 40, 48, 207, 6015)] == [
        "zero",
        "twelve",
        "forty",
        "forty-eight",
        "two hundred seven",
        "six thousand fifteen",
    ]
