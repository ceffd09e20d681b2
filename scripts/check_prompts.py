"""Check the authored prompts and print what is in them.

    python scripts/check_prompts.py [--data FILE] [--against FILE_OR_FOLDER ...]

Prints rows, kinds, languages, lengths, openings, classes and constraints, the agreement of the two first
labellings, and near-duplicates: prompts that share more than half of the word 5-grams of the shorter one.
With --against, also the near-copies in other files of prompts, such as the benchmarks of routers. Exits 1
when there is a near-duplicate, a near-copy, an id twice or a span that is not in its prompt.
"""

import argparse
import gzip
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hroute.core.authored import DataSplit, SmallestOk, part_of

DATA = Path(__file__).parents[1] / "data" / "prompts.jsonl"
GRAM = 5  # words
MOST_SHARED = 0.5
DENSE = 3  # more constraints than this are many
OPENING = 2  # words
FREQUENT = 20  # kinds and openings shown
LENGTHS = (60, 180, 900)  # characters
CLASSES = list(SmallestOk)
# Scripts that set no spaces: each character stands for a word.
TOKEN = re.compile(r"[぀-ヿ㐀-鿿฀-๿]|[^\W぀-ヿ㐀-鿿฀-๿]+|[^\w\s]")

Grams = frozenset[tuple[str, ...]]
Vote = tuple[SmallestOk, Annotated[int, Field(ge=0)]]  # a class, and how many strict constraints


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    prompt: Annotated[str, Field(min_length=1)]
    kind: str
    lang: str
    author: str
    smallest_ok: SmallestOk
    sure: Annotated[int, Field(ge=1, le=3)]
    constraints: Annotated[int, Field(ge=0)]
    constraint_spans: list[str]
    labels: Annotated[list[Vote], Field(min_length=2, max_length=3)]


@dataclass(frozen=True, slots=True)
class Overlap:
    name: str
    other: str
    share: float
    prompt: str

    def __str__(self) -> str:
        return f"{self.name} ~ {self.other} ({self.share:.2f}): {self.prompt[:70]!r}"


@dataclass(slots=True)
class Known:
    """Prompts by their 5-grams, so that the nearest one is found without comparing all."""

    names: list[str] = field(default_factory=list)
    grams: list[Grams] = field(default_factory=list)
    places: defaultdict[tuple[str, ...], list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: str, grams: Grams) -> None:
        for gram in grams:
            self.places[gram].append(len(self.names))
        self.names.append(name)
        self.grams.append(grams)

    def nearest(self, grams: Grams) -> tuple[str, float]:
        """The prompt that shares most, and its share of the shorter one's grams."""
        shared = Counter(place for gram in grams for place in self.places.get(gram, ()))
        shares = ((n / min(len(grams), len(self.grams[place])), place) for place, n in shared.items())
        share, place = max(shares, default=(0.0, -1))
        return (self.names[place] if place >= 0 else "", share)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--against", type=Path, nargs="+", default=[])
    options = parser.parse_args()
    rows = [Row.model_validate(row) for row in json_lines(options.data)]
    print_contents(rows)
    print_agreement(rows)
    wrong = [*broken(rows), *map(str, near_duplicates(rows))]
    print(f"near-duplicates, broken spans and ids twice: {len(wrong)}")
    if options.against:
        copies = near_copies(rows, options.against)
        print(f"near-copies in the other files: {len(copies)}")
        wrong += map(str, copies)
    for line in wrong:
        print(f"  {line}")
    return 1 if wrong else 0


# --- what is in them ------------------------------------------------------------------------------------


def print_contents(rows: Sequence[Row]) -> None:
    parts = Counter(part_of(row.prompt) for row in rows)
    print(f"{len(rows):,} prompts, {parts[DataSplit.TEST]} of them for tests")
    show("authors", (row.author for row in rows))
    show("classes", (row.smallest_ok.value for row in rows), [ok.value for ok in CLASSES])
    show("sure", (str(row.sure) for row in rows), ["1", "2", "3"])
    show("constraints", (many(row.constraints) for row in rows), [*map(str, range(6)), "6+"])
    show("characters", (length_of(row.prompt) for row in rows), [length_name(n) for n in range(4)])
    show("languages", (row.lang for row in rows))
    kinds = Counter(row.kind for row in rows)
    print(f"kinds: {len(kinds)}, {sum(n >= 30 for n in kinds.values())} of them with 30 prompts or more")
    show("  frequent", (row.kind for row in rows), most=FREQUENT)
    openings = [" ".join(row.prompt.lower().split()[:OPENING]) for row in rows]
    print(f"openings of {OPENING} words: {len(set(openings)):,} distinct")
    show("  frequent", openings, most=FREQUENT // 2)


def show(name: str, values: Iterable[str], order: Sequence[str] = (), most: int | None = None) -> None:
    counts = Counter(values)
    names = order or [value for value, _ in counts.most_common(most)]
    print(f"{name}: " + ", ".join(f"{value} {counts[value]:,}" for value in names))


def many(count: int) -> str:
    return str(count) if count < 6 else "6+"


def length_of(prompt: str) -> str:
    return length_name(sum(len(prompt) >= bound for bound in LENGTHS))


def length_name(place: int) -> str:
    return f"from {LENGTHS[place - 1]}" if place else f"under {LENGTHS[0]}"


# --- how far two labellers agree ------------------------------------------------------------------------


def print_agreement(rows: Sequence[Row]) -> None:
    """Of the first label with the second, which was made without sight of it."""
    pairs = [(row.labels[0], row.labels[1]) for row in rows]
    ranks = [(a.rank, b.rank) for (a, _), (b, _) in pairs]
    hard = [(int(a.is_beyond_8b), int(b.is_beyond_8b)) for (a, _), (b, _) in pairs]
    counts = [(a, b) for (_, a), (_, b) in pairs]
    dense = [(a > DENSE, b > DENSE) for a, b in counts]
    lines = {
        "the same class": same(ranks),
        "the same or a neighbouring class": share_of(ranks, lambda a, b: abs(a - b) <= 1),
        "kappa of the class": kappa(ranks),
        "kappa of the class, quadratic weights": kappa(ranks, power=2),
        "the same side of an 8B": same(hard),
        "kappa of too hard for an 8B": kappa(hard),
        "the same count of constraints": same(counts),
        "counts at most one apart": share_of(counts, lambda a, b: abs(a - b) <= 1),
        "F1 of more than three constraints": f1(dense),
    }
    settled = sum(len(row.labels) == 3 for row in rows)
    print(f"two labellings of {len(rows):,} prompts, {settled} of them settled by a third:")
    for name, value in lines.items():
        print(f"  {name}: {value:.3f}")


def same(pairs: Sequence[tuple[int, int]]) -> float:
    return share_of(pairs, lambda a, b: a == b)


def share_of(pairs: Sequence[tuple[int, int]], agree: Callable[[int, int], bool]) -> float:
    return sum(agree(a, b) for a, b in pairs) / len(pairs)


def kappa(pairs: Sequence[tuple[int, int]], power: int = 0) -> float:
    """Cohen's, the disagreement weighted by distance to this power (0: all the same)."""

    def weight(a: int, b: int) -> float:
        return abs(a - b) ** power if a != b else 0.0

    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    seen = sum(weight(a, b) for a, b in pairs) / len(pairs)
    chance = sum(weight(a, b) * n * m for a, n in left.items() for b, m in right.items()) / len(pairs) ** 2
    return 1 - seen / chance if chance else 1.0


def f1(pairs: Sequence[tuple[bool, bool]]) -> float:
    hits, either = sum(a and b for a, b in pairs), sum(a + b for a, b in pairs)
    return 2 * hits / either if either else 1.0


# --- what must not be in them ---------------------------------------------------------------------------


def broken(rows: Sequence[Row]) -> Iterator[str]:
    yield from (f"{name}: id twice" for name, n in Counter(row.id for row in rows).items() if n > 1)
    for row in rows:
        yield from (f"{row.id}: no such span: {s!r}" for s in row.constraint_spans if s not in row.prompt)


def near_duplicates(rows: Sequence[Row]) -> list[Overlap]:
    known, found = Known(), []
    for row in rows:
        grams = grams_of(row.prompt)
        other, share = known.nearest(grams)
        if share > MOST_SHARED:
            found.append(Overlap(row.id, other, share, row.prompt))
        known.add(row.id, grams)
    return found


def near_copies(rows: Sequence[Row], paths: Iterable[Path]) -> list[Overlap]:
    known, found = Known(), []
    for row in rows:
        known.add(row.id, grams_of(row.prompt))
    for file in (file for path in paths for file in files_of(path)):
        prompts = [prompt for row in json_lines(file) if isinstance(prompt := row.get("prompt"), str)]
        print(f"against {file.name}: {len(prompts):,} prompts")
        for number, prompt in enumerate(prompts, 1):
            other, share = known.nearest(grams_of(prompt))
            if share > MOST_SHARED:
                found.append(Overlap(f"{file.name}, prompt {number}", other, share, prompt))
    return found


def grams_of(prompt: str) -> Grams:
    """Of a shorter prompt: the whole of it."""
    words = TOKEN.findall(prompt.lower())
    return frozenset(tuple(words[start : start + GRAM]) for start in range(max(len(words) - GRAM + 1, 1)))


def files_of(path: Path) -> list[Path]:
    return sorted(path.rglob("*.jsonl*")) if path.is_dir() else [path]


def json_lines(file: Path) -> Iterator[dict[str, object]]:
    with (
        gzip.open(file, "rt", encoding="utf-8")
        if file.suffix == ".gz"
        else file.open(encoding="utf-8") as lines
    ):
        yield from (json.loads(line) for line in lines if line.strip())


if __name__ == "__main__":
    sys.exit(main())
