"""How hard a prompt is and how able a model, on one scale: item response theory.

P(right) = sigmoid(slope (ability - difficulty)), both in log odds (Rasch 1960; the slope: Birnbaum 1968). An
8B at q4 has the ability 0 and the slope 1, so a difficulty is the log odds that such a model fails. What is
not known of an ability widens the chance towards one half (MacKay's probit approximation, 1992), so that a
guess never claims what a measurement could.
"""

from bisect import bisect
from enum import StrEnum
from math import log2, pi, sqrt

from hroute.core.frozen import frozen
from hroute.core.odds import sigmoid

# Of current open instruct models at q4, by billions of parameters; the last one stands for the best clouds.
# From the labels that are even odds at a difficulty, as scripts/train_student.py prints them; the labels of
# what only the best can do, and of what nobody can, tell too little, so that the last one is a judgement.
CLASSES = {"0.1B": -5.2, "1B": -2.9, "3B": -1.3, "8B": 0.0, "30B": 2.0, "frontier": 4.2}
FRONTIER = "frontier"
_FRONTIER_B = 400.0

# What is left unknown, as standard deviations in log odds. One model of a size against another of it, of
# whatever age, on one kind of prompts: public outcomes around the line and between files, printed by
# scripts/fit_abilities.py.
SIZE_SPREAD = 1.7
UNKNOWN_SPREAD = 2.5  # of a model of which not even the size is known
REFERENCE_SPREAD = 1.5  # of one of the best clouds against another
_BITS_LOST = {3: 0.25, 2: 0.9, 1: 1.8}  # against q4, the classes' own, below it


class Basis(StrEnum):
    """What an ability rests on, from the strongest to the weakest."""

    SET = "set"  # by the user
    VERDICTS = "verdicts"  # measured or known, and moved by the user's verdicts
    MEASURED = "measured"  # by `hroute bench ability` on this machine, or before it was shipped
    KNOWN = "known"  # fitted from public outcomes
    SIZE = "size"  # from the parameter count and the quantization
    ASSUMED = "assumed"  # nothing is known of the model

    @property
    def words(self) -> str:
        return _WORDS[self]


class Demand(StrEnum):
    """What an ask may demand that a model is better or worse at than the ask's difficulty says."""

    DIGITS = "digits"
    LETTERS = "letters"

    @property
    def words(self) -> str:
        return {Demand.DIGITS: "digits in the ask", Demand.LETTERS: "work on letters or their order"}[self]


Demands = tuple[Demand, ...]


@frozen
class Ability:
    """`spread` is the standard deviation of what is known of `value`; both in log odds.

    `slope`: how sharply the model's answers follow the difficulties; 1 where nobody has measured it.
    `offsets`: what is added to the value for an ask that demands this; none where nobody has measured it.
    `note`: which file should have told more, and could not be read.
    """

    value: float
    spread: float = 0.0
    basis: Basis = Basis.SET
    slope: float = 1.0
    offsets: tuple[tuple[Demand, float], ...] = ()
    note: str = ""

    def p_right(self, difficulty: float, demands: Demands = ()) -> float:
        """The chance of a right answer to an ask of this difficulty."""
        doubt = sqrt(1 + pi * (self.slope * self.spread) ** 2 / 8)
        return sigmoid(self.slope * (self.facing(demands) - difficulty) / doubt)

    def facing(self, demands: Demands) -> float:
        """The value for asks that demand this."""
        return self.value + sum(offset for demand, offset in self.offsets if demand in demands)

    @property
    def words(self) -> str:
        """What it rests on."""
        return self.basis.words


_WORDS = {
    Basis.SET: "as set",
    Basis.VERDICTS: "by your verdicts",
    Basis.MEASURED: "measured",
    Basis.KNOWN: "by its public results",
    Basis.SIZE: "by its size",
    Basis.ASSUMED: "assumed",
}

REFERENCE_LOCAL = Ability(CLASSES["8B"], 0.0, Basis.ASSUMED)
# What a wish is computed against when no cloud is configured.
REFERENCE_CLOUD = Ability(CLASSES[FRONTIER], REFERENCE_SPREAD, Basis.ASSUMED)


def parsed(text: str) -> Ability:
    """Of a setting: a number, a class such as "8B", or "frontier". Raises ValueError for anything else."""
    if text == FRONTIER:
        return Ability(CLASSES[FRONTIER])
    if text[-1] in "bBmM":
        return Ability(of_size(float(text[:-1]) / (1 if text[-1] in "bB" else 1000)))
    return Ability(float(text))


def by_size(billions: float, bits: int = 4) -> Ability:
    """A wide guess from the parameter count and the bits a weight takes."""
    return Ability(of_size(billions) - lost(bits), SIZE_SPREAD, Basis.SIZE)


def lost(bits: int) -> float:
    """What weights of so few bits take from an ability."""
    return _BITS_LOST.get(bits, 0.0)


def of_size(billions: float) -> float:
    """Along the classes, piecewise linear in the logarithm of the size. Raises ValueError for none."""
    if not billions > 0:
        raise ValueError(f"a model of {billions:g} billion parameters is none")
    sizes = [_FRONTIER_B if name == FRONTIER else float(name[:-1]) for name in CLASSES]
    values = list(CLASSES.values())
    place = min(max(bisect(sizes, billions), 1), len(sizes) - 1)
    low, high = log2(sizes[place - 1]), log2(sizes[place])
    share = (log2(min(billions, _FRONTIER_B)) - low) / (high - low)
    return values[place - 1] + share * (values[place] - values[place - 1])


UNKNOWN = Ability(CLASSES["8B"], UNKNOWN_SPREAD, Basis.ASSUMED)
