"""Kinds of tasks about numbers, from single digits to what needs several steps."""

import re
from collections.abc import Callable
from functools import partial
from math import comb, gcd, lcm
from operator import add, mul, sub
from random import Random

from hroute.bench.ability.grading import concludes, listed
from hroute.bench.ability.kinds import LONG, SHORT, USUAL, QuestionKind
from hroute.bench.confidence.tasks.draw import Question, by_level

_ADDENDS = by_level(5, 9, 20, 99, 300, 999, 9_999, 999_999)
_FACTORS = by_level((5, 3), (9, 5), (9, 9), (12, 12), (40, 9), (99, 60), (500, 99), (9_999, 999))
_FORMS = {
    add: ("What is {} + {}?", "what's {} plus {}", "{}+{}=?", "Add {} and {}."),
    sub: ("What is {} - {}?", "what's {} minus {}", "{}-{}", "Calculate {} - {}."),
    mul: ("What is {} * {}?", "what's {} times {}", "{}x{}=?", "Multiply {} by {}."),
}
_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
          (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
_UNITS = (
    ("hours", "minutes", 60), ("metres", "centimetres", 100), ("weeks", "days", 7), ("feet", "inches", 12),
    ("kilometres", "metres", 1000), ("days", "hours", 24), ("hours", "seconds", 3600),
    ("days", "minutes", 1440),
)  # fmt: skip


def numeric(text: str, right: float) -> Question:
    shown = f"{right:g}" if isinstance(right, float) else str(right)
    return Question(text, shown, partial(concludes, right=shown))


def _sum(compute: Callable[[int, int], int], rng: Random, level: int) -> Question:
    if compute is mul:
        a, b = (rng.randint(max(2, most // 10), most) for most in _FACTORS[level])
    else:
        most = _ADDENDS[level]
        b, a = sorted(rng.randint(max(1, most // 10), most) for _ in range(2))
    return numeric(rng.choice(_FORMS[compute]).format(a, b), compute(a, b))


def _chain(rng: Random, level: int) -> Question:
    """An expression whose order of operations counts."""
    a, b, c, d = (rng.randint(2, by_level(5, 9, 9, 12, 20, 30, 60, 99)[level]) for _ in range(4))
    expressions = (
        f"{a} + {b} + {c}", f"{a} + {b} * 2", f"{a} + {b} * {c}", f"({a} + {b}) * {c}", f"{a} * {b} - {c}",
        f"{a} * {b} + {c} * {d}", f"({a} + {b}) * ({c} + {d})", f"({a} - {b}) * {c} + {d} * {a} - {b}",
    )  # fmt: skip
    values = (
        a + b + c, a + b * 2, a + b * c, (a + b) * c, a * b - c,
        a * b + c * d, (a + b) * (c + d), (a - b) * c + d * a - b,
    )  # fmt: skip
    text = rng.choice(("Calculate {}", "What is {}?", "evaluate {}", "{} = ?"))
    return numeric(text.format(expressions[level - 1]), values[level - 1])


def _percent(rng: Random, level: int) -> Question:
    rate = rng.choice(
        by_level((50,), (10, 50), (10, 25), (20, 25, 75), (5, 15, 30), (12, 35), (17, 38), (23, 67))[level]
    )
    whole = rng.randint(1, by_level(10, 10, 20, 30, 40, 60, 80, 99)[level]) * 100 // (2 if level < 3 else 1)
    right = rate * whole / 100
    if level < 6:
        return numeric(
            rng.choice(("What is {}% of {}?", "how much is {} percent of {}")).format(rate, whole), right
        )
    after = whole - right if level % 2 else whole + right
    verb = "reduced" if level % 2 else "increased"
    return numeric(f"A price of ${whole} is {verb} by {rate}%. What is the new price in dollars?", after)


def _unit(rng: Random, level: int) -> Question:
    large, small, factor = _UNITS[rng.randrange(max(0, level - 3), level)]
    many = rng.randint(
        *by_level((2, 3), (2, 5), (2, 9), (3, 12), (4, 15), (6, 30), (11, 60), (13, 99))[level]
    )
    forms = ("How many {small} are in {many} {large}?", "convert {many} {large} to {small}")
    return numeric(rng.choice(forms).format(small=small, many=many, large=large), many * factor)


def _weekday(rng: Random, level: int) -> Question:
    days = rng.randint(
        *by_level((1, 1), (1, 2), (2, 3), (3, 5), (6, 9), (10, 20), (30, 90), (100, 999))[level]
    )
    start = rng.randrange(7)
    right = _WEEK[(start + days) % 7]
    form = rng.choice(
        (
            "If today is {}, what day of the week is it in {} day{}?",
            "Today is {}. Which weekday is {} day{} from now?",
        )
    )
    return _named(form.format(_WEEK[start], days, "s" * (days > 1)), right)


def _named(text: str, right: str) -> Question:
    return Question(text, right, partial(_names_last, right=right))


def _names_last(text: str, right: str) -> bool:
    """The last weekday of the answer is what it comes to."""
    places = {day: text.casefold().rfind(day.casefold()) for day in _WEEK}
    return places[right] >= 0 and max(places, key=lambda day: places[day]) == right


def _clock(rng: Random, level: int) -> Question:
    hour, minute = rng.randint(1, 9), rng.choice((0, 0, 15, 30) if level < 4 else (5, 20, 35, 50))
    more = rng.randint(
        *by_level((1, 1), (1, 2), (1, 3), (20, 40), (45, 80), (95, 150), (160, 190), (300, 700))[level]
    )
    hours = level < 4
    total = hour * 60 + minute + (more * 60 if hours else more)
    right = f"{(total // 60 - 1) % 12 + 1}:{total % 60:02}"
    unit = "hour" if hours else "minute"
    text = f"It is {hour}:{minute:02} now. What time will it be in {more} {unit}{'s' * (more > 1)}?"
    return Question(text, right, partial(_says_time, right=right))


def _says_time(text: str, right: str) -> bool:
    found = [f"{int(hour)}:{minute}" for hour, minute in re.findall(r"(\d{1,2})[:.](\d{2})", text)]
    return bool(found) and right in (found[-1], found[0])


def _sequence(rng: Random, level: int) -> Question:
    start, step = rng.randint(1, 9), rng.randint(2, by_level(2, 3, 5, 7, 9, 5, 4, 4)[level])
    if level == 1:
        start, step = rng.randint(1, 20), 1
    shown = [start + step * place for place in range(6)]
    if level == 6:
        shown = [start * 2**place for place in range(6)]
    if level == 7:
        shown = [start + place * (place + step) for place in range(6)]
    if level == 8:
        shown = [start, step]
        while len(shown) < 7:
            shown.append(shown[-1] + shown[-2])
    *given, right = shown
    form = rng.choice(("Which number comes next: {}, ...?", "What is the next number in the sequence {}?"))
    return numeric(form.format(", ".join(map(str, given))), right)


def _sorting(rng: Random, level: int) -> Question:
    size, most = by_level((2, 9), (3, 9), (3, 20), (4, 50), (5, 99), (7, 99), (9, 999), (14, 9999))[level]
    numbers = rng.sample(range(1, most + 1), size)
    down = level > 3 and rng.random() < 0.4
    order = (
        "from largest to smallest" if down else rng.choice(("from smallest to largest", "in ascending order"))
    )
    right = [str(number) for number in sorted(numbers, reverse=down)]
    text = f"Sort these numbers {order}: {', '.join(map(str, numbers))}"
    return Question(text, ", ".join(right), partial(listed, right=right))


def _extreme(rng: Random, level: int) -> Question:
    size, most = by_level((2, 9), (2, 99), (3, 99), (5, 99), (6, 999), (8, 9999), (10, 99999), (16, 99999))[
        level
    ]
    numbers = rng.sample(range(1, most + 1), size)
    if level > 5 and rng.random() < 0.5:
        shown = [number / 1000 for number in numbers]
        return numeric(f"Which of these is the largest: {', '.join(f'{x:g}' for x in shown)}?", max(shown))
    word, right = rng.choice((("largest", max(numbers)), ("smallest", min(numbers))))
    return numeric(f"Which number is the {word}: {', '.join(map(str, numbers))}?", right)


def _roman(rng: Random, level: int) -> Question:
    number = rng.randint(
        *by_level((1, 3), (4, 10), (11, 20), (20, 40), (40, 99), (100, 400), (400, 1500), (1500, 3900))[level]
    )
    right, rest = "", number
    for value, letters in _ROMAN:
        right += letters * (rest // value)
        rest %= value
    if level % 2:
        return numeric(f"What number is the Roman numeral {right}?", number)
    return Question(f"Write {number} in Roman numerals.", right, partial(_says_roman, right=right))


def _says_roman(text: str, right: str) -> bool:
    found = re.findall(r"\b[IVXLCDM]+\b", text.replace("I am", "").replace("I'm", ""))
    return right in (*found[:1], *found[-1:])


def _binary(rng: Random, level: int) -> Question:
    number = rng.randint(
        *by_level((1, 1), (2, 3), (4, 7), (8, 15), (16, 31), (32, 90), (100, 255), (300, 999))[level]
    )
    if level % 2:
        return numeric(f"Convert the binary number {number:b} to decimal.", number)
    return numeric(f"Write the decimal number {number} in binary.", int(f"{number:b}"))


def _algebra(rng: Random, level: int) -> Question:
    x, a, b, c = (rng.randint(2, by_level(5, 9, 9, 12, 12, 15, 20, 25)[level]) for _ in range(4))
    solve = rng.choice(("Solve for x: {}", "What is x if {}?", "{}, find x"))
    if level < 3:
        return numeric(solve.format(f"x + {a} = {x + a}"), x)
    if level < 5:
        return numeric(solve.format(f"{a}x + {b} = {a * x + b}"), x)
    if level < 7:
        return numeric(solve.format(f"{a + c}x - {b} = {c}x + {a * x - b}"), x)
    y = rng.randint(2, 20)
    if level == 7:
        return numeric(f"If {a}x + {b}y = {a * x + b * y} and x - y = {x - y}, what is x?", x)
    return numeric(
        f"The roots of x^2 - {x + y}x + {x * y} = 0 are r and s. What is r^2 + s^2?", x * x + y * y
    )


def _number_theory(rng: Random, level: int) -> Question:
    a, b = rng.randint(4, 12) * rng.randint(2, level + 2), rng.randint(4, 12) * rng.randint(2, level + 2)
    n, k = rng.randint(5, 8 + level), rng.randint(2, 4)
    big, power, base = rng.randint(7, 19), rng.randint(20, 60), rng.randint(3, 9)
    small = rng.randint(10, 99)
    return (
        numeric(f"Is {small} even or odd? If it is even answer 2, if it is odd answer 1.", 2 - small % 2),
        numeric(f"What is the remainder when {a} is divided by {k + 1}?", a % (k + 1)),
        numeric(f"What is the greatest common divisor of {a} and {b}?", gcd(a, b)),
        numeric(f"What is the least common multiple of {a} and {b}?", lcm(a, b)),
        numeric(f"In how many ways can you choose {k} people out of {n}?", comb(n, k)),
        numeric(
            f"How many positive divisors does {a * b} have?", sum(not a * b % d for d in range(1, a * b + 1))
        ),
        numeric(
            f"How many integers from 1 to {a * b} are divisible by {k + 1} or by {k + 4}?",
            sum(not i % (k + 1) or not i % (k + 4) for i in range(1, a * b + 1)),
        ),
        numeric(f"What is the remainder when {base}^{power} is divided by {big}?", pow(base, power, big)),
    )[level - 1]


_PEOPLE = ("Tom", "Maria", "Ahmed", "Lucy", "Kenji", "Olga", "Sam", "Priya")
_THINGS = ("apples", "books", "stickers", "marbles", "coins", "pencils", "cookies")


def _word_problem(rng: Random, level: int) -> Question:
    who, other = rng.sample(_PEOPLE, 2)
    thing = rng.choice(_THINGS)
    a, b, c, d = (rng.randint(2, by_level(5, 9, 12, 12, 20, 20, 30, 40)[level]) for _ in range(4))
    k = rng.randint(2, 5)
    return (
        numeric(f"{who} has {a} {thing} and gets {b} more. How many {thing} does {who} have now?", a + b),
        numeric(f"{who} has {a + b} {thing} and gives {b} to {other}. How many {thing} are left?", a),
        numeric(
            f"There are {a} boxes with {b} {thing} each. {who} takes {k} {thing} out."
            f" How many {thing} remain?",
            a * b - k,
        ),
        numeric(
            f"{who} buys {a} notebooks at ${b} each and {c} pens at ${k} each."
            " How much does it cost in total?",
            a * b + c * k,
        ),
        numeric(
            f"{who} earns ${a} an hour and works {k + 3} hours a day, {k} days a week."
            f" How much does {who} earn"
            f" in {b} weeks?",
            a * (k + 3) * k * b,
        ),
        numeric(
            f"{who} has {k} times as many {thing} as {other}. Together they have {(k + 1) * a}."
            f" After {who} gives"
            f" away {b % a} {thing}, how many does {who} have?",
            k * a - b % a,
        ),
        numeric(
            f"A tank holds {a * 60} litres. One pipe fills it with {b + c} litres a minute"
            f" while a leak loses {c}"
            f" litres a minute. After {k * 3} minutes {who} adds {d} litres."
            " How many litres are in the tank if"
            " it was empty at first and does not overflow?",
            b * k * 3 + d,
        ),
        numeric(
            f"In {c} years {who} will be twice as old as {other} is then."
            f" Today {who} is {a + c} years older than"
            f" {other}. How old is {who} today?",
            2 * (a + c) - c,
        ),
    )[level - 1]


_SIDES = (
    ("How many sides does a triangle have?", 3),
    ("How many corners does a square have?", 4),
    ("How many sides does a pentagon have?", 5),
    ("How many sides has a hexagon?", 6),
)


def _geometry(rng: Random, level: int) -> Question:
    a, b, c = (rng.randint(2, by_level(5, 9, 9, 12, 15, 15, 20, 25)[level]) for _ in range(3))
    k = rng.randint(2, 9)
    return (
        numeric(*rng.choice(_SIDES)),
        numeric(f"What is the perimeter of a square with a side of {a} cm?", 4 * a),
        numeric(f"What is the area of a rectangle that is {a} m long and {b} m wide?", a * b),
        numeric(
            f"Two angles of a triangle are {20 + a} and {50 + b} degrees. What is the third one?", 110 - a - b
        ),
        numeric(f"What is the volume of a box of {a} by {b} by {c} cm?", a * b * c),
        numeric(f"A right triangle has legs of {3 * k} and {4 * k}. How long is the hypotenuse?", 5 * k),
        numeric(f"How many diagonals does a convex polygon with {a + 5} sides have?", (a + 5) * (a + 2) // 2),
        numeric(
            f"A cube of side {k + 2} cm is painted and cut into cubes of 1 cm."
            " How many of them have paint on exactly"
            " two faces?",
            12 * k,
        ),
    )[level - 1]


KINDS = (
    QuestionKind("sums", partial(_sum, add), SHORT),
    QuestionKind("differences", partial(_sum, sub), SHORT),
    QuestionKind("products", partial(_sum, mul), USUAL),
    QuestionKind("expressions", _chain, USUAL),
    QuestionKind("percentages", _percent, LONG),
    QuestionKind("units", _unit, USUAL),
    QuestionKind("weekdays", _weekday, USUAL),
    QuestionKind("clock times", _clock, USUAL),
    QuestionKind("sequences", _sequence, USUAL),
    QuestionKind("sorting numbers", _sorting, USUAL),
    QuestionKind("largest and smallest", _extreme, SHORT),
    QuestionKind("Roman numerals", _roman, SHORT),
    QuestionKind("binary", _binary, USUAL),
    QuestionKind("equations", _algebra, LONG),
    QuestionKind("number theory", _number_theory, LONG),
    QuestionKind("word problems", _word_problem, LONG),
    QuestionKind("geometry", _geometry, LONG),
)
