"""The graded tasks: what counts as right, and how they are drawn."""

import pytest

from hroute.bench.ability.grading import begins, concludes, decides, holds, listed, mentions, picks
from hroute.bench.ability.kinds import AbilityTask, QuestionKind, tasks_of
from hroute.bench.ability.suite import SUITE

TASKS = tasks_of(SUITE, 8 * len(SUITE), seed=3)


def of_kind(kind: QuestionKind) -> list[AbilityTask]:
    return [task for task in TASKS if task.kind is kind]


@pytest.mark.parametrize("kind", SUITE, ids=lambda kind: kind.name)
def test_the_right_answer_counts_bare_and_in_a_sentence(kind: QuestionKind) -> None:
    for question in [task.question for task in of_kind(kind) if task.question.right]:
        assert question.is_right(question.right), question.text
        assert question.is_right(f"The answer is {question.right}."), question.text


@pytest.mark.parametrize("kind", SUITE, ids=lambda kind: kind.name)
def test_saying_nothing_or_something_else_never_counts(kind: QuestionKind) -> None:
    for question in [task.question for task in of_kind(kind)]:
        assert not question.is_right(""), question.text
        assert not question.is_right("!? -- 0.1234567 ..."), question.text


def test_the_same_seed_asks_the_same_and_another_one_does_not() -> None:
    prompts = [task.question.text for task in TASKS]
    assert prompts == [task.question.text for task in tasks_of(SUITE, len(TASKS), seed=3)]
    assert prompts != [task.question.text for task in tasks_of(SUITE, len(TASKS), seed=4)]
    assert len(set(prompts)) == len(prompts)


def test_a_few_tasks_are_of_all_kinds() -> None:
    assert {task.kind.name for task in tasks_of(SUITE, len(SUITE), seed=1)} == {kind.name for kind in SUITE}


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("12 * 3 = 36, and 36 + 4 = 40.", True),
        ("The total is 40 apples.\n\nTo check: 40 - 4 = 36.", True),
        ("1. First, 12 * 3 = 36.\n2. Then add 4.\n\n**Answer: 40**", True),
        ("$40", True),
        ("The answer is 36. Then we add 4 to get 40.", False),
        ("There are 36, not 40, so 36", False),
        ("140", False),
        ("forty", False),
    ],
)
def test_a_number_is_the_one_that_the_answer_comes_to(text: str, is_right: bool) -> None:
    assert concludes(text, "40") is is_right


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("B", True),
        ("B) Rome", True),
        ("The correct answer is (B).", True),
        ("It is Rome.", True),
        ("A) Paris", False),
        ("A) Paris B) Rome C) Oslo", False),
        ("Rome or Paris", False),
    ],
)
def test_a_choice_is_its_letter_or_its_words(text: str, is_right: bool) -> None:
    assert picks(text, "B", ["Paris", "Rome", "Oslo"]) is is_right


def test_words_are_found_as_words() -> None:
    assert mentions("It’s **Paris**, of course.", "paris")
    assert not mentions("comparison", "paris")
    assert begins("Sure! Hello, World!", "Hello world")
    assert not begins(
        "Hello world is what every programmer writes in the first lesson of a course", "Hello world"
    )


def test_yes_is_not_yes_and_no() -> None:
    assert decides("Yes, it does.", "yes", "no")
    assert not decides("Yes or no.", "yes", "no")


def test_texts_and_lists_are_compared_as_wholes() -> None:
    assert holds('Result: "new words"', "new words")
    assert not holds("new words and more", "new words")
    assert listed("Sorted:\n1. ant\n2. bee", ["ant", "bee"])
    assert not listed("bee, ant", ["ant", "bee"])
