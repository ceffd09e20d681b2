"""The default scout: what a fine-tuned encoder reads, taught to a table of hashed words. Pure Python.

Every word, pair and part of a word has a row in the table. Their mean, weighted by an attention of their own,
goes with the structure of the prompt through a small network; a linear part stands beside it.
"""

from bisect import bisect
from collections import defaultdict
from collections.abc import Mapping, Sequence

from hroute.core.decision.signals import Label, ScoutReading
from hroute.core.scout.artefact import Artefact, unpack
from hroute.core.scout.features import LENGTH_FEATURES, OPENING
from hroute.core.scout.network import HashedNetwork, Output
from hroute.core.scout.traits import TRAITS, PromptTraits, traits
from hroute.core.scout.wording import word_hash

MOVERS_SHOWN = 5
LEAST_MOVE = 0.05  # log odds; less than this moved nothing worth a line
LONGEST_WORDING = 30  # characters of a word shown among the movers
LEAST_KNOWN_SHARE = 0.5  # of the distinct words; below it the training data says nothing about the prompt


class BuiltinScout:
    """Reads a prompt in about a millisecond. Holds no state that changes, so threads may share one."""

    def __init__(self, artefact: Artefact, network: HashedNetwork) -> None:
        self.artefact = artefact
        self.network = network

    @classmethod
    def from_bytes(cls, data: bytes) -> "BuiltinScout":
        """Raises ValueError when the artefact is damaged or was made for other traits."""
        artefact = unpack(data)
        if tuple(artefact.card.traits) != TRAITS:
            raise ValueError("the scout artefact was trained on other traits than this version measures")
        return cls(artefact, HashedNetwork(artefact))

    def read(self, prompt: str) -> ScoutReading:
        """`latency_ms` stays 0: the caller has the clock."""
        card = self.artefact.card
        seen = traits(prompt)
        output = self.network.output(seen.values, seen.wording.hashes)
        difficulty, slope = interpolated(output.reading, card.knots)
        label = label_of(difficulty, card.cuts) if self._knows(seen) else Label.UNSURE
        return ScoutReading(label, difficulty, card.model, moved_by=_movers(seen, output, slope))

    def _knows(self, seen: PromptTraits) -> bool:
        """Whether the training data says anything about such a prompt: half of its words were in it."""
        mask, bits = self.artefact.seen_mask, self.artefact.seen
        words = {token for token in seen.wording.tokens if token[0].isalnum()}
        places = [word_hash(word) & mask for word in words if not word[0].isdigit()]
        known = len(words) - len(places) + sum(bits[place >> 3] >> (place & 7) & 1 for place in places)
        return bool(words) and known >= LEAST_KNOWN_SHARE * len(words)


def label_of(difficulty: float, cuts: Mapping[str, float]) -> Label:
    """Of the prompt alone: complex, an 8B is not right 4 times in 5; trivial, a 1B is."""
    if difficulty <= cuts["trivial"]:
        return Label.TRIVIAL
    return Label.COMPLEX if difficulty > cuts["complex"] else Label.STANDARD


def interpolated(reading: float, knots: Sequence[Sequence[float]]) -> tuple[float, float]:
    """The difficulty of a reading and the slope there: linear between knots, and beyond the outer ones."""
    place = min(max(bisect([knot[0] for knot in knots], reading), 1), len(knots) - 1)
    (left, low), (right, high) = knots[place - 1], knots[place]
    slope = (high - low) / (right - left)
    return low + slope * (reading - left), slope


def _movers(seen: PromptTraits, output: Output, slope: float) -> tuple[tuple[str, float], ...]:
    """What moved the difficulty most, in log odds; equal ones by name, so that a reading is always the same.

    All traits of length are one thing, so are a topic and its being named at the start, and so are a word,
    its parts and the pair that it ends.
    """
    moves: defaultdict[str, float] = defaultdict(float)
    for name, value, move in zip(TRAITS, seen.values, output.of_values, strict=True):
        if value:
            moves[_shown(name)] += slope * move
    names = [f'wording "{token[:LONGEST_WORDING]}"' for token in seen.wording.tokens]
    for owner, move in zip(seen.wording.owners, output.of_hashes, strict=True):
        moves[names[owner]] += slope * move
    strong = [(name, move) for name, move in moves.items() if abs(move) >= LEAST_MOVE]
    strong.sort(key=lambda one: (-abs(one[1]), one[0]))
    return tuple((name, round(move, 2)) for name, move in strong[:MOVERS_SHOWN])


def _shown(name: str) -> str:
    return "length" if name in LENGTH_FEATURES else name.removeprefix(OPENING).partition(":")[0]
