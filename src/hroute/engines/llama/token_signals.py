"""What a row of logits says about the token that was chosen from it."""

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from hroute.core.confidence.tokens import ScoredToken
from hroute.engines.llama.native import Context, library

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def last_logits(context: Context, size: int) -> "NDArray[np.float32]":
    """The last token's logits where the sampler reads them: changes count."""
    import numpy as np

    pointer = library().c.llama_get_logits_ith(context.pointer, -1)
    return np.ctypeslib.as_array(pointer, (size,))


@dataclass(frozen=True, slots=True)
class RowSigns:
    """By the model alone, at temperature 1; natural logarithms. `other`: the likeliest other token."""

    logprob: float
    entropy: float
    other: int
    other_logprob: float


def row_signs(logits: "NDArray[np.float32]", token: int) -> RowSigns:
    """One pass of exp over the row: 0.07 ms for a vocabulary of 50,000.

    The row must be finite, before a grammar rules tokens out; it is left as it was.
    """
    import numpy as np

    chosen = logits[token]
    logits[token] = -np.inf
    other = int(logits.argmax())
    logits[token] = chosen
    below = logits - max(chosen, logits[other])
    weights = np.exp(below)
    total = float(weights.sum())
    log_total = log(total)
    entropy = log_total - float(weights @ below) / total
    return RowSigns(
        float(below[token]) - log_total, max(0.0, entropy), other, float(below[other]) - log_total
    )


def scored(text: str, signs: RowSigns | None) -> ScoredToken:
    """The token of this text; without signs, one that nobody chose."""
    if signs is None:
        return ScoredToken(text)
    lead = signs.logprob - signs.other_logprob
    return ScoredToken(text, signs.logprob, signs.entropy, lead)
