"""Train the builtin scout and write its artefact.

    python scripts/train_scout.py --data DIR [--out FILE] [--hold-out FAMILY ...]

DIR holds the routing files: gzip JSON lines with prompt, weak_score, strong_score, group and scores. The
model is a logistic regression on structural features and hashed words, fitted to P(a small model fails).
--hold-out leaves families of benchmarks out, which is how an honest cross-dataset figure is made. Nothing
is random; a run takes about two minutes on one core. Needs numpy, which hroute itself does not.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hroute.core.scout.artefact import Artefact, Card, pack
from hroute.core.scout.features import FEATURES, measure
from hroute.core.scout.labels import Part
from hroute.core.types import Label
from scout_data import (
    EXPECTED_FAILURE,
    FAMILIES,
    LABELLED,
    OPEN,
    SOURCES,
    Example,
    Source,
    benchmark_examples,
    everyday_examples,
    label_behind,
    labelled_examples,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Linear = Callable[[Floats], Floats]

ROOT = Path(__file__).resolve().parent.parent
MODEL = "builtin-1"
BUCKETS = 1 << 16
SEEN_BITS = 1 << 20
STRUCTURE_RIDGE = 800.0
HASHED_RIDGE = 3.0
OFFSET_RIDGE = 1000.0  # each benchmark group has an offset of its own, dropped after fitting
LENGTH_PRIOR = 0.4  # per standard deviation of log length: longer is harder unless the data says otherwise
LEAST_SPREAD = 0.05  # a feature that is nearly constant must not get a huge weight
NEWTON_STEPS = 5
CONJUGATE_STEPS = 30
FOLDS = 5
LEAST_STANDARD_SPAN = 0.1  # of p_local, between the two cut points


@dataclass(frozen=True, slots=True)
class Design:
    """Examples as arrays. Row i has the hashed `buckets[starts[i] : starts[i + 1]]`, all worth `norms[i]`."""

    structure: Floats
    buckets: Ints
    starts: Ints
    norms: Floats
    seen_bits: Ints  # of all words of all rows, `word_counts[i]` of them in row i
    word_counts: Ints

    def hashed(self, weights: Floats) -> Floats:
        return np.asarray(np.add.reduceat(weights[self.buckets], self.starts[:-1]) * self.norms, np.float64)

    def hashed_transposed(self, residuals: Floats) -> Floats:
        repeated = np.repeat(residuals * self.norms, np.diff(self.starts))
        return np.bincount(self.buckets, repeated, minlength=BUCKETS).astype(np.float64)

    def seen(self, trust: Ints) -> Mask:
        """The bits of the words whose prompts are trusted 2 or more in sum."""
        trust_of_word = np.repeat(trust, self.word_counts)
        return np.bincount(self.seen_bits, trust_of_word, minlength=SEEN_BITS) >= 2


@dataclass(frozen=True, slots=True)
class Model:
    intercept: float
    structure: Floats
    hashed: Floats

    def p_local(self, design: Design) -> Floats:
        log_odds = self.intercept + design.structure @ self.structure + design.hashed(self.hashed)
        return np.asarray(1 / (1 + np.exp(log_odds)), np.float64)


@dataclass(frozen=True, slots=True)
class Penalised:
    """The data of a logistic regression and its penalty, ridge * (v - prior)^2 / 2."""

    target: Floats
    weights: Floats
    ridge: Floats
    prior: Floats


@dataclass(frozen=True, slots=True)
class Facts:
    """What the artefact tells about its making."""

    cuts: dict[str, float]
    chars_range: tuple[int, int]
    trained_on: list[dict[str, object]]
    metrics: dict[str, object]


def design_of(examples: list[Example]) -> Design:
    measured = [measure(example.prompt) for example in examples]
    hashes = [[h & (BUCKETS - 1) for h in (*m.words.values(), *m.pairs)] or [0] for m in measured]
    sizes = np.array([len(row) for row in hashes])
    return Design(
        structure=np.array([m.values for m in measured]),
        buckets=np.concatenate([np.array(row, np.int64) for row in hashes]),
        starts=np.concatenate([[0], np.cumsum(sizes)]),
        norms=1 / np.sqrt(sizes),
        seen_bits=np.array([h & (SEEN_BITS - 1) for m in measured for h in m.words.values()]),
        word_counts=np.array([len(m.words) for m in measured]),
    )


# --- fitting -----------------------------------------------------------------


def fit(design: Design, examples: list[Example], used: Mask) -> Model:
    """Ridge logistic regression on the used rows; its intercept is that of our own prompts, everyday use."""
    weights = np.array([example.weight for example in examples]) * used
    target = np.array([example.failure for example in examples])
    centre = np.average(design.structure, axis=0, weights=weights)
    spread = np.sqrt(np.average((design.structure - centre) ** 2, axis=0, weights=weights))
    spread = np.maximum(spread, LEAST_SPREAD)
    scaled = (design.structure - centre) / spread
    groups = sorted({example.group for example in examples if example.family != "own"})
    offset_of = {group: place for place, group in enumerate(groups)}
    offset = np.array([offset_of.get(example.group, len(groups)) for example in examples])
    sizes = (1, len(FEATURES), BUCKETS, len(groups))
    ends = np.cumsum(sizes)[:-1]

    def forward(v: Floats) -> Floats:
        intercept, structure, hashed, offsets = np.split(v, ends)
        every_offset = np.append(offsets, 0.0)[offset]
        return np.asarray(intercept + scaled @ structure + design.hashed(hashed) + every_offset, np.float64)

    def backward(r: Floats) -> Floats:
        offsets = np.bincount(offset, r, minlength=len(groups) + 1)[:-1]
        return np.concatenate([[r.sum()], scaled.T @ r, design.hashed_transposed(r), offsets])

    ridge = np.repeat([1e-6, STRUCTURE_RIDGE, HASHED_RIDGE, OFFSET_RIDGE], sizes)
    prior = np.zeros(sum(sizes))
    prior[1 + FEATURES.index("length")] = LENGTH_PRIOR
    solution = newton(forward, backward, Penalised(target, weights, ridge, prior))
    intercept, structure, hashed, _ = np.split(solution, ends)
    return Model(float(intercept[0] - centre @ (structure / spread)), structure / spread, hashed)


def newton(forward: Linear, backward: Linear, loss: Penalised) -> Floats:
    """Minimise by Newton's method, each step solved by conjugate gradients."""
    v = loss.prior.copy()
    for _ in range(NEWTON_STEPS):
        p = 1 / (1 + np.exp(-forward(v)))
        gradient = backward(loss.weights * (p - loss.target)) + loss.ridge * (v - loss.prior)
        curvature = loss.weights * p * (1 - p)

        def product(step: Floats, curvature: Floats = curvature) -> Floats:
            return np.asarray(backward(curvature * forward(step)) + loss.ridge * step, np.float64)

        v -= conjugate(product, gradient)
    return v


def conjugate(product: Linear, right: Floats) -> Floats:
    """Solve product(x) = right for a symmetric positive definite product."""
    x = np.zeros_like(right)
    residual, direction = right.copy(), right.copy()
    size = residual @ residual
    for _ in range(CONJUGATE_STEPS):
        image = product(direction)
        step = size / (direction @ image)
        x += step * direction
        residual -= step * image
        size, previous = residual @ residual, size
        if size < 1e-8 * (right @ right):
            break
        direction = residual + size / previous * direction
    return x


# --- labels and measures ------------------------------------------------------


def cut_points(p_local: Floats, examples: list[Example]) -> dict[str, float]:
    """The two values of p_local that give the best macro-F1 on hand-labelled prompts."""
    meant = [label_behind(example) for example in examples]
    grid = np.round(np.arange(0.1, 0.96, 0.01), 2)
    pairs = [(low, high) for low in grid for high in grid if high - low >= LEAST_STANDARD_SPAN]
    low, high = max(pairs, key=lambda pair: macro_f1(labels_at(p_local, *pair), meant))
    return {"complex": float(low), "trivial": float(high)}


def labels_at(p_local: Floats, low: float, high: float) -> list[Label]:
    return [Label.TRIVIAL if p >= high else Label.COMPLEX if p < low else Label.STANDARD for p in p_local]


def macro_f1(said: list[Label], meant: list[Label]) -> float:
    scores = []
    for label in EXPECTED_FAILURE:
        both = sum(s == m == label for s, m in zip(said, meant, strict=True))
        either = said.count(label) + meant.count(label)
        scores.append(2 * both / either if either else 0.0)
    return sum(scores) / len(scores)


def out_of_fold(design: Design, examples: list[Example], used: Mask) -> tuple[Floats, list[Example]]:
    """p_local of every prompt of the labelled set from a model that has not seen it."""
    labelled = np.flatnonzero([example.source == LABELLED for example in examples])
    p_local = np.zeros(len(labelled))
    for fold in range(FOLDS):
        left_out = np.isin(np.arange(len(examples)), labelled[fold::FOLDS])
        p_local[fold::FOLDS] = fit(design, examples, used & ~left_out).p_local(design)[left_out]
    return p_local, [examples[place] for place in labelled]


def frozen(design: Design, examples: list[Example]) -> dict[str, float]:
    """APGR of each file under a model that was trained without the file's families."""
    families = np.array([example.family for example in examples])
    sources = np.array([example.source for example in examples])
    models: dict[frozenset[str], Model] = {}
    scores = {}
    for source in SOURCES:
        tested = sources == source
        key = frozenset(families[tested].tolist())
        if key not in models:
            models[key] = fit(design, examples, ~np.isin(families, list(key)))
        gains = np.array([example.gain for example in examples if example.source == source])
        scores[source] = round(apgr(models[key].p_local(design)[tested], gains), 3)
    return scores


def apgr(p_local: Floats, gains: Floats) -> float:
    """RouteLLM's average performance gap recovered, over all cut points, ties averaged."""
    _, tie, counts = np.unique(p_local, return_inverse=True, return_counts=True)
    shared = np.repeat(np.bincount(tie, gains) / counts, counts)
    recovered = np.concatenate([[0.0], np.cumsum(shared)]) / gains.sum()
    return float(np.trapezoid(recovered, dx=1 / len(gains)))


# --- the artefact --------------------------------------------------------------


def pack_model(model: Model, seen: Mask, facts: Facts) -> bytes:
    """Eight bits a hashed weight; structure weights to four decimals."""
    scale = float(np.abs(model.hashed).max()) / 127
    card = Card(
        model=MODEL,
        intercept=round(model.intercept, 4),
        structure=dict(zip(FEATURES, np.round(model.structure, 4).tolist(), strict=True)),
        hashed_scale=scale,
        buckets=BUCKETS,
        seen_bits=SEEN_BITS,
        cuts=facts.cuts,
        chars_range=facts.chars_range,
        trained_on=facts.trained_on,
        metrics=facts.metrics,
    )
    hashed = np.round(model.hashed / scale).astype(np.int8)
    return pack(Artefact(card, hashed.tobytes(), np.packbits(seen, bitorder="little").tobytes()))


def sources_used(examples: list[Example]) -> list[dict[str, object]]:
    counts = Counter(example.source for example in examples if not example.source.startswith(OPEN))
    ours = Source("written for hroute", "that of hroute")
    return [
        {"source": name, "prompts": n, "origin": source.origin, "licence": source.licence}
        for name, n in counts.items()
        for source in (SOURCES.get(name, ours),)
    ]


def chars_range_of(examples: list[Example]) -> tuple[int, int]:
    """From one character to nearly the longest prompt: a handful of giants do not make a range."""
    return 1, int(np.quantile([len(example.prompt) for example in examples], 0.9999))


def main() -> None:
    options = arguments()
    examples = [
        *benchmark_examples(options.data),
        *labelled_examples(options.labels, Part.DEVELOPMENT),
        *everyday_examples(options.everyday),
    ]
    design = design_of(examples)
    used = np.array([example.family not in options.hold_out for example in examples])
    model = fit(design, examples, used)
    cuts = cut_points(*out_of_fold(design, examples, used))
    test = list(labelled_examples(options.labels, Part.TEST))
    said = labels_at(model.p_local(design_of(test)), cuts["complex"], cuts["trivial"])
    metrics: dict[str, object] = {"macro_f1_test": round(macro_f1(said, list(map(label_behind, test))), 3)}
    if not options.hold_out:
        metrics["apgr_frozen"] = frozen(design, examples)
    learnt = [example for example, kept in zip(examples, used, strict=True) if kept]
    trust = used * np.array([2 if example.family == "own" else 1 for example in examples])
    facts = Facts(cuts, chars_range_of(learnt), sources_used(learnt), metrics)
    options.out.write_bytes(pack_model(model, design.seen(trust), facts))
    sys.stdout.write(json.dumps({"cuts": cuts, **metrics}, indent=1) + "\n")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    data = ROOT / "src" / "hroute" / "data"
    benchmarks = [family for family in FAMILIES if family != "own"]
    parser.add_argument("--data", type=Path, required=True, help="folder of the routing files")
    parser.add_argument("--labels", type=Path, default=data / "scout-labels.jsonl")
    parser.add_argument("--everyday", type=Path, default=ROOT / "scripts" / "scout_everyday.tsv")
    parser.add_argument("--out", type=Path, default=data / "scout-builtin.bin")
    parser.add_argument("--hold-out", nargs="*", default=[], choices=benchmarks, help="not to train on")
    return parser.parse_args()


if __name__ == "__main__":
    main()
