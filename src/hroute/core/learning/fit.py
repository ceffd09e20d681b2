"""Fits both routes' chances of success to verdicts that mostly show one route each."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from hroute.core.learning.design import Design, Floats, Ints, sigmoids
from hroute.core.learning.evidence import BUCKETS
from hroute.core.learning.model import RouteModel, SuccessModel
from hroute.core.learning.newton import Minimisation, minimise
from hroute.core.scout.features import FEATURES

# How strongly the fit is held back. A prior of log odds with standard deviation s is a ridge of 1 / s^2:
# the average of a route may move by 0.5, what the scout counts for by 0.3, the words of a prompt together by
# 1.4. Chosen on public outcomes of two models (MMLU, MMLU-Pro and twelve mixed tasks), where results hardly
# change between half and double of each.
_INTERCEPT_RIDGE = 4.0
_SLOPE_RIDGE = 10.0
_STRUCTURE_RIDGE = 200.0
_HASHED_RIDGE = 0.5
# A few verdicts cannot tell the words that matter from those that were there by chance, and a wrong guess
# costs more than none: the two ridges above are (1 + this / verdicts) times as high.
_FEW_VERDICTS = 200
# What helps or hinders one route alone, as variance relative to what does so to both.
_OWN_SHARE = 0.3
_LEAST_SPREAD = 0.05  # a feature that is nearly constant must not get a huge weight


@dataclass(frozen=True, slots=True)
class Outcomes:
    """A row an outcome: `sides` is -1 for local and +1 for the cloud, `success` in [0, 1]."""

    sides: Floats
    success: Floats
    weights: Floats


@dataclass(frozen=True, slots=True)
class FittedSide:
    """`structure` is for features that are centred and scaled, `slope` for log odds that are centred."""

    intercept: float
    slope: float
    structure: Floats
    hashed: Floats


@dataclass(frozen=True, slots=True)
class Fitted:
    centre: Floats
    spread: Floats
    mean_log_odds: float
    local: FittedSide
    cloud: FittedSide

    def chances(self, design: Design) -> tuple[Floats, Floats]:
        """P(success) of local and cloud for each row; a row without text is taken as an average one."""
        scaled = _scaled(design, self.centre, self.spread)
        return self._side(self.local, design, scaled), self._side(self.cloud, design, scaled)

    def _side(self, side: FittedSide, design: Design, scaled: Floats) -> Floats:
        hashed = np.bincount(design.entries, side.hashed[design.buckets], minlength=len(design))
        centred = design.log_odds - self.mean_log_odds
        log_odds = side.intercept + side.slope * centred + scaled @ side.structure + hashed * design.norms
        return sigmoids(log_odds)

    def model(self) -> SuccessModel:
        """Without numpy, eight bits a hashed weight."""
        return SuccessModel(self._packed(self.local), self._packed(self.cloud))

    def _packed(self, side: FittedSide) -> RouteModel:
        structure = side.structure / self.spread
        intercept = side.intercept - side.slope * self.mean_log_odds - float(self.centre @ structure)
        scale = float(np.abs(side.hashed).max()) / 127 or 1.0
        hashed = np.round(side.hashed / scale).astype(np.int8).tobytes()
        rounded = tuple(round(float(weight), 5) for weight in structure)
        return RouteModel(round(intercept, 5), round(side.slope, 5), rounded, hashed, scale)


def fit(design: Design, outcomes: Outcomes, cloud_log_odds: float) -> Fitted:
    """The most probable model after these outcomes, from a prior in which the scout is right.

    In the prior the local log odds are the scout's and the cloud's are `cloud_log_odds`, whatever the prompt.
    Each feature has an effect on both routes and a smaller one of its own on either, so that a verdict on
    one route tells something of the other (a hierarchical model; the joint effects are what the penalty
    favours). Each outcome shows one route, which this needs nothing more for.
    """
    centre, spread = _moments(design)
    mean = float(design.log_odds.mean())
    layout = _Layout.of(design, outcomes, _scaled(design, centre, spread))
    offset = np.where(outcomes.sides < 0, design.log_odds, cloud_log_odds)
    problem = Minimisation(layout.forward, layout.backward, offset, outcomes.success, outcomes.weights)
    basics, structure, hashed = layout.split(minimise(problem))
    return Fitted(
        centre,
        spread,
        mean,
        FittedSide(mean + basics[0], 1 + basics[2], structure[0], hashed[0]),
        FittedSide(cloud_log_odds + basics[1], basics[3], structure[1], hashed[1]),
    )


@dataclass(frozen=True, slots=True)
class _Layout:
    """The unknowns as one vector, each scaled so that its ridge is 1.

    Basics (both routes' intercept and slope), then the joint and the own effects of structure and words.
    """

    basics: Floats
    structure: Floats
    rows: Ints  # of each hashed entry
    columns: Ints  # of each hashed entry, among the buckets that occur
    worth: Floats  # of each row's hashed entries
    own: Floats  # of each row, the factor of what is its route's own
    buckets: Ints
    structure_scale: float
    hashed_scale: float

    @classmethod
    def of(cls, design: Design, outcomes: Outcomes, scaled: Floats) -> "_Layout":
        local, cloud = outcomes.sides < 0, outcomes.sides > 0
        centred = design.log_odds - design.log_odds.mean()
        basics = np.stack([local, cloud, local * centred, cloud * centred], axis=1)
        buckets, columns = np.unique(design.buckets, return_inverse=True)
        caution = 1 + _FEW_VERDICTS / len(design)
        structure_scale = 1 / sqrt(_STRUCTURE_RIDGE * caution)
        hashed_scale = 1 / sqrt(_HASHED_RIDGE * caution)
        return cls(
            basics * _basic_scales(),
            scaled * structure_scale,
            design.entries,
            columns,
            design.norms * hashed_scale,
            sqrt(_OWN_SHARE) * outcomes.sides,
            buckets,
            structure_scale,
            hashed_scale,
        )

    def forward(self, v: Floats) -> Floats:
        basics, structure, own_structure, hashed, own_hashed = self._parts(v)
        joint = self.structure @ structure + self._hashed(hashed)
        own = self.structure @ own_structure + self._hashed(own_hashed)
        return np.asarray(self.basics @ basics + joint + self.own * own, np.float64)

    def backward(self, r: Floats) -> Floats:
        own = self.own * r
        parts = (self.basics.T @ r, *(self.structure.T @ x for x in (r, own)), *map(self._back, (r, own)))
        return np.concatenate(parts)

    def split(self, v: Floats) -> tuple[Floats, tuple[Floats, Floats], tuple[Floats, Floats]]:
        """Basics, and the effects of structure and of words on local and on the cloud, unscaled."""
        basics, structure, own_structure, hashed, own_hashed = self._parts(v)
        sides = (-sqrt(_OWN_SHARE), sqrt(_OWN_SHARE))
        of_structure = [(structure + side * own_structure) * self.structure_scale for side in sides]
        of_words = [self._spread_out((hashed + side * own_hashed) * self.hashed_scale) for side in sides]
        return basics * _basic_scales(), (of_structure[0], of_structure[1]), (of_words[0], of_words[1])

    def _parts(self, v: Floats) -> list[Floats]:
        features, words = self.structure.shape[1], len(self.buckets)
        ends = np.cumsum([self.basics.shape[1], features, features, words])
        return np.split(v, ends)

    def _hashed(self, weights: Floats) -> Floats:
        return np.bincount(self.rows, weights[self.columns], minlength=len(self.worth)) * self.worth

    def _back(self, r: Floats) -> Floats:
        weights = (r * self.worth)[self.rows]
        return np.bincount(self.columns, weights, minlength=len(self.buckets)).astype(np.float64)

    def _spread_out(self, weights: Floats) -> Floats:
        """A weight for every bucket."""
        table = np.zeros(BUCKETS)
        table[self.buckets] = weights
        return table


def _basic_scales() -> Floats:
    return 1 / np.sqrt([_INTERCEPT_RIDGE, _INTERCEPT_RIDGE, _SLOPE_RIDGE, _SLOPE_RIDGE])


def _moments(design: Design) -> tuple[Floats, Floats]:
    """Mean and spread of each feature, over the rows that have a text."""
    known = design.structure[design.has_text]
    if not len(known):
        return np.zeros(len(FEATURES)), np.ones(len(FEATURES))
    return known.mean(axis=0), np.maximum(known.std(axis=0), _LEAST_SPREAD)


def _scaled(design: Design, centre: Floats, spread: Floats) -> Floats:
    return np.asarray((design.structure - centre) / spread * design.has_text[:, None], np.float64)
