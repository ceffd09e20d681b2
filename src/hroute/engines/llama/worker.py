"""A model in the process that runs it: load, prefill, token loop. Belongs to one thread."""

import codecs
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from hroute.core.confidence.tokens import ScoredToken
from hroute.core.errors import Failure, LocalInferenceError
from hroute.core.tools.call_syntax import CallSyntax
from hroute.core.turn.message import Message
from hroute.engines.base import Finish
from hroute.engines.llama.answer_tokens import AnswerTokens
from hroute.engines.llama.batch import Steps, Wanted
from hroute.engines.llama.machine import free_memory_bytes
from hroute.engines.llama.native import PREFILL_TOKENS, Context, Model, Sampler, StopFlag
from hroute.engines.llama.prefix_store import PrefixKeys, PrefixStore, common_length, preamble_length
from hroute.engines.llama.prompt import PromptFormat
from hroute.engines.llama.recipe import Recipe
from hroute.engines.llama.samples import SHORT_TOKENS, ForkPoint, draw, further, longest, room_for
from hroute.engines.llama.token_signals import last_logits, row_signs, scored

if TYPE_CHECKING:
    # Only a constrained answer pays for it.
    from hroute.core.tools.definitions import Expected
    from hroute.engines.llama.grammar import Grammar, GrammarState, Vocabulary
    from hroute.engines.llama.token_signals import RowSigns

_SMALLEST_CONTEXT = 1024
_CONTEXT_STEP = 256  # llama.cpp pads to this
_SPARE_BYTES = 256 * 2**20  # for compute buffers and everybody else


@dataclass(slots=True, eq=False)
class Run:
    """One answer in the making: the worker writes the counts, everybody may set `stop`."""

    messages: Sequence[Message]
    recipe: Recipe
    stop: StopFlag = field(default_factory=StopFlag)
    queued_s: float | None = None  # of perf_counter()
    begun_s: float | None = None  # when no other answer was before it any more
    expected: "Expected | None" = None  # the tools or the schema whose grammar the answer keeps
    input_tokens: int | None = None
    cached_tokens: int = 0
    output_tokens: int = 0  # of the answer: nobody gets the samples, and their time counts anyway
    finish: Finish | None = None
    collects: bool = True  # how sure the model was of each token; costs less than 2% of the token
    scored: list[ScoredToken] = field(default_factory=list)
    samples: int = 0  # further ones that are wanted of a short answer, once it is complete
    sampled: tuple[str, ...] = ()  # what they say
    opening: str = ""  # by which the prompt has begun the answer
    conversation: Sequence[Message] = ()  # with tools and results as such, for a template that knows them
    syntax: CallSyntax | None = None  # of the calls, where the prompt tells of tools by the template


class LoadedModel:
    """One model in memory, and what its context has read so far."""

    def __init__(
        self,
        model: Model,
        context_limit: int | None,
        threads: int,
        prefixes: PrefixStore | None = None,
        bounded: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """Owns the model from now on. `bounded`: what keeps its chat template in bounds."""
        self.evaluated_tokens = 0  # all that was ever computed, prompts and answers
        self._model, self._threads, self._bounded = model, threads, bounded
        self._prefixes = prefixes
        self._keys = PrefixKeys.of(model.path) if prefixes and model.is_still_its_file else None
        try:
            with bounded():
                self._format = PromptFormat(model.vocab)
        except LocalInferenceError:
            model.close()
            raise
        own = self._model.context_length
        self._limit = min(own, context_limit) if context_limit and own else context_limit or own
        self._context: Context | None = None
        self._read: list[int] = []  # the tokens in the context
        self._answers = AnswerTokens()
        self._ends: list[int] = []  # where their batches ended, as far as prompts were read without a gap

    def answer(self, run: Run) -> Generator[str, None, None]:
        """Pieces of the answer's text; an empty one is a sign of life. Ends early when stopped."""
        with self._bounded():
            prompt, preamble = self._with_tools(run) or self._in_words(run)
            prompt += self._begin_thoughts(run)
        run.input_tokens = len(prompt)
        yield ""  # the model's chat template has let go
        if len(prompt) >= self._limit:
            raise LocalInferenceError(
                Failure.CONTEXT,
                f"the prompt has {len(prompt):,} tokens,"
                f" the context of {self._model.path.name} holds {self._limit:,}",
                "shorten it, or raise local.chat.context_tokens if the model allows it",
            )
        room = min(run.recipe.max_tokens, self._limit - len(prompt))
        # Samples take what a short answer has left, and no more than the context may hold.
        samples = run.samples if self._model.keeps_every_token else 0
        tokens = min(self._limit, len(prompt) + max(room, room_for(samples)))
        context = self._context_for(tokens, 1 + samples)
        context.obey(run.stop)
        plan = _Plan.of(prompt, preamble)
        if self._reuse(context, plan, repeatable=run.recipe.seed is not None) < plan.preamble:
            self._restore(context, plan)
        run.cached_tokens = len(self._read)
        for _ in self._prefill(context, plan):
            yield ""
            if run.stop.is_set:  # the hook has stopped it already, but for a GPU that knows no hooks
                return
        if not run.stop.is_set:
            yield from self._write(context, run, room, samples)

    def _in_words(self, run: Run) -> tuple[list[int], int]:
        """The prompt, and how much of it every conversation with its instructions has."""
        # What a seed repeats must not depend on how an answer was once written.
        said = self._answers if run.recipe.seed is None else None
        prompt = self._format.tokens(run.messages, said)
        return prompt, preamble_length(self._format.tokens, run.messages, prompt)

    def _with_tools(self, run: Run) -> tuple[list[int], int] | None:
        """The same by the model's own way with tools, where it has one for this conversation."""
        if run.expected is None:
            return None
        from hroute.core.tools.definitions import Toolset

        toolset = run.expected
        if not run.conversation or not isinstance(toolset, Toolset) or self._format.call_syntax is None:
            return None

        def tokens_of(messages: Sequence[Message]) -> list[int]:
            return self._format.tokens_with_tools(messages, toolset) or []

        if not (prompt := tokens_of(run.conversation)):
            return None
        run.syntax = self._format.call_syntax
        beside = "".join(tool.description + tool.parameters.text for tool in toolset.offered)
        return prompt, preamble_length(tokens_of, run.conversation, prompt, beside)

    def _begin_thoughts(self, run: Run) -> list[int]:
        """Where the template begins thoughts, they belong to the answer; a grammar leaves no room for any."""
        if self._format.opened is None:
            return []
        opening, end = self._format.opened
        if run.expected is None:
            run.opening = opening
            return []
        return self._model.vocab.tokenize(f"\n{end}\n\n", marks=True)

    def _prefill(self, context: Context, plan: "_Plan") -> Iterator[None]:
        """Reads the rest of the prompt in batches that end where they always would."""
        for end in plan.ends:
            start = len(self._read)
            if end <= start:
                continue
            if not self._decode(context, plan.prompt[start:end]):
                return
            if start == (self._ends[-1] if self._ends else 0):
                self._ends.append(end)
            if end == plan.preamble:
                self._keep(context, plan)
            yield

    def _keep(self, context: Context, plan: "_Plan") -> None:
        """Saves what the model made of the preamble, if a fresh context would have made the same of it."""
        if self._prefixes and self._keys and tuple(self._ends) == plan.preamble_ends:
            key = self._keys.key(plan.prompt[: plan.preamble], context.computed_by)
            self._prefixes.save(key, context.state())

    def _restore(self, context: Context, plan: "_Plan") -> None:
        """Takes the preamble over from another process, if one has left it."""
        if not self._prefixes or not self._keys:
            return
        preamble = plan.prompt[: plan.preamble]
        key = self._keys.key(preamble, context.computed_by)
        state = self._prefixes.load(key)
        if state is None:
            return
        if context.restore(state):
            self._read, self._ends = preamble, list(plan.preamble_ends)
            return
        self._prefixes.remove(key)
        context.forget_after(0)
        self._read, self._ends = [], []

    def _write(self, context: Context, run: Run, room: int, samples: int) -> Iterator[str]:
        """The answer to what was read; then, without a text, the samples of a short one."""
        grammar = self._grammar(run)
        root = ForkPoint.of(context, len(self._read), self.vocabulary_size) if samples else None
        yield from self._generate(context, run, room, grammar.begin() if grammar else None)
        chosen = sum(token.logprob is not None for token in run.scored)
        if root is not None and run.finish is Finish.STOP and 0 < chosen <= SHORT_TOKENS:
            yield ""  # the answer is complete, whatever becomes of its samples
            yield from self._sample(context, run, root, grammar)

    def _sample(
        self, context: Context, run: Run, root: ForkPoint, grammar: "Grammar | None"
    ) -> Iterator[str]:
        own = replace(run.recipe, max_tokens=longest(run.output_tokens))
        if run.samples * own.max_tokens > context.tokens - len(self._read):
            return
        wanted = [Wanted(recipe, (), grammar) for recipe in further(own, run.samples)]
        with closing(Steps(self._model, context.pointer)) as steps:
            try:
                run.sampled = yield from draw(steps, context, root, wanted, run.stop)
            finally:
                self.evaluated_tokens += steps.evaluated_tokens

    def _generate(
        self, context: Context, run: Run, room: int, grammar_state: "GrammarState | None"
    ) -> Iterator[str]:
        vocab = self._model.vocab
        text = codecs.getincrementaldecoder("utf-8")(errors="replace")
        spoken = self._answers.begin()
        if run.opening:
            run.scored.append(scored(run.opening, None))
            yield run.opening
        with closing(Sampler(run.recipe, vocab)) as sampler:
            while left := room - run.output_tokens:
                tokens, signs = self._next_tokens(context, sampler, grammar_state, run)
                tokens = tokens[:left]
                if vocab.ends(tokens[0]):
                    run.scored.append(scored("", signs))
                    run.finish = Finish.STOP
                    return
                run.output_tokens += len(tokens)
                # A character that was cut in two is never shown.
                piece = text.decode(b"".join(map(vocab.piece, tokens)))
                spoken.add(tokens, piece)
                run.scored.append(scored(piece, signs))
                yield piece
                if grammar_state is not None and grammar_state.is_complete_with(tokens):
                    run.finish = Finish.STOP
                    return
                if run.stop.is_set or (len(tokens) < left and not self._decode(context, tokens)):
                    return
        run.finish = Finish.LENGTH

    def _next_tokens(
        self, context: Context, sampler: Sampler, grammar_state: "GrammarState | None", run: Run
    ) -> "tuple[list[int], RowSigns | None]":
        """One token that is chosen, with its signs; or all those that a grammar leaves no choice about."""
        dictated = grammar_state.forced() if grammar_state is not None else []
        if dictated:
            return dictated, None
        row = last_logits(context, self.vocabulary_size) if run.collects else None
        if grammar_state is None:
            token = sampler.sample(context)
        else:
            row = row.copy() if row is not None else None  # the grammar may rule tokens out in place
            token = grammar_state.choose(sampler, context)
        return [token], None if row is None else row_signs(row, token)

    @cached_property
    def vocabulary_size(self) -> int:
        return self._model.vocab.size

    def _grammar(self, run: Run) -> "Grammar | None":
        if run.expected is None:
            return None
        from hroute.engines.llama.grammar import Grammar

        return Grammar(run.expected, self._vocabulary, run.syntax)

    @cached_property
    def _vocabulary(self) -> "Vocabulary":
        from hroute.engines.llama.grammar import Vocabulary

        return Vocabulary(self._model)

    def _decode(self, context: Context, tokens: Sequence[int]) -> bool:
        if not context.decode(tokens):
            return False
        self.evaluated_tokens += len(tokens)
        self._read += tokens
        return True

    def _reuse(self, context: Context, plan: "_Plan", *, repeatable: bool) -> int:
        """Keeps what the context has in common with the prompt; returns how many tokens that is.

        The last prompt token is always read again: its logits choose the first token. A repeatable
        answer may only build on batches that a fresh context would compute alike, because the
        rounding of a token's state depends on what it was computed together with.
        """
        common = common_length(self._read, plan.prompt[:-1])
        if repeatable:
            alike = plan.ends[: common_length(self._ends, plan.ends)]
            common = max((end for end in alike if end <= common), default=0)
        if not context.forget_after(common):
            common = 0
        del self._read[common:]
        self._ends = [end for end in self._ends if end <= common]
        return common

    def _context_for(self, tokens: int, sequences: int) -> Context:
        """A context with room for this many tokens; grows by doubling and keeps what was read."""
        old = self._context
        if old is not None and old.tokens >= tokens and old.sequences >= sequences:
            return old
        size = max(_SMALLEST_CONTEXT, 2 * old.tokens if old else 0, tokens)
        size = max(min(size, self._limit), tokens)
        size = -(-size // _CONTEXT_STEP) * _CONTEXT_STEP
        self._refuse_what_memory_cannot_hold(size)
        new = Context(self._model, size, self._threads, sequences)
        if old is not None:
            if not new.copy_from(old):
                self._read, self._ends = [], []
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


@dataclass(frozen=True, slots=True)
class _Plan:
    """In which batches a prompt is read; a function of the prompt, so that every process does the same."""

    prompt: list[int]
    preamble: int  # tokens that may come from another process; 0: none
    ends: tuple[int, ...]

    @classmethod
    def of(cls, prompt: list[int], preamble: int) -> "_Plan":
        steps = range(PREFILL_TOKENS, len(prompt), PREFILL_TOKENS)
        ends = {*steps, preamble, len(prompt)} - {0}
        return cls(prompt, preamble, tuple(sorted(ends)))

    @property
    def preamble_ends(self) -> tuple[int, ...]:
        return tuple(end for end in self.ends if end <= self.preamble)
