"""The built-in families of graded tasks."""

from collections.abc import Sequence
from functools import partial
from random import Random

from hroute.app.bench import confidence_tasks_forms as forms
from hroute.app.bench import confidence_tasks_numbers as numbers
from hroute.app.bench import confidence_tasks_text as text
from hroute.app.bench.confidence_tasks import Family, Question


def _any(families: Sequence[Family], rng: Random, level: int) -> Question:
    return rng.choice(families).draw(rng, level)


# The plain ones are asked as people ask, without an example of how short an answer is wanted.
SUITE = (
    *numbers.FAMILIES,
    *text.FAMILIES,
    *forms.FAMILIES,
    Family("plain, numbers", partial(_any, numbers.FAMILIES)),
    Family("plain, words", partial(_any, text.FAMILIES)),
)
