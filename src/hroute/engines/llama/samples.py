"""Further samples of a short answer, from the prompt that its context has read: do they say the same?"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hroute.core.errors import LocalInferenceError
from hroute.engines.llama.batch import Growing, Steps, Wanted
from hroute.engines.llama.native import Context, StopFlag
from hroute.engines.llama.recipe import Recipe
from hroute.engines.llama.token_signals import last_logits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHORT_TOKENS = 64  # that the model chose; longer prose never says the same twice
_TEMPERATURE, _TOP_P = 0.8, 0.95  # warm enough that a guess does not repeat itself


def longest(tokens: int) -> int:
    """What is left to an answer of which this many tokens are expected; a longer one says something else."""
    return 2 * tokens + 12


def room_for(samples: int) -> int:
    """The tokens of context that a short answer and its samples take."""
    return SHORT_TOKENS + samples * longest(SHORT_TOKENS) if samples else 0


def further(own: Recipe, count: int) -> tuple[Recipe, ...]:
    """Recipes of the samples of an answer: as long at most, warmer, and each with a seed of its own."""
    seeds = [None if own.seed is None else own.seed + 1 + number for number in range(count)]
    return tuple(replace(own, temperature=_TEMPERATURE, top_p=_TOP_P, seed=seed) for seed in seeds)


@dataclass(frozen=True, slots=True)
class ForkPoint:
    """Where samples fork: behind so many tokens of a context, whose logits choose the first one."""

    tokens: int
    logits: "NDArray[np.float32]"

    @classmethod
    def of(cls, context: Context, tokens: int, vocabulary_size: int) -> "ForkPoint":
        """At what the context has just read."""
        return cls(tokens, last_logits(context, vocabulary_size).copy())


def draw(
    steps: Steps, context: Context, root: ForkPoint, wanted: Sequence[Wanted], stop: StopFlag
) -> Generator[str, None, tuple[str, ...]]:
    """Yields an empty sign of life after each step, and returns the texts; none when it was stopped.

    The context must have room for `wanted`, and is in the end as it was. Nothing is raised: the answer is
    there, and is not lost to its samples.
    """
    model = steps.model
    growing = [Growing(0, place, place + 1, root.tokens, one, model) for place, one in enumerate(wanted)]
    try:
        steps.logits(-1)[:] = root.logits
        for sample in growing:
            context.fork(sample.sequence, root.tokens)
            sample.go_on(steps, -1)
        while going := [sample for sample in growing if not sample.is_done]:
            if stop.is_set:  # the hook stops a step from within, but for a GPU that knows no hooks
                return ()
            steps.step(going)
            yield ""
    except LocalInferenceError:
        return ()
    finally:
        for sample in growing:
            sample.end()
            context.drop(sample.sequence)
    pieces = (b"".join(map(model.vocab.piece, sample.tokens)) for sample in growing)
    return tuple(piece.decode(errors="replace") for piece in pieces)
