"""What a calibration is worth, as tables, a reliability plot and words."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hroute.cli.format.aligned import number, show_aligned
from hroute.cli.format.figures import figure_text
from hroute.cli.format.money import usd
from hroute.core.decision.decision import Route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hroute.app.learn.calibrate import CalibrationProposal, Plans
    from hroute.app.learn.verdict_evidence import UsableVerdicts
    from hroute.cli.terminal import Terminal
    from hroute.core.learning.quality import Bin, Forecast
    from hroute.core.learning.threshold import Cut

_PLOT_WIDTH = 41
_PLANS = {
    "calibrated": "by this calibration",
    "scout": "by the scout",
    "all_local": "all local",
    "all_cloud": "all cloud",
}


def show_too_few(usable: "UsableVerdicts", terminal: "Terminal") -> None:
    from hroute.app.learn.calibrate import LEAST_VERDICTS

    n = len(usable.verdicts)
    words = (
        f"{n} verdict{'' if n == 1 else 's'} in the log, and at least {LEAST_VERDICTS} are needed for a fit."
    )
    terminal.line((words, "yellow"))
    if usable.unread:
        terminal.line((_unread_words(usable), ""))
    terminal.line(("Give some: hroute rate --last good|bad; the most telling ones: hroute log inbox", "dim"))


def show_proposal(
    usable: "UsableVerdicts", proposal: "CalibrationProposal", terminal: "Terminal", *, dry_run: bool
) -> None:
    _show_sides(proposal, terminal)
    for route in Route:
        show_reliability(route, _bins(route, proposal), terminal)
    if proposal.plans:
        _show_plans(proposal.plans, terminal)
    for words in _limits(usable, proposal):
        terminal.line((f"- {words}", "dim"))
    terminal.line(*_outcome(proposal, dry_run=dry_run))


def proposal_json(
    usable: "UsableVerdicts", proposal: "CalibrationProposal | None", *, dry_run: bool
) -> dict[str, Any]:
    """`version` and all that is judged are null when there were too few verdicts."""
    common: dict[str, Any] = {
        "installed": proposal is not None and proposal.is_better and not dry_run,
        "verdicts": len(usable.verdicts),
        "without_text": usable.without_text,
        "unread": usable.unread,
        "scout": usable.scout_model,
    }
    if proposal is None:
        return {**common, "version": None, "better": None, "facts": None, "reliability": None, "plans": None}
    return {
        **common,
        "version": proposal.calibration.version,
        "better": proposal.is_better,
        "facts": proposal.calibration.facts.model_dump(mode="json"),
        "reliability": {route: bins_json(_bins(route, proposal)) for route in Route},
        "plans": _plans_json(proposal.plans) if proposal.plans else None,
    }


def _plans_json(plans: "Plans") -> dict[str, Any]:
    return {
        name: {"cpst_usd": None if cut.usd is None else f"{cut.usd:f}", "cloud_share": cut.cloud_share}
        for name, cut in _named(plans)
    }


def bins_json(found: "dict[str, list[Bin]]") -> dict[str, Any]:
    return {moment: [_bin_json(one) for one in bins] for moment, bins in found.items()}


def _bin_json(found: "Bin") -> dict[str, Any]:
    low, high = found.came_true.low, found.came_true.high
    return {"n": found.n, "said": found.said, "came_true": found.came_true.value, "low": low, "high": high}


def _show_sides(proposal: "CalibrationProposal", terminal: "Terminal") -> None:
    facts = proposal.calibration.facts
    rows = [
        [
            route,
            str(side.n),
            number(side.successes / side.n, 2) if side.n else "",
            figure_text(side.brier_before),
            figure_text(side.brier_after),
            figure_text(side.auroc_before),
            figure_text(side.auroc_after),
            ", ".join(side.models),
        ]
        for route, side in ((Route.LOCAL, facts.local), (Route.CLOUD, facts.cloud))
    ]
    columns = ["route", "n", "good", "Brier before", "after", "AUROC before", "after", "models"]
    show_aligned("Verdicts, and how well they were foretold", columns, rows, terminal)


def show_reliability(what: str, found: "dict[str, list[Bin]]", terminal: "Terminal") -> None:
    """A line for each bin: what was said (o) above how often it came true (#, with its interval)."""
    if not found["after"]:
        return
    terminal.line((f"Reliability, {what}: o what was said, # what came true, with its interval", "bold"))
    for moment, bins in found.items():
        for place, entry in enumerate(bins):
            name = moment if place == 0 else ""
            value = number(entry.came_true.value, 2)
            terminal.line(
                (f"  {name:7}", "dim"),
                (f"{entry.n:5}  {number(entry.said, 2):>4} -> {value:4} ", ""),
                (_plot(entry), "cyan"),
            )
    terminal.line(("", ""))


def _bins(route: Route, proposal: "CalibrationProposal") -> "dict[str, list[Bin]]":
    return bins_of([f for f in proposal.forecasts if f.route is route])


def bins_of(forecasts: "Sequence[Forecast]") -> "dict[str, list[Bin]]":
    from hroute.core.learning.quality import reliability

    return {
        "before": reliability([(f.before, f.success, f.weight) for f in forecasts]),
        "after": reliability([(f.after, f.success, f.weight) for f in forecasts]),
    }


def _plot(entry: "Bin") -> str:
    line = [" "] * _PLOT_WIDTH
    figure = entry.came_true
    if figure.value is None or figure.low is None or figure.high is None:
        return ""
    for place in range(_place(figure.low), _place(figure.high) + 1):
        line[place] = "-"
    line[_place(figure.value)] = "#"
    line[_place(entry.said)] = "o"
    return f"|{''.join(line)}|"


def _place(p: float) -> int:
    return round(p * (_PLOT_WIDTH - 1))


def _show_plans(plans: "Plans", terminal: "Terminal") -> None:
    rows = [
        [_PLANS[name], usd(cut.usd and cut.usd.quantize(Decimal("0.0001"))), f"{cut.cloud_share:.0%}"]
        for name, cut in _named(plans)
    ]
    title = "Expected cost per successful task, if the new probabilities are right"
    show_aligned(title, ["routed", "CPST", "to the cloud"], rows, terminal)


def _named(plans: "Plans") -> "list[tuple[str, Cut]]":
    return [(name, getattr(plans, name)) for name in _PLANS]


def _limits(usable: "UsableVerdicts", proposal: "CalibrationProposal") -> list[str]:
    """What the reader should know before believing the figures."""
    facts = proposal.calibration.facts
    words = []
    if usable.explored == 0:
        words.append(
            "No verdict's route was drawn by lot, so prompts that always take one route say nothing about the"
            " other. routing.explore = 0.05 sends one turn in twenty the other way."
        )
    else:
        words.append(
            f"{usable.explored:.0%} of the verdicts come from a route with a known probability and are"
            " weighted by its inverse, ten times at most; the others count as they are."
        )
    for route, side in ((Route.LOCAL, facts.local), (Route.CLOUD, facts.cloud)):
        if side.n == 0:
            words.append(f"No {route} answer has a verdict: its chance is an assumption still.")
        if len(side.models) > 1:
            words.append(
                f"The {route} verdicts are of {len(side.models)} models: --since leaves older ones out."
            )
    if usable.without_text:
        words.append(f"{usable.without_text} verdicts have no prompt text: they move averages alone.")
    if usable.unread:
        words.append(_unread_words(usable))
    if facts.threshold is None:
        words.append("The cloud's price is unknown, so no threshold is chosen.")
    else:
        words.append(
            f"The cloud pays from a lead of {facts.threshold.lead:.4f} in P(success): {_prices(proposal)}."
        )
    return words


def _prices(proposal: "CalibrationProposal") -> str:
    threshold = proposal.calibration.facts.threshold
    if threshold is None:
        return ""
    amounts = (threshold.local_usd, threshold.cloud_usd, threshold.failure_usd)
    local, cloud, failure = (usd(amount.quantize(Decimal("0.000001"))) for amount in amounts)
    return f"{local} a local answer, {cloud} a cloud answer, {failure} a failure"


def _unread_words(usable: "UsableVerdicts") -> str:
    return f"{usable.unread} verdicts are left out: another scout read the prompt, and its text was not kept."


def _outcome(proposal: "CalibrationProposal", *, dry_run: bool) -> "tuple[tuple[str, str], ...]":
    change = f"Brier's score is lower by {figure_text(proposal.gain)}"
    if proposal.is_better and not dry_run:
        return ((f"Installed as {proposal.calibration.version}: {change}.", "green"),)
    if proposal.is_better:
        return ((f"Better than the scout: {change}. Not installed, as --dry-run asks.", "green"),)
    return (
        (
            f"Not installed: no better than the scout for certain ({change}). More verdicts may help.",
            "yellow",
        ),
    )
