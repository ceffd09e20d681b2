"""Items written by hand, from the easiest of a kind to the hardest: a level is a part of them."""

import re
from collections.abc import Callable
from functools import cache, partial
from random import Random

from hroute.bench.ability.grading import decides, mentions, picks, words_of
from hroute.bench.ability.kinds import Draw
from hroute.bench.confidence.tasks.draw import LEVELS, Question
from hroute.bench.saved_runs import Saved
from hroute.data import SHIPPED

ITEMS_FILE = SHIPPED / "ability-items.jsonl"


class Item(Saved):
    """`right`: what counts as right, the usual words first. `others`: the wrong choices."""

    kind: str
    asked: str
    right: tuple[str, ...]
    others: tuple[str, ...] = ()


def free(kind: str) -> Draw:
    """Asked freely: the answer begins with one of the right words."""
    return partial(_drawn, kind, lambda item, _rng: answered(item.asked, *item.right))


def choice(kind: str) -> Draw:
    """As lettered choices, in any order."""
    return partial(_drawn, kind, _lettered)


def either(kind: str) -> Draw:
    """Of two words, which the question names."""
    return partial(_drawn, kind, _one_of_two)


def same_words(kind: str) -> Draw:
    """A line or a quotation of the answer has these words and no others."""
    return partial(_drawn, kind, _these_words)


def answered(asked: str, *right: str) -> Question:
    return Question(asked, right[0], lambda text: mentions(text, *right))


def _drawn(kind: str, question: Callable[[Item, Random], Question], rng: Random, level: int) -> Question:
    items = _items()[kind]
    low, high = len(items) * (level - 1) // len(LEVELS), -(-len(items) * level // len(LEVELS))
    return question(rng.choice(items[low:high]), rng)


@cache
def _items() -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for line in ITEMS_FILE.read_text(encoding="utf-8").splitlines():
        item = Item.model_validate_json(line)
        found.setdefault(item.kind, []).append(item)
    return found


def _lettered(item: Item, rng: Random) -> Question:
    options = rng.sample([item.right[0], *item.others], len(item.others) + 1)
    letter = "ABCDE"[options.index(item.right[0])]
    lines = "\n".join(f"{'ABCDE'[place]}) {option}" for place, option in enumerate(options))
    text = f"{item.asked}\n{lines}"
    return Question(text, f"{letter}) {item.right[0]}", partial(picks, letter=letter, options=options))


def _one_of_two(item: Item, _rng: Random) -> Question:
    return Question(item.asked, item.right[0], partial(decides, right=item.right[0], other=item.others[0]))


def _these_words(item: Item, _rng: Random) -> Question:
    words = [word.casefold() for word in words_of(item.right[0])]

    def is_right(text: str) -> bool:
        lines = re.split(r"[\n:\"“”]|\bis\b(?= [A-Z\"*])", text)
        return any([word.casefold() for word in words_of(line)] == words for line in lines)

    return Question(item.asked, item.right[0], is_right)
