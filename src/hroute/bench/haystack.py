"""Notes to search in: lines made from a seed, a few of which state a fact that nothing else says."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

_SUBJECTS = ("The ferry", "A neighbour", "The gardener", "Our driver", "The night guard", "A visitor")
_VERBS = ("repaired", "painted", "moved", "forgot", "described", "measured", "cleaned", "borrowed")
_OBJECTS = ("the old gate", "a wooden boat", "the north wall", "two lamps", "the long table", "a bicycle")
_TIMES = ("before noon", "after the rain", "late on Monday", "during the fair", "in early spring")
_ENDS = (
    "and nobody minded.",
    "while the radio played.",
    "as the wind grew stronger.",
    "without saying a word.",
    "and then went home.",
)
_KINDS = ("blue", "stone", "northern", "little", "royal", "old", "hidden", "green", "upper", "golden")
_PLACES = ("museum", "harbour", "bakery", "library", "school", "tower", "station", "market", "mill", "clinic")

_OPENING = "Here are some notes.\n\n"


@dataclass(frozen=True, slots=True)
class HiddenFact:
    place: str
    code: str

    @property
    def line(self) -> str:
        return f"The code of the {self.place} is {self.code}."


@dataclass(frozen=True, slots=True)
class Haystack:
    """Notes with one fact at each of the depths, from 0, the first line, to 1, the last."""

    text: str
    facts: dict[float, HiddenFact]

    def question(self, facts: Sequence[HiddenFact]) -> str:
        """The whole prompt. All questions of a haystack begin alike, so an engine reads the notes once."""
        places = " and of ".join(f"the {fact.place}" for fact in facts)
        verb, what = ("is", "code") if len(facts) == 1 else ("are", "codes")
        return f"{self.text}\n\nWhat {verb} the {what} of {places}?"


def haystack(lines: int, depths: Sequence[float], rng: Random) -> Haystack:
    """At least as many lines as depths."""
    notes = [_filler(rng) for _ in range(max(lines, len(depths)))]
    facts = _facts(len(depths), rng)
    placed = {}
    for order, (depth, fact) in enumerate(zip(depths, facts, strict=True)):
        # In short notes neighbouring depths would fall on one line: each keeps a line of its own.
        least, most = order, len(notes) - len(depths) + order
        notes[min(max(round(depth * (len(notes) - 1)), least), most)] = fact.line
        placed[depth] = fact
    return Haystack(_OPENING + "\n".join(notes), placed)


def _filler(rng: Random) -> str:
    parts = (rng.choice(words) for words in (_SUBJECTS, _VERBS, _OBJECTS, _TIMES, _ENDS))
    return " ".join(parts)


def _facts(count: int, rng: Random) -> list[HiddenFact]:
    """Every place and every code occurs once."""
    places = rng.sample([f"{kind} {place}" for kind, place in product(_KINDS, _PLACES)], count)
    codes = rng.sample(range(1000, 10_000), count)
    return [HiddenFact(place, str(code)) for place, code in zip(places, codes, strict=True)]
