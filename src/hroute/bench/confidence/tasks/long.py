"""Families of tasks whose answers are long: reasoned, explained, listed in full, or a piece of code."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from hroute.bench.confidence.grading import (
    concludes,
    copies,
    gives_array,
    lists_numbers,
    names_first,
    pairs_up,
    states,
)
from hroute.bench.confidence.tasks.code import code
from hroute.bench.confidence.tasks.draw import Family, Question, by_level
from hroute.bench.confidence.tasks.text import (
    CAPITALS,
    FRENCH,
    OPPOSITES,
    PASTS,
    PLURALS,
    FactTable,
)

TOKENS = 160  # left to an answer: enough for all that were read, and a model that rambles has said it by then
_HOW = (
    " Think step by step, then write the answer on the last line.",
    " Explain how you find it, and end with 'The answer is'.",
    " Show your working.",
    " Explain your answer.",
)
_MOST = by_level(4, 6, 9, 12, 20, 99, 999, 9999)
_NAMES = ("Tom", "Anna", "Ben", "Maria", "Ali", "Lena")
_THINGS = ("apples", "books", "coins", "pens", "stamps", "cards", "eggs", "shells")


def _reasoned(text: str, right: int, rng: Random) -> Question:
    asked = text + rng.choice(_HOW)
    return Question(asked, str(right), partial(concludes, right=str(right), asked=asked))


def _calculation(rng: Random, level: int) -> Question:
    a, b, c = (rng.randint(2, _MOST[level]) for _ in range(3))
    text, right = rng.choice(
        (
            (f"What is {a} + {b}?", a + b),
            (f"What is {a} plus {b}?", a + b),
            (f"What is {a + b} - {b}?", a),
            (f"What is {a} times {b}?", a * b),
            (f"What is {a} + {b} + {c}?", a + b + c),
            (f"What is {a + b + c} minus {b} minus {c}?", a),
        )[: level + 1]
    )
    return _reasoned(text, right, rng)


def _story(rng: Random, level: int) -> Question:
    a, b, c = (rng.randint(2, _MOST[level]) for _ in range(3))
    who, what = rng.choice(_NAMES), rng.choice(_THINGS)
    text, right = rng.choice(
        (
            (f"{who} has {a} {what} and gets {b} more. How many {what} does {who} have?", a + b),
            (f"{who} had {a + b} {what} and gave {b} away. How many {what} are left?", a),
            (f"{who} buys {a} boxes with {b} {what} in each. How many {what} are that?", a * b),
            (f"{who} has {a} {what}, finds {b} and then loses {min(c, b)}. How many {what} does {who} have?",
             a + b - min(c, b)),
            (f"{who} shares {a * b} {what} equally among {a} friends. How many {what} does each get?", b),
        )
    )  # fmt: skip
    return _reasoned(text, right, rng)


def _unit(rng: Random, level: int) -> Question:
    many = rng.randint(2, by_level(3, 4, 6, 9, 15, 30, 99, 400)[level])
    large, small, factor = rng.choice(
        (
            ("hours", "minutes", 60),
            ("weeks", "days", 7),
            ("metres", "centimetres", 100),
            ("dozens", "eggs", 12),
        )
    )
    return _reasoned(f"How many {small} are {many} {large}?", many * factor, rng)


def _explained(table: FactTable, forms: Sequence[str], rng: Random, level: int) -> Question:
    group = table[by_level(0, 0, 0, 1, 1, 2, 3, 3)[level]]
    facts = {asked: right for asked, right in group.items() if asked != right}
    asked = rng.choice(list(facts))
    return Question(rng.choice(forms).format(asked), facts[asked], partial(states, right=facts[asked]))


def _several(table: FactTable, form: str, rng: Random, level: int) -> Question:
    """All of them must be right, each beside what it belongs to."""
    group = table[by_level(0, 0, 0, 1, 1, 2, 2, 3)[level]]
    pairs = {asked: right for asked, right in group.items() if asked != right}
    many = by_level(2, 3, 4, 3, 4, 4, 6, 8)[level]
    chosen = {asked: pairs[asked] for asked in rng.sample(list(pairs), min(many, len(pairs)))}
    text = form.format(", ".join(chosen))
    right = "\n".join(f"{asked}: {found}" for asked, found in chosen.items())
    return Question(text, right, partial(pairs_up, pairs=chosen))


def _numbers(text: str, numbers: Sequence[int]) -> Question:
    return Question(text, ", ".join(map(str, numbers)), partial(lists_numbers, right=numbers))


_FIRST = by_level((1, 20), (10, 70), (100, 170), (30, 130), (20, 60), (60, 200), (900, 9000), (9000, 99_000))


def _counted(rng: Random, level: int) -> Question:
    """Upwards, downwards from the fourth level on, or in steps."""
    low, many = rng.randint(*_FIRST[level]), by_level(7, 9, 12, 14, 16, 20, 24, 26)[level]
    step = rng.choice(
        by_level((1,), (1,), (1,), (1, -1), (2, 5), (-1, 3, 4), (1, -1, 7), (-1, 17, 23))[level]
    )
    numbers = range(low, low + many * step, step)
    how = {1: "", -1: " backwards"}.get(step, f" in steps of {step}")
    return _numbers(f"Count{how} from {numbers[0]} to {numbers[-1]}, with commas.", numbers)


_TABLES = by_level(
    (1, 2, 10),
    (2, 3, 5, 10),
    (4, 5, 6),
    (3, 4, 8, 9),
    (7, 11, 12),
    (13, 14, 15, 16),
    (17, 19, 23),
    (37, 48, 76),
)


def _table(rng: Random, level: int) -> Question:
    factor, low = rng.choice(_TABLES[level]), rng.randint(1, 4)
    high = low + by_level(4, 5, 6, 7, 8, 9, 10, 11)[level]
    ends = f"from {factor} x {low} to {factor} x {high}"
    text = f"Write the multiplication table of {factor}, {ends}, one per line."
    right = [factor * place for place in range(low, high + 1)]
    shown = "\n".join(f"{factor} x {n} = {factor * n}" for n in range(low, high + 1))
    return Question(text, shown, partial(lists_numbers, right=right, behind="="))


_PEOPLE = ("Anna", "Ben", "Carl", "Dora", "Emil", "Fay", "Gus", "Hana")
_CITIES = ("Paris", "Oslo", "Rome", "Lima", "Cairo", "Kyoto")
_JOBS = ("nurse", "cook", "pilot", "baker", "judge")


def _array(rng: Random, level: int) -> Question:
    many = by_level(2, 2, 3, 3, 4, 5, 6, 7)[level]
    rows: list[dict[str, Any]] = [
        {"name": name, "age": rng.randint(18, 80), "city": rng.choice(_CITIES)}
        | ({"job": rng.choice(_JOBS)} if level > 2 else {})
        for name in rng.sample(_PEOPLE, many)
    ]
    reported = "; ".join(", ".join(f"{key} {value}" for key, value in row.items()) for row in rows)
    text = f"Write as a JSON array of objects: {reported}"
    return Question(text, json.dumps(rows), partial(gives_array, right=rows))


_ITEMS = ("lamp", "chair", "book", "phone", "coat", "clock", "kettle", "guitar")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_COLOURS = ("red", "green", "blue", "black", "white", "yellow")


@dataclass(frozen=True, slots=True)
class _Purchase:
    who: str
    item: str
    city: str
    day: str
    colour: str

    def __str__(self) -> str:
        return f"On {self.day} {self.who} bought a {self.colour} {self.item} in {self.city}."


def _purchases(rng: Random, many: int) -> list[_Purchase]:
    """Nothing twice, so that what one of them bought tells which one it was."""
    people, items, cities = rng.sample(_PEOPLE, many), rng.sample(_ITEMS, many), rng.sample(_CITIES, many)
    rows = zip(people, items, cities, strict=True)
    return [_Purchase(*row, rng.choice(_DAYS), rng.choice(_COLOURS)) for row in rows]


def _edited(rng: Random, level: int) -> Question:
    """A text written out with a thing changed, which a model that only copies or invents gets wrong."""
    said = _purchases(rng, by_level(3, 4, 5, 4, 5, 6, 6, 6)[level])
    changed = rng.choice(said)
    new = rng.choice([item for item in _ITEMS if item not in {one.item for one in said}])
    edits = [(changed.item, new)]
    if level > 3:
        edits.append((changed.who, "Ida"))
    text = " ".join(map(str, said))
    asked = " and ".join(f"{old} to {to}" for old, to in edits)
    right = text
    for old, to in edits:
        right = right.replace(old, to)
    return Question(f"Change {asked} in this text: {text}", right, partial(copies, right=right))


def _retold(rng: Random, level: int) -> Question:
    said = _purchases(rng, by_level(2, 3, 4, 5, 6, 6, 6, 6)[level])
    one = rng.choice(said)
    wanted = rng.choice(("city", "day") if level < 4 else ("day", "colour"))
    asked = {
        "city": f"In which city did {one.who} buy something?",
        "day": f"On which day was the {one.item} bought?",
        "colour": f"Which colour was bought in {one.city}?",
    }[wanted]
    others = {"city": _CITIES, "day": _DAYS, "colour": _COLOURS}[wanted]
    right = getattr(one, wanted)
    how = "Answer in a sentence, then retell the whole story in your own words."
    text = f"{' '.join(map(str, said))}\n\n{asked} {how}"
    return Question(text, right, partial(names_first, right=right, others=others))


_WHY = (" Explain your answer in detail.", " Then write a paragraph of five sentences about it.")


def _with(ways: Sequence[str], forms: Sequence[str]) -> list[str]:
    return [form + way for form in forms for way in ways]


_EXPLAINED: dict[str, tuple[FactTable, list[str]]] = {
    "capitals": (CAPITALS, _with(_WHY, ("What is the capital of {}?", "Name the capital of {}."))),
    "opposites": (OPPOSITES, _with(_WHY, ("What is the opposite of {}?", "What is an antonym of {}?"))),
    "plurals": (PLURALS, _with(_WHY, ("What is the plural of {}?",))),
    "past tense": (PASTS, _with(_WHY, ("What is the past tense of {}?", "What is the simple past of {}?"))),
    "French": (FRENCH, _with(_WHY, ("What is {} in French?", "How does one say {} in French?"))),
}
# With an example each, since the smallest models do not know otherwise what a list is.
_LISTED: dict[str, tuple[FactTable, str, str, str]] = {
    "capitals": (
        CAPITALS,
        "Write a sentence about the capital of each of these countries, one per line: {}",
        "Belgium, Ukraine, Switzerland, Malta",
        "The capital of Belgium is Brussels, which is known for its chocolate.\n"
        "The capital of Ukraine is Kyiv, which lies on a large river.\n"
        "The capital of Switzerland is Bern, which has an old town.\n"
        "The capital of Malta is Valletta, which is a port.",
    ),
    "opposites": (
        OPPOSITES,
        "Write a sentence about the opposite of each of these words, one per line: {}",
        "good, hard, first, summer",
        "The opposite of good is bad, as in a bad day.\n"
        "The opposite of hard is soft, as in a soft pillow.\n"
        "The opposite of first is last, as in the last train.\n"
        "The opposite of summer is winter, as in a cold winter.",
    ),
    "plurals": (
        PLURALS,
        "Write a sentence about the plural of each of these words, one per line: {}",
        "house, woman, cat, berry",
        "The plural of house is houses, as in three old houses.\n"
        "The plural of woman is women, as in two tall women.\n"
        "The plural of cat is cats, as in many black cats.\n"
        "The plural of berry is berries, as in a few red berries.",
    ),
    "French": (
        FRENCH,
        "Write a sentence about the French word for each of these words, one per line: {}",
        "man, two, goodbye, sea",
        "The French word for man is homme, which is a noun.\n"
        "The French word for two is deux, which is a number.\n"
        "The French word for goodbye is au revoir, which is a greeting.\n"
        "The French word for sea is mer, which is a noun.",
    ),
}
_STORIES = (
    (
        "Kim has 12 flowers and buys 5 more. How many flowers does Kim have? Show your working.",
        "First, I write down what Kim has at the beginning, which is 12 flowers.\n"
        "Then Kim buys 5 more, so that the new flowers are added to the old ones.\n"
        "12 + 5 = 17\nThat is all that happens, and nothing is taken away.\nThe answer is 17.",
    ),
    (
        "Leo packs 4 bags with 3 buns in each. How many buns are that? Explain your answer.",
        "There are 4 bags, and each of them holds the same number of buns, which is 3.\n"
        "So the number of bags is multiplied by the number of buns in each.\n"
        "4 x 3 = 12\nThe answer is 12.",
    ),
)
_CHANGED = (
    (
        "How many seconds are 3 minutes? Show your working.",
        "First, I need to know how many seconds there are in a single minute, and that is 60.\n"
        "There are 3 minutes, so I multiply the number of minutes by 60.\n3 x 60 = 180\nThe answer is 180.",
    ),
)


def _family(name: str, draw: Callable[[Random, int], Question], *examples: tuple[str, str]) -> Family:
    return Family(name, draw, examples, tokens=TOKENS)


FAMILIES = (
    _family("reasoned sums", _calculation),
    _family("reasoned stories", _story, *_STORIES),
    _family("reasoned units", _unit, *_CHANGED),
    *(_family(f"explained {name}", partial(_explained, *fact)) for name, fact in _EXPLAINED.items()),
    *(
        _family(f"several {name}", partial(_several, table, form), (form.format(asked), right))
        for name, (table, form, asked, right) in _LISTED.items()
    ),
    _family(
        "counting",
        _counted,
        ("Count from 6 to 25, with commas.", ", ".join(map(str, range(6, 26)))),
        ("Count backwards from 49 to 40, with commas.", ", ".join(map(str, range(49, 39, -1)))),
    ),
    _family(
        "tables",
        _table,
        (
            "Write the multiplication table of 20, from 20 x 3 to 20 x 9, one per line.",
            "\n".join(f"20 x {n} = {20 * n}" for n in range(3, 10)),
        ),
    ),
    _family(
        "arrays",
        _array,
        (
            "Write as a JSON array of objects: name Ida, age 33, city Bern; name Jon, age 71, city Nice",
            '[\n  {"name": "Ida", "age": 33, "city": "Bern"},\n'
            '  {"name": "Jon", "age": 71, "city": "Nice"}\n]',
        ),
    ),
    _family(
        "edited texts",
        _edited,
        (
            "Change kettle to phone in this text: On Monday Kim bought a white kettle in Bern."
            " On Sunday Leo bought a black coat in Nice.",
            "On Monday Kim bought a white phone in Bern. On Sunday Leo bought a black coat in Nice.",
        ),
    ),
    _family("retold facts", _retold),
    _family("code", code),
)
