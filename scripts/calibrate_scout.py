"""Make the calibration constants of a GGUF scout and add them to the shipped file.

    python scripts/calibrate_scout.py [--model starter|PATH] [--data FILE] [--prompts N] [--out FILE]

Asks the model about the authored prompts, N of the development part and the whole test part, and fits a
temperature and one bias per label by maximum likelihood, with a weak pull towards no bias. The file keys
them by the model file.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from pathlib import Path

from hroute.bench.signals.data import AuthoredRow, read_signals_data
from hroute.bench.signals.labels import LabelPair, macro_f1
from hroute.core.authored import DataSplit, part_of
from hroute.engines.models import checksum
from hroute.engines.models import locate as models
from hroute.engines.scout.gguf import (
    CALIBRATIONS_FILE,
    END_BYTES,
    LABELS,
    Examiner,
    LogitScaling,
    reading_of,
)

STEPS, RATE = 4000, 0.05
DATA = Path(__file__).parents[1] / "data" / "prompts.jsonl"
PULL = 0.01  # towards log temperature 0 and no bias


@dataclass(frozen=True, slots=True)
class Asked:
    logits: tuple[float, ...]  # less their mean, which means nothing
    row: AuthoredRow

    @property
    def expected(self) -> int:
        return LABELS.index(self.row.smallest_ok.label)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", default=models.STARTER)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--prompts", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=CALIBRATIONS_FILE)
    options = parser.parse_args()
    path = models.locate(options.model, Path.cwd())
    examiner = Examiner(path)
    rows = read_signals_data([options.data], only_test=False).authored[0].rows
    parts = {part: [row for row in rows if part_of(row.prompt) is part] for part in DataSplit}
    development = asked(examiner, parts[DataSplit.DEVELOPMENT][: options.prompts])
    test = asked(examiner, parts[DataSplit.TEST])
    fitted = fit(development)
    entry = {
        "model": options.model if options.model == models.STARTER else path.name,
        "temperature": round(fitted.temperature, 4),
        "bias": [round(bias, 4) for bias in fitted.bias],
        "made_from": f"development part of {options.data.name}, {len(development)} prompts",
        "development": figures(fitted, development),
        "test": figures(fitted, test),
    }
    known = json.loads(options.out.read_text(encoding="utf-8")) if options.out.exists() else {}
    known[checksum.fingerprint(path, END_BYTES)] = entry
    options.out.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
    json.dump(entry, sys.stdout, indent=2)


def asked(examiner: Examiner, rows: Sequence[AuthoredRow]) -> list[Asked]:
    found = []
    for row in rows:
        logits = examiner.logits(row.prompt)
        mean = sum(logits) / len(logits)
        found.append(Asked(tuple(z - mean for z in logits), row))
    return found


def fit(rows: Sequence[Asked]) -> LogitScaling:
    """Gradient descent on the mean negative log-likelihood; four parameters, convex in 1/T and bias/T."""
    slope, shift = 1.0, [0.0, 0.0, 0.0]  # probabilities are softmax(slope * logit + shift)
    for _ in range(STEPS):
        slope_gradient, shift_gradient = PULL * log(slope) / slope, [PULL * s for s in shift]
        for row in rows:
            scaled = [slope * z + s for z, s in zip(row.logits, shift, strict=True)]
            powers = [exp(z - max(scaled)) for z in scaled]
            for label, power in enumerate(powers):
                error = (power / sum(powers) - (label == row.expected)) / len(rows)
                shift_gradient[label] += error
                slope_gradient += error * row.logits[label]
        slope = max(slope - RATE * slope_gradient, 1e-3)
        shift = [s - RATE * g for s, g in zip(shift, shift_gradient, strict=True)]
    trivial, standard, complex_ = (s / slope for s in shift)
    return LogitScaling(1 / slope, (trivial, standard, complex_))


def figures(calibration: LogitScaling, rows: Sequence[Asked]) -> dict[str, float]:
    likelihoods, judged = [], []
    for row in rows:
        probabilities = calibration.probabilities(row.logits)
        likelihoods.append(log(probabilities[row.expected]))
        judged.append(LabelPair(row.row.smallest_ok.label, reading_of(probabilities, "").label))
    return {
        "n": len(rows),
        "nll": round(-sum(likelihoods) / len(rows), 4),
        "macro_f1": round(macro_f1(judged) or 0.0, 4),
    }


if __name__ == "__main__":
    main()
