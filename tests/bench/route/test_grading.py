import pytest

from hroute.bench.route.grading import code_in, says_choice, says_number, says_text

CITIES = ("Sydney", "Canberra", "the Blue Mountains", "Perth")


@pytest.mark.parametrize(
    "text",
    [
        "7",
        "Seven.",
        "3 + 4 = 7",
        "You have 7 apples now.",
        "You have 7 apples (3 + 4).",
        "Step by step:\n1. Start with 3.\n2. Add 4.\n\nThe answer is **7**, not 8.",
        "So it is \\boxed{7} euros and 12 cents.",
        "7.0",
    ],
)
def test_a_number_is_found_in_what_is_said_around_it(text: str) -> None:
    assert says_number(text, 7, "I have 3 apples and get 4 more. How many?")


@pytest.mark.parametrize(
    "text", ["8", "", "I don't know.", "The answer is 8, as 3 + 4 is 7.", "3 and 4", "17", "7.5", "77", "x7"]
)
def test_another_number_is_wrong(text: str) -> None:
    assert not says_number(text, 7, "I have 3 apples and get 4 more. How many?")


def test_thousands_and_signs_are_read() -> None:
    assert says_number("That's $1,250.50 altogether.", 1250.5, "")
    assert says_number("It is -12.", -12, "")
    assert not says_number("It is 12.", -12, "")


@pytest.mark.parametrize(
    "text",
    [
        "desserts",
        "**desserts**",
        'Backwards it is "desserts".',
        "stressed -> desserts",
        "The word is: desserts",
        "Let's see.\n\nThe result is desserts.",
        "`desserts` is what you get.",
    ],
)
def test_a_text_is_found_where_it_is_the_answer(text: str) -> None:
    assert says_text(text, ["desserts"], "How do you spell 'stressed' backwards?")


@pytest.mark.parametrize("text", ["", "dessert", "I like desserts", "desserts or deserts", "DESSERTS"])
def test_a_text_is_not_found_where_it_only_occurs(text: str) -> None:
    assert not says_text(text, ["desserts"], "How do you spell 'stressed' backwards?")


@pytest.mark.parametrize(
    "text",
    [
        "B",
        "b)",
        "**B) Canberra**",
        "The answer is B.",
        "The correct option is (B), since Sydney is only larger.",
        "Canberra.",
        "It's Canberra, not Sydney.",
    ],
)
def test_a_choice_is_made_by_letter_or_by_name(text: str) -> None:
    assert says_choice(text, CITIES, 1)


@pytest.mark.parametrize(
    "text", ["A", "", "Sydney, not Canberra", "A city in Australia", "C) Blue Mountains"]
)
def test_another_choice_is_wrong(text: str) -> None:
    assert not says_choice(text, CITIES, 1)


def test_an_option_is_named_with_or_without_its_article() -> None:
    assert says_choice("Those are the Blue Mountains.", CITIES, 2)
    assert says_choice("Blue Mountains", CITIES, 2)


def test_code_is_the_block_that_defines_the_function() -> None:
    text = "Try this:\n```python\ndef f(x):\n    return x\n```\nand call it:\n```python\nf(1)\n```"
    assert code_in(text, "f") == "def f(x):\n    return x\n"
    assert code_in("Sure! def f(x): return x", "f") == "def f(x): return x"
    assert code_in("```\ndef f(x): return", "f") == "def f(x): return"
    assert code_in("def f(x): return x\nif __name__ == '__main__':\n    f(1)", "f") == "def f(x): return x\n"
    assert code_in("Use this:\nimport os\ndef f(x): return x", "f") == "import os\ndef f(x): return x"
