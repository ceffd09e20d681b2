"""Make pieces and joints of our own prompts for the teacher to read: what makes a prompt hard, and what not.

    python scripts/prompt_pieces.py --prompts data/prompts.jsonl MORE.jsonl --n 60000 --out PIECES.jsonl

Some sentences of a prompt, a run of its words, a prompt with words missing, two prompts in one, the head of
one with the tail of another. The student learns from a piece what its words are worth by themselves. Prompts
of the test part are left out. Seeds are fixed.
"""

import argparse
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from hroute.core.authored import DataSplit, part_of

SOURCE = "authored-pieces"
LONGEST = 2500  # characters
JOINTS = ("\n", ". ", " and ", "\n\n", "; also ")
_SENTENCE_END = re.compile(r"(?<=[.!?;。？！])\s+|\n+")

Make = Callable[[Sequence[str], Random], str]


def main() -> None:
    asked = _arguments()
    every = {prompt for file in asked.prompts for prompt in _prompts(file)}
    prompts = sorted(prompt for prompt in every if part_of(prompt) is DataSplit.DEVELOPMENT)
    random = Random(asked.seed)
    made: dict[str, None] = {}
    while len(made) < asked.n:
        make = random.choices(list(WAYS), weights=list(WAYS.values()))[0]
        piece = make(prompts, random).strip()
        if 3 < len(piece) < LONGEST:
            made[piece] = None
    with asked.out.open("w", encoding="utf-8") as out:
        for piece in made:
            out.write(json.dumps({"source": SOURCE, "prompt": piece}, ensure_ascii=False) + "\n")


def some_sentences(prompts: Sequence[str], random: Random) -> str:
    sentences = [part for part in _SENTENCE_END.split(random.choice(prompts)) if part.strip()]
    if len(sentences) < 2:
        return ""
    kept = sorted(random.sample(range(len(sentences)), random.randint(1, len(sentences) - 1)))
    return " ".join(sentences[place] for place in kept)


def run_of_words(prompts: Sequence[str], random: Random) -> str:
    words = random.choice(prompts).split(" ")
    if len(words) < 6:
        return ""
    start = random.randint(0, len(words) - 3)
    return " ".join(words[start : random.randint(start + 2, len(words))])


def words_missing(prompts: Sequence[str], random: Random) -> str:
    words = random.choice(prompts).split(" ")
    return " ".join(word for word in words if random.random() > 0.15) if len(words) > 3 else ""


def two_in_one(prompts: Sequence[str], random: Random) -> str:
    one, other = random.choice(prompts), random.choice(prompts)
    return f"{one.rstrip()}{random.choice(JOINTS)}{other}" if len(one) + len(other) <= 900 else ""


def head_and_tail(prompts: Sequence[str], random: Random) -> str:
    head, tail = (random.choice(prompts).split(" ") for _ in range(2))
    if min(len(head), len(tail)) < 4:
        return ""
    return " ".join(head[: len(head) // 2] + tail[len(tail) // 2 :])


WAYS: dict[Make, float] = {
    some_sentences: 0.35,
    run_of_words: 0.2,
    words_missing: 0.2,
    two_in_one: 0.15,
    head_and_tail: 0.1,
}


def _prompts(file: Path) -> list[str]:
    return [json.loads(line)["prompt"] for line in file.read_text(encoding="utf-8").rstrip("\n").split("\n")]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--prompts", type=Path, nargs="+", required=True, help="JSON lines with `prompt`")
    parser.add_argument("--n", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
