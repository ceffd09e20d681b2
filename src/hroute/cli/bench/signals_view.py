"""The report of `hroute bench signals` as tables."""

from typing import TYPE_CHECKING

from hroute.bench.signals.labels import SCOUT
from hroute.cli.format.aligned import number, show_aligned
from hroute.cli.format.figures import figure_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hroute.bench.signals.authored import AuthoredReport, GroupFigures
    from hroute.bench.signals.counting_metrics import CountFigures
    from hroute.bench.signals.measure import RoutingReport, SignalsReport
    from hroute.cli.terminal import Terminal

_ROUTING_COLUMNS = {
    "auroc_weak_fails": "AUROC fails",
    "auroc_needs_strong": "AUROC needs",
    "apgr": "APGR",
    "apgr_ties": "APGR, ties averaged",
    "cpt50_ties": "CPT50",
    "cpt80_ties": "CPT80",
}


def show_report(report: "SignalsReport", terminal: "Terminal") -> None:
    _show_constraints(report, terminal)
    _show_routing(report, terminal)
    for authored in report.authored:
        _show_authored(authored, report.scout, terminal)
    _show_estimate(report, terminal)
    _show_speed(report, terminal)


def _show_constraints(report: "SignalsReport", terminal: "Terminal") -> None:
    _show_counts('Constraints: the count, and "more than 3"', report.constraints, terminal)
    if report.constraints_macro_f1 is not None:
        text = f"  macro-F1 over the sources with positives: {number(report.constraints_macro_f1)}"
        terminal.line((text, ""))
        terminal.line(("", ""))


def _show_counts(title: str, lines: "Iterable[CountFigures]", terminal: "Terminal") -> None:
    rows = [
        [
            line.name,
            str(line.n),
            str(line.positives),
            figure_text(line.exact, 2),
            figure_text(line.mae, 2),
            figure_text(line.precision, 2),
            figure_text(line.recall, 2),
            figure_text(line.f1, 2),
            figure_text(line.false_alarms, 2),
        ]
        for line in lines
    ]
    columns = ["source", "n", "dense", "exact", "MAE", "precision", "recall", "F1", "FPR"]
    show_aligned(title, columns, rows, terminal)


def _show_routing(report: "SignalsReport", terminal: "Terminal") -> None:
    for file in report.routing:
        rows = [
            [
                f"{router} ({report.scout})" if router == SCOUT else router,
                *(
                    figure_text(figures[name], 1 if name.startswith("cpt") else 3)
                    for name in _ROUTING_COLUMNS
                ),
            ]
            for router, figures in file.routers.items()
        ]
        title = (
            f"Scout: {file.name}, {file.n:,} prompts, weak {number(file.weak)}, strong {number(file.strong)}"
        )
        show_aligned(title, ["router", *_ROUTING_COLUMNS.values()], rows, terminal)
        _show_training(file, terminal)
    if len(report.routing) > 1:
        routers = list(report.routing[0].routers)
        rows = [
            [router, *(number(report.mean(name, router), 3) for name in ("apgr", "apgr_ties"))]
            for router in routers
        ]
        rows.append(["scout trained without the file's family", number(report.held_out_mean), ""])
        show_aligned("Scout: mean of the files", ["router", "APGR", "APGR, ties averaged"], rows, terminal)


def _show_training(file: "RoutingReport", terminal: "Terminal") -> None:
    if not file.was_trained_on:
        return
    text = "  The scout was trained on this file, so its figures here are no test."
    if file.held_out_apgr is not None:
        text += f" Trained without its family: APGR {number(file.held_out_apgr)}."
    terminal.line((text, "yellow"))
    terminal.line(("", ""))


def _show_authored(report: "AuthoredReport", scout: str, terminal: "Terminal") -> None:
    name = f"{report.name}, {report.n:,} prompts ({report.part})"
    _show_difficulty(f"{name}: too hard for an 8B, read by {scout}", report, terminal)
    _show_routes(f"{name}: right routes where at most 3 constraints leave it to {scout}", report, terminal)
    _show_labels(f"{name}: the three words of {scout}; F1 of each", report, terminal)
    rows = [[line.label, str(line.n), figure_text(line.rate, 3)] for line in report.failures]
    show_aligned(
        f"{name}: too hard for an 8B, by the word of {scout}", ["word", "n", "share"], rows, terminal
    )
    _show_counts(
        f'{name}: constraints, and "more than 3"', (group.count for group in report.groups), terminal
    )
    _show_kinds(f"{name}: by language, {scout}", report.languages, terminal)
    _show_kinds(f"{name}: by kind, {scout}", report.kinds, terminal)


def _show_difficulty(title: str, report: "AuthoredReport", terminal: "Terminal") -> None:
    rows = [
        [group.name, str(group.n), str(group.too_hard), *(figure_text(f, 3) for f in group.auroc.values())]
        for group in report.groups
    ]
    routers = [f"AUROC {router}" for router in report.groups[0].auroc]
    show_aligned(title, ["prompts", "n", "too hard", *routers], rows, terminal)


def _show_routes(title: str, report: "AuthoredReport", terminal: "Terminal") -> None:
    rows = [
        [group.name, str(group.routed), figure_text(group.route_right, 3), figure_text(group.always_local, 3)]
        for group in report.groups
    ]
    show_aligned(title, ["prompts", "n", "right", "always local"], rows, terminal)


def _show_kinds(title: str, groups: "Iterable[GroupFigures]", terminal: "Terminal") -> None:
    rows = [
        [
            group.name,
            str(group.n),
            str(group.too_hard),
            figure_text(group.auroc[SCOUT], 2),
            number(group.route_right.value, 2),
            number(group.always_local.value, 2),
            number(group.macro_f1.value, 2),
            number(group.count.f1.value, 2),
            number(group.count.exact.value, 2),
            number(group.count.mae.value, 2),
        ]
        for group in groups
    ]
    columns = ["prompts", "n", "too hard", "AUROC", "right route", "always local", "macro-F1"]
    show_aligned(title, [*columns, "F1 of >3", "exact", "MAE"], rows, terminal)


def _show_labels(title: str, report: "AuthoredReport", terminal: "Terminal") -> None:
    rows = [
        [
            line.name,
            str(line.n),
            figure_text(line.macro_f1, 3),
            figure_text(line.accuracy, 3),
            *(number(value, 2) for value in line.f1.values()),
            str(line.unsure),
        ]
        for line in report.labels
    ]
    labels = list(report.labels[0].f1)
    columns = ["router", "n", "macro-F1", "accuracy", *labels, "unsure"]
    show_aligned(title, columns, rows, terminal)


def _show_estimate(report: "SignalsReport", terminal: "Terminal") -> None:
    for tokenizer in dict.fromkeys(line.tokenizer for line in report.estimate):
        rows = [
            [line.name, str(line.n), f"{line.mean:+.0%}", f"{line.p95:.0%}", f"{line.too_low:.0%}"]
            for line in report.estimate
            if line.tokenizer == tokenizer
        ]
        title = f"Context: the token estimate against {tokenizer}"
        show_aligned(title, ["prompts", "n", "mean error", "p95 of |error|", "too low"], rows, terminal)


def _show_speed(report: "SignalsReport", terminal: "Terminal") -> None:
    rows = [
        [
            line.name,
            str(line.n),
            *(f"{line_ms:.2f}" for line_ms in (line.cpu_p50, line.cpu_p95, line.cpu_p99)),
            *(f"{line_ms:.2f}" for line_ms in (line.wall_p50, line.wall_p95, line.wall_p99)),
        ]
        for line in report.latency
    ]
    columns = ["ms", "n", "CPU p50", "p95", "p99", "wall p50", "p95", "p99"]
    show_aligned("Latency of one reading", columns, rows, terminal)
    rows = [[f"{g.name}, {g.text}", f"{g.long_ms:.1f}", f"{g.ratio:.1f}x"] for g in report.growth]
    show_aligned("Growth from 10 kB to 100 kB", ["text", "ms at 100 kB", "growth"], rows, terminal)
    loading = report.loading
    terminal.line(
        ("Loading the builtin scout: ", "bold"),
        (
            f"{loading.load_ms:.1f} ms, its modules {loading.import_ms:.1f} ms,"
            f" its first reading {loading.first_reading_ms:.1f} ms",
            "",
        ),
    )
