"""Trains the constraint tagger (src/hroute/data/constraints-tagger.bin) on prompts with marked constraints.

usage: python scripts/train_constraints.py --spans FILE... --counts FILE... [--hold-out] [--out FILE]

Files of spans are JSON lines with `prompt` and `constraint_spans` or `spans` (exact substrings, one for each
constraint), files of counts have `prompt` and `n_constraints`. Of prompts with spans the likelihood of the
marked labels is raised, of prompts with counts that of all labellings with so many beginnings. Prompts whose
spans are not as many as the settled count are left out: as counts they took more than they gave. With
--hold-out a third of the prompts, by hash, stays out of the training and is measured. Of the test tenth of
the authored prompts nothing is learnt, and nothing is measured here.
"""

import argparse
import hashlib
import json
import random
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hroute.core.authored import DataSplit, part_of
from hroute.core.constraints.clues import BUCKETS
from hroute.core.constraints.find import find_with
from hroute.core.constraints.notice import notice
from hroute.core.constraints.pieces import BOUNDS
from hroute.core.constraints.tagger import Chain, Tagger, TaggerCard, pack, packed, unpack

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

OUT = Path(__file__).parents[1] / "src" / "hroute" / "data" / "constraints-tagger.bin"
DEFINITION = Path(__file__).with_name("constraints_definition.jsonl")
ASIDES = (
    "It rained all week.",
    "My brother plays the cello.",
    "I went for a walk at noon.",
    "Our team moved to Porto in 2021.",
    "They have been neighbours for six years.",
    "Trains run along the coast.",
    "This is for my homework.",
    "I hope this finds you well.",
    "The bakery opens at seven.",
    "We had soup for lunch.",
)
MODEL = "constraints-1"
LICENCES = {
    "ifeval": "Apache-2.0",
    "ifbench": "ODC-BY",
    "muldimif": "CC BY 4.0",
    "followbench": "Apache-2.0",
    "neg": "MIT and Apache-2.0",
    "edge": "ours",
}
OUTSIDE, BEGINS, GOES_ON = 0, 1, 2
NEVER = -1e9
MOST = 10  # constraints that are told apart in prompts of which only the count is known
BATCH = 64
RUNS = 3
GATE_STEPS = 16  # smaller weights of the gate, of 127, are left out


@dataclass(frozen=True, slots=True)
class Example:
    prompt: str
    source: str
    lang: str
    count: int
    clues: list["array[int]"]  # millions of numbers, which the garbage collector need not look at
    bounds: list[int]
    labels: list[int] | None  # None: only the count is known

    @property
    def is_composed(self) -> bool:
        """It comes from a benchmark whose constraints were added by rule or by a model."""
        return self.source.startswith(("if", "muldimif", "followbench"))


@dataclass(frozen=True, slots=True)
class Recipe:
    epochs: int = 8
    rate: float = 0.15
    decay: float = 3e-4
    marked: float = 1.0  # weight of prompts with spans
    counted: float = 0.1  # weight of prompts of which only the count is known
    seldom: int = 2  # features seen in fewer pieces are left out
    hidden: float = 0.2  # share of the features that a step does not see, so that none is leant on alone
    offset: float = 0.57
    border: float = 0.72
    steps: int = 40  # a weight is so many steps of the scale at most; fewer pack smaller
    seed: int = 0


TYPED = Recipe(seldom=3, epochs=10, rate=0.3)
COMPOSED = Recipe(marked=0.4, counted=2.0, decay=2e-5, offset=0.3, border=0.35)


@dataclass(slots=True)
class Model:
    """`weights` has a row for each bucket and one for padding; columns are begins and goes on."""

    weights: Floats = field(default_factory=lambda: np.zeros((BUCKETS + 1, 2)))
    moves: Floats = field(default_factory=lambda: np.zeros((BOUNDS, 3, 3)))
    opening: Floats = field(default_factory=lambda: np.zeros(3))
    bias: Floats = field(default_factory=lambda: np.zeros(2))

    def chain(self) -> tuple[Floats, Floats]:
        """Moves and opening, with what cannot be: a constraint does not go on before it began."""
        moves, opening = self.moves.copy(), self.opening.copy()
        moves[:, OUTSIDE, GOES_ON] = opening[GOES_ON] = NEVER
        return moves, opening

    def copy(self) -> "Model":
        return Model(*(part.copy() for part in self.parts()))

    def parts(self) -> tuple[Floats, Floats, Floats, Floats]:
        return self.weights, self.moves, self.opening, self.bias


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded: `clues` is prompts x pieces x features; `lengths` are pieces of each prompt."""

    clues: Ints
    lengths: Ints
    bounds: Ints
    labels: Ints | None
    counts: Ints

    @property
    def is_piece(self) -> npt.NDArray[np.bool_]:
        return np.asarray(np.arange(self.clues.shape[1])[None] < self.lengths[:, None])


# --- data ------------------------------------------------------------------------


def read_examples(spans: Iterable[Path], counts: Iterable[Path]) -> list[Example]:
    """With the prompts that spell the definition out; those count several times, for they are few."""
    examples = [_example(row, "definition", row["spans"], len(row["spans"])) for row in _definition()]
    for path in spans:
        for row in _rows(path):
            marked = row["constraint_spans"] if "constraint_spans" in row else row["spans"]
            settled = row.get("constraints", len(marked))
            if settled != len(marked):
                continue
            examples.append(_example(row, row.get("author", "authored"), marked, settled))
    for path in counts:
        for row in _rows(path):
            if row["n_constraints"] is not None:
                examples.append(_example(row, row["source"], None, row["n_constraints"]))
    return examples


def _rows(path: Path) -> Iterable[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _definition() -> Iterable[dict[str, Any]]:
    """Each prompt alone, and with sentences around it that have nothing to do with it."""
    rng = random.Random(0)
    for row in _rows(DEFINITION):
        yield row
        for gap in ("\n", "\n\n"):
            aside = rng.choice(ASIDES)
            yield row | {"prompt": f"{row['prompt']}{gap}{aside}"}
            yield row | {"prompt": f"{rng.choice(ASIDES)}{gap}{row['prompt']}"}


def _example(row: dict[str, Any], source: str, marked: list[str] | None, count: int) -> Example:
    noticed = notice(row["prompt"])
    places = [noticed.reading.origin(piece.start, piece.end) for piece in noticed.pieces]
    labels = None if marked is None else label(places, locate(row["prompt"], marked))
    bounds = [piece.bound for piece in noticed.pieces]
    clues = [array("i", piece) for piece in noticed.clues()]
    return Example(row["prompt"], source, row.get("lang", "en"), count, clues, bounds, labels)


def locate(prompt: str, marked: Sequence[str]) -> list[tuple[int, int]]:
    """Where the marked strings stand; one that is marked twice stands at two places."""
    seen: Counter[str] = Counter()
    places = []
    for text in marked:
        start = prompt.find(text, seen[text])
        start = prompt.find(text) if start < 0 else start
        seen[text] = start + 1
        places.append((start, start + len(text)))
    return sorted(places)


def label(places: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]]) -> list[int]:
    labels = [OUTSIDE] * len(places)
    for start, end in spans:
        first = True
        for k, (here, there) in enumerate(places):
            if there > start + min(1, end - start - 1) and here < end:
                if first:
                    labels[k], first = BEGINS, False
                elif labels[k] != BEGINS:
                    labels[k] = GOES_ON
    return labels


def is_held_out(example: Example) -> bool:
    if example.source == "definition":
        return False
    return int(hashlib.sha256(example.prompt.encode()).hexdigest(), 16) % 3 == 0


def is_for_tests(example: Example) -> bool:
    """Of the prompts that `hroute bench signals` measures on, nothing is learnt."""
    return (
        example.labels is not None
        and example.source != "definition"
        and part_of(example.prompt) is DataSplit.TEST
    )


# --- training --------------------------------------------------------------------


def train_mean(examples: Sequence[Example], recipe: Recipe, start: Model | None = None) -> Model:
    """The mean of several runs: the order of batches alone moved F1 by three points on composed prompts."""
    runs = [train(examples, replace(recipe, seed=recipe.seed + run), start) for run in range(RUNS)]
    mean = Model()
    for index, total in enumerate(mean.parts()):
        np.divide(sum(run.parts()[index] for run in runs), RUNS, out=total)
    return mean


def train(examples: Sequence[Example], recipe: Recipe, start: Model | None = None) -> Model:
    """Maximum likelihood by AdaGrad with weight decay; the mean of the later half of the steps.

    Where only counts are known, which pieces begin a constraint is guessed: without a `start` that knows
    better, some orders of the batches lead to guesses from which training does not come back.
    """
    rng = np.random.default_rng(recipe.seed)
    batches = _batches(_without_seldom(examples, recipe.seldom))
    model, mean, steps = start.copy() if start else Model(), Model(), 0
    squares = [np.ones_like(part) for part in model.parts()]
    for epoch in range(recipe.epochs):
        for index in rng.permutation(len(batches)):
            slopes = _slopes(model, _partly_hidden(batches[index], recipe.hidden, rng), recipe)
            for part, square, slope in zip(model.parts(), squares, slopes, strict=True):
                np.add(square, slope * slope, out=square)
                np.add(part, recipe.rate * slope / np.sqrt(square), out=part)
            if 2 * epoch >= recipe.epochs:
                steps += 1
                for total, part in zip(mean.parts(), model.parts(), strict=True):
                    np.add(total, part, out=total)
    for total in mean.parts():
        np.divide(total, steps, out=total)
    mean.weights *= 1 - recipe.hidden
    return mean


def _partly_hidden(batch: Batch, share: float, rng: np.random.Generator) -> Batch:
    hidden = rng.random(batch.clues.shape) < share
    return replace(batch, clues=np.where(hidden, BUCKETS, batch.clues))


def _without_seldom(examples: Sequence[Example], least: int) -> list[Example]:
    times = Counter(clue for e in examples for piece in e.clues for clue in set(piece))
    common = {clue for clue, count in times.items() if count >= least}
    return [
        replace(e, clues=[array("i", filter(common.__contains__, piece)) for piece in e.clues])
        for e in examples
        if e.clues
    ]


def _batches(examples: Sequence[Example]) -> list[Batch]:
    batches = []
    for marked in (True, False):
        rows = [e for e in examples if (e.labels is not None) is marked]
        rows.sort(key=lambda e: len(e.clues))
        batches += [_batch(rows[i : i + BATCH]) for i in range(0, len(rows), BATCH)]
    return batches


def _batch(rows: Sequence[Example]) -> Batch:
    pieces = max(len(row.clues) for row in rows)
    width = max(len(piece) for row in rows for piece in row.clues)
    clues = np.full((len(rows), pieces, width), BUCKETS, np.int64)
    labels = np.zeros((len(rows), pieces), np.int64)
    bounds = np.zeros((len(rows), pieces), np.int64)
    for i, row in enumerate(rows):
        for k, piece in enumerate(row.clues):
            clues[i, k, : len(piece)] = piece
        bounds[i, : len(row.bounds)] = row.bounds
        if row.labels is not None:
            labels[i, : len(row.labels)] = row.labels
    lengths = np.array([len(row.clues) for row in rows])
    counts = np.array([min(row.count, MOST - 1) for row in rows])
    return Batch(clues, lengths, bounds, labels if rows[0].labels is not None else None, counts)


def _slopes(model: Model, batch: Batch, recipe: Recipe) -> tuple[Floats, Floats, Floats, Floats]:
    """Of the log likelihood: what was seen minus what the model expects."""
    moves, opening = model.chain()
    scores = _scores(model, batch)
    expected, pairs = marginals(scores, batch, moves, opening)
    if batch.labels is None:
        surplus = recipe.counted * (counted_marginals(scores, batch, moves, opening) - expected)
        by_move, by_opening = np.zeros((BOUNDS, 3, 3)), np.zeros(3)
    else:
        surplus = recipe.marked * (np.eye(3)[batch.labels] - expected) * batch.is_piece[:, :, None]
        by_move, by_opening = recipe.marked * (_seen_moves(batch) - pairs), surplus[:, 0].sum(0)
    by_move[:, OUTSIDE, GOES_ON] = by_opening[GOES_ON] = 0
    by_weight = np.empty_like(model.weights)
    width = batch.clues.shape[2]
    for column, label_ in enumerate((BEGINS, GOES_ON)):
        values = np.repeat(surplus[:, :, label_].reshape(-1), width)
        by_weight[:, column] = np.bincount(batch.clues.reshape(-1), values, BUCKETS + 1)
    by_weight -= recipe.decay * len(batch.lengths) * model.weights
    by_weight[BUCKETS] = 0
    return by_weight, by_move, by_opening, surplus[:, :, 1:].sum((0, 1))


def _scores(model: Model, batch: Batch) -> Floats:
    found = model.weights[batch.clues].sum(2) + model.bias
    return np.concatenate([np.zeros((*found.shape[:2], 1)), found], 2)


def _seen_moves(batch: Batch) -> Floats:
    seen = np.zeros((BOUNDS, 3, 3))
    assert batch.labels is not None
    inside = batch.is_piece[:, 1:]
    np.add.at(
        seen, (batch.bounds[:, 1:][inside], batch.labels[:, :-1][inside], batch.labels[:, 1:][inside]), 1
    )
    return seen


def _lse(values: Floats, axis: int) -> Floats:
    most = values.max(axis, keepdims=True)
    return np.asarray((most + np.log(np.exp(values - most).sum(axis, keepdims=True))).squeeze(axis))


def marginals(scores: Floats, batch: Batch, moves: Floats, opening: Floats) -> tuple[Floats, Floats]:
    """Of each label at each piece, and the expected number of each move."""
    prompts, pieces, _ = scores.shape
    forward = np.full(scores.shape, NEVER)
    forward[:, 0] = opening + scores[:, 0]
    for t in range(1, pieces):
        forward[:, t] = _lse(forward[:, t - 1][:, :, None] + moves[batch.bounds[:, t]], 1) + scores[:, t]
    total = _lse(forward[np.arange(prompts), batch.lengths - 1], 1)[:, None, None]
    backward, pairs = np.zeros(scores.shape), np.zeros((BOUNDS, 3, 3))
    for t in range(pieces - 2, -1, -1):
        ahead = (scores[:, t + 1] + backward[:, t + 1])[:, None, :] + moves[batch.bounds[:, t + 1]]
        inside = (t < batch.lengths - 1)[:, None]
        backward[:, t] = np.where(inside, _lse(ahead, 2), 0)
        chance = np.exp(np.minimum(forward[:, t][:, :, None] + ahead - total, 0))
        np.add.at(pairs, batch.bounds[:, t + 1], chance * inside[:, :, None])
    found = np.exp(np.minimum(forward + backward - total, 0))
    return found * (np.arange(pieces)[None] < batch.lengths[:, None])[:, :, None], pairs


def counted_marginals(scores: Floats, batch: Batch, moves: Floats, opening: Floats) -> Floats:
    """Of each label at each piece, given how many constraints begin; MOST - 1 is that many or more."""
    prompts, pieces, _ = scores.shape
    forward = np.full((prompts, pieces, MOST, 3), NEVER)
    forward[:, 0, 0, OUTSIDE] = opening[OUTSIDE] + scores[:, 0, OUTSIDE]
    forward[:, 0, 1, BEGINS] = opening[BEGINS] + scores[:, 0, BEGINS]
    for t in range(1, pieces):
        forward[:, t] = _counting(
            _lse(forward[:, t - 1][:, :, :, None] + moves[batch.bounds[:, t]][:, None], 2), scores[:, t]
        )
    each = np.arange(prompts)
    total = _lse(forward[each, batch.lengths - 1, batch.counts], 1)
    end = np.full((prompts, MOST, 3), NEVER)
    end[each, batch.counts] = 0
    backward = np.full(forward.shape, NEVER)
    backward[:, -1] = end
    for t in range(pieces - 2, -1, -1):
        ahead = _uncounting(backward[:, t + 1], scores[:, t + 1])
        value = _lse(moves[batch.bounds[:, t + 1]][:, None] + ahead[:, :, None, :], 3)
        backward[:, t] = np.where(np.equal(t, batch.lengths - 1)[:, None, None], end, value)
    found = np.exp(np.minimum(forward + backward - total[:, None, None, None], 0)).sum(2)
    possible = np.greater(total, NEVER / 2)[:, None, None] & batch.is_piece[:, :, None]
    free, _ = marginals(scores, batch, moves, opening)
    return np.asarray(np.where(possible, found, free))


def _counting(value: Floats, scores: Floats) -> Floats:
    """One piece further: a beginning moves to the next count."""
    found = np.full(value.shape, NEVER)
    for label_ in (OUTSIDE, GOES_ON):
        found[:, :, label_] = value[:, :, label_] + scores[:, label_][:, None]
    found[:, 1:, BEGINS] = value[:, :-1, BEGINS] + scores[:, BEGINS][:, None]
    last = value[:, MOST - 1, BEGINS] + scores[:, BEGINS]
    found[:, MOST - 1, BEGINS] = np.logaddexp(found[:, MOST - 1, BEGINS], last)
    return found


def _uncounting(value: Floats, scores: Floats) -> Floats:
    found = np.full(value.shape, NEVER)
    for label_ in (OUTSIDE, GOES_ON):
        found[:, :, label_] = value[:, :, label_] + scores[:, label_][:, None]
    found[:, :-1, BEGINS] = value[:, 1:, BEGINS] + scores[:, BEGINS][:, None]
    found[:, MOST - 1, BEGINS] = value[:, MOST - 1, BEGINS] + scores[:, BEGINS]
    return found


# --- what ships --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Built:
    card: TaggerCard
    columns: list[list[int]]

    def tagger(self) -> Tagger:
        return packed(self.card, self.columns)


def build(examples: Sequence[Example]) -> Built:
    """A gate and two chains, one for each way of writing, learnt from all prompts with other emphasis."""
    gate, bias = train_gate(examples)
    step = float(np.abs(gate).max()) / 127
    gates = np.rint(gate / step).astype(int)
    gates[np.abs(gates) < GATE_STEPS] = 0
    columns = [gates.tolist()]
    model = train_mean(examples, TYPED)
    typed, *typed_columns = _chain_of(model, TYPED)
    composed, *composed_columns = _chain_of(train_mean(examples, COMPOSED, model), COMPOSED)
    columns += typed_columns + composed_columns
    card = TaggerCard(MODEL, BUCKETS, (bias, step), typed, composed, sources(examples), {})
    return Built(card, columns)


def _chain_of(model: Model, recipe: Recipe) -> tuple[Chain, list[int], list[int]]:
    """The model in steps of a scale: 8 bits hold nearly all weights, the rest are cut."""
    largest = float(np.quantile(np.abs(model.weights[model.weights != 0]), 0.9998))
    scale = largest / recipe.steps
    steps = np.clip(np.rint(model.weights[:BUCKETS] / scale), -127, 127).astype(int)
    steps[np.abs(steps) < 2] = 0  # most are, and they say nothing
    moves, opening = (np.exp(np.minimum(part, 50)) for part in model.chain())
    chain = Chain(
        scale,
        tuple(model.bias.tolist()),
        (float(opening[OUTSIDE]), float(opening[BEGINS])),
        tuple(tuple(tuple(row) for row in bound) for bound in moves.tolist()),
        recipe.offset,
        recipe.border,
    )
    return chain, steps[:, 0].tolist(), steps[:, 1].tolist()


def train_gate(examples: Sequence[Example], epochs: int = 12) -> tuple[Floats, float]:
    """Logistic regression on the mean clues of the pieces: was it composed, as benchmarks are."""
    rng = np.random.default_rng(0)
    rows = [
        (np.fromiter((c for piece in e.clues for c in piece), int), len(e.clues), e.is_composed)
        for e in _without_seldom(examples, 5)
    ]
    weights, squares, bias = np.zeros(BUCKETS), np.full(BUCKETS, 1e-4), 0.0
    for _ in range(epochs):
        for index in rng.permutation(len(rows)):
            clues, pieces, is_composed = rows[index]
            chance = 1 / (1 + np.exp(-np.clip(bias + weights[clues].sum() / pieces, -30, 30)))
            slope = float(is_composed) - chance
            found, times = np.unique(clues, return_counts=True)
            by_weight = slope * times / pieces - 1e-4 * weights[found]
            squares[found] += by_weight**2
            weights[found] += 0.1 * by_weight / np.sqrt(squares[found])
            bias += 0.02 * slope
    return weights, bias


def sources(examples: Sequence[Example]) -> list[dict[str, object]]:
    number = Counter(e.source for e in examples)
    return [
        {"source": name, "prompts": count, "licence": LICENCES.get(name.partition("_")[0], "ours")}
        for name, count in sorted(number.items())
    ]


def measure(tagger: Tagger, examples: Sequence[Example]) -> dict[str, object]:
    """Exact count, mean error and F1 of more than three, by source and by language."""
    found: dict[str, list[tuple[int, int]]] = {}
    for e in examples:
        pair = (e.count, len(find_with(tagger, e.prompt)))
        names = (e.source, f"lang:{e.lang}", "composed" if e.is_composed else "typed")
        for name in names:
            found.setdefault(name, []).append(pair)
    return {name: figures(pairs) for name, pairs in sorted(found.items())}


def figures(pairs: Sequence[tuple[int, int]]) -> dict[str, float]:
    hits = sum(want > 3 and got > 3 for want, got in pairs)
    both = sum(want > 3 for want, _ in pairs) + sum(got > 3 for _, got in pairs)
    return {
        "n": len(pairs),
        "exact": round(sum(want == got for want, got in pairs) / len(pairs), 3),
        "mae": round(sum(abs(want - got) for want, got in pairs) / len(pairs), 3),
        "f1": round(2 * hits / both, 3) if both else 0.0,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--spans", type=Path, nargs="+", required=True)
    parser.add_argument("--counts", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--hold-out", action="store_true")
    given = parser.parse_args()
    examples = [e for e in read_examples(given.spans, given.counts) if not is_for_tests(e)]
    kept = [e for e in examples if not is_held_out(e)]
    metrics = measure(build(kept).tagger(), [e for e in examples if is_held_out(e)])
    print(json.dumps(metrics, indent=1))
    if given.hold_out:
        return
    built = build(examples)
    data = pack(built.card._replace(metrics={"held_out_third": metrics}), built.columns)
    unpack(data)
    given.out.write_bytes(data)
    print(f"{given.out}: {len(data):,} bytes")


if __name__ == "__main__":
    main()
