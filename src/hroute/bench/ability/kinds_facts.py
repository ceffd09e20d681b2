"""Kinds of tasks about the world and about what follows: facts, choices, languages, reading, logic."""

from functools import partial
from itertools import pairwise
from random import Random

from hroute.bench.ability.grading import decides
from hroute.bench.ability.items import answered, choice, either, free
from hroute.bench.ability.kinds import LONG, SHORT, USUAL, QuestionKind
from hroute.bench.confidence.tasks.draw import Question, by_level
from hroute.bench.confidence.tasks.text import CAPITALS, GROUP


def _capital(rng: Random, level: int) -> Question:
    facts = CAPITALS[GROUP[level]]
    country = rng.choice(list(facts))
    form = rng.choice(("What is the capital of {}?", "capital of {}?", "Name the capital of {}."))
    return answered(form.format(country), facts[country])


_AT_ODDS = by_level(3, 3, 4, 4, 5, 5, 6, 7)
_NAMES = ("Anna", "Ben", "Carl", "Dora", "Emil", "Fay", "Gus", "Hana")


def _ranking(rng: Random, level: int) -> Question:
    people = rng.sample(_NAMES, _AT_ODDS[level])
    more, most, least = rng.choice((("taller", "tallest", "shortest"), ("older", "oldest", "youngest")))
    facts = [f"{a} is {more} than {b}." for a, b in pairwise(people)]
    if level > 2:
        rng.shuffle(facts)
    asked, right = rng.choice(((most, people[0]), (least, people[-1])))
    text = f"{' '.join(facts)} Who is the {asked}?"
    return Question(text, right, lambda answer: _concludes_name(answer, right))


def _concludes_name(text: str, right: str) -> bool:
    said = [
        name for name in text.replace("*", "").replace(".", " ").replace(",", " ").split() if name in _NAMES
    ]
    return (
        bool(said)
        and right in (said[0], said[-1])
        and (len(said) < 3 or said[-1] == right or said[0] == right)
    )


_MADE_UP = ("blims", "dorks", "zinks", "wugs", "plims", "toves", "glorps", "snarks")


def _syllogism(rng: Random, level: int) -> Question:
    a, b, c, d = rng.sample(_MADE_UP, 4)
    cases = (
        (f"All {a} are {b}. All {b} are {c}.", f"Are all {a} {c}?", True),
        (f"No {a} are {b}. All {c} are {a}.", f"Can a member of the {c} be one of the {b}?", False),
        (
            f"All {a} are {b}. All {b} are {c}. No {c} are {d}.",
            f"Can one of the {a} be one of the {d}?",
            False,
        ),
        (f"All {a} are {b}. Some {b} are {c}.", f"Does it follow that some {a} are {c}?", False),
        (f"All {a} are {b}. All {c} are {b}.", f"Does it follow that all {a} are {c}?", False),
        (
            f"Some {a} are {b}. All {b} are {c}. No {d} are {c}.",
            f"Does it follow that some {a} are not {d}?",
            True,
        ),
        (
            f"If there are {a} then there are {b}. There are no {b}.",
            f"Does it follow that there are no {a}?",
            True,
        ),
        (
            f"Only {a} are {b}. Every one of the {c} is one of the {a} or of the {d}, and no {d} are {b}.",
            f"Does it follow that all {c} are {b}?",
            False,
        ),
    )
    low = max(0, level - 2)
    facts, asked, is_so = cases[rng.randrange(low, level)]
    right, other = ("yes", "no") if is_so else ("no", "yes")
    lead = rng.choice(("Suppose this is true. ", "Given: ", ""))
    text = f"{lead}{facts} {asked} Answer yes or no."
    return Question(text, right, partial(decides, right=right, other=other))


KINDS = (
    QuestionKind("capitals", _capital, SHORT),
    QuestionKind("facts", free("facts"), SHORT),
    QuestionKind("knowledge as choices", choice("knowledge as choices"), USUAL, chance=0.25),
    QuestionKind("common sense as choices", choice("common sense as choices"), USUAL, chance=0.25),
    QuestionKind("languages", free("languages"), SHORT),
    QuestionKind("reviews", either("reviews"), SHORT, chance=0.5),
    QuestionKind("reading", free("reading"), USUAL),
    QuestionKind("ranking", _ranking, LONG),
    QuestionKind("syllogisms", _syllogism, LONG, chance=0.5),
)
