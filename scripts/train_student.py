"""Train the default scout on what the teacher reads, and write its artefact.

    python scripts/train_student.py --readings READINGS.jsonl --outcomes DIR --out FILE

READINGS (by read_prompts.py) hold the teacher's readings of prompts of our own and of licensed ones. The
student learns them, our labels, and which prompts of a benchmark fail more often than others of it. Seeds are
fixed; about five minutes on one core. Needs the `training` extra.
"""

import argparse
import json
import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from hroute.core.authored import DataSplit, part_of
from hroute.core.scout.artefact import Artefact, ScoutCard, pack
from hroute.core.scout.network import ATTENTION, FARTHEST, MEANING
from hroute.core.scout.traits import TRAITS, traits
from hroute.core.scout.wording import word_hash
from scout_metrics import auroc
from scout_prompts import CLASSES, OUTCOME_SHARES, TOO_HARD, UNTOUCHED, Labelled, labelled, outcomes
from scout_templates import TEMPLATES

MODEL = "builtin-2"
# Readings of instructions and benchmark questions by others made it worse for what people type (see docs).
SOURCES = ("authored", "authored-unlabelled", "authored-pieces")
BUCKET_BITS, WIDTH, HIDDEN = 17, 16, 32
SEEN_BITS = 1 << 18
EPOCHS, BATCH, RATE = 6, 128, 3e-3
RIDGE = 1e-3  # on the rows that a batch touches
LOST_WORDS = 0.15  # of the hashes of each prompt, each time: a reading must not hang on one of them
OUTCOMES, OUTCOME_WEIGHT = 20_000, 0.5
LABEL_SHARE = 0.5  # of a target that has both a label and a reading
TEMPLATED = 0.4  # share of the prompts that get a template around them
MEAN_CHANCE = 0.65  # log odds between even odds of "right four times in five" and of "right": see `_knots`

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Row:
    """What the student sees of a prompt, and what it should say."""

    hashes: NDArray[np.int64]
    values: Floats
    target: float
    weight: float
    file: int = -1  # of a benchmark: then `target` is a share of failures


class Student(nn.Module):
    """As core/scout/network computes it."""

    def __init__(self, centre: Floats, spread: Floats) -> None:
        super().__init__()
        buckets, size = 1 << BUCKET_BITS, len(TRAITS)
        self.register_buffer("centre", torch.tensor(centre))
        self.register_buffer("spread", torch.tensor(spread))
        self.meaning, self.attention, self.word = (nn.Embedding(buckets, n) for n in (WIDTH, 1, 1))
        nn.init.normal_(self.meaning.weight, std=0.1)
        for table in (self.attention, self.word):
            nn.init.zeros_(table.weight)
        self.linear = nn.Linear(size, 1)
        self.first, self.second = nn.Linear(WIDTH + size, HIDDEN), nn.Linear(HIDDEN, 1)
        for layer in (self.linear, self.second):
            nn.init.zeros_(layer.weight)
        nn.init.constant_(self.linear.bias, 3.0)

    def forward(self, hashes: Tensor, row: Tensor, values: Tensor) -> Tensor:
        count = len(values)
        kept = torch.ones(len(hashes))
        if self.training:
            kept = (torch.rand(len(hashes)) > LOST_WORDS).float()
        share = torch.exp(self.attention(hashes)[:, 0].clamp(-ATTENTION, ATTENTION)) * kept
        pooled = torch.zeros(count, WIDTH).index_add(0, row, self.meaning(hashes) * share[:, None])
        pooled = pooled / torch.zeros(count).index_add(0, row, share).clamp(min=1e-3)[:, None]
        number = torch.zeros(count).index_add(0, row, kept).clamp(min=1)
        words = torch.zeros(count).index_add(0, row, self.word(hashes)[:, 0] * kept) / number.sqrt()
        inputs = ((values - self.centre) / self.spread).clamp(-FARTHEST, FARTHEST)
        hidden = functional.relu(self.first(torch.cat([MEANING * pooled, inputs], 1)))
        hidden = functional.dropout(hidden, 0.1, self.training)
        return self.linear(inputs)[:, 0] + words + self.second(hidden)[:, 0]


def row_of(prompt: str, target: float, weight: float, file: int = -1) -> Row:
    seen = traits(prompt)
    return Row(
        np.array(seen.wording.hashes, np.int64), np.array(seen.values, np.float32), target, weight, file
    )


def collated(rows: Sequence[Row]) -> tuple[Tensor, Tensor, Tensor]:
    hashes = np.concatenate([row.hashes for row in rows]) & ((1 << BUCKET_BITS) - 1)
    owner = np.repeat(np.arange(len(rows)), [len(row.hashes) for row in rows])
    return (
        torch.from_numpy(hashes),
        torch.from_numpy(owner),
        torch.from_numpy(np.stack([r.values for r in rows])),
    )


def trained(rows: Sequence[Row], seed: int, epochs: int = EPOCHS) -> Student:
    torch.manual_seed(seed)
    values = np.stack([row.values for row in rows])
    student = Student(values.mean(0), values.std(0) + 0.05)
    slope, offsets = nn.Parameter(torch.tensor(0.8)), nn.Parameter(torch.zeros(len(OUTCOME_SHARES)))
    optimizer = torch.optim.Adam([*student.parameters(), slope, offsets], lr=RATE)
    random, order = Random(seed), list(range(len(rows)))
    total, at = epochs * math.ceil(len(rows) / BATCH), 0
    student.train()
    for epoch in range(epochs):
        random.shuffle(order)
        losses = []
        for start in range(0, len(order), BATCH):
            batch = [rows[place] for place in order[start : start + BATCH]]
            for group in optimizer.param_groups:
                group["lr"] = RATE * max(0.02, 1 - at / total)
            loss = _loss(student, batch, slope, offsets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(float(loss.detach()))
            at += 1
        print(f"epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.3f}", flush=True)
    return student.eval()


def _loss(student: Student, batch: Sequence[Row], slope: Tensor, offsets: Tensor) -> Tensor:
    hashes, owner, values = collated(batch)
    reading = student(hashes, owner, values)
    target, weight = torch.tensor([r.target for r in batch]), torch.tensor([r.weight for r in batch])
    file = torch.tensor([r.file for r in batch])
    of_label = functional.smooth_l1_loss(reading, target, reduction="none", beta=0.5)
    failing = slope * (reading - TOO_HARD) + offsets[file.clamp(min=0)]
    of_outcome = functional.binary_cross_entropy_with_logits(failing, target.clamp(0, 1), reduction="none")
    touched = (student.meaning(hashes) ** 2).sum() + (student.word(hashes) ** 2).sum()
    return (torch.where(file < 0, of_label, of_outcome) * weight).mean() + RIDGE * touched / len(batch)


def predicted(student: Student, rows: Sequence[Row]) -> Floats:
    with torch.no_grad():
        parts = [student(*collated(rows[at : at + 512])).numpy() for at in range(0, len(rows), 512)]
    return np.concatenate(parts)


def main() -> None:
    asked = _arguments()
    kept = list(labelled(asked.data, untouched=asked.untouched))
    held = {row.prompt for row in kept if row.part is DataSplit.TEST or row.author in asked.hold_out_author}
    learnt = [row for row in kept if row.prompt not in held]
    if asked.n:
        Random(7).shuffle(learnt)
        learnt = learnt[: asked.n]
    rows = _rows(asked, learnt)
    print(f"{len(rows)} rows, {len(learnt)} of them labelled; {len(held)} labelled ones to test", flush=True)
    student = trained(rows, asked.seed, asked.epochs)
    test = [row for row in kept if row.prompt in held]
    found = predicted(student, [row_of(row.prompt, 0, 0) for row in test])
    print(f"AUROC of too hard for an 8B: {judged(found, test)}")
    knots, cuts = calibrated(found, test)
    print(f"knots {knots}, cuts {cuts}")
    print(f"even odds of each class, as abilities: {classes(found, test)}")
    if asked.out:
        prompts = [*(row.prompt for row in kept), *_read(asked)]
        artefact = _artefact(student, (knots, cuts), _of_the_tenth(student, asked.data), prompts)
        asked.out.write_bytes(pack(artefact))


def _rows(asked: argparse.Namespace, learnt: Sequence[Labelled]) -> list[Row]:
    """Labelled prompts with their readings, other prompts with theirs, outcomes; some in a template too."""
    read = _read(asked)
    labels = {row.prompt: row for row in learnt}
    targets: dict[str, tuple[float, float]] = {}
    for prompt, reading in read.items():
        if part_of(prompt) is DataSplit.TEST:
            continue
        row = labels.get(prompt)
        targets[prompt] = (reading, 1.0) if row is None else (_mixed(row.label, reading), 2.0 * row.weight)
    for prompt, row in labels.items():
        targets.setdefault(prompt, (row.label, 2.0 * row.weight))
    random = Random(asked.seed)
    rows = [row_of(prompt, *target) for prompt, target in targets.items()]
    for prompt, target in targets.items():
        if random.random() < TEMPLATED and len(prompt) < 1500:
            before, after = random.choice(TEMPLATES)
            rows.append(row_of(f"{before}{prompt}{after}", *target))
    if asked.outcomes:
        known = outcomes(asked.outcomes, OUTCOMES, 5, without=frozenset(asked.hold_out))
        rows += [row_of(row.prompt, row.failure, OUTCOME_WEIGHT, row.file) for row in known]
    return rows


def _mixed(label: float, reading: float) -> float:
    return LABEL_SHARE * label + (1 - LABEL_SHARE) * reading


def _read(asked: argparse.Namespace) -> dict[str, float]:
    """The mean of the teacher's two exits, by prompt."""
    if not asked.readings:
        return {}
    texts = [file.read_text(encoding="utf-8").rstrip("\n").split("\n") for file in asked.readings]
    found = [json.loads(line) for lines in texts for line in lines]
    wanted = [row for row in found if row["source"] in asked.sources]
    if asked.most:
        Random(3).shuffle(wanted)
        wanted = wanted[: asked.most]
    return {row["prompt"]: row["reading"] for row in wanted}


def judged(found: Floats, test: Sequence[Labelled]) -> dict[str, float]:
    """AUROC of "too hard for an 8B", all, English and others: by the labels of `hroute bench signals`.

    Prompts on which the two labellers part count too; without them the card said .002 more than the bench.
    """
    figures = {}
    for name, wanted in (("all", None), ("English", True), ("others", False)):
        places = [place for place, row in enumerate(test) if wanted in (None, row.lang == "en")]
        figures[name] = round(auroc(found[places], [test[place].is_too_hard for place in places]), 3)
    return figures


def _of_the_tenth(student: Student, data: Path) -> dict[str, float]:
    """What the card says: of all that was kept apart, the untouched too, when everything is chosen."""
    tenth = [row for row in labelled(data) if row.part is DataSplit.TEST]
    return judged(predicted(student, [row_of(row.prompt, 0, 0) for row in tenth]), tenth)


def classes(found: Floats, test: Sequence[Labelled]) -> dict[str, float]:
    """Where it is even odds that a class is right four times in five, from where it is for an 8B."""
    label = np.array([row.label for row in test])
    slope, hard = _logistic(found, label > TOO_HARD)
    return {
        name: round(slope * (_logistic(found, label > place + 0.5)[1] - hard), 2)
        for place, name in enumerate(CLASSES[:-1])
    }


def calibrated(
    found: Floats, test: Sequence[Labelled]
) -> tuple[tuple[tuple[float, float], ...], dict[str, float]]:
    """Difficulty as a line in the reading, from labels that were not learnt, and the cuts of the words.

    Where it is even odds that an 8B is right four times in five, its mean chance has the log odds
    MEAN_CHANCE: half of such prompts lie above .8, the others mostly around one half. There complex begins.
    """
    label = np.array([row.label for row in test])
    slope, hard = _logistic(found, label > TOO_HARD)
    _, easy = _logistic(found, label > 1.5)
    low, high = 0.0, 6.0
    line = [(reading, slope * (reading - hard) - MEAN_CHANCE) for reading in (low, high)]
    return tuple(line), {"trivial": slope * (easy - hard) - MEAN_CHANCE, "complex": -MEAN_CHANCE}


def _logistic(x: Floats, positive: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and the point of even odds, by Newton's method."""
    slope, at = 1.0, float(x.mean())
    a, b = slope, -slope * at
    for _ in range(30):
        p = 1 / (1 + np.exp(-(a * x + b)))
        w = p * (1 - p) + 1e-9
        gradient = np.array([((p - positive) * x).sum(), (p - positive).sum()])
        hessian = np.array([[(w * x * x).sum(), (w * x).sum()], [(w * x).sum(), w.sum()]])
        step = np.linalg.solve(hessian, gradient)
        a, b = a - step[0], b - step[1]
    return float(a), float(-b / a)


def _artefact(
    student: Student,
    scale: tuple[tuple[tuple[float, float], ...], dict[str, float]],
    figures: dict[str, float],
    prompts: Sequence[str],
) -> Artefact:
    tables = [student.meaning.weight, student.attention.weight, student.word.weight]
    scales = [float(table.detach().abs().max()) / 127 or 1.0 for table in tables]
    rows = np.concatenate(
        [
            np.round(table.detach().numpy() / scale).astype(np.int8)
            for table, scale in zip(tables, scales, strict=True)
        ],
        axis=1,
    )
    parts = (
        student.centre, student.spread, student.linear.weight, student.linear.bias,
        student.first.weight, student.first.bias, student.second.weight, student.second.bias,
    )  # fmt: skip
    weights = array("f", np.concatenate([part.detach().numpy().ravel() for part in parts]).astype(np.float32))
    card = ScoutCard(
        model=MODEL, buckets=1 << BUCKET_BITS, width=WIDTH, hidden=HIDDEN, seen_bits=SEEN_BITS,
        scales=(scales[0], scales[1], scales[2]), traits=TRAITS, knots=scale[0], cuts=scale[1],
        trained_on=json.loads(SOURCES_FILE.read_text(encoding="utf-8")),
        metrics={"auroc_too_hard_for_8b": figures},
    )  # fmt: skip
    return Artefact(card, rows.tobytes(), weights, _seen(prompts))


def _seen(prompts: Sequence[str]) -> bytes:
    bits = bytearray(SEEN_BITS // 8)
    for prompt in prompts:
        for token in traits(prompt).wording.tokens:
            if token[0].isalpha():
                value = word_hash(token) & (SEEN_BITS - 1)
                bits[value >> 3] |= 1 << (value & 7)
    return bytes(bits)


SOURCES_FILE = Path(__file__).with_name("scout_sources.json")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--readings", type=Path, nargs="*", help="JSON lines: prompt, source, reading")
    parser.add_argument("--sources", nargs="*", default=SOURCES, help="of the readings to learn")
    parser.add_argument("--most", type=int, help="at most so many readings: for a learning curve")
    parser.add_argument("--data", type=Path, default=Path("data/prompts.jsonl"))
    parser.add_argument("--outcomes", type=Path, help="a folder with routing files")
    parser.add_argument("--hold-out", action="append", default=[], help="a routing file that stays a test")
    parser.add_argument("--hold-out-author", action="append", default=[], help="an author who stays a test")
    parser.add_argument(
        "--untouched", nargs="*", default=UNTOUCHED, help="authors whose test part is left alone"
    )
    parser.add_argument("--n", type=int, help="so many labelled prompts: for a learning curve")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
