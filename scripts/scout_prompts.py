"""What the scouts learn from: the authored prompts with their labels, and benchmark prompts with outcomes."""

import gzip
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median

from hroute.core.authored import DataSplit, SmallestOk, part_of

CLASSES = ("0.1B", "1B", "3B", "8B", "30B", "frontier", "none")
TOO_HARD = 3.5  # labels above it: an 8B is not right four times in five
SURE_WEIGHTS = {1: 0.6, 2: 1.0, 3: 1.2}
# Authors by whose test part no choice was made.
UNTOUCHED = (
    *("know2", "tech2", "every2", "world3", "exercises", "border"),
    *("short", "short2", "short3", "short4"),
)
OUTCOME_WEIGHT = 0.5  # of a benchmark prompt against one of ours

# Of each file, how much of what is taken of all of them; names of models of about 7 to 14 billion parameters.
OUTCOME_SHARES = {
    "llmrouter_dc": 0.42,
    "mmlu_pro": 0.2,
    "routellm_mmlu": 0.2,
    "zeroeval_crux": 0.09,
    "zeroeval_math-l5": 0.09,
}
_SMALL = re.compile(r"(?<![\d.])([6-9]|1[0-4])b|mini|small|haiku|flash|mistral-7|gemma")


@dataclass(frozen=True, slots=True)
class Labelled:
    """`label` is on the scale of CLASSES, 0 to 6; half steps where two labellers part.

    `is_too_hard` for an 8B is the settled class's: what `hroute bench signals` measures by.
    """

    prompt: str
    lang: str
    author: str
    label: float
    weight: float
    is_too_hard: bool

    @property
    def part(self) -> DataSplit:
        return part_of(self.prompt)


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """`failure` is the share of models like an 8B that failed; only within its file does it compare."""

    prompt: str
    failure: float
    file: int


def labelled(path: Path, *, untouched: Collection[str] = ()) -> Iterator[Labelled]:
    """Without the test part of the untouched authors, by which nothing is chosen: it is for the end."""
    found = _every(path)
    return (row for row in found if row.part is not DataSplit.TEST or row.author not in untouched)


def _every(path: Path) -> Iterator[Labelled]:
    for line in path.read_text(encoding="utf-8").rstrip("\n").split("\n"):
        row = json.loads(line)
        given = [CLASSES.index(name) for name, _ in row["labels"]]
        sure = row["sure"] if len(set(given)) == 1 else 1
        label, is_too_hard = float(median(given)), SmallestOk(row["smallest_ok"]).is_beyond_8b
        yield Labelled(row["prompt"], row["lang"], row["author"], label, SURE_WEIGHTS[sure], is_too_hard)


def outcomes(
    folder: Path, count: int, seed: int, *, without: frozenset[str] = frozenset()
) -> Iterator[OutcomeRow]:
    """About so many, drawn by the seed; `without` names files that are to stay a test."""
    for number, (name, share) in enumerate(OUTCOME_SHARES.items()):
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        Random(seed).shuffle(rows)
        for row in rows[: 0 if name in without else int(count * share)]:
            yield OutcomeRow(row["prompt"], _failure(row), number)


def _failure(row: dict[str, object]) -> float:
    """Of the file's weak model, and of as able ones where it knows their scores."""
    scores, weak = row.get("scores"), row["weak_score"]
    assert isinstance(weak, float | int)
    small = [v for k, v in scores.items() if _SMALL.search(k.lower())] if isinstance(scores, dict) else []
    return 1 - (weak + sum(small) / len(small)) / 2 if small else 1 - weak
