"""Families of tasks about numbers: arithmetic, units, dates, lists and sequences."""

from collections.abc import Callable
from functools import partial
from operator import add, mul, sub
from random import Random

from hroute.bench.confidence.grading import says_exactly, says_number, states
from hroute.bench.confidence.tasks.draw import Family, Question, by_level

_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS_IN = {"January": 31, "March": 31, "April": 30, "May": 31, "June": 30, "July": 31, "August": 31}
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September")
_UNITS = (
    ("hours", "minutes", 60),
    ("weeks", "days", 7),
    ("metres", "centimetres", 100),
    ("kilometres", "metres", 1000),
    ("dozen", "pieces", 12),
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
# Of lists: how many, below what.
_SIZES = by_level((2, 9), (2, 20), (3, 20), (3, 99), (4, 99), (6, 999), (9, 999), (14, 9999))
# Where one of them is wanted.
_LONG = by_level((5, 9), (5, 20), (5, 99), (6, 99), (7, 99), (9, 999), (14, 9999), (20, 99999))


def _number(text: str, right: int) -> Question:
    return Question(text, str(right), partial(says_number, right=str(right)))


def _words(text: str, right: str) -> Question:
    return Question(text, right, partial(states, right=right))


def _calculation(
    sign: str, compute: Callable[[int, int], int], sizes: dict[int, tuple[int, int]], rng: Random, level: int
) -> Question:
    """`sizes`: what the two numbers are at most."""
    a, b = sorted((rng.randint(1 if most < 20 else most // 10, most) for most in sizes[level]), reverse=True)
    return _number(f"{a} {sign} {b} =", compute(a, b))


def _unit(rng: Random, level: int) -> Question:
    large, small, factor = rng.choice(_UNITS[: 1 + level])
    many = rng.randint(*by_level((1, 2), (2, 4), (2, 6), (4, 9), (2, 9), (6, 20), (20, 60), (60, 400))[level])
    more = rng.randint(1, factor - 1) if level > 4 else 0
    extra = f" and {more} {small}" if more else ""
    return _number(f"How many {small} are {many} {large}{extra}?", many * factor + more)


def _weekday(rng: Random, level: int) -> Question:
    day, days = (
        rng.randrange(7),
        rng.randint(*by_level((1, 1), (1, 1), (2, 2), (2, 3), (3, 5), (8, 20), (21, 99), (100, 999))[level]),
    )
    text = f"Which day is {days} day{'s' * (days > 1)} after {_WEEK[day]}?"
    return _words(text, _WEEK[(day + days) % 7])


def _date(rng: Random, level: int) -> Question:
    month = rng.choice(list(_DAYS_IN))
    days = rng.randint(*by_level((1, 1), (1, 1), (2, 2), (3, 5), (5, 9), (10, 20), (18, 24), (22, 28))[level])
    start = rng.randint(1, 9) if level == 1 else rng.randint(1, 20) if level < 5 else rng.randint(18, 30)
    end, most = start + days, _DAYS_IN[month]
    following = _MONTHS[_MONTHS.index(month) + 1]
    right = f"{end} {month}" if end <= most else f"{end - most} {following}"
    return _words(f"Which date is {days} day{'s' * (days > 1)} after {start} {month}?", right)


def _largest(rng: Random, level: int) -> Question:
    numbers = _distinct(rng, _LONG[level])
    return _number(f"Which is the largest of {_listed(numbers)}?", max(numbers))


def _sorted(rng: Random, level: int) -> Question:
    numbers = _distinct(rng, _SIZES[level])
    right = _listed(sorted(numbers))
    return Question(
        f"Sort from small to large: {_listed(numbers)}", right, partial(says_exactly, right=right)
    )


def _length(rng: Random, level: int) -> Question:
    numbers = [rng.randint(1, 9) for _ in range(rng.randint(*_LENGTHS[level]))]
    return _number(f"How many numbers are there: {_listed(numbers)}?", len(numbers))


_LENGTHS = by_level((1, 5), (2, 6), (3, 7), (4, 9), (6, 12), (9, 16), (16, 26), (26, 40))


def _place(rng: Random, level: int) -> Question:
    numbers = _distinct(rng, _LONG[level])
    place = rng.randrange(level) % 5
    return _number(f"What is the {_ORDINALS[place]} number of {_listed(numbers)}?", numbers[place])


def _distinct(rng: Random, size_and_highest: tuple[int, int]) -> list[int]:
    size, highest = size_and_highest
    return rng.sample(range(1, highest + 1), size)


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


_STEPS = by_level(
    (1,), (1, 10), (2, 5), (3, 4), (6, 7, 8, 9), (11, 13, 17), (23, 37, 48, 76), (113, 149, 264, 387)
)


def _sequence(rng: Random, level: int) -> Question:
    step = rng.choice(_STEPS[level])
    start = rng.randint(1, by_level(9, 30, 9, 20, 40, 99, 999, 9999)[level]) * (
        step if step in (5, 10) else 1
    )
    shown = [start + step * place for place in range(4)]
    return _number(f"Which number comes next: {_listed(shown)}?", start + step * 4)


_THOUSANDS = ((1001, 9999), (10_001, 99_999), (100_001, 999_999))
_TO_DIGITS = by_level((1, 12), (13, 19), (20, 60), (61, 99), (101, 999), *_THOUSANDS)
_TO_WORDS = by_level((1, 12), (5, 19), (20, 60), (61, 99), (101, 999), *_THOUSANDS)


def _in_digits(rng: Random, level: int) -> Question:
    number = rng.randint(*_TO_DIGITS[level])
    return _number(f"In digits: {in_words(number)}", number)


def _in_words(rng: Random, level: int) -> Question:
    number = rng.randint(*_TO_WORDS[level])
    return _words(f"In words: {number}", in_words(number))


_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def in_words(number: int) -> str:
    """Below a million, as Americans write it."""
    if number < 20:
        return _SMALL[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens - 2] + (f"-{_SMALL[ones]}" if ones else "")
    size, name = (100, "hundred") if number < 1000 else (1000, "thousand")
    many, rest = divmod(number, size)
    return f"{in_words(many)} {name}" + (f" {in_words(rest)}" if rest else "")


_ADDENDS = by_level(
    (5, 4), (9, 9), (20, 9), (60, 30), (99, 99), (999, 999), (99_999, 99_999), (99_999_999, 99_999_999)
)
_FACTORS = by_level((5, 2), (9, 3), (9, 9), (12, 9), (40, 9), (99, 99), (999, 99), (9999, 999))

FAMILIES = (
    Family(
        "sum",
        partial(_calculation, "+", add, _ADDENDS),
        (("3 + 4 =", "7"), ("2 + 2 =", "4"), ("9 + 5 =", "14"), ("21 + 15 =", "36"), ("1 + 8 =", "9")),
    ),
    Family(
        "difference",
        partial(_calculation, "-", sub, _ADDENDS),
        (("9 - 4 =", "5"), ("3 - 2 =", "1"), ("15 - 8 =", "7"), ("38 - 15 =", "23"), ("8 - 2 =", "6")),
    ),
    Family(
        "product",
        partial(_calculation, "*", mul, _FACTORS),
        (("3 * 2 =", "6"), ("4 * 1 =", "4"), ("7 * 5 =", "35"), ("12 * 4 =", "48"), ("2 * 2 =", "4")),
    ),
    Family(
        "units",
        _unit,
        (
            ("How many minutes are 2 hours?", "120"),
            ("How many days are 3 weeks?", "21"),
            ("How many centimetres are 5 metres?", "500"),
            ("How many minutes are 1 hours?", "60"),
            ("How many days are 2 weeks and 3 days?", "17"),
        ),
    ),
    Family(
        "weekdays",
        _weekday,
        (
            ("Which day is 1 day after Monday?", "Tuesday"),
            ("Which day is 2 days after Friday?", "Sunday"),
            ("Which day is 1 day after Saturday?", "Sunday"),
            ("Which day is 3 days after Tuesday?", "Friday"),
            ("Which day is 1 day after Wednesday?", "Thursday"),
        ),
    ),
    Family(
        "dates",
        _date,
        (
            ("Which date is 1 day after 2 May?", "3 May"),
            ("Which date is 2 days after 12 March?", "14 March"),
            ("Which date is 1 day after 6 July?", "7 July"),
            ("Which date is 10 days after 25 April?", "5 May"),
            ("Which date is 1 day after 17 June?", "18 June"),
        ),
    ),
    Family(
        "largest",
        _largest,
        (
            ("Which is the largest of 4, 9, 2, 6, 1?", "9"),
            ("Which is the largest of 7, 2, 3, 1, 5?", "7"),
            ("Which is the largest of 31, 84, 22, 65, 40?", "84"),
            ("Which is the largest of 16, 5, 12, 2, 8?", "16"),
            ("Which is the largest of 3, 8, 11, 19, 4, 7?", "19"),
        ),
    ),
    Family(
        "sorting",
        _sorted,
        (
            ("Sort from small to large: 9, 4", "4, 9"),
            ("Sort from small to large: 3, 6", "3, 6"),
            ("Sort from small to large: 52, 7, 31", "7, 31, 52"),
            ("Sort from small to large: 14, 2", "2, 14"),
            ("Sort from small to large: 5, 8, 1", "1, 5, 8"),
        ),
    ),
    Family(
        "length",
        _length,
        (
            ("How many numbers are there: 8, 3?", "2"),
            ("How many numbers are there: 7?", "1"),
            ("How many numbers are there: 6, 2, 9?", "3"),
            ("How many numbers are there: 5, 1, 7, 4, 2?", "5"),
            ("How many numbers are there: 4, 4?", "2"),
        ),
    ),
    Family(
        "place",
        _place,
        (
            ("What is the first number of 8, 3, 5, 1, 9?", "8"),
            ("What is the second number of 2, 5, 7, 4, 3?", "5"),
            ("What is the third number of 5, 61, 7, 40, 22, 18?", "7"),
            ("What is the first number of 9, 1, 6, 2, 4?", "9"),
            ("What is the fourth number of 30, 12, 4, 51, 9?", "51"),
        ),
    ),
    Family(
        "sequence",
        _sequence,
        (
            ("Which number comes next: 1, 2, 3, 4?", "5"),
            ("Which number comes next: 5, 10, 15, 20?", "25"),
            ("Which number comes next: 7, 8, 9, 10?", "11"),
            ("Which number comes next: 2, 4, 6, 8?", "10"),
            ("Which number comes next: 30, 40, 50, 60?", "70"),
        ),
    ),
    Family(
        "in digits",
        _in_digits,
        (
            ("In digits: six", "6"),
            ("In digits: fourteen", "14"),
            ("In digits: thirty-five", "35"),
            ("In digits: two hundred seven", "207"),
        ),
    ),
    Family(
        "in words",
        _in_words,
        (
            ("In words: 3", "three"),
            ("In words: 15", "fifteen"),
            ("In words: 48", "forty-eight"),
            ("In words: 260", "two hundred sixty"),
        ),
    ),
)
