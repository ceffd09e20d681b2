"""The default scout: a hashed linear model beside structural features, in pure Python."""

from collections import defaultdict
from dataclasses import dataclass
from math import sqrt

from hroute.core.odds import sigmoid
from hroute.core.scout.artefact import Artefact, Card, unpack
from hroute.core.scout.features import FEATURES, LENGTH_FEATURES, OPENING, Measured, measure
from hroute.core.types import Label, ScoutReading

MOVERS_SHOWN = 5
LEAST_MOVE = 0.05  # log odds; less than this moved nothing worth a line
LONGEST_WORDING = 30  # characters of a word or pair shown among the movers
LEAST_KNOWN_SHARE = 0.5  # of the distinct words; below it the training data says nothing about the prompt


@dataclass(frozen=True, slots=True)
class BuiltinScout:
    """Reads a prompt in about half a millisecond. Holds no state, so threads may share one."""

    artefact: Artefact

    @classmethod
    def from_bytes(cls, data: bytes) -> "BuiltinScout":
        """Raises ValueError when the artefact is damaged or was made for other features."""
        artefact = unpack(data)
        if set(artefact.card.structure) != set(FEATURES):
            raise ValueError("the scout artefact was trained on other features than this version measures")
        return cls(artefact)

    def read(self, prompt: str) -> ScoutReading:
        """`latency_ms` stays 0: the caller has the clock."""
        card = self.artefact.card
        measured = measure(prompt)
        noticed = _noticed(measured, card)
        wording = _wording(measured, self.artefact)
        log_odds = card.intercept + sum(noticed.values()) + sum(weight for weight, _ in wording)
        label = label_of(sigmoid(-log_odds), card) if _knows(measured, self.artefact) else Label.UNSURE
        return ScoutReading(label, log_odds, card.model, moved_by=_movers(noticed, wording))


def label_of(p_local: float, card: Card) -> Label:
    """Trivial from the upper cut point up, complex below the lower one, standard between them.

    `scripts/train_scout.py` puts them where the labels of the development set are met best.
    """
    if p_local >= card.cuts["trivial"]:
        return Label.TRIVIAL
    return Label.COMPLEX if p_local < card.cuts["complex"] else Label.STANDARD


def _knows(measured: Measured, artefact: Artefact) -> bool:
    """Whether the training data says anything about such a prompt: its length and half of its words."""
    shortest, longest = artefact.card.chars_range
    if not shortest <= measured.chars <= longest:
        return False
    words = [value & artefact.seen_mask for word, value in measured.words.items() if word[0].isalnum()]
    known = sum(artefact.seen[bit >> 3] >> (bit & 7) & 1 for bit in words)
    return bool(words) and known >= LEAST_KNOWN_SHARE * len(words)


def _noticed(measured: Measured, card: Card) -> dict[str, float]:
    """What the structure of the prompt adds to the log odds of a local failure.

    All features of length are one thing, and so are a topic and its being named at the very start.
    """
    moves: defaultdict[str, float] = defaultdict(float)
    for name, value in zip(FEATURES, measured.values, strict=True):
        if value:
            shown = _length_text(measured) if name in LENGTH_FEATURES else name.removeprefix(OPENING)
            moves[shown] += card.structure[name] * value
    return moves


def _wording(measured: Measured, artefact: Artefact) -> list[tuple[float, str | tuple[str, str]]]:
    """What each distinct word and pair of words adds."""
    weights, mask = memoryview(artefact.hashed).cast("b"), artefact.card.buckets - 1
    scale = artefact.card.hashed_scale / sqrt(max(len(measured.words) + len(measured.pairs), 1))
    words = [(scale * weights[value & mask], word) for word, value in measured.words.items()]
    return [*words, *((scale * weights[value & mask], pair) for value, pair in measured.pairs.items())]


def _movers(
    noticed: dict[str, float], wording: list[tuple[float, str | tuple[str, str]]]
) -> tuple[tuple[str, float], ...]:
    """The strongest, in order; equal ones by name, so that a reading is the same on every run."""
    strong = [(name, weight) for name, weight in noticed.items() if abs(weight) >= LEAST_MOVE]
    for weight, text in wording:
        if abs(weight) >= LEAST_MOVE:
            shown = text if isinstance(text, str) else " ".join(text)
            strong.append((f'wording "{shown[:LONGEST_WORDING]}"', weight))
    strong.sort(key=lambda move: (-abs(move[1]), move[0]))
    return tuple((name, round(weight, 2)) for name, weight in strong[:MOVERS_SHOWN])


def _length_text(measured: Measured) -> str:
    if measured.word_count is None:
        return f"length {measured.chars:,} characters"
    return f"length {measured.word_count} word{'' if measured.word_count == 1 else 's'}"
