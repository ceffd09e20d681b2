"""Decodes many answers at once: a prompt is read once, its answers fork from it and share its memory.

For measuring, where hundreds of answers are wanted and none of them soon: a matrix product over many
answers costs little more than one over a single answer.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from hroute.core.errors import Failure, LocalInferenceError
from hroute.engines.llama_native import PREFILL_TOKENS, Model, Recipe, Sampler, library

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hroute.engines.grammar import Constraint, Grammar

_STEP_TOKENS = 2048  # a step may carry a grammar's forced tokens of every answer
_TRUNK = 0  # the sequence in which prompts are read; answers are in the sequences above it
LOOP_TOKENS, _LOOP_PERIOD = 24, 10
_CELL_STEP = 256  # llama.cpp pads to this


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


@dataclass(frozen=True, slots=True)
class Written:
    """An answer; `odds` has None for a token that the opening or a grammar dictated.

    `cut`: it had not ended by itself. `looped`: it was cut because it only repeated itself.
    """

    tokens: tuple[int, ...]
    odds: tuple[Odds | None, ...]
    cut: bool
    looped: bool


class Batch:
    """A model's memory for several answers at a time. Belongs to one thread."""

    def __init__(self, model: Model, *, cells: int, slots: int, threads: int) -> None:
        """`cells`: tokens of prompts and answers that are held at a time, see `cells_for`."""
        lib = library()
        self._c = lib.c
        self._model = model
        self.slots = slots
        params = self._c.llama_context_default_params()
        params.n_ctx = -(-cells // _CELL_STEP) * _CELL_STEP
        params.n_batch, params.n_ubatch = _STEP_TOKENS, PREFILL_TOKENS
        params.n_seq_max = slots + 1
        params.kv_unified = True  # the forks of a prompt share its memory instead of copying it
        params.n_threads = params.n_threads_batch = threads
        params.flash_attn_type = self._c.LLAMA_FLASH_ATTN_TYPE_DISABLED
        lib.errors()
        self.pointer = self._c.llama_init_from_model(model.pointer, params)
        if not self.pointer:
            raise LocalInferenceError(
                Failure.MEMORY,
                f"{model.path}: no memory for {slots} answers at a time ({lib.errors()})",
                "lower --slots or --max-tokens",
            )
        self._memory = self._c.llama_get_memory(self.pointer)
        self._batch = self._c.llama_batch_init(_STEP_TOKENS, 0, 1)
        self._read: list[int] = []  # the tokens in the trunk
        self.prefilled_tokens = self.generated_tokens = 0

    def answer(self, forkings: Sequence[Forking], done: Callable[[int, tuple[Written, ...]], None]) -> None:
        """Calls `done` with the place of a forking and its answers, as soon as it has all of them.

        Begins with an empty memory, so that the same forkings give the same answers. A place frees up
        when an answer ends; the next prompt is read when there are places for all of its answers.
        """
        self._c.llama_memory_clear(self._memory, True)
        self._read.clear()
        free = list(range(_TRUNK + 1, self.slots + 1))
        live: list[_Growing] = []
        waiting = list(enumerate(forkings))[::-1]
        finished: dict[int, dict[int, Written]] = {}
        while live or waiting:
            while waiting and len(waiting[-1][1].answers) <= len(free):
                place, forking = waiting.pop()
                finished[place] = {}
                live += self._fork(place, forking, free)
            self._step([growing for growing in live if not growing.is_done])
            for growing in [growing for growing in live if growing.is_done]:
                live.remove(growing)
                self._c.llama_memory_seq_rm(self._memory, growing.sequence, -1, -1)
                free.append(growing.sequence)
                answers = finished[growing.place]
                answers[growing.number] = growing.written()
                if len(answers) == len(forkings[growing.place].answers):
                    done(growing.place, tuple(answers[number] for number in sorted(answers)))

    def _fork(self, place: int, forking: Forking, free: list[int]) -> "Iterator[_Growing]":
        self._read_prompt(forking.prompt)
        for number, wanted in enumerate(forking.answers):
            sequence = free.pop(0)
            self._c.llama_memory_seq_cp(self._memory, _TRUNK, sequence, -1, -1)
            growing = _Growing(place, number, sequence, len(forking.prompt), wanted, self._model)
            growing.go_on(self, -1)
            yield growing

    def _read_prompt(self, prompt: Sequence[int]) -> None:
        """Reads a prompt in the trunk, which keeps what it has in common with the one before."""
        pairs = zip(self._read, prompt[:-1], strict=False)
        common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        if not self._c.llama_memory_seq_rm(self._memory, _TRUNK, common, -1):
            self._c.llama_memory_seq_rm(self._memory, _TRUNK, -1, -1)
            common = 0
        self._read = list(prompt)
        self.prefilled_tokens += len(prompt) - common
        for start in range(common, len(prompt), PREFILL_TOKENS):
            part = prompt[start : start + PREFILL_TOKENS]
            self._batch.n_tokens = 0
            self._add(_TRUNK, start, part)
            self._decode()

    def all_logits(self, tokens: Sequence[int]) -> "NDArray[np.float32]":
        """The logits after every token of a text, as rows of an array of their own."""
        import numpy as np

        self._c.llama_memory_clear(self._memory, True)
        self._read.clear()
        rows = []
        for position, token in enumerate(tokens):
            self._batch.n_tokens = self._batch.n_tokens if position % PREFILL_TOKENS else 0
            row = self._add(_TRUNK, position, [token])
            if row == PREFILL_TOKENS - 1 or position == len(tokens) - 1:
                self._decode()
                rows += [self.logits(read).copy() for read in range(row + 1)]
        return np.stack(rows)

    def _step(self, live: "Sequence[_Growing]") -> None:
        """One more decoding for all answers that are not done."""
        if not live:
            return
        self._batch.n_tokens = 0
        rows = [self._add(growing.sequence, growing.position, growing.pending) for growing in live]
        self._decode()
        for growing, row in zip(live, rows, strict=True):
            growing.position += len(growing.pending)
            growing.go_on(self, row)

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
                "lower --slots",
            )

    def logits(self, row: int) -> "NDArray[np.float32]":
        """The logits of a row of the last step, where samplers read them: changes count."""
        import numpy as np

        pointer = self._c.llama_get_logits_ith(self.pointer, row)
        return np.ctypeslib.as_array(pointer, (self._model.vocab.size,))

    def close(self) -> None:
        if self.pointer:
            self._c.llama_batch_free(self._batch)
            self._c.llama_free(self.pointer)
            self.pointer = None


def cells_for(prompt_lengths: Sequence[int], answers: int, max_tokens: int, slots: int) -> int:
    """How many tokens a batch must hold for these prompts, with so many answers to each."""
    at_a_time = slots // answers + 1  # and one in the trunk that waits to be replaced
    prompts = sum(islice(sorted(prompt_lengths, reverse=True), at_a_time))
    return prompts + slots * (max_tokens + PREFILL_TOKENS)


@dataclass(slots=True, eq=False)
class _Growing:
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
    sampler: Sampler = field(init=False)
    constraint: "Constraint | None" = field(init=False)

    def __post_init__(self) -> None:
        self.sampler = Sampler(self.wanted.recipe, self.model.vocab)
        self.constraint = self.wanted.grammar.begin() if self.wanted.grammar else None

    def go_on(self, batch: Batch, row: int) -> None:
        """Adds what follows the row: the opening, what a grammar dictates, or the token that is chosen."""
        dictated = self._dictated()
        if not dictated:
            token, odds = self._choose(batch, row)
            if self.model.vocab.ends(token):
                self._end()
                return
            batch.generated_tokens += 1
        new = dictated or [token]
        room = self.wanted.recipe.max_tokens - len(self.tokens)
        self.pending = new[:room]
        self.tokens += self.pending
        self.odds += [None] * len(self.pending) if dictated else [odds]
        if self.constraint and self.constraint.is_complete_with(self.pending):
            self._end()
        elif len(new) >= room or _is_looping(self.tokens):
            self.cut, self.looped = True, len(new) < room
            self._end()

    def _dictated(self) -> list[int]:
        if not self.tokens and self.wanted.opening:
            return list(self.wanted.opening)
        return self.constraint.forced() if self.constraint else []

    def _choose(self, batch: Batch, row: int) -> tuple[int, Odds]:
        token = self._sample(batch, row)
        if self.constraint and not self.constraint.allows(token):
            self.constraint.mask(batch.logits(row))
            token = self._sample(batch, row)
        return token, _odds(batch.logits(row), token)

    def _sample(self, batch: Batch, row: int) -> int:
        return int(library().c.llama_sampler_sample(self.sampler.pointer, batch.pointer, row))

    def _end(self) -> None:
        self.is_done = True
        self.sampler.close()

    def written(self) -> Written:
        return Written(tuple(self.tokens), tuple(self.odds), self.cut, self.looped)


def _is_looping(tokens: Sequence[int]) -> bool:
    """Whether the last LOOP_TOKENS repeat what stands a short period before them. Small models never stop."""
    tail = tokens[-LOOP_TOKENS:]
    return len(tokens) >= LOOP_TOKENS + _LOOP_PERIOD and any(
        tail == tokens[-LOOP_TOKENS - period : -period] for period in range(1, _LOOP_PERIOD + 1)
    )


def _odds(logits: "NDArray[np.float32]", token: int) -> Odds:
    """By the model alone, at temperature 1."""
    import numpy as np

    top = np.argpartition(logits, -2)[-2:]
    other = int(next(place for place in top[np.argsort(-logits[top])] if place != token))
    highest = logits[top].max()
    total = float(np.exp(logits - highest).sum())
    chosen, second = (float(np.exp(logits[place] - highest)) / total for place in (token, other))
    return Odds(chosen, other, second)
