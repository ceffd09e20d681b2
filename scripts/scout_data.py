"""What the builtin scout learns from: public outcomes of models on benchmarks, and prompts of our own."""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hroute.core.scout.labels import Part, part_of
from hroute.core.types import Label

# Files that overlap in kind share a family, so that holding one out holds out its kin. "own" is ours.
FAMILIES = ("mmlu", "mtbench", "math", "code", "qa", "own")
LABELLED = "scout-labels"
EVERYDAY = "scout-everyday"
OPEN = "open "  # before the source of a multiple-choice question that goes without its options

# Our labels say what a person expects, not what a model did: these stand in for P(local fails).
EXPECTED_FAILURE = {Label.TRIVIAL: 0.05, Label.STANDARD: 0.35, Label.COMPLEX: 0.85}
OWN_WEIGHT = 40.0  # of one prompt of ours against one benchmark question
CLOUD_FAILURE_DISCOUNT = 0.3  # of a local failure that the cloud shares: routing cannot mend it
FIRST_OPTION = re.compile(r"\n[ \t]*\(?A[.)] ")


@dataclass(frozen=True, slots=True)
class Source:
    """One routing file. `small` names the models whose mean failure is learnt; empty: the weak model's."""

    origin: str
    licence: str
    small: tuple[str, ...] = ()


_ZERO_EVAL_SMALL = (
    "gemma-2-2b-it",
    "Qwen2.5-3B-Instruct",
    "Meta-Llama-3-8B-Instruct",
    "Meta-Llama-3.1-8B-Instruct",
    "Qwen2-7B-Instruct",
    "Phi-3.5-mini-instruct",
    "gemma-2-9b-it",
    "Yi-1.5-9B-Chat",
)
_MMLU_PRO_SMALL = (
    "Meta-Llama-3_1-8B-Instruct",
    "mathstral-7B",
    "Phi-3-mini-4k-instruct",
    "Mistral-7B-Instruct-v0.2",
    "gemma-7b",
)
_LLM_ROUTER_SMALL = ("llama-3.1-8b-instruct", "qwen2.5-7b-instruct", "gemma-2-9b-it")
SOURCES = {
    "routellm_mmlu": Source("lm-sys/RouteLLM, MMLU outcomes", "Apache-2.0; MMLU: MIT"),
    "routellm_mtbench": Source("lm-sys/RouteLLM, MT-bench outcomes", "Apache-2.0"),
    "mmlu_pro": Source("TIGER-AI-Lab/MMLU-Pro evaluation results", "Apache-2.0", _MMLU_PRO_SMALL),
    "llmrouter_dc": Source("ulab-uiuc/LLMRouter", "MIT", _LLM_ROUTER_SMALL),
    "zeroeval_math-l5": Source("WildEval/ZeroEval, MATH level 5", "Apache-2.0", _ZERO_EVAL_SMALL),
    "zeroeval_crux": Source("WildEval/ZeroEval, CRUX", "Apache-2.0", _ZERO_EVAL_SMALL),
}


@dataclass(frozen=True, slots=True)
class Example:
    """A prompt and how far a small model fails it, in [0, 1]; `gain` is what the strong model scores more."""

    prompt: str
    failure: float
    source: str
    group: str
    family: str
    weight: float = 1.0
    gain: float = 0.0


def benchmark_examples(folder: Path) -> Iterator[Example]:
    for name, source in SOURCES.items():
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row.get("contaminated"):
                    continue
                example = Example(
                    row["prompt"],
                    failure=_failure(row, source),
                    source=name,
                    group=f"{name}/{row['group']}",
                    family=family_of(name, row["group"]),
                    gain=row["strong_score"] - row["weak_score"],
                )
                yield example
                yield from _open_question(example)


def _failure(row: dict[str, Any], source: Source) -> float:
    scores = row.get("scores", {})
    small = [scores[model] for model in source.small if model in scores] or [row["weak_score"]]
    shared = CLOUD_FAILURE_DISCOUNT * (1 - row["strong_score"])
    return max(0.0, float(1 - sum(small) / len(small) - shared))


def _open_question(example: Example) -> Iterator[Example]:
    """A multiple-choice question without its options, so that its words count in open prompts too."""
    stem = FIRST_OPTION.split(example.prompt, maxsplit=1)[0]
    if len(stem) < len(example.prompt):
        yield replace(example, prompt=stem, source=OPEN + example.source)


def family_of(source: str, group: str) -> str:
    if source in {"routellm_mmlu", "mmlu_pro"}:
        return "mmlu"
    if source == "routellm_mtbench":
        return "mtbench"
    if source == "zeroeval_math-l5" or group in {"math", "agentverse-mgsm"}:
        return "math"
    if source == "zeroeval_crux" or group in {"mbpp", "human_eval"}:
        return "code"
    return "qa"


def labelled_examples(path: Path, part: Part) -> Iterator[Example]:
    """One part of the labelled set: JSON lines with id, prompt and label."""
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        if part_of(row["id"]) is part:
            yield _own_example(row["prompt"], row["label"], LABELLED)


def everyday_examples(path: Path) -> Iterator[Example]:
    """Prompts written for training only: a line each, label, tab, prompt."""
    for line in path.read_text(encoding="utf-8").splitlines():
        label, prompt = line.split("\t")
        yield _own_example(prompt, label, EVERYDAY)


def _own_example(prompt: str, label: str, source: str) -> Example:
    return Example(prompt, EXPECTED_FAILURE[Label(label)], source, "own", "own", weight=OWN_WEIGHT)


def label_behind(example: Example) -> Label:
    """The label that an example of ours was made from."""
    return next(label for label, failure in EXPECTED_FAILURE.items() if failure == example.failure)
