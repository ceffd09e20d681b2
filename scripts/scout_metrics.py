"""Figures that the trainings print."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata


def auroc(
    scores: Sequence[float] | NDArray[np.float32], positive: Sequence[bool] | NDArray[np.bool_]
) -> float:
    """The chance that a positive ranks above another one; ties count half."""
    ranks, is_positive = rankdata(scores), np.asarray(positive, dtype=bool)
    count = int(is_positive.sum())
    above = float(ranks[is_positive].sum()) - count * (count + 1) / 2
    return above / (count * (len(ranks) - count))
