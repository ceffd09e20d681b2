"""The family of tasks that ask for a short Python function, which is called to see whether it is right."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from hroute.bench.confidence.code import NotUnderstoodError, call
from hroute.bench.confidence.tasks.draw import Question, by_level

Arguments = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """A function, in words and as code. `k` is a number that each question has another of."""

    name: str
    parameters: str
    does: str
    body: str
    compute: Callable[..., Any]  # of k and the arguments
    tried: tuple[Arguments, ...]


_NUMBERS: tuple[Arguments, ...] = ((0,), (1,), (5,), (12,), (-3,))
_TEXTS: tuple[Arguments, ...] = (("abc",), ("Hello",), ("banana",), ("noon",))
_LISTS: tuple[Arguments, ...] = (([1, 2, 3],), ([7],), ([4, -2, 9, 4],), ([10, 3, 8, 6],))
_PAIRS: tuple[Arguments, ...] = ((1, 2), (5, 3), (4, 4), (-1, 6))

WISHES: tuple[tuple[Wish, ...], ...] = (
    (
        Wish("add", "x", "returns x plus {k}", "x + {k}", lambda k, x: x + k, _NUMBERS),
        Wish("times", "x", "returns x times {k}", "x * {k}", lambda k, x: x * k, _NUMBERS),
        Wish("minus", "x", "returns x minus {k}", "x - {k}", lambda k, x: x - k, _NUMBERS),
        Wish(
            "total",
            "a, b",
            "returns the sum of a, b and {k}",
            "a + b + {k}",
            lambda k, a, b: a + b + k,
            _PAIRS,
        ),
    ),
    (
        Wish("is_larger", "x", "tells whether x is larger than {k}", "x > {k}", lambda k, x: x > k, _NUMBERS),
        Wish(
            "divides",
            "x",
            "tells whether x can be divided by {k}",
            "x % {k} == 0",
            lambda k, x: x % k == 0,
            _NUMBERS,
        ),
        Wish(
            "largest",
            "a, b",
            "returns the largest of a, b and {k}",
            "max(a, b, {k})",
            lambda k, a, b: max(a, b, k),
            _PAIRS,
        ),
        Wish(
            "square_plus",
            "x",
            "returns the square of x, plus {k}",
            "x * x + {k}",
            lambda k, x: x * x + k,
            _NUMBERS,
        ),
        Wish(
            "shout",
            "text",
            "returns the text in capital letters, {k} times in a row",
            "text.upper() * {k}",
            lambda k, text: text.upper() * k,
            _TEXTS,
        ),
    ),
    (
        Wish(
            "total_plus",
            "numbers",
            "returns the sum of a list of numbers, plus {k}",
            "sum(numbers) + {k}",
            lambda k, numbers: sum(numbers) + k,
            _LISTS,
        ),
        Wish(
            "is_long",
            "text",
            "tells whether a text has more than {k} characters",
            "len(text) > {k}",
            lambda k, text: len(text) > k,
            _TEXTS,
        ),
        Wish(
            "scaled",
            "numbers",
            "returns a list of the numbers, each times {k}",
            "[n * {k} for n in numbers]",
            lambda k, numbers: [n * k for n in numbers],
            _LISTS,
        ),
        Wish(
            "first",
            "items",
            "returns the first {k} items of a list",
            "items[:{k}]",
            lambda k, items: items[:k],
            _LISTS,
        ),
        Wish(
            "last",
            "text",
            "returns the last {k} characters of a text",
            "text[-{k}:]",
            lambda k, text: text[-k:],
            _TEXTS,
        ),
    ),
    (
        Wish(
            "above",
            "numbers",
            "returns a list of those numbers that are larger than {k}",
            "[n for n in numbers if n > {k}]",
            lambda k, numbers: [n for n in numbers if n > k],
            _LISTS,
        ),
        Wish(
            "how_many",
            "numbers",
            "counts how many of the numbers are smaller than {k}",
            "sum(n < {k} for n in numbers)",
            lambda k, numbers: sum(n < k for n in numbers),
            _LISTS,
        ),
        Wish(
            "limited",
            "x",
            "returns x, but never more than {k} and never less than 0",
            "max(0, min(x, {k}))",
            lambda k, x: max(0, min(x, k)),
            _NUMBERS,
        ),
        Wish(
            "sum_of_multiples",
            "n",
            "returns the sum of all multiples of {k} from 1 to n",
            "sum(i for i in range(1, n + 1) if i % {k} == 0)",
            lambda k, n: sum(i for i in range(1, n + 1) if i % k == 0),
            ((1,), (10,), (20,)),
        ),
        Wish(
            "repeated_letters",
            "text",
            "returns the text with each of its letters {k} times",
            "''.join([c * {k} for c in text])",
            lambda k, text: "".join(c * k for c in text),
            _TEXTS,
        ),
    ),
    (
        Wish(
            "every",
            "items",
            "returns every {k}th item of a list, beginning with the first",
            "items[::{k}]",
            lambda k, items: items[::k],
            (([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19],),),
        ),
        Wish(
            "rotated",
            "items",
            "moves the first {k} items of a list to its end and returns the list",
            "items[{k}:] + items[:{k}]",
            lambda k, items: items[k:] + items[:k],
            (([1, 2, 3, 4, 5, 6, 7, 8, 9, 10],),),
        ),
        Wish(
            "digits_above",
            "n",
            "returns the sum of those decimal digits of n that are above {k}",
            "sum([int(d) for d in str(n) if int(d) > {k}])",
            lambda k, n: sum(int(d) for d in str(n) if int(d) > k),
            ((12,), (909,), (4567,), (8,)),
        ),
        Wish(
            "second_largest",
            "numbers",
            "returns the second largest of the numbers and {k}",
            "sorted(numbers + [{k}])[-2]",
            lambda k, numbers: sorted([*numbers, k])[-2],
            _LISTS,
        ),
    ),
)


_HARDER = by_level(0, 0, 1, 1, 2, 3, 4, 4)  # which of these groups


def code(rng: Random, level: int) -> Question:
    wish = rng.choice(WISHES[_HARDER[level]])
    k = rng.randint(2, 9) if level < 4 else rng.randint(2, 19)
    text = f"Write a Python function {wish.name}({wish.parameters}) that {wish.does.format(k=k)}."
    right = f"def {wish.name}({wish.parameters}):\n    return {wish.body.format(k=k)}"
    return Question(text, right, partial(_works, wish=wish, k=k))


def _works(text: str, wish: Wish, k: int) -> bool:
    try:
        return all(call(text, wish.name, tried) == wish.compute(k, *tried) for tried in wish.tried)
    except NotUnderstoodError:
        return False
