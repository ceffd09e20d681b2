"""Forecasts of every verdict by fits that have not seen it."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from hroute.core.decision.decision import Route
from hroute.core.learning.design import Design, Ints, sigmoids
from hroute.core.learning.evidence import Evidence
from hroute.core.learning.fit import Fitted, Outcomes, fit
from hroute.core.learning.quality import Forecast
from hroute.core.odds import sigmoid

FOLDS = 5


def fit_all(evidence: Sequence[Evidence], cloud_log_odds: float) -> Fitted:
    return fit(Design.of([e.traits for e in evidence]), _outcomes(evidence), cloud_log_odds)


def forecasts(
    evidence: Sequence[Evidence], groups: Sequence[str], cloud_log_odds: float
) -> tuple[list[Forecast], list[tuple[float, float]]]:
    """Each verdict with what was said of it, and P(success) of both routes on its prompt, out of fold.

    Verdicts of one group (the same prompt, the same turn) are in one fold: else a fit would have seen them.
    """
    design, outcomes = Design.of([e.traits for e in evidence]), _outcomes(evidence)
    folds = np.array([crc32(group.encode("utf-8", "surrogatepass")) % FOLDS for group in groups])
    local, cloud = np.zeros(len(evidence)), np.zeros(len(evidence))
    for fold in np.unique(folds):
        seen, unseen = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        if len(seen):
            fitted = fit(design.take(seen), _taken(outcomes, seen), cloud_log_odds)
            local[unseen], cloud[unseen] = fitted.chances(design.take(unseen))
        else:
            local[unseen], cloud[unseen] = sigmoids(design.log_odds[unseen]), sigmoid(cloud_log_odds)
    both = list(zip(local.tolist(), cloud.tolist(), strict=True))
    found = [_forecast(e, pair, cloud_log_odds) for e, pair in zip(evidence, both, strict=True)]
    return found, both


def _forecast(evidence: Evidence, chances: tuple[float, float], cloud_log_odds: float) -> Forecast:
    is_local = evidence.route is Route.LOCAL
    before = sigmoid(evidence.traits.log_odds if is_local else cloud_log_odds)
    after = chances[0] if is_local else chances[1]
    return Forecast(evidence.route, evidence.success, evidence.weight, before, after)


def _outcomes(evidence: Sequence[Evidence]) -> Outcomes:
    return Outcomes(
        np.array([-1.0 if e.route is Route.LOCAL else 1.0 for e in evidence]),
        np.array([e.success for e in evidence], np.float64),
        np.array([e.weight for e in evidence], np.float64),
    )


def _taken(outcomes: Outcomes, rows: Ints) -> Outcomes:
    return Outcomes(outcomes.sides[rows], outcomes.success[rows], outcomes.weights[rows])
