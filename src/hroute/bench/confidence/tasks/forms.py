"""Families of tasks about form: JSON, CSV, and tool calls with known arguments."""

import json
from functools import partial
from random import Random

from hroute.bench.confidence.grading import gives_json, gives_row
from hroute.bench.confidence.tasks.draw import Family, Question, by_level
from hroute.core.tools.definitions import Choice, Toolset, tools_of
from hroute.core.tools.grade import AcceptedCall, grade
from hroute.core.tools.judge import judge

_VALUES: dict[str, tuple[str | int, ...]] = {
    "name": ("Anna", "Ben", "Carl", "Dora", "Emil"),
    "city": ("Paris", "Oslo", "Rome", "Lima", "Cairo"),
    "age": (7, 19, 34, 52, 61),
    "colour": ("red", "green", "blue", "black"),
    "year": (1984, 1999, 2007, 2021),
    "item": ("lamp", "chair", "book", "phone"),
    "price": (12, 45, 130, 999),
}


def _facts(rng: Random, count: int) -> dict[str, str | int]:
    return {key: rng.choice(_VALUES[key]) for key in rng.sample(list(_VALUES), count)}


def _in_words(facts: dict[str, str | int]) -> str:
    return ", ".join(f"{key} {value}" for key, value in facts.items())


def _object(rng: Random, level: int) -> Question:
    facts = _facts(rng, by_level(1, 2, 2, 3, 4, 6, 7, 7)[level])
    text = f"Write as JSON: {_in_words(facts)}"
    return Question(text, json.dumps(facts), partial(gives_json, right=facts))


def _row(rng: Random, level: int) -> Question:
    facts = _facts(rng, by_level(2, 3, 3, 4, 5, 7, 7, 7)[level])
    right = ",".join(map(str, facts.values()))
    text = f"CSV row: {_in_words(facts)}"
    return Question(text, right, partial(gives_row, right=right))


def _tool(name: str, description: str, **parameters: str) -> dict[str, object]:
    properties = {key: {"type": kind} for key, kind in parameters.items()}
    schema = {"type": "object", "properties": properties, "required": list(parameters)}
    return {"name": name, "description": description, "parameters": schema}


_TOOLSET = Toolset(
    tools_of(
        [
            _tool("get_weather", "The weather in a city", city="string"),
            _tool("set_timer", "Start a timer", minutes="integer"),
            _tool("convert_money", "Convert an amount of money", amount="integer", to="string"),
            _tool("book_table", "Book a table in a restaurant", guests="integer", day="string"),
        ],
        "the suite",
    ),
    choice=Choice.REQUIRED,
)


def _call(rng: Random, level: int) -> Question:
    city, day = rng.choice(_VALUES["city"]), rng.choice(("Monday", "Friday", "Sunday"))
    number = rng.randint(2, 9) if level < 4 else rng.randint(11, 350)
    money = rng.choice(("euros", "dollars", "yen"))
    text, name, arguments = rng.choice(
        (
            (f"What is the weather like in {city}?", "get_weather", {"city": city}),
            (f"Set a timer for {number} minutes.", "set_timer", {"minutes": number}),
            (f"How much is {number} pounds in {money}?", "convert_money", {"amount": number, "to": money}),
            (f"I need a table for {number} on {day}.", "book_table", {"guests": number, "day": day}),
        )[: (level + 2) // 2 + 1]
    )
    right = json.dumps({"name": name, "arguments": arguments})
    accepted = AcceptedCall(name, {key: [value] for key, value in arguments.items()})
    return Question(text, right, partial(_calls, accepted=accepted), _TOOLSET)


def _calls(text: str, accepted: AcceptedCall) -> bool:
    verdict = judge(text, _TOOLSET)
    return verdict.counts and grade(verdict.calls, [accepted])


FAMILIES = (
    Family(
        "json",
        _object,
        (
            ("Write as JSON: animal cat, legs 4", '{"animal": "cat", "legs": 4}'),
            ("Write as JSON: fruit plum", '{"fruit": "plum"}'),
            (
                "Write as JSON: weight 80, fruit plum, day Monday",
                '{"weight": 80, "fruit": "plum", "day": "Monday"}',
            ),
        ),
    ),
    Family(
        "csv",
        _row,
        (
            ("CSV row: animal cat, legs 4", "cat,4"),
            ("CSV row: fruit plum, day Monday, weight 80", "plum,Monday,80"),
            ("CSV row: animal dog, street Elm", "dog,Elm"),
        ),
    ),
    Family(
        "tool calls",
        _call,
        (("Roll 2 dice.", '{"name": "roll_dice", "arguments": {"count": 2}}'),),
    ),
)
