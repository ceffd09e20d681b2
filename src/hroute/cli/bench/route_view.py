"""A run of `bench route` as tables with a closing sentence, and as JSON."""

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from hroute.bench.route.routers import (
    ALWAYS_CLOUD,
    ALWAYS_LOCAL,
    CHECKED,
    CONFIDENT,
    ORACLE,
    RANDOM,
    SCOUT,
)
from hroute.cli.format.aligned import show_aligned
from hroute.cli.format.as_json import json_line
from hroute.cli.format.figures import figure_text, interval_text, share_text

if TYPE_CHECKING:
    from hroute.bench.route.report import RouteReport, RouterReport
    from hroute.bench.route.saved import RouteRun
    from hroute.cli.terminal import Terminal


@dataclass(frozen=True, slots=True)
class About:
    """What the figures are of."""

    local: str
    cloud: str
    price: str
    scout: str
    confidence: str | None  # what gives it; None: there are no answers to be looked at
    skipped: dict[str, str] = field(default_factory=dict)


def show_report(found: "RouteReport", about: About, terminal: "Terminal") -> None:
    _show_kinds(found, about, terminal)
    _show_rankings(found, about, terminal)
    _show_thresholds(found, about, terminal)
    _conclude(found, about, terminal)


def _show_kinds(found: "RouteReport", about: About, terminal: "Terminal") -> None:
    rows = [
        [kind.name, str(kind.n), share_text(kind.local), share_text(kind.cloud), share_text(kind.sent)]
        for kind in found.kinds
    ]
    if len(rows) > 1:
        sent = sum((kind.sent.value or 0) * kind.n for kind in found.kinds) / found.n
        rows.append(["all", str(found.n), share_text(found.local), share_text(found.cloud), f"{sent:.0%}"])
    title = f"Right answers: local {about.local}, cloud {about.cloud}"
    show_aligned(title, ["", "n", "local", "cloud", "sent by policy"], rows, terminal)


def _show_rankings(found: "RouteReport", about: About, terminal: "Terminal") -> None:
    rows = [
        [_named(router, about), figure_text(router.apgr, 3, 2), share_text(router.at_half)]
        for router in found.routers
        if router.apgr.value is not None
    ]
    title = "Over all thresholds: the share of the cloud's lead that is recovered"
    show_aligned(title, ["router", "APGR", "at half the calls"], rows, terminal)


def _show_thresholds(found: "RouteReport", about: About, terminal: "Terminal") -> None:
    rows = [
        [
            _named(router, about),
            share_text(router.success),
            share_text(router.sent),
            interval_text(router.usd, lambda usd: f"{usd * 1000:.3f}"),
            interval_text(router.cpst, lambda usd: f"{usd:.3f}"),
        ]
        for router in found.routers
    ]
    columns = ["router", "success", "sent", "$ per 1,000", "$ per success"]
    show_aligned(f"At the threshold in force; cloud at {about.price}", columns, rows, terminal)
    text = "The scout's row is the whole policy in force; random and length send as many."
    terminal.line((f"{text} $ per success has the time that failures take.", ""))


def _named(router: "RouterReport", about: About) -> str:
    return f"{router.name} ({about.scout})" if router.name == SCOUT else router.name


def _conclude(found: "RouteReport", about: About, terminal: "Terminal") -> None:
    for kind, why in about.skipped.items():
        terminal.line((f"No {kind} tasks: {why}.", "yellow"))
    if found.checks is not None:
        rejected, lost = found.checks.wrong_rejected, found.checks.right_rejected
        text = f"The contract rejects {share_text(rejected)} of the wrong answers,"
        text += f" {share_text(lost)} of the right."
        terminal.line((text, ""))
        terminal.line((f"Confidence: {about.confidence}.", ""))
    if (found.cloud.value or 0) <= (found.local.value or 0):
        terminal.line(
            ("This cloud has no lead over the local model: there is nothing to be recovered.", "bold")
        )
        return
    said = [
        f"{router.name} {router.at_half.value:.0%}"
        for name in (SCOUT, CHECKED, CONFIDENT, RANDOM, ORACLE)
        if (router := found.router(name)) and router.at_half.value is not None
    ]
    costs = [
        f"{name} ${router.cpst.value:.3f}"
        for name in (ALWAYS_LOCAL, ALWAYS_CLOUD, SCOUT, CONFIDENT)
        if (router := found.router(name)) and router.cpst.value is not None
    ]
    text = f"Half the calls recover of the cloud's lead: {', '.join(said)}."
    text += f" A success costs: {', '.join(costs)}."
    terminal.line((text, "bold"))


def write_json(
    found: "RouteReport", about: About, terminal: "Terminal", run: "RouteRun | None" = None
) -> None:
    """Everything but the answers themselves, which --save keeps."""
    plan = {"plan": run.local.plan.model_dump(mode="json")} if run else {}
    terminal.write(json_line({**asdict(about), **plan, "report": asdict(found)}))
