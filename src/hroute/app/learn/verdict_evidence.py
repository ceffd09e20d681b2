"""Turns the log's verdicts into evidence to learn from."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hroute.core.decision.decision import Route
from hroute.core.learning.evidence import Evidence, Traits
from hroute.core.scout.features import measure
from hroute.core.scout.protocol import Scout
from hroute.core.turn.verdict import By
from hroute.store.verdicts import AttemptOutcome

MOST_VERDICTS = 5_000  # the newest: what was true of older ones may not be so any more
SOFT_WEIGHT = 0.5  # that somebody asked the other route as well says less than a word does
MOST_IMPORTANCE = 10.0  # of a rare lot: more would let a handful of verdicts decide


@dataclass(frozen=True, slots=True)
class WeightedVerdict:
    """A verdict as evidence, with what else is needed of its log row."""

    evidence: Evidence
    group: str  # the same for the same prompt
    model: str
    input_tokens: int
    is_explored: bool  # its route was drawn with a known probability


@dataclass(frozen=True, slots=True)
class UsableVerdicts:
    """`unread`: verdicts left out, as another scout read the prompt and its text was not kept."""

    scout_model: str
    verdicts: list[WeightedVerdict]
    unread: int = 0

    @property
    def explored(self) -> float:
        """The share of the verdicts whose route was drawn."""
        return sum(v.is_explored for v in self.verdicts) / max(len(self.verdicts), 1)

    @property
    def without_text(self) -> int:
        return sum(v.evidence.traits.measured is None for v in self.verdicts)

    def models(self, route: Route) -> tuple[str, ...]:
        return tuple(sorted({v.model for v in self.verdicts if v.evidence.route is route}))


def usable_verdicts(
    outcomes: Iterable[AttemptOutcome], scout: Scout, since: datetime | None = None
) -> UsableVerdicts:
    """The newest verdicts, weighted so that what was drawn by lot stands for what seldom goes that way."""
    scout_model = scout.read("").model
    recent = newest(outcomes, since)
    found = [_weighted(o, worth, scout, scout_model) for o, worth in zip(recent, worths(recent), strict=True)]
    usable = [verdict for verdict in found if verdict is not None]
    return UsableVerdicts(scout_model, usable, len(found) - len(usable))


def newest(outcomes: Iterable[AttemptOutcome], since: datetime | None) -> list[AttemptOutcome]:
    return list(deque((o for o in outcomes if since is None or o.at >= since), MOST_VERDICTS))


def worths(outcomes: Sequence[AttemptOutcome]) -> list[float]:
    """How many ordinary verdicts each counts for."""
    importance = _importance(outcomes)
    return [
        importance[o.route] * _inverse_propensity(o) * o.worth * (SOFT_WEIGHT if o.by is By.RETRY else 1.0)
        for o in outcomes
    ]


def _importance(outcomes: Iterable[AttemptOutcome]) -> dict[Route, float]:
    """What the inverse propensities of a route are multiplied with.

    Their sum then is the number of equal verdicts that would say as much (Kish's effective sample size).
    """
    raw = {route: [_inverse_propensity(o) for o in outcomes if o.route is route] for route in Route}
    return {route: sum(values) / (sum(v * v for v in values) or 1.0) for route, values in raw.items()}


def _inverse_propensity(outcome: AttemptOutcome) -> float:
    return min(1 / max(outcome.propensity, 1e-9), MOST_IMPORTANCE)


def group(outcome: AttemptOutcome) -> str:
    """The same for the same prompt, where texts are kept."""
    return outcome.prompt if outcome.prompt is not None else f"turn {outcome.turn_id}"


def _weighted(
    outcome: AttemptOutcome, worth: float, scout: Scout, scout_model: str
) -> WeightedVerdict | None:
    """None for a prompt that this scout has not read and cannot read any more."""
    p_local, prompt = outcome.p_local, outcome.prompt
    if outcome.scout_model != scout_model:
        if prompt is None:
            return None
        p_local = scout.read(prompt).p_local
    return WeightedVerdict(
        Evidence(
            Traits.of(p_local, None if prompt is None else measure(prompt)),
            outcome.route,
            float(outcome.was_right),
            worth,
        ),
        group(outcome),
        outcome.model,
        outcome.context_tokens,
        outcome.propensity < 1,
    )
