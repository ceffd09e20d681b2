"""Decodes many answers at once: a prompt is read once, and its answers fork from it.

For measuring, where hundreds of answers are wanted and none of them soon: a matrix product over many
answers costs little more than one over a single answer. `Steps` also writes the samples of real answers.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from math import exp
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from hroute.core.errors import Failure, LocalInferenceError
from hroute.engines.llama.native import PREFILL_TOKENS, Model, Sampler, library
from hroute.engines.llama.recipe import Recipe
from hroute.engines.llama.token_signals import row_signs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hroute.engines.llama.grammar import Grammar, GrammarState

_STEP_TOKENS = 2048  # a step may carry a grammar's forced tokens of every answer
_TRUNK = 0  # the sequence in which prompts are read; answers are in the sequences above it
_LOOP_TOKENS, _LOOP_PERIOD = 24, 64
_CELL_STEP = 256  # llama.cpp pads to this


@dataclass(frozen=True, slots=True)
class Time:
    """By the clock, and of the processor."""

    wall_s: float = 0
    cpu_s: float = 0

    @classmethod
    def now(cls) -> "Time":
        return cls(perf_counter(), process_time())

    def __add__(self, other: "Time") -> "Time":
        return Time(self.wall_s + other.wall_s, self.cpu_s + other.cpu_s)

    def __sub__(self, other: "Time") -> "Time":
        return Time(self.wall_s - other.wall_s, self.cpu_s - other.cpu_s)

    def __truediv__(self, parts: int) -> "Time":
        return Time(self.wall_s / parts, self.cpu_s / parts)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One answer to a prompt. The `opening` is written for the model, and belongs to the answer."""

    recipe: Recipe
    opening: tuple[int, ...] = ()
    grammar: "Grammar | None" = None


@dataclass(frozen=True, slots=True)
class Forking:
    """A prompt and all the answers that are wanted of it."""

    prompt: tuple[int, ...]
    answers: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Odds:
    """How sure a chosen token was, and the likeliest other one."""

    probability: float
    other: int
    other_probability: float
    logprob: float
    lead: float  # over the other one, as logarithms
    entropy: float


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """An answer; `odds` has None for a token that the opening or a grammar dictated.

    `cut`: it had not ended by itself. `looped`: it was cut because it only repeated itself.
    `spent`: its own sampling and grammar, and an equal part of every step that it shared with others; the
    reading of the prompt is not in it.
    """

    tokens: tuple[int, ...]
    odds: tuple[Odds | None, ...]
    cut: bool
    looped: bool
    spent: Time
    ending: Odds | None = None  # of the mark that the answer is over, when the model set it


class Steps:
    """Decodes a token of each of several answers at a time, in a memory that has read their prompts."""

    def __init__(self, model: Model, pointer: Any) -> None:
        """`pointer`: llama.cpp's context, which stays the caller's."""
        self._c = library().c
        self.model, self.pointer = model, pointer
        self._batch = self._c.llama_batch_init(_STEP_TOKENS, 0, 1)
        self.evaluated_tokens = 0  # all that was ever computed

    def step(self, live: "Sequence[Growing]") -> None:
        """One more decoding for all answers that are not done."""
        for growing in live:
            self._read_dictated(growing)
        if not live:
            return
        began = Time.now()
        self._batch.n_tokens = 0
        rows = [self._add(growing.sequence, growing.position, growing.pending) for growing in live]
        self._decode()
        share = (Time.now() - began) / len(live)
        for growing, row in zip(live, rows, strict=True):
            growing.position += 1
            growing.spent += share
            growing.go_on(self, row)

    def _read_dictated(self, growing: "Growing") -> None:
        """All but the last token of several: so that a step, here as in single decoding, has one of each."""
        *before, last = growing.pending
        if before:
            began = Time.now()
            self.decode_one(growing.sequence, growing.position, before)
            growing.position += len(before)
            growing.pending = [last]
            growing.spent += Time.now() - began

    def decode_one(self, sequence: int, position: int, tokens: Sequence[int]) -> None:
        self._batch.n_tokens = 0
        self._add(sequence, position, tokens)
        self._decode()

    def _add(self, sequence: int, position: int, tokens: Sequence[int]) -> int:
        """Puts tokens into the batch; returns the row of the last one, whose logits are wanted."""
        batch = self._batch
        for offset, token in enumerate(tokens):
            row = batch.n_tokens
            batch.token[row] = token
            batch.pos[row] = position + offset
            batch.n_seq_id[row] = 1
            batch.seq_id[row][0] = sequence
            batch.logits[row] = offset == len(tokens) - 1
            batch.n_tokens = row + 1
        return int(batch.n_tokens) - 1

    def _decode(self) -> None:
        result = self._c.llama_decode(self.pointer, self._batch)
        if result:
            raise LocalInferenceError(
                Failure.CRASH,
                f"llama.cpp failed while computing (code {result}: {library().errors()})",
                "decode fewer answers at a time",
            )
        self.evaluated_tokens += int(self._batch.n_tokens)

    def logits(self, row: int) -> "NDArray[np.float32]":
        """The logits of a row of the last step, where samplers read them: changes count."""
        import numpy as np

        pointer = self._c.llama_get_logits_ith(self.pointer, row)
        return np.ctypeslib.as_array(pointer, (self.model.vocab.size,))

    def close(self) -> None:
        if self._batch:
            self._c.llama_batch_free(self._batch)
            self._batch = None


class Batch(Steps):
    """A model's memory for several answers at a time. Belongs to one thread."""

    def __init__(self, model: Model, *, cells: int, sequences: int, threads: int) -> None:
        """`cells`: tokens of the longest prompt with its answer; memory for them is taken slots + 1 times."""
        lib = library()
        self.sequences = sequences
        params = lib.c.llama_context_default_params()
        params.n_seq_max = sequences + 1
        params.n_ctx = -(-cells // _CELL_STEP) * _CELL_STEP * params.n_seq_max
        params.n_batch, params.n_ubatch = _STEP_TOKENS, PREFILL_TOKENS
        # In memory that all share, each answer would attend to the tokens of all others, only to skip them:
        # 28% slower at 16 answers. And attention over several rows rounds otherwise than over one.
        params.kv_unified = False
        params.n_threads = params.n_threads_batch = threads
        params.flash_attn_type = lib.c.LLAMA_FLASH_ATTN_TYPE_DISABLED
        lib.errors()
        pointer = lib.c.llama_init_from_model(model.pointer, params)
        if not pointer:
            raise LocalInferenceError(
                Failure.MEMORY,
                f"{model.path}: no memory for {sequences} answers at a time ({lib.errors()})",
                "decode fewer answers at a time, or shorter ones",
            )
        super().__init__(model, pointer)
        self._memory = self._c.llama_get_memory(pointer)
        self._read: list[int] = []  # the tokens in the trunk
        self.prompt_tokens, self.prompt_time = 0, Time()  # all that was read so far

    def answer(
        self,
        forkings: Sequence[Forking],
        done: Callable[[int, tuple[BatchAnswer, ...]], None],
        stepped: Callable[[int], None] = lambda _answers: None,
    ) -> None:
        """Calls `done` with the place of a forking and its answers, as soon as it has all of them.

        `stepped` is called after every step, with the number of answers that it has gone on with.
        Begins with an empty memory, so that the same forkings give the same answers. A place frees up
        when an answer ends; the next prompt is read when there are places for all of its answers.
        """
        self._forget()
        live: list[Growing] = []
        waiting = list(enumerate(forkings))[::-1]
        finished: dict[int, dict[int, BatchAnswer]] = {}
        while live or waiting:
            while waiting and len(waiting[-1][1].answers) <= self.sequences - len(live):
                place, forking = waiting.pop()
                finished[place] = {}
                for growing in self._fork(place, forking, len(live) + 1):
                    live.append(growing)
            going = [growing for growing in live if not growing.is_done]
            self.step(going)
            stepped(len(going))
            for growing in [growing for growing in live if growing.is_done]:
                live.remove(growing)
                self._c.llama_memory_seq_rm(self._memory, growing.sequence, -1, -1)
                answers = finished[growing.place]
                answers[growing.number] = growing.written()
                if len(answers) == len(forkings[growing.place].answers):
                    done(growing.place, tuple(answers[number] for number in sorted(answers)))
            self._close_gaps(live)

    def _fork(self, place: int, forking: Forking, first: int) -> "Iterator[Growing]":
        self._read_prompt(forking.prompt)
        for number, wanted in enumerate(forking.answers):
            self._c.llama_memory_seq_cp(self._memory, _TRUNK, first + number, -1, -1)
            growing = Growing(place, number, first + number, len(forking.prompt), wanted, self.model)
            growing.go_on(self, -1)
            yield growing

    def _close_gaps(self, live: "list[Growing]") -> None:
        """llama.cpp decodes neighbours together only: the last ones move to where others have left."""
        taken = {growing.sequence for growing in live}
        for place in set(range(_TRUNK + 1, _TRUNK + 1 + len(live))) - taken:
            last = max(live, key=lambda growing: growing.sequence)
            self._c.llama_memory_seq_cp(self._memory, last.sequence, place, -1, -1)
            self._c.llama_memory_seq_rm(self._memory, last.sequence, -1, -1)
            last.sequence = place
        live.sort(key=lambda growing: growing.sequence)

    def _forget(self) -> None:
        self._c.llama_memory_clear(self._memory, True)
        self._read.clear()

    def _read_prompt(self, prompt: Sequence[int]) -> None:
        """Reads a prompt in the trunk, which keeps what it has in common with the one before."""
        began = Time.now()
        pairs = zip(self._read, prompt[:-1], strict=False)
        common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        if not self._c.llama_memory_seq_rm(self._memory, _TRUNK, common, -1):
            self._c.llama_memory_seq_rm(self._memory, _TRUNK, -1, -1)
            common = 0
        self._read = list(prompt)
        for start in range(common, len(prompt), PREFILL_TOKENS):
            self.decode_one(_TRUNK, start, prompt[start : start + PREFILL_TOKENS])
        self.prompt_tokens += len(prompt) - common
        self.prompt_time += Time.now() - began

    def all_logits(self, tokens: Sequence[int], *, prompt: Sequence[int] = ()) -> "NDArray[np.float32]":
        """The logits after every token of a text that follows a prompt, as rows of an array of their own."""
        import numpy as np

        if prompt:
            self._read_prompt(prompt)
        else:
            self._forget()
        rows = []
        for start in range(0, len(tokens), PREFILL_TOKENS):
            self._batch.n_tokens = 0
            for position, token in enumerate(tokens[start : start + PREFILL_TOKENS], len(prompt) + start):
                self._add(_TRUNK, position, [token])
            self._decode()
            rows += [self.logits(row).copy() for row in range(self._batch.n_tokens)]
        return np.stack(rows)

    def close(self) -> None:
        super().close()
        if self.pointer:
            self._c.llama_free(self.pointer)
            self.pointer = None


@dataclass(slots=True, eq=False)
class Growing:
    """An answer in the making: what was written, and what of it the model has yet to read."""

    place: int
    number: int
    sequence: int
    position: int
    wanted: Wanted
    model: Model
    tokens: list[int] = field(default_factory=list)
    odds: list[Odds | None] = field(default_factory=list)
    pending: Sequence[int] = ()
    is_done: bool = False
    cut: bool = False
    looped: bool = False
    spent: Time = field(default_factory=Time)
    ending: Odds | None = None
    sampler: Sampler = field(init=False)
    grammar_state: "GrammarState | None" = field(init=False)

    def __post_init__(self) -> None:
        self.sampler = Sampler(self.wanted.recipe, self.model.vocab)
        self.grammar_state = self.wanted.grammar.begin() if self.wanted.grammar else None

    def go_on(self, steps: Steps, row: int) -> None:
        """Adds what follows the row: the opening, what a grammar dictates, or the token that is chosen."""
        began = Time.now()
        self._add_next(steps, row)
        self.spent += Time.now() - began

    def _add_next(self, steps: Steps, row: int) -> None:
        dictated = self._dictated()
        if not dictated:
            token, odds = self._choose(steps, row)
            if self.model.vocab.ends(token):
                self.ending = odds
                self.end()
                return
        new = dictated or [token]
        room = self.wanted.recipe.max_tokens - len(self.tokens)
        self.pending = new[:room]
        self.tokens += self.pending
        self.odds += [None] * len(self.pending) if dictated else [odds]
        if self.grammar_state and self.grammar_state.is_complete_with(self.pending):
            self.end()
        elif len(new) >= room or _is_looping(self.tokens):
            self.cut, self.looped = True, len(new) < room
            self.end()

    def _dictated(self) -> list[int]:
        if not self.tokens and self.wanted.opening:
            return list(self.wanted.opening)
        return self.grammar_state.forced() if self.grammar_state else []

    def _choose(self, steps: Steps, row: int) -> tuple[int, Odds]:
        token, logits = self._sample(steps, row), steps.logits(row)
        if self.grammar_state and not self.grammar_state.allows(token):
            own = logits.copy()
            self.grammar_state.mask(logits)
            token = self._sample(steps, row)
            logits[:] = own  # for the odds, and for other answers that begin with this row
        return token, _odds(logits, token)

    def _sample(self, steps: Steps, row: int) -> int:
        return int(library().c.llama_sampler_sample(self.sampler.pointer, steps.pointer, row))

    def end(self) -> None:
        self.is_done = True
        self.sampler.close()

    def written(self) -> BatchAnswer:
        return BatchAnswer(
            tuple(self.tokens), tuple(self.odds), self.cut, self.looped, self.spent, self.ending
        )


def _is_looping(tokens: Sequence[int]) -> bool:
    """Whether the end stands three times in a row, and repeats for _LOOP_TOKENS. Small models never stop."""
    last = tokens[-1:]
    return any(
        tokens[-1 - period : -period] == last and _repeats(tokens, period)
        for period in range(1, min(_LOOP_PERIOD, len(tokens) // 3) + 1)
    )


def _repeats(tokens: Sequence[int], period: int) -> bool:
    length = max(_LOOP_TOKENS, 2 * period)
    return len(tokens) >= length + period and tokens[-length:] == tokens[-length - period : -period]


def _odds(logits: "NDArray[np.float32]", token: int) -> Odds:
    """By the model alone, at temperature 1."""
    signs = row_signs(logits, token)
    lead = signs.logprob - signs.other_logprob
    return Odds(exp(signs.logprob), signs.other, exp(signs.other_logprob), signs.logprob, lead, signs.entropy)
