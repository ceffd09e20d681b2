"""Fits the chances of both routes to the log's verdicts, and judges whether they are any better."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from hroute.app.learn.verdict_evidence import UsableVerdicts
from hroute.core.decision.decision import Route
from hroute.core.intervals import Figure
from hroute.core.learning.calibration import Calibration, CalibrationFacts, SideQuality, Threshold
from hroute.core.learning.quality import Forecast, gain, quality
from hroute.core.learning.threshold import ChancePairs, Cut, RouteCosts, best_cut, cut_at
from hroute.core.odds import logit, sigmoid
from hroute.core.pricing import Price, cost_usd
from hroute.core.routing.cpst import TYPICAL_ANSWER_TOKENS, TYPICAL_LOCAL_S, electricity_usd, failure_usd
from hroute.core.settings import Cpst
from hroute.core.turn.attempt import Usage

LEAST_VERDICTS = 20


@dataclass(frozen=True, slots=True)
class Plans:
    """What a successful task is expected to cost by the new chances, under four ways to choose the route."""

    calibrated: Cut
    scout: Cut  # by the scout and cpst.p_cloud, at the lead that these call for
    all_local: Cut
    all_cloud: Cut


@dataclass(frozen=True, slots=True)
class CalibrationProposal:
    calibration: Calibration
    forecasts: list[Forecast]
    plans: Plans | None  # None: the cloud's price is unknown

    @property
    def gain(self) -> Figure:
        """How much lower Brier's score is than before."""
        return self.calibration.facts.brier_gain

    @property
    def is_better(self) -> bool:
        """Whether the whole interval of the gain is above 0."""
        return self.gain.low is not None and self.gain.low > 0


def propose(
    usable: UsableVerdicts, settings: Cpst, price: Price | None, at: datetime
) -> CalibrationProposal | None:
    """A calibration with its out-of-fold quality; None for fewer than LEAST_VERDICTS verdicts.

    `price` is the cloud's, None unknown; then no threshold is chosen.
    """
    from hroute.core.learning.crossing import fit_all, forecasts  # numpy

    if len(usable.verdicts) < LEAST_VERDICTS:
        return None
    evidence = [v.evidence for v in usable.verdicts]
    cloud_log_odds = logit(settings.any_cloud)
    found, chances = forecasts(evidence, [v.group for v in usable.verdicts], cloud_log_odds)
    costs = _costs(usable, settings, price)
    plans = None if costs is None else _plans(usable, chances, costs, settings.any_cloud)
    facts = CalibrationFacts(
        fitted_at=at,
        local=_side(usable, found, Route.LOCAL),
        cloud=_side(usable, found, Route.CLOUD),
        brier_gain=gain(found),
        explored=usable.explored,
        threshold=None if costs is None or plans is None else _threshold(plans.calibrated, costs),
    )
    model = fit_all(evidence, cloud_log_odds).model()
    return CalibrationProposal(Calibration.of(model, usable.scout_model, facts), found, plans)


def _side(usable: UsableVerdicts, forecasts: list[Forecast], route: Route) -> SideQuality:
    mine = [f for f in forecasts if f.route is route]
    before = quality([(f.before, f.success, f.weight) for f in mine])
    after = quality([(f.after, f.success, f.weight) for f in mine])
    return SideQuality(
        n=len(mine),
        successes=sum(f.success for f in mine),
        models=usable.models(route),
        brier_before=before.brier,
        brier_after=after.brier,
        auroc_before=before.auroc,
        auroc_after=after.auroc,
    )


def _costs(usable: UsableVerdicts, settings: Cpst, price: Price | None) -> RouteCosts | None:
    """Of an average prompt among the verdicts, with an answer of typical length."""
    tokens = sum(v.input_tokens for v in usable.verdicts) // len(usable.verdicts)
    cloud = cost_usd(Usage(tokens, TYPICAL_ANSWER_TOKENS), price)
    local = electricity_usd(Decimal(TYPICAL_LOCAL_S), settings)
    return None if cloud is None else RouteCosts(local, cloud, failure_usd(settings))


def _plans(usable: UsableVerdicts, chances: ChancePairs, costs: RouteCosts, p_cloud: float) -> Plans:
    """Over the different prompts among the verdicts."""
    places = {v.group: place for place, v in enumerate(usable.verdicts)}.values()
    mine = [chances[place] for place in places]
    scouts = [(sigmoid(usable.verdicts[place].evidence.traits.log_odds), p_cloud) for place in places]
    return Plans(
        best_cut(mine, costs),
        cut_at(best_cut(scouts, costs).lead, mine, costs, believed=scouts),
        cut_at(1.0, mine, costs),
        cut_at(-1.0, mine, costs),
    )


def _threshold(cut: Cut, costs: RouteCosts) -> Threshold:
    return Threshold(lead=cut.lead, local_usd=costs.local, cloud_usd=costs.cloud, failure_usd=costs.failure)
