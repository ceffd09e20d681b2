"""Draws constrained writing, with more and stricter rules as it gets harder."""

from collections.abc import Callable
from random import Random
from typing import Any

from hroute.bench.route.checks import KeepsRules
from hroute.bench.route.tasks import Asked

_TOPICS = {
    "a bakery": "bak",
    "the ocean": "ocean",
    "an old bicycle": "bicycle",
    "a rainy day": "rain",
    "learning to swim": "swim",
    "my cat": "cat",
    "a long train journey": "train",
    "autumn in the city": "autumn",
}
_FORBIDDEN = ("very", "beautiful", "nice", "and", "I", "it")
_WANTED = ("window", "silence", "yellow", "morning", "borrowed", "yet")


def writing(rng: Random, level: int) -> Asked:
    topic = rng.choice(list(_TOPICS))
    text, rules = _RULES[level](rng)
    return Asked(text.format(topic), "", KeepsRules({"about": [_TOPICS[topic]], **rules}))


def _short(rng: Random) -> tuple[str, dict[str, Any]]:
    most = rng.randint(3, 6)
    return rng.choice(
        (
            "Write something about {{}}, {} sentences at most.",
            "Tell me about {{}} in no more than {} sentences.",
        )
    ).format(most), {"sentences": [1, most]}


def _exact(rng: Random) -> tuple[str, dict[str, Any]]:
    if rng.random() < 0.5:
        many = rng.randint(3, 6)
        return (
            f"Give me a bulleted list with exactly {many} things that come to mind about {{}}. Mention the"
            " topic in the first one.",
            {"items": [many, many]},
        )
    many, most = rng.randint(2, 4), rng.randint(35, 60)
    return f"Describe {{}} in exactly {many} sentences, {most} words at most.", {
        "sentences": [many, many],
        "words": [5, most],
    }


def _worded(rng: Random) -> tuple[str, dict[str, Any]]:
    (one, two), most = rng.sample(_WANTED, 2), rng.randint(25, 40)
    forbidden = rng.choice(_FORBIDDEN[:4])
    return (
        f"A short text about {{}} please, under {most} words, with the words '{one}' and '{two}' in it but"
        f" without the word '{forbidden}'."
    ), {"words": [5, most - 1], "contains": [one, two], "lacks": [forbidden]}


def _strict(rng: Random) -> tuple[str, dict[str, Any]]:
    lines, words = rng.randint(3, 5), rng.randint(4, 6)
    if rng.random() < 0.5:
        return (
            f"Write a poem about {{}} of {lines} lines with exactly {words} words in each line, all in lower"
            " case.",
            {
                "lines": [lines, lines],
                "line_words": [words, words],
                "case": "lower",
            },
        )
    low = rng.randint(30, 50)
    forbidden = rng.choice(_FORBIDDEN)
    return (
        f"Write one paragraph about {{}} that has {low} to {low + 8} words, starts with 'Once' and doesn't"
        f" contain the word '{forbidden}'. Every sentence may be as long as you like."
    ), {"words": [low, low + 8], "starts": "Once", "lacks": [forbidden], "paragraphs": [1, 1]}


def _strictest(rng: Random) -> tuple[str, dict[str, Any]]:
    words, word = rng.randint(14, 24), rng.choice(_WANTED[:4])
    if rng.random() < 0.5:
        return (
            f"Write exactly {words} words about {{}}, no more and no less, and end with the word '{word}'."
            " It has to be two sentences."
        ), {"words": [words, words], "ends": word, "sentences": [2, 2]}
    return (
        "Write three sentences about {}: the first with 5 words, the second with 7, the third with 9,"
        " and no comma in any of them."
    ), {"sentence_words": [5, 7, 9], "no_chars": ","}


_RULES: dict[int, Callable[[Random], tuple[str, dict[str, Any]]]] = {
    1: _short,
    2: _exact,
    3: _worded,
    4: _strict,
    5: _strictest,
}
