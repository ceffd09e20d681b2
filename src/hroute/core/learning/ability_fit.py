"""Fits a model's ability to graded answers, with each kind of task as a random effect.

P(right) = c + (1 - c) sigmoid(slope (ability + offsets - difficulty) + the kind's own offset), where c is
what guessing gives, and offsets are those of what the ask demands. The most probable values under normal
priors (Bock & Aitkin 1981; Patz & Junker 1999), by Fisher's scoring; how far kinds are spread, by the largest
Laplace approximation of the marginal likelihood. Kinds compete with demands for what they explain, so that an
offset that only one kind speaks for stays near 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, sqrt

import numpy as np

from hroute.core.abilities.ability import Ability, Basis, Demand, Demands
from hroute.core.learning.design import Floats
from hroute.core.odds import sigmoid

# Standard deviations of kinds that are tried. Their own prior is half normal: two readings in three of a
# kind's prompts are within a class of models.
_SPREADS = (0.05, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.7, 2.0, 2.4, 2.8)
_SPREAD_PRIOR = 1.0
# Standard deviation of a demand's offset around 0, in units of difficulty: about one class of models.
# Likeliest on the kinds of the embedded models' runs, by 2.7 nats before none; 1.5 to 3 are within .2 of it.
_OFFSET_PRIOR = 2.0
_SLOPE_PRIOR = 0.4  # standard deviation of the slope's logarithm around 1
_STEPS, _CONVERGED = 60, 1e-7
_EXTREME = 30.0
_LEAST_SPREAD = 0.05


@dataclass(frozen=True, slots=True)
class GradedPrompt:
    """An answer to a prompt of a known difficulty. `worth`: how many ordinary ones it counts for."""

    kind: str
    difficulty: float
    is_right: bool
    chance: float = 0.0
    worth: float = 1.0
    demands: Demands = ()


@dataclass(frozen=True, slots=True)
class KindAbility:
    """What holds on one kind: the ability with the kind's offset, and its standard error."""

    name: str
    value: float
    error: float
    n: int
    right: int


@dataclass(frozen=True, slots=True)
class OffsetFitted:
    """What a demand adds to the ability, and its standard error. `n`: answers to such asks."""

    demand: Demand
    value: float
    error: float
    n: int
    right: int


@dataclass(frozen=True, slots=True)
class FittedAbility:
    """`error` is of the ability over all kinds; `kind_spread`, how far a single kind is from it.

    Both are standard deviations, in units of difficulty. `value` is for asks that demand nothing special.
    """

    value: float
    error: float
    kind_spread: float
    slope: float
    kinds: tuple[KindAbility, ...]
    offsets: tuple[OffsetFitted, ...] = ()

    def ability(self, basis: Basis = Basis.MEASURED) -> Ability:
        """For a prompt of a kind that nobody has seen."""
        offsets = tuple((one.demand, one.value) for one in self.offsets)
        return Ability(self.value, sqrt(self.error**2 + self.kind_spread**2), basis, self.slope, offsets)


def fit(
    rows: Sequence[GradedPrompt], prior: Ability, *, has_slope: bool = True, has_offsets: bool = True
) -> FittedAbility:
    """`prior`: by the model's size, with its spread. Needs at least one row."""
    data = _Data(rows, tuple(Demand) if has_offsets else ())
    tried = [_laplace(data, prior, spread, has_slope=has_slope) for spread in _SPREADS]
    return max(tried, key=lambda found: found.evidence).fitted(data)


class _Data:
    """`demanded`: rows x demands, 0 or 1. A demand that all rows have, or none, says nothing."""

    def __init__(self, rows: Sequence[GradedPrompt], demands: Demands) -> None:
        self.names = list(dict.fromkeys(row.kind for row in rows))
        places = {name: place for place, name in enumerate(self.names)}
        self.kinds = np.array([places[row.kind] for row in rows])
        self.difficulty = np.array([row.difficulty for row in rows])
        self.right = np.array([float(row.is_right) for row in rows])
        self.chance = np.array([row.chance for row in rows])
        self.worth = np.array([row.worth for row in rows])
        self.demands = [one for one in demands if 0 < sum(one in row.demands for row in rows) < len(rows)]
        demanded = [[float(one in row.demands) for one in self.demands] for row in rows]
        self.demanded = np.array(demanded).reshape(len(rows), len(self.demands))


@dataclass(frozen=True, slots=True)
class _Peak:
    """The most probable values for one spread: ability, log slope, and an offset a demand and a kind.

    Offsets are in units of their priors' standard deviations.
    """

    values: Floats
    covariance: Floats
    spread: float
    evidence: float

    def fitted(self, data: _Data) -> FittedAbility:
        slope = exp(self.values[1])
        kinds = tuple(self._kind(place, data, slope) for place in range(len(data.names)))
        offsets = tuple(self._offset(place, data) for place in range(len(data.demands)))
        error = sqrt(self.covariance[0, 0])
        kind_spread = self.spread / slope
        return FittedAbility(float(self.values[0]), error, kind_spread, slope, kinds, offsets)

    def _kind(self, place: int, data: _Data, slope: float) -> KindAbility:
        """With what the kind's asks demand on average."""
        mine = data.kinds == place
        first = 2 + len(data.demands)
        weights = np.zeros(len(self.values))
        weights[0], weights[first + place] = 1.0, self.spread / slope
        weights[2:first] = _OFFSET_PRIOR * data.demanded[mine].mean(0)
        value, error = self._combined(weights)
        return KindAbility(data.names[place], value, error, int(mine.sum()), int(data.right[mine].sum()))

    def _offset(self, place: int, data: _Data) -> OffsetFitted:
        weights = np.zeros(len(self.values))
        weights[2 + place] = _OFFSET_PRIOR
        value, error = self._combined(weights)
        mine = data.demanded[:, place] > 0
        return OffsetFitted(data.demands[place], value, error, int(mine.sum()), int(data.right[mine].sum()))

    def _combined(self, weights: Floats) -> tuple[float, float]:
        return float(weights @ self.values), sqrt(float(weights @ self.covariance @ weights))


def _laplace(data: _Data, prior: Ability, spread: float, *, has_slope: bool) -> _Peak:
    """Newton's steps with the expected information, halved until they gain."""
    count = 2 + len(data.demands) + len(data.names)
    means = np.zeros(count)
    means[0] = prior.value
    precision = np.ones(count)
    precision[0] = 1 / max(prior.spread, _LEAST_SPREAD) ** 2
    precision[1] = 1 / (_SLOPE_PRIOR if has_slope else 1e-3) ** 2
    values, best = means.copy(), _log_posterior(means, means, precision, data, spread)
    for _ in range(_STEPS):
        gradient, information = _slopes(values, data, spread)
        gradient -= precision * (values - means)
        step = np.linalg.solve(information + np.diag(precision), gradient)
        scale = 1.0
        while scale > 1e-3:
            new = values + scale * step
            found = _log_posterior(new, means, precision, data, spread)
            if found >= best:
                break
            scale /= 2
        else:
            break
        gained, values, best = found - best, new, found
        if gained < _CONVERGED:
            break
    _, information = _slopes(values, data, spread)
    whole = information + np.diag(precision)
    _, volume = np.linalg.slogdet(whole)
    evidence = best + 0.5 * (float(np.log(precision).sum()) - volume) - 0.5 * (spread / _SPREAD_PRIOR) ** 2
    covariance: Floats = np.asarray(np.linalg.inv(whole), dtype=np.float64)
    return _Peak(values, covariance, spread, evidence)


def _abilities(values: Floats, data: _Data) -> Floats:
    """A row's, by what its ask demands."""
    found: Floats = values[0] + _OFFSET_PRIOR * data.demanded @ values[2 : 2 + len(data.demands)]
    return found


def _log_odds(values: Floats, data: _Data, spread: float) -> Floats:
    of_kinds = spread * values[2 + len(data.demands) :][data.kinds]
    found = exp(values[1]) * (_abilities(values, data) - data.difficulty) + of_kinds
    held: Floats = np.clip(found, -_EXTREME, _EXTREME)
    return held


def _log_posterior(values: Floats, means: Floats, precision: Floats, data: _Data, spread: float) -> float:
    p = data.chance + (1 - data.chance) / (1 + np.exp(-_log_odds(values, data, spread)))
    p = np.clip(p, 1e-12, 1 - 1e-12)
    likelihood = data.worth @ (data.right * np.log(p) + (1 - data.right) * np.log(1 - p))
    return float(likelihood - 0.5 * (precision * (values - means) ** 2).sum())


def _slopes(values: Floats, data: _Data, spread: float) -> tuple[Floats, Floats]:
    """The gradient of the log likelihood, and the information that the rows are expected to have."""
    eta = _log_odds(values, data, spread)
    s = 1 / (1 + np.exp(-eta))
    p = np.clip(data.chance + (1 - data.chance) * s, 1e-12, 1 - 1e-12)
    rise = (1 - data.chance) * s * (1 - s)
    slope, first = exp(values[1]), 2 + len(data.demands)
    design = np.zeros((len(eta), len(values)))
    design[:, 0] = slope
    design[:, 1] = slope * (_abilities(values, data) - data.difficulty)
    design[:, 2:first] = slope * _OFFSET_PRIOR * data.demanded
    design[np.arange(len(eta)), first + data.kinds] = spread
    gradient = design.T @ (data.worth * rise * (data.right - p) / (p * (1 - p)))
    weights = data.worth * rise**2 / (p * (1 - p))
    return gradient, design.T @ (design * weights[:, None])


def moved(prior: Ability, rows: Sequence[GradedPrompt]) -> Ability:
    """The most probable ability after further answers, whose kind is the user's own.

    The prior's slope and offsets stay.

    The normal approximation at the peak (Laplace); without rows it is the prior.
    """
    easier = [prior.facing(row.demands) - prior.value - row.difficulty for row in rows]
    value, precision = prior.value, 1 / max(prior.spread, _LEAST_SPREAD) ** 2
    information = 0.0
    for _ in range(_STEPS):
        chances = [(row, sigmoid(prior.slope * (value + by))) for row, by in zip(rows, easier, strict=True)]
        information = sum(row.worth * prior.slope**2 * p * (1 - p) for row, p in chances)
        pull = sum(row.worth * prior.slope * (row.is_right - p) for row, p in chances)
        step = (pull - precision * (value - prior.value)) / (information + precision)
        value += max(-1.0, min(1.0, step))
        if abs(step) < _CONVERGED:
            break
    spread = sqrt(1 / (information + precision))
    return replace(prior, value=value, spread=spread, basis=Basis.VERDICTS)
