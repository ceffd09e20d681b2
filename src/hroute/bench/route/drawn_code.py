"""Draws small functions to be written, whose values are known."""

from collections.abc import Callable
from random import Random
from typing import Any

from hroute.bench.route.checks import CodeGives
from hroute.bench.route.tasks import Asked
from hroute.engines.sandbox.run import Calls

NO_IMPORTS = " No imports please, just the code."


def code(rng: Random, level: int) -> Asked | None:
    forms = _CODE.get(level)
    return rng.choice(forms)(rng) if forms else None


def _code(prompt: str, calls: Calls, source: str, compute: Callable[..., Any]) -> Asked:
    values = [compute(*arguments) for arguments in calls.arguments]
    return Asked(prompt + NO_IMPORTS, source, CodeGives(calls, values))


def _times(rng: Random) -> Asked:
    factor, plus = rng.randint(2, 9), rng.randint(1, 9)
    return _code(
        f"Write a Python function f(x) that multiplies x by {factor} and then adds {plus}.",
        Calls("f", [[0], [1], [-4], [10]]),
        f"def f(x):\n    return {factor} * x + {plus}",
        lambda x: factor * x + plus,
    )


def _longer(rng: Random) -> Asked:
    least = rng.randint(3, 7)
    return _code(
        f"I need long_words(words) in Python, which keeps only the words with more than {least} letters.",
        Calls(
            "long_words",
            [[["a", "house", "elephant", "cat", "windows"]], [[]], [["x" * least, "x" * (least + 1)]]],
        ),
        f"def long_words(words):\n    return [word for word in words if len(word) > {least}]",
        lambda words: [word for word in words if len(word) > least],
    )


def _divisible(rng: Random) -> Asked:
    a, b = rng.sample((2, 3, 4, 5, 7), 2)
    return _code(
        f"Write total(numbers) in Python: the sum of those numbers that are divisible by {a} but not by {b}.",
        Calls("total", [[list(range(50))], [[]], [[a * b, a, b, -a]]]),
        f"def total(numbers):\n    return sum(n for n in numbers if n % {a} == 0 and n % {b} != 0)",
        lambda numbers: sum(n for n in numbers if n % a == 0 and n % b != 0),
    )


def _chunks(rng: Random) -> Asked:
    size = rng.randint(2, 4)
    return _code(
        f"Write chunks(items) in Python, which cuts a list into lists of {size}; the last may be shorter.",
        Calls("chunks", [[list(range(7))], [[]], [[1]], [list(range(12))]]),
        f"def chunks(items):\n    return [items[i:i + {size}] for i in range(0, len(items), {size})]",
        lambda items: [items[i : i + size] for i in range(0, len(items), size)],
    )


def _windows(rng: Random) -> Asked:
    size = rng.randint(2, 5)
    return _code(
        f"Write best(numbers) in Python. It returns the largest sum of {size} neighbouring numbers in the"
        f" list, or None if there are fewer than {size}.",
        Calls("best", [[[1, 9, -2, 4, 4, 4, -9, 8]], [[1]], [[-1, -2, -3, -4, -5, -6]]]),
        "def best(n):\n"
        f"    return max((sum(n[i:i + {size}]) for i in range(len(n) - {size - 1})), default=None)",
        lambda n: max((sum(n[i : i + size]) for i in range(len(n) - size + 1)), default=None),
    )


def _base(rng: Random) -> Asked:
    base = rng.choice((3, 5, 6, 7, 9))
    return _code(
        f"Write a Python function digits(n) that returns a non-negative integer in base {base} as a string.",
        Calls("digits", [[0], [base], [100], [12345]]),
        f"def digits(n):\n    out = ''\n    while n or not out:\n        out = str(n % {base}) + out\n"
        f"        n //= {base}\n    return out",
        lambda n: _in_base(n, base),
    )


def _in_base(number: int, base: int) -> str:
    rest, digit = divmod(number, base)
    return (_in_base(rest, base) if rest else "") + str(digit)


_CODE: dict[int, tuple[Callable[[Random], Asked], ...]] = {
    1: (_times,),
    2: (_longer,),
    3: (_divisible, _chunks),
    4: (_windows, _base),
}
