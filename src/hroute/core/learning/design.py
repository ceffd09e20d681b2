"""Prompts as arrays, for fitting and for judging many at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hroute.core.learning.evidence import Traits, buckets_of
from hroute.core.scout.features import FEATURES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Design:
    """A row a prompt. Row i has the hashed `buckets[starts[i] : starts[i + 1]]`, all worth `norms[i]`."""

    log_odds: Floats
    has_text: Mask
    structure: Floats  # zeros without a text
    buckets: Ints
    starts: Ints
    norms: Floats

    @classmethod
    def of(cls, prompts: Sequence[Traits]) -> "Design":
        hashed = [buckets_of(prompt.measured) if prompt.measured else () for prompt in prompts]
        sizes = np.array([len(row) for row in hashed], np.int64)
        nothing = (0.0,) * len(FEATURES)
        rows = [prompt.measured.values if prompt.measured else nothing for prompt in prompts]
        return cls(
            np.array([prompt.log_odds for prompt in prompts], np.float64),
            np.array([prompt.measured is not None for prompt in prompts], np.bool_),
            np.array(rows, np.float64).reshape(len(prompts), len(FEATURES)),
            np.array([bucket for row in hashed for bucket in row], np.int64),
            np.concatenate([[0], np.cumsum(sizes)]),
            1 / np.sqrt(np.maximum(sizes, 1)),
        )

    def __len__(self) -> int:
        return len(self.norms)

    @property
    def entries(self) -> Ints:
        """The row of each hashed entry."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def take(self, rows: Ints) -> "Design":
        """These rows, in this order; a row may be taken more than once."""
        sizes = np.diff(self.starts)[rows]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        places = np.repeat(self.starts[rows] - starts[:-1], sizes) + np.arange(starts[-1])
        return Design(
            self.log_odds[rows],
            self.has_text[rows],
            self.structure[rows],
            self.buckets[places],
            starts,
            self.norms[rows],
        )


def sigmoids(log_odds: Floats) -> Floats:
    return np.asarray(np.exp(-np.logaddexp(0, -log_odds)), np.float64)
