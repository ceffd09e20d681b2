"""The error of the token estimate, which stands in where a model's tokenizer is not at hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hroute.bench.intervals import percentile
from hroute.core.decision.signals import CountMethod, TokenCount
from hroute.core.errors import LocalInferenceError
from hroute.core.settings import LocalModel
from hroute.core.turn.message import Message, Role
from hroute.engines.llama.native import Model
from hroute.engines.models import locate as models
from hroute.engines.tokens.counters import EstimateCounter, TiktokenCounter

LEAST_TOKENS = 16  # below it a relative error says little: one token is 6%


@dataclass(frozen=True, slots=True)
class EstimateFigures:
    """Relative errors of the estimate: (estimate - exact) / exact."""

    tokenizer: str
    name: str
    n: int
    mean: float
    p95: float  # of the absolute error
    too_low: float  # share of prompts that are longer than the estimate says


@dataclass(frozen=True, slots=True)
class ExactTokenizer:
    """Counts a text's tokens exactly."""

    name: str
    count: Callable[[str], int]


def tokenizers(model: LocalModel, data_dir: Path) -> list[ExactTokenizer]:
    """Those on this machine: the local model's, and one of OpenAI's if tiktoken has its table."""
    found = (_local(model, data_dir), _openai())
    return [tokenizer for tokenizer in found if tokenizer is not None]


def estimate_figures(tokenizer: ExactTokenizer, name: str, prompts: Sequence[str]) -> EstimateFigures | None:
    """None when no prompt is long enough. A message's own overhead is the same on both sides: left out."""
    errors = []
    for prompt in prompts:
        tokens = tokenizer.count(prompt)
        if tokens >= LEAST_TOKENS:
            errors.append((_estimate(prompt) - tokens) / tokens)
    if not errors:
        return None
    return EstimateFigures(
        tokenizer.name,
        name,
        len(errors),
        sum(errors) / len(errors),
        percentile([abs(error) for error in errors], 0.95),
        sum(error < 0 for error in errors) / len(errors),
    )


def _local(model: LocalModel, data_dir: Path) -> ExactTokenizer | None:
    if model.base_url is not None:
        return None
    try:
        loaded = Model(models.locate(model.model, data_dir), vocab_only=True)
    except LocalInferenceError:
        return None
    return ExactTokenizer(
        "the local model's tokenizer", lambda text: len(loaded.vocab.tokenize(text, marks=False))
    )


def _openai() -> ExactTokenizer | None:
    counter = TiktokenCounter("gpt-4")
    overhead = 2 * TiktokenCounter.MESSAGE_TOKENS  # of the message and of the answer's start

    def count(text: str) -> TokenCount:
        # With a limit of a token a character no size proves anything, and all is counted.
        return counter.count([Message.of(Role.USER, text)], max(len(text), 2 * overhead))

    if count("All of it is counted. " * 20).method is not CountMethod.TOKENIZER:
        return None
    return ExactTokenizer("cl100k_base", lambda text: count(text).tokens - overhead)


def _estimate(prompt: str) -> int:
    message = Message.of(Role.USER, prompt)
    return EstimateCounter().count([message], 0).tokens - EstimateCounter.MESSAGE_TOKENS
