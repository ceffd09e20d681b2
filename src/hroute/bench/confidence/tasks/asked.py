"""Families of tasks as people ask them: no example shows how short an answer is wanted."""

from collections.abc import Callable
from functools import partial
from operator import add, mul, sub
from random import Random

from hroute.bench.confidence.grading import says_new_number, states
from hroute.bench.confidence.tasks.draw import Family, Question, by_level
from hroute.bench.confidence.tasks.text import CAPITALS, FRENCH, GROUP, OPPOSITES, PASTS, PLURALS, FactTable

_MOST = by_level(5, 9, 9, 20, 30, 99, 999, 9999)
_SUMS = ("What is {} + {}?", "What is {} plus {}?", "Add {} and {}.", "Calculate {} + {}.")
_DIFFERENCES = ("What is {} - {}?", "What is {} minus {}?", "Calculate {} - {}.")
_PRODUCTS = ("What is {} * {}?", "What is {} times {}?", "Multiply {} by {}.", "Calculate {} x {}.")
_BRIEFLY = ("", " Answer with the number only.")


def _calculation(
    forms: tuple[str, ...], compute: Callable[[int, int], int], rng: Random, level: int
) -> Question:
    b, a = sorted(rng.randint(1, _MOST[level]) for _ in range(2))
    right = str(compute(a, b))
    text = rng.choice(forms).format(a, b) + rng.choice(_BRIEFLY)
    return Question(text, right, partial(says_new_number, right=right, asked=text))


def _fact(table: FactTable, forms: tuple[str, ...], rng: Random, level: int) -> Question:
    facts = {asked: right for asked, right in table[GROUP[level]].items() if asked != right}
    asked = rng.choice(list(facts))
    return Question(rng.choice(forms).format(asked), facts[asked], partial(states, right=facts[asked]))


_FACTS: dict[str, tuple[FactTable, tuple[str, ...]]] = {
    "capitals": (CAPITALS, ("What is the capital of {}?", "Name the capital of {}.")),
    "opposites": (OPPOSITES, ("What is the opposite of {}?", "What is an antonym of {}?")),
    "plurals": (PLURALS, ("What is the plural of {}?", "How do I write {} in the plural?")),
    "past tense": (PASTS, ("What is the past tense of {}?", "What is the simple past of {}?")),
    "French": (FRENCH, ("What is {} in French?", "Translate into French: {}")),
}

FAMILIES = (
    Family("asked sums", partial(_calculation, _SUMS, add)),
    Family("asked differences", partial(_calculation, _DIFFERENCES, sub)),
    Family("asked products", partial(_calculation, _PRODUCTS, mul)),
    *(Family(f"asked {name}", partial(_fact, *fact)) for name, fact in _FACTS.items()),
)
