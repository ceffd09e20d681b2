"""Kinds of tasks about code: what a few lines print, and what a shell, regular expression or query gives."""

import re
from functools import partial
from random import Random

from hroute.bench.ability.grading import concludes, mentions
from hroute.bench.ability.items import free
from hroute.bench.ability.kinds import LONG, USUAL, QuestionKind
from hroute.bench.ability.kinds_numbers import numeric
from hroute.bench.confidence.tasks.draw import Question


def _prints(rng: Random, level: int) -> Question:
    """The answer is computed beside each text: nothing is run."""
    a, b, c = rng.randint(2, 9), rng.randint(2, 9), rng.randint(2, 5)
    values = [rng.randint(1, 20) for _ in range(level)]
    word = rng.choice(("python", "banana", "router", "signal"))
    total = sum(value for value in values if value % 2)
    state = a
    for step in range(c + 2):
        state = state * b % 17 + step
    code, right = (
        (f'print("{word}")', word),
        (f"print({a} + {b})", a + b),
        (f"x = {a}\nx = x + {b}\nprint(x * {c})", (a + b) * c),
        (f'print(len("{word}") + {a})', len(word) + a),
        (f"s = 0\nfor i in range({a}):\n    s += i\nprint(s)", a * (a - 1) // 2),
        (f"xs = {values}\nprint(sum(x for x in xs if x % 2))", total),
        (
            f"def f(n):\n    return 1 if n < 2 else n * f(n - 1)\nprint(f({c + 1}) // f({c - 1}) + {a})",
            (c + 1) * c + a,
        ),
        (f"s = {a}\nfor i in range({c + 2}):\n    s = s * {b} % 17 + i\nprint(s)", state),
    )[level - 1]
    text = rng.choice(("What does this Python code print?\n\n{}", "what's the output of\n```python\n{}\n```"))
    asked = text.format(code)
    if isinstance(right, str):
        return Question(asked, right, lambda text: mentions(text, right))
    return numeric(asked, right)


def _slices(rng: Random, level: int) -> Question:
    word = rng.choice(("hydrogen", "notebook", "umbrella", "triangle"))
    k = rng.randint(1, 3)
    expression, right = (
        (f'"{word}".upper()', word.upper()),
        (f'"{word}"[0]', word[0]),
        (f'"{word}"[:{k + 1}]', word[: k + 1]),
        (f'"{word}"[{k}:{k + 3}]', word[k : k + 3]),
        (f'"{word}"[-{k + 1}:]', word[-k - 1 :]),
        (f'"{word}"[::-1]', word[::-1]),
        (f'"{word}"[::2]', word[::2]),
        (f'"{word}"[{k}::-1] + "{word}"[::3]', word[k::-1] + word[::3]),
    )[level - 1]
    return Question(f"In Python, what is {expression}?", right, lambda text: _quoted(text, right, expression))


def _quoted(text: str, right: str, expression: str) -> bool:
    """As a word of its own, once what was asked is taken out."""
    rest = text.replace(expression, " ")
    found = re.findall(r"[\"'`]([^\"'`\n]*)[\"'`]", rest) or re.findall(r"\w+", rest)
    return right in (*found[:2], *found[-1:])


def _arrays(rng: Random, level: int) -> Question:
    """Programs in words: what a list comes to after some steps."""
    values = [rng.randint(1, 9) for _ in range(min(3 + level // 2, 6))]
    steps = rng.sample(("reverse", "double", "increase", "rotate", "drop"), max(1, level // 2))
    in_words, now = [], list(values)
    for step in steps:
        words, now = {
            "reverse": ("reverse the list", now[::-1]),
            "double": ("double each number", [value * 2 for value in now]),
            "increase": ("add 3 to each number", [value + 3 for value in now]),
            "rotate": ("move the first number to the end", [*now[1:], *now[:1]]),
            "drop": ("remove the smallest number", _without_smallest(now)),
        }[step]
        in_words.append(words)
    then = ", then ".join(in_words)
    asked = f"Take the list {values}, then {then}. What is the sum of the first two numbers now?"
    return Question(asked, str(sum(now[:2])), partial(concludes, right=str(sum(now[:2]))))


def _without_smallest(values: list[int]) -> list[int]:
    place = values.index(min(values))
    return [*values[:place], *values[place + 1 :]]


KINDS = (
    QuestionKind("what code prints", _prints, LONG),
    QuestionKind("strings in Python", _slices, USUAL),
    QuestionKind("knowledge of code", free("knowledge of code"), USUAL),
    QuestionKind("steps on a list", _arrays, LONG),
)
