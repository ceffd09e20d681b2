"""What a run shows: the ability, by kind and over all, and how good the chances are on other kinds.

Difficulties are read anew each time, so that a saved run can be fitted again for another scout.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from statistics import mean
from typing import TYPE_CHECKING

from hroute.bench.ability.run import AbilityRun
from hroute.bench.confidence.report import brier, calibration_error
from hroute.bench.intervals import Figure, spread, wilson
from hroute.bench.signals.routing_metrics import auroc
from hroute.core.abilities.ability import Ability, Basis, Demand, Demands, by_size
from hroute.core.abilities.demands import demands_of
from hroute.core.intervals import Z_95

if TYPE_CHECKING:
    from hroute.core.learning.ability_fit import FittedAbility, GradedPrompt, OffsetFitted

SPLITS = 20
_ROUNDS = 200
LEAST_KINDS = 4  # of which half are left out


@dataclass(frozen=True, slots=True)
class QuestionKindReport:
    name: str
    n: int
    right: Figure
    difficulty: float  # on average
    ability: Figure


@dataclass(frozen=True, slots=True)
class OffsetReport:
    demand: Demand
    n: int
    right: Figure
    offset: Figure


@dataclass(frozen=True, slots=True)
class Held:
    """An answer of a kind that was left out: what was said of it, and the base rate of the fitted kinds."""

    kind: str
    p: float
    base: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """How good P(local) is on kinds that were not fitted, as `explain` says it: no guessing is allowed for.

    `gain`: how much lower Brier's score is than by the base rate of the fitted kinds. `floor`: the
    calibration error that perfect chances would show at this n.
    """

    name: str
    error: Figure
    floor: float
    brier: Figure
    gain: Figure
    auroc: Figure


@dataclass(frozen=True, slots=True)
class AbilityReport:
    ability: Ability  # as it would be installed
    overall: Figure  # over kinds
    kind_spread: float
    slope: float
    prior: Ability
    kinds: tuple[QuestionKindReport, ...]
    offsets: tuple[OffsetReport, ...]  # of what asks demand
    elsewhere: tuple[Elsewhere, ...]  # the first one as it would be installed
    right: Figure
    n: int
    scout: str


@dataclass(frozen=True, slots=True)
class DifficultyReader:
    """`difficulty_of` reads a prompt; `name` is the scout's."""

    difficulty_of: Callable[[str], float]
    name: str
    demands_of: Callable[[str], Demands] = demands_of


def prior_of(run: AbilityRun) -> Ability:
    """By the size of the model, as far as it is known; else very wide."""
    from hroute.app.learn.abilities import sized

    if run.model.parameters:
        bits = _bits(run.model.quantization)
        return by_size(run.model.parameters / 1e9, bits)
    return sized(run.model.name) or Ability(0.0, 3.0, Basis.ASSUMED)


def _bits(quantization: str) -> int:
    return next((int(letter) for letter in quantization if letter.isdigit()), 4)


def rows_of(run: AbilityRun, reading: DifficultyReader) -> "list[GradedPrompt]":
    from hroute.core.learning.ability_fit import GradedPrompt

    return [
        GradedPrompt(
            answer.kind,
            reading.difficulty_of(answer.prompt),
            answer.is_right,
            answer.chance,
            demands=reading.demands_of(answer.prompt),
        )
        for answer in run.answers
    ]


def report(run: AbilityRun, reading: DifficultyReader) -> AbilityReport:
    from hroute.core.learning.ability_fit import fit

    rows, prior = rows_of(run, reading), prior_of(run)
    fitted = fit(rows, prior)
    half = Z_95 * fitted.error
    return AbilityReport(
        ability=fitted.ability(),
        overall=Figure(fitted.value, fitted.value - half, fitted.value + half),
        kind_spread=fitted.kind_spread,
        slope=fitted.slope,
        prior=prior,
        kinds=_kinds(fitted, rows),
        offsets=tuple(map(_offset, fitted.offsets)),
        elsewhere=_elsewhere(rows, prior, run.plan.seed),
        right=wilson(sum(row.is_right for row in rows), len(rows)),
        n=len(rows),
        scout=reading.name,
    )


def _kinds(fitted: "FittedAbility", rows: "Sequence[GradedPrompt]") -> tuple[QuestionKindReport, ...]:
    difficulties: dict[str, list[float]] = {}
    for row in rows:
        difficulties.setdefault(row.kind, []).append(row.difficulty)
    return tuple(
        QuestionKindReport(
            kind.name,
            kind.n,
            wilson(kind.right, kind.n),
            mean(difficulties[kind.name]),
            Figure(kind.value, kind.value - Z_95 * kind.error, kind.value + Z_95 * kind.error),
        )
        for kind in sorted(fitted.kinds, key=lambda kind: (-kind.value, kind.name))
    )


def _offset(one: "OffsetFitted") -> OffsetReport:
    half = Z_95 * one.error
    offset = Figure(one.value, one.value - half, one.value + half)
    return OffsetReport(one.demand, one.n, wilson(one.right, one.n), offset)


def _elsewhere(rows: "Sequence[GradedPrompt]", prior: Ability, seed: int) -> tuple[Elsewhere, ...]:
    """As installed, and without one part each, on the same splits of the kinds into halves."""
    if len({row.kind for row in rows}) < LEAST_KINDS:
        return ()
    return (
        _judged("as installed", held_out(rows, prior, seed)),
        _judged("without offsets", held_out(rows, prior, seed, has_offsets=False)),
        _judged("with a slope of 1", held_out(rows, prior, seed, has_slope=False)),
    )


def held_out(
    rows: "Sequence[GradedPrompt]",
    prior: Ability,
    seed: int,
    *,
    has_slope: bool = True,
    has_offsets: bool = True,
) -> list[Held]:
    """The mean of what is said of an answer where its kind was in the half that was not fitted."""
    from hroute.core.learning.ability_fit import fit

    kinds = sorted({row.kind for row in rows})
    said: list[list[tuple[float, float]]] = [[] for _ in rows]
    rng = Random(seed)
    for _ in range(SPLITS):
        half = set(rng.sample(kinds, len(kinds) // 2))
        for fitted_kinds in (half, set(kinds) - half):
            seen = [row for row in rows if row.kind in fitted_kinds]
            ability = fit(seen, prior, has_slope=has_slope, has_offsets=has_offsets).ability()
            base = mean(row.is_right for row in seen)
            for place, row in enumerate(rows):
                if row.kind not in fitted_kinds:
                    said[place].append((ability.p_right(row.difficulty, row.demands), base))
    return [
        Held(row.kind, mean(p for p, _ in its), mean(base for _, base in its), row.is_right)
        for row, its in zip(rows, said, strict=True)
    ]


def _judged(name: str, held: Sequence[Held]) -> Elsewhere:
    pairs = [(one.p, one.is_right) for one in held]
    rng = Random(1)
    perfect = ([(p, rng.random() < p) for p, _ in pairs] for _ in range(_ROUNDS))
    return Elsewhere(
        name,
        _by_kind(held, lambda some: calibration_error([(one.p, one.is_right) for one in some])),
        mean(calibration_error(drawn) for drawn in perfect),
        _by_kind(held, lambda some: brier([(one.p, one.is_right) for one in some])),
        _by_kind(held, _gain),
        _by_kind(held, _auroc),
    )


def _gain(held: Sequence[Held]) -> float:
    return mean((one.base - one.is_right) ** 2 - (one.p - one.is_right) ** 2 for one in held)


def _auroc(held: Sequence[Held]) -> float | None:
    ordered = sorted(held, key=lambda one: one.p)
    return auroc([one.p for one in ordered], [one.is_right for one in ordered])


def _by_kind(held: Sequence[Held], statistic: Callable[[Sequence[Held]], float | None]) -> Figure:
    """With an interval from resampled kinds: answers of one kind are not independent of each other."""
    by_kind: dict[str, list[Held]] = {}
    for one in held:
        by_kind.setdefault(one.kind, []).append(one)
    groups, rng = list(by_kind.values()), Random(1)
    drawn = (
        statistic([one for group in rng.choices(groups, k=len(groups)) for one in group])
        for _ in range(_ROUNDS)
    )
    return spread(statistic(held), [value for value in drawn if value is not None])
