"""What the log's turns would have cost on one route alone, with what is assumed for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hroute.core.decision.decision import Route
from hroute.core.pricing import Price, cost_usd
from hroute.core.report.cpst import NO_TURNS, RATED, costs_of, cpst_of
from hroute.core.report.facts import Cell, Ending, Endings, Tally
from hroute.core.routing.cpst import TYPICAL_LOCAL_S, electricity_usd, failure_usd
from hroute.core.settings import Cpst as CpstSettings
from hroute.core.turn.attempt import Usage


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The settings of [cpst], and the first cloud's model and price; None: there is none, or unknown."""

    cpst: CpstSettings
    cloud_model: str | None = None
    price: Price | None = None


@dataclass(frozen=True, slots=True)
class Saving:
    """What routing saved against the other way, negative when it cost more.

    `usd` is None where something is unknown; `most_usd` is of the known prices: it cannot be more.
    """

    usd: Decimal | None = None
    most_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """All turns on one route.

    `bill_usd` is the cloud's bill and the electricity of all turns. `cpst_usd` is expected, of the turns with
    a known ending, like what it is compared with. None where a part of it is unknown.
    """

    name: str
    success: float | None
    bill_usd: Decimal | None
    bill_saved: Saving
    cpst_usd: Decimal | None
    cpst_saved: Saving
    assumptions: tuple[str, ...]


def counterfactuals(cells: Sequence[Cell], assumed: Assumptions) -> tuple[Counterfactual, ...]:
    """All local and all cloud."""
    every = _endings(cells)
    rated = _endings(cell for cell in cells if cell.ending in RATED)
    return (
        _compared(_all_local(cells, every, rated, assumed.cpst), every, rated, assumed.cpst),
        _compared(_all_cloud(every, assumed), every, rated, assumed.cpst),
    )


@dataclass(frozen=True, slots=True)
class _Route:
    """One route for everything: the price of a turn, the chance of success of a turn with an ending."""

    name: str
    turn_usd: Decimal | None
    success: float | None
    assumptions: tuple[str, ...]


def _all_local(cells: Sequence[Cell], every: Endings, rated: Endings, settings: CpstSettings) -> _Route:
    total = Tally.sum(every.values())
    seconds = Decimal(TYPICAL_LOCAL_S)
    took = f"{seconds} s of local inference a turn, as none is in the log"
    if total.local_attempts:
        seconds = Decimal(total.local_ms) / 1000 / total.local_attempts
        took = f"{seconds:.1f} s of local inference a turn, the mean of the log's local attempts"
    success = _local_success(cells, Tally.sum(rated.values()).turns)
    chance = (
        "turns that were answered locally succeed as their verdicts say, those whose local answer was doubted"
        " with its confidence, those where its contract rejected it fail, the others succeed with the chance"
        " that was expected before the answer"
    )
    return _Route("all local", electricity_usd(seconds, settings), success, (took, chance))


def _local_success(cells: Sequence[Cell], turns: int) -> float | None:
    if not turns:
        return None
    kept = [cell for cell in cells if cell.ending in RATED and cell.route == Route.LOCAL]
    others = [cell for cell in cells if cell.ending in RATED and cell.route != Route.LOCAL]
    good = sum(cell.tally.turns for cell in kept if cell.ending is Ending.GOOD)
    return (good + sum(cell.tally.chance_local_ppm for cell in others) / 1e6) / turns


def _all_cloud(every: Endings, assumed: Assumptions) -> _Route:
    total = Tally.sum(every.values())
    name, success = "all cloud", assumed.cpst.any_cloud
    if assumed.cloud_model is None:
        return _Route(name, None, success, ("no cloud is configured, so nothing has a price",))
    if assumed.price is None:
        unknown = f"the price of {assumed.cloud_model} is unknown: set cloud.input_usd_per_mtok and output"
        return _Route(name, None, success, (unknown,))
    if not total.counted:
        return _Route(name, None, success, ("the log has no token counts",))
    whole = cost_usd(Usage(total.input_tokens, total.output_tokens), assumed.price)
    tokens = (
        f"the price of {assumed.cloud_model} for the tokens of the log, as the engine that answered counted"
        f" them ({total.counted:,} of {total.turns:,} turns), none of them cached"
    )
    return _Route(
        name,
        None if whole is None else whole / total.counted,
        success,
        (tokens, f"{success:.0%} of the answers succeed (cpst.p_cloud)"),
    )


def _compared(route: _Route, every: Endings, rated: Endings, settings: CpstSettings) -> Counterfactual:
    costs, turns = costs_of(every, settings), Tally.sum(every.values()).turns
    bill = None if route.turn_usd is None else route.turn_usd * turns
    spent = costs.priced_usd + costs.electricity_usd
    cpst, actual = _cpst(route, settings), cpst_of(rated, settings)
    failure = failure_usd(settings)
    minutes = f"a failure costs {settings.minutes_per_failure} minutes, ${failure:.2f}"
    return Counterfactual(
        name=route.name,
        success=route.success,
        bill_usd=bill,
        bill_saved=_saving(bill, spent, is_known=not costs.unpriced),
        cpst_usd=cpst,
        cpst_saved=_saving(cpst, actual.known_usd, is_known=actual.usd is not None),
        assumptions=(*route.assumptions, minutes),
    )


def _saving(other: Decimal | None, known: Decimal | None, *, is_known: bool) -> Saving:
    if other is None or known is None:
        return Saving()
    return Saving(other - known if is_known else None, other - known)


def _cpst(route: _Route, settings: CpstSettings) -> Decimal | None:
    if route.turn_usd is None or not route.success:
        return None
    success = Decimal(str(route.success))
    return (route.turn_usd + (1 - success) * failure_usd(settings)) / success


def _endings(cells: Iterable[Cell]) -> Endings:
    found: dict[Ending, Tally] = {}
    for cell in cells:
        found[cell.ending] = found.get(cell.ending, NO_TURNS) + cell.tally
    return found
