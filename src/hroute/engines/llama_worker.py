"""The part of the in-process engine that lives in its one worker thread: load, prefill, token loop."""

import codecs
import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from hroute.core.errors import Failure, LocalInferenceError
from hroute.core.tools.definitions import Expected
from hroute.core.types import Message
from hroute.engines.base import Finish
from hroute.engines.llama_native import PREFILL_TOKENS, Context, Model, Recipe, Sampler, StopFlag
from hroute.engines.llama_prompt import PromptFormat

if TYPE_CHECKING:
    from hroute.engines.grammar import Constraint, Vocabulary  # only a constrained answer pays for it

_SMALLEST_CONTEXT = 1024
_CONTEXT_STEP = 256  # llama.cpp pads to this
_SPARE_BYTES = 256 * 2**20  # for compute buffers and everybody else


@dataclass(slots=True, eq=False)
class Run:
    """One answer in the making: the worker writes the counts, everybody may set `stop`."""

    messages: Sequence[Message]
    recipe: Recipe
    stop: StopFlag = field(default_factory=StopFlag)
    expected: Expected | None = None  # the tools or the schema whose grammar the answer keeps
    input_tokens: int | None = None
    cached_tokens: int = 0
    output_tokens: int = 0
    finish: Finish | None = None


class Session:
    """One model in memory, and what its context has read so far."""

    def __init__(self, path: Path, context_limit: int | None, threads: int, stop: StopFlag) -> None:
        """Loads the model, which takes 0.1 s for 100 MB and is given up when `stop` is set."""
        self.evaluated_tokens = 0  # all that was ever computed, prompts and answers
        self._threads = threads
        self._model = Model(path, vocab_only=False, keep_going=lambda: not stop.is_set)
        try:
            self._format = PromptFormat(self._model.vocab)
        except LocalInferenceError:
            self._model.close()
            raise
        own = self._model.context_length
        self._limit = min(own, context_limit) if context_limit and own else context_limit or own
        self._context: Context | None = None
        self._read: list[int] = []  # the tokens in the context
        self._exact = 0  # how many of them were computed as a fresh prompt would be

    def answer(self, run: Run) -> Generator[str, None, None]:
        """Pieces of the answer's text; an empty one is a sign of life. Ends early when stopped."""
        prompt = self._format.tokens(run.messages)
        run.input_tokens = len(prompt)
        if len(prompt) >= self._limit:
            raise LocalInferenceError(
                Failure.CONTEXT,
                f"the prompt has {len(prompt):,} tokens,"
                f" the context of {self._model.path.name} holds {self._limit:,}",
                "shorten it, or raise local.chat.context_tokens if the model allows it",
            )
        room = min(run.recipe.max_tokens, self._limit - len(prompt))
        context = self._context_for(len(prompt) + room)
        context.obey(run.stop)
        run.cached_tokens = self._reuse(context, prompt, repeatable=run.recipe.seed is not None)
        for _ in self._prefill(context, prompt):
            yield ""
            if run.stop.is_set:  # the hook has stopped it already, but for a GPU that knows no hooks
                return
        if not run.stop.is_set:
            yield from self._generate(context, run, room)

    def _prefill(self, context: Context, prompt: Sequence[int]) -> Iterator[None]:
        """Reads the rest of the prompt in batches that end at fixed positions."""
        while (start := len(self._read)) < len(prompt):
            end = min(start - start % PREFILL_TOKENS + PREFILL_TOKENS, len(prompt))
            if not self._decode(context, prompt[start:end]):
                return
            if start == self._exact and end % PREFILL_TOKENS == 0:
                self._exact = end
            yield

    def _generate(self, context: Context, run: Run, room: int) -> Iterator[str]:
        vocab = self._model.vocab
        text = codecs.getincrementaldecoder("utf-8")(errors="replace")
        constraint = self._constraint(run)
        # A penalty on what came before is one on brackets, quotes and property names.
        recipe = replace(run.recipe, repeat_penalty=1.0) if constraint else run.recipe
        with closing(Sampler(recipe, vocab)) as sampler:
            while left := room - run.output_tokens:
                tokens = _next_tokens(context, sampler, constraint)[:left]
                if vocab.ends(tokens[0]):
                    run.finish = Finish.STOP
                    return
                run.output_tokens += len(tokens)
                # A character that was cut in two is never shown.
                yield text.decode(b"".join(map(vocab.piece, tokens)))
                if constraint is not None and constraint.is_complete_with(tokens):
                    run.finish = Finish.STOP
                    return
                if run.stop.is_set or (len(tokens) < left and not self._decode(context, tokens)):
                    return
        run.finish = Finish.LENGTH

    def _constraint(self, run: Run) -> "Constraint | None":
        if run.expected is None:
            return None
        from hroute.engines.grammar import Grammar

        return Grammar(run.expected, self._vocabulary).begin()

    @cached_property
    def _vocabulary(self) -> "Vocabulary":
        from hroute.engines.grammar import Vocabulary

        return Vocabulary(self._model)

    def _decode(self, context: Context, tokens: Sequence[int]) -> bool:
        if not context.decode(tokens):
            return False
        self.evaluated_tokens += len(tokens)
        self._read += tokens
        return True

    def _reuse(self, context: Context, prompt: Sequence[int], *, repeatable: bool) -> int:
        """Keeps what the context has in common with the prompt; returns how many tokens that is.

        The last prompt token is always read again: its logits choose the first token. A repeatable
        answer may only build on batches that a fresh context would compute alike, because the
        rounding of a token's state depends on what it was computed together with.
        """
        pairs = zip(self._read, prompt[:-1], strict=False)
        common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        if repeatable:
            common = min(common, self._exact) // PREFILL_TOKENS * PREFILL_TOKENS
        if not context.forget_after(common):
            common = 0
        del self._read[common:]
        self._exact = min(self._exact, common // PREFILL_TOKENS * PREFILL_TOKENS)
        return common

    def _context_for(self, tokens: int) -> Context:
        """A context with room for this many tokens; grows by doubling and keeps what was read."""
        old = self._context
        if old is not None and old.tokens >= tokens:
            return old
        size = max(_SMALLEST_CONTEXT, 2 * old.tokens if old else 0, tokens)
        size = max(min(size, self._limit), tokens)
        size = -(-size // _CONTEXT_STEP) * _CONTEXT_STEP
        self._refuse_what_memory_cannot_hold(size)
        new = Context(self._model, size, self._threads)
        if old is not None:
            if not new.copy_from(old):
                self._read, self._exact = [], 0
            old.close()
        self._context = new
        return new

    def _refuse_what_memory_cannot_hold(self, tokens: int) -> None:
        """llama.cpp would allocate it and the kernel would kill the process on first use."""
        free = free_memory_bytes()
        need = tokens * self._model.kv_bytes_per_token + _SPARE_BYTES
        if free is not None and need > free:
            raise LocalInferenceError(
                Failure.MEMORY,
                f"{self._model.path}: a context of {tokens:,} tokens needs {need / 2**30:.1f} GiB,"
                f" {free / 2**30:.1f} GiB are free",
                "lower local.chat.context_tokens or max_tokens, or use a smaller model",
            )

    def close(self) -> None:
        if self._context is not None:
            self._context.close()
            self._context = None
        self._model.close()


def _next_tokens(context: Context, sampler: Sampler, constraint: "Constraint | None") -> list[int]:
    """One token that is chosen, or all those that a grammar leaves no choice about."""
    if constraint is None:
        return [sampler.sample(context)]
    return constraint.forced() or [constraint.choose(sampler, context)]


def free_memory_bytes() -> int | None:
    """What can be allocated without swapping; None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    sizes = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return int(sizes[0]) * 1024 if sizes else None


def default_threads() -> int:
    """The physical cores that this process may use, at most 8."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        doubled = Path("/sys/devices/system/cpu/smt/active").read_text().strip() == "1"
    except OSError:
        doubled = False
    return max(1, min(8, allowed // 2 if doubled else allowed))
