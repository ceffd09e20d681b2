"""What a preamble that an earlier process has evaluated saves: fresh processes, one question each."""

import asyncio
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from hroute.core.errors import Failure, LocalInferenceError, UsageError
from hroute.core.remedies import Remedy
from hroute.core.settings import LocalModel
from hroute.core.tools.definitions import Toolset, tools_of
from hroute.core.tools.preamble import preamble
from hroute.core.tools.schema.short_form import parse_short_form
from hroute.core.turn.message import Message, Role
from hroute.core.turn.options import Sampling

QUESTIONS = ("What will the weather be in Oslo tomorrow?", "Remind me to water the plants on Friday.")
SEED, ANSWER_TOKENS = 1, 24
_TOOLS = {
    "get_weather": ("The weather forecast of a city.", "city: str, days: int"),
    "add_reminder": ("Reminds the user of something on a day.", "text: str, date: str"),
    "convert_currency": ("Converts money.", "amount: float, from_currency: str, to_currency: str"),
    "get_route": ("The way to a place.", "start: str, destination: str, mode: walk|bike|car|train"),
}


class Store(StrEnum):
    """What a process finds of earlier ones."""

    NONE = "none"  # it neither reads nor writes
    EMPTY = "empty"  # it evaluates the preamble and saves what came of it
    FILLED = "filled"


@dataclass(frozen=True, slots=True)
class TimedAnswer:
    """What one fresh process has done."""

    input_tokens: int
    cached_tokens: int
    ttft_ms: float  # with the loading of the model
    text: str

    @property
    def evaluated_tokens(self) -> int:
        return self.input_tokens - self.cached_tokens


@dataclass(frozen=True, slots=True)
class StoreTiming:
    """The processes with one kind of store; the time is their median."""

    store: Store
    input_tokens: int
    evaluated_tokens: int
    ttft_ms: float


@dataclass(frozen=True, slots=True)
class PrefixReport:
    lines: tuple[StoreTiming, ...]
    runs: int
    same_text: bool  # with every kind of store, for the same seed


def measure_prefix(model: LocalModel, data_dir: Path, runs: int, tell: Callable[[str], None]) -> PrefixReport:
    """A process asks the first question with a store; the next ones ask the second, with and without it.

    Raises LocalInferenceError, and UsageError for a model that runs elsewhere.
    """
    if model.base_url is not None:
        raise UsageError("bench prefix measures the model in this process, local.chat is a server")
    first, second = QUESTIONS
    reported: dict[Store, list[TimedAnswer]] = {store: [] for store in Store}
    for number in range(runs):
        tell(f"run {number + 1} of {runs}")
        ask = partial(_in_a_fresh_process, model, data_dir)
        with TemporaryDirectory(prefix="hroute-bench-") as folder:
            reported[Store.NONE].append(ask(None, second))
            reported[Store.EMPTY].append(ask(Path(folder), first))
            reported[Store.FILLED].append(ask(Path(folder), second))
    texts = {one.text for store in (Store.NONE, Store.FILLED) for one in reported[store]}
    return PrefixReport(tuple(_line(store, reported[store]) for store in Store), runs, len(texts) == 1)


def _line(store: Store, reported: Sequence[TimedAnswer]) -> StoreTiming:
    most = max(reported, key=lambda one: one.evaluated_tokens)  # they only differ when a store failed
    return StoreTiming(
        store, most.input_tokens, most.evaluated_tokens, median(one.ttft_ms for one in reported)
    )


def _in_a_fresh_process(
    model: LocalModel, data_dir: Path, prefixes: Path | None, question: str
) -> TimedAnswer:
    # Ctrl-C is the parent's to handle: the child answers in a second, or is ended with the pool.
    ignore = partial(signal.signal, signal.SIGINT, signal.SIG_IGN)
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=ignore) as processes:
        reported = processes.submit(_answer_once, model, data_dir, prefixes, question).result()
    if isinstance(reported, TimedAnswer):
        return reported
    failure, message, remedies = reported
    raise LocalInferenceError(failure, message, *remedies)


def _answer_once(
    model: LocalModel, data_dir: Path, prefixes: Path | None, question: str
) -> TimedAnswer | tuple[Failure, str, tuple[Remedy, ...]]:
    """Runs in the child, which hands a failure back as a value: exceptions of ours cannot be pickled."""
    try:
        return asyncio.run(_answer(model, data_dir, prefixes, question))
    except LocalInferenceError as error:
        return error.failure, error.message, error.remedies


async def _answer(model: LocalModel, data_dir: Path, prefixes: Path | None, question: str) -> TimedAnswer:
    from hroute.engines.base import Request
    from hroute.engines.llama.engine import LlamaEngine

    messages = (Message.of(Role.SYSTEM, tool_preamble()), Message.of(Role.USER, question))
    engine = LlamaEngine(model, data_dir, prefixes=prefixes)
    started_s, ttft_s, pieces = perf_counter(), 0.0, []
    generation = engine.start(Request(messages, Sampling(max_tokens=ANSWER_TOKENS, seed=SEED)))
    try:
        async with aclosing(generation):
            async for piece in generation:
                ttft_s = ttft_s or perf_counter() - started_s
                pieces.append(piece)
    finally:
        await engine.close()
    usage = generation.usage
    return TimedAnswer(usage.input_tokens or 0, usage.cached_tokens or 0, ttft_s * 1000, "".join(pieces))


def tool_preamble() -> str:
    """Four tools, as a model is told about them: some 400 tokens."""
    listed = [
        {"name": name, "description": reported, "parameters": parse_short_form(form, name)}
        for name, (reported, form) in _TOOLS.items()
    ]
    return preamble(Toolset(tools_of(listed, "the bench's tools")))
