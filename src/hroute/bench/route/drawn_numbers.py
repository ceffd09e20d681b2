"""Draws sums and word problems, worded as people ask them."""

from collections.abc import Callable
from random import Random

from hroute.bench.route.checks import NumberIs
from hroute.bench.route.tasks import Asked

_ASKED = (
    "What is {}?",
    "what's {}",
    "{} = ?",
    "Calculate {}.",
    "Can you work out {} for me?",
    "I need the result of {}, just the number please.",
    "How much is {}? Answer with the number only.",
)
_BRIEFLY = ("", "", " Just the number please.", " A short answer is enough.")
_THINGS = ("apples", "stickers", "marbles", "postcards", "cookies", "bolts", "tickets", "tulips")
_PEOPLE = ("Mara", "Jonas", "Priya", "Ahmed", "Lucy", "Tomek", "Keiko", "Sam")

NumberProblem = tuple[str, float]


def _number(text: str, value: float) -> Asked:
    right = str(int(value)) if value == int(value) else f"{value:g}"
    return Asked(text, right, NumberIs(value, text))


# --- arithmetic -------------------------------------------------------------


def arithmetic(rng: Random, level: int) -> Asked:
    expression, value = _SUMS[level](rng)
    return _number(rng.choice(_ASKED).format(expression), value)


def _one_digit(rng: Random) -> NumberProblem:
    a, b = rng.randint(2, 9), rng.randint(1, 9)
    return rng.choice(((f"{a} + {b}", a + b), (f"{a} plus {b}", a + b), (f"{a + b} - {b}", a)))


def _two_digits(rng: Random) -> NumberProblem:
    a, b = rng.randint(11, 79), rng.randint(11, 79)
    times = rng.randint(3, 9), rng.randint(3, 9)
    return rng.choice(
        (
            (f"{a} + {b}", a + b),
            (f"{a + b} minus {b}", a),
            (f"{times[0]} * {times[1]}", times[0] * times[1]),
            (f"half of {2 * a}", a),
        )
    )


def _three_digits(rng: Random) -> NumberProblem:
    a, b, small = rng.randint(120, 899), rng.randint(120, 899), rng.randint(3, 9)
    percent, whole = rng.choice((5, 15, 20, 30, 75)), 20 * rng.randint(4, 40)
    return rng.choice(
        (
            (f"{a} + {b}", a + b),
            (f"{a + b} - {a}", b),
            (f"{a % 90 + 10} x {small}", (a % 90 + 10) * small),
            (f"{percent}% of {whole}", percent * whole / 100),
            (f"{small * (a % 90 + 10)} / {small}", a % 90 + 10),
        )
    )


def _products(rng: Random) -> NumberProblem:
    a, b, c = rng.randint(12, 98), rng.randint(12, 98), rng.randint(11, 99)
    return rng.choice(
        (
            (f"{a} * {b}", a * b),
            (f"{a} + {b} * {c}", a + b * c),
            (f"({a} + {b}) * {c % 9 + 2}", (a + b) * (c % 9 + 2)),
            (f"{a} squared minus {b}", a * a - b),
        )
    )


def _large(rng: Random) -> NumberProblem:
    a, b, c, d = (rng.randint(113, 987) for _ in range(4))
    return rng.choice(
        (
            (f"{a} * {b}", a * b),
            (f"{a} * {b % 90 + 10} - {c} * {d % 90 + 10}", a * (b % 90 + 10) - c * (d % 90 + 10)),
            (f"the remainder of {a * b + c} divided by {d}", (a * b + c) % d),
            (f"{a * 1000 + b} + {c * 1000 + d} - {a * b}", a * 1000 + b + c * 1000 + d - a * b),
            (f"{a % 17 + 6} to the power of 4", (a % 17 + 6) ** 4),
        )
    )


_SUMS: dict[int, Callable[[Random], NumberProblem]] = {
    1: _one_digit,
    2: _two_digits,
    3: _three_digits,
    4: _products,
    5: _large,
}


# --- word problems ----------------------------------------------------------


def word_problem(rng: Random, level: int) -> Asked:
    text, value = rng.choice(_PROBLEMS[level])(rng)
    return _number(text + (rng.choice(_BRIEFLY) if text[-1] in "?." else ""), value)


def _gained(rng: Random) -> NumberProblem:
    who, things, a, b = rng.choice(_PEOPLE), rng.choice(_THINGS), rng.randint(3, 12), rng.randint(2, 9)
    return f"{who} has {a} {things} and gets {b} more. How many {things} does {who} have now?", a + b


def _left(rng: Random) -> NumberProblem:
    things, a, b = rng.choice(_THINGS), rng.randint(2, 9), rng.randint(3, 9)
    return f"there were {a + b} {things} in the box and {b} are gone. how many are left", a


def _change(rng: Random) -> NumberProblem:
    many, each = rng.randint(2, 6), rng.randint(2, 7)
    return (
        f"I buy {many} {rng.choice(_THINGS)} at {each} euros each and pay with a 50 euro note."
        " How much change do I get?"
    ), 50 - many * each


def _shared(rng: Random) -> NumberProblem:
    people, each = rng.randint(3, 8), rng.randint(4, 15)
    return f"{people} of us share a bill of {people * each} dollars equally. What does each one pay?", each


def _discount(rng: Random) -> NumberProblem:
    percent, price, less = rng.choice((10, 20, 25, 40)), 20 * rng.randint(3, 15), rng.randint(3, 9)
    return (
        f"A coat is {price} euros. There's {percent}% off, and I have a voucher for {less} euros that is"
        " taken off after that. What do I pay?"
    ), price * (100 - percent) / 100 - less


def _journey(rng: Random) -> NumberProblem:
    speed, hours, rest = 10 * rng.randint(5, 11), rng.randint(2, 5), rng.randint(15, 45)
    return (
        f"We drive at {speed} km/h for {hours} hours and then have {rest} km left. How long is the whole"
        " trip in km?"
    ), speed * hours + rest


def _wages(rng: Random) -> NumberProblem:
    rate, hours, extra = rng.randint(12, 25), rng.randint(30, 40), rng.randint(2, 8)
    return (
        f"{rng.choice(_PEOPLE)} earns {rate} dollars an hour and double that on Sundays. This week it was"
        f" {hours} hours, and {extra} more on Sunday. What's the pay?"
    ), rate * hours + 2 * rate * extra


def _recipe(rng: Random) -> NumberProblem:
    people, grams, guests = rng.choice((2, 4, 5)), 10 * rng.randint(8, 30), rng.choice((3, 6, 7, 9))
    return (
        f"The recipe takes {people * grams} g of rice for {people} people. We're {guests}, but two of us"
        " only eat half a portion. How many grams do we need?"
    ), grams * (guests - 1)


def _ages(rng: Random) -> NumberProblem:
    older, younger = rng.sample(_PEOPLE, 2)
    child, gap, later = rng.randint(4, 12), rng.randint(20, 30), rng.randint(3, 9)
    return (
        f"{older} is {gap} years older than {younger}. In {later} years, their ages will add up to"
        f" {2 * child + gap + 2 * later}. How old is {older} now?"
    ), child + gap


def _tanks(rng: Random) -> NumberProblem:
    inflow, outflow, minutes, start = rng.randint(9, 15), rng.randint(2, 6), rng.randint(12, 30), 40
    return (
        f"A tank holds {start} litres. {inflow} litres a minute flow in and {outflow} litres a minute leak"
        f" out. After {minutes} minutes the tap is closed, and it leaks for another 5 minutes. How many"
        " litres are in the tank then?"
    ), start + (inflow - outflow) * minutes - outflow * 5


def _percent_chain(rng: Random) -> NumberProblem:
    base, up, down = 1000 * rng.randint(2, 9), rng.choice((10, 20, 50)), rng.choice((10, 20, 25))
    return (
        f"A town had {base} people. It grew by {up}% in the first year, lost {down}% in the second, and in"
        " the third year 130 people moved in. How many live there now?"
    ), base * (100 + up) * (100 - down) / 10_000 + 130


def _mixture(rng: Random) -> NumberProblem:
    cheap, dear, kilos, share = (
        rng.randint(4, 8),
        rng.randint(11, 18),
        10 * rng.randint(2, 6),
        rng.choice((3, 4, 6, 7)),
    )
    return (
        f"I mix two sorts of tea, one at {cheap} euros a kilo and one at {dear}. Of {kilos} kilos,"
        f" {10 * share}% is the cheaper one. I sell it all at {dear + 3} euros a kilo. What's my profit?"
    ), kilos * (dear + 3) - kilos * share * cheap / 10 - kilos * (10 - share) * dear / 10


def _counting(rng: Random) -> NumberProblem:
    a, b = rng.sample((3, 4, 5, 6, 7, 9), 2)
    most = rng.randint(120, 400)
    value = sum((n % a == 0) != (n % b == 0) for n in range(1, most + 1))
    return (f"How many whole numbers from 1 to {most} are divisible by exactly one of {a} and {b}?"), value


_PROBLEMS: dict[int, tuple[Callable[[Random], NumberProblem], ...]] = {
    1: (_gained, _left),
    2: (_change, _shared),
    3: (_discount, _journey, _wages),
    4: (_recipe, _ages, _tanks),
    5: (_percent_chain, _mixture, _counting),
}
