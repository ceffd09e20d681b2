"""The kinds of the workload: what we wrote, read from our file, beside what is drawn."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from random import Random
from typing import Any

from hroute.bench.confidence.tasks.text import CAPITALS
from hroute.bench.route.checks import ChoiceIs, CodeGives, FieldsAre, KeepsRules, NumberIs, TaskCheck, TextIs
from hroute.bench.route.drawn_code import NO_IMPORTS, code
from hroute.bench.route.drawn_forms import calls, extraction, tool_call
from hroute.bench.route.drawn_numbers import arithmetic, word_problem
from hroute.bench.route.drawn_text import strings
from hroute.bench.route.drawn_writing import writing
from hroute.bench.route.tasks import LEVELS, Asked, AuthoredItem, TaskKind
from hroute.core.tools.grade import AcceptedCall
from hroute.data import SHIPPED
from hroute.engines.sandbox.run import Calls

FILE = SHIPPED / "route-tasks.jsonl"
CODE = "code"
EASY, HARD = "easy knowledge", "hard knowledge"
_CHOICES = (
    "{}\n{}",
    "{} Choose one:\n{}",
    "{}\n\n{}\n\nAnswer with the letter.",
    "Quick question: {}\n{}",
    "{}\n{}\nWhich one is right?",
)


@cache
def all_kinds() -> tuple[TaskKind, ...]:
    written = _written()
    draws: dict[str, Callable[[Random, int], Asked | None]] = {
        "arithmetic": arithmetic,
        "word problems": word_problem,
        "extraction": extraction,
        "tool calls": tool_call,
        "writing": writing,
        "strings": strings,
        CODE: code,
    }
    return (
        *(TaskKind(name, LEVELS, written.get(name, ()), draw) for name, draw in draws.items()),
        TaskKind(EASY, (1, 2, 3), written[EASY], partial(_capital, {1: 0, 2: 1, 3: 2})),
        TaskKind(HARD, (3, 4, 5), written[HARD], partial(_capital, {3: 3})),
    )


def _written() -> dict[str, list[AuthoredItem]]:
    found: dict[str, list[AuthoredItem]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.setdefault(row["kind"], []).append(AuthoredItem(row["id"], row["level"], partial(_ask, row)))
    return found


def _ask(row: Mapping[str, Any], rng: Random) -> Asked:
    check, prompt = row["check"], row["prompt"]
    if "choices" in check:
        return _choice(prompt, check["choices"], rng)
    if "calls" in check:
        accepted = [AcceptedCall(call["name"], call["arguments"]) for call in check["calls"]]
        return calls(prompt, row["tools"], accepted)
    if "function" in check:
        prompt += NO_IMPORTS
    schema = json.dumps(row["schema"]) if "schema" in row else None
    return Asked(prompt, row["right"], _check(check, prompt), schema=schema)


def _check(check: Mapping[str, Any], prompt: str) -> TaskCheck:
    if "number" in check:
        return NumberIs(check["number"], prompt)
    if "texts" in check:
        return TextIs(check["texts"], prompt)
    if "fields" in check:
        return FieldsAre(check["fields"])
    if "rules" in check:
        return KeepsRules(check["rules"])
    return CodeGives(Calls(check["function"], check["arguments"]), check["values"])


def _choice(question: str, choices: Sequence[str], rng: Random) -> Asked:
    """`choices`: the right one first. Their order and the wording around them are drawn."""
    right, options = choices[0], list(choices)
    rng.shuffle(options)
    place = options.index(right)
    listed = "\n".join(f"{letter}) {option}" for letter, option in zip("ABCD", options, strict=True))
    prompt = rng.choice(_CHOICES).format(question, listed)
    return Asked(prompt, f"{'ABCD'[place]}) {right}", ChoiceIs(options, place))


def _capital(groups: Mapping[int, int], rng: Random, level: int) -> Asked | None:
    if level not in groups:
        return None
    facts = CAPITALS[groups[level]]
    country = rng.choice(list(facts))
    others = rng.sample([city for city in facts.values() if city != facts[country]], 3)
    return _choice(f"What is the capital of {country}?", [facts[country], *others], rng)
