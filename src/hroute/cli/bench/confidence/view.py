"""A confidence run as tables and plots, and as JSON."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hroute.bench.confidence.cost import AIM
from hroute.bench.confidence.report import CALIBRATED, HIGH, LONG_TOKENS, LOW
from hroute.cli.format.aligned import number, show_aligned
from hroute.cli.format.as_json import json_line
from hroute.cli.format.figures import figure_text, share_text
from hroute.cli.report.plot import bar

if TYPE_CHECKING:
    from hroute.bench.confidence.report import ConfidenceReport
    from hroute.bench.confidence.run import ConfidenceRun
    from hroute.cli.terminal import Terminal

_WIDTH = 30


def show_report(run: "ConfidenceRun", found: "ConfidenceReport", terminal: "Terminal") -> None:
    _show_families(found, terminal)
    _show_tellings(found, terminal)
    _show_calibration(found, terminal)
    _show_curve(found, terminal)
    _show_speed(run, found, terminal)
    _conclude(run, found, terminal)


def _show_families(found: "ConfidenceReport", terminal: "Terminal") -> None:
    rows = [
        [
            family.name,
            str(family.n),
            share_text(family.right),
            "yes" if family.is_in_band else "",
            figure_text(family.auroc, 3, 2),
        ]
        for family in sorted(found.families, key=lambda family: -(family.right.value or 0))
    ]
    title = f"Right answers by kind of task, {share_text(found.right)} of {found.n}"
    columns = ["", "n", "right", f"{LOW:.0%}-{HIGH:.0%}", "AUROC, learned from the others"]
    show_aligned(title, columns, rows, terminal)


def _show_tellings(found: "ConfidenceReport", terminal: "Terminal") -> None:
    rows = [
        [f"{telling.name}, {telling.kind}" if telling.kind == "prompt" else telling.name]
        + [figure_text(figure, 3, 2) for figure in (telling.band, telling.all, telling.short, telling.long)]
        for telling in found.tellings
    ]
    title = f"AUROC: a right answer scores above a wrong one, over kinds that are right {LOW:.0%}-{HIGH:.0%}"
    columns = ["score", "these", "all kinds", f"up to {LONG_TOKENS} tokens", f"{found.long_n} longer ones"]
    show_aligned(title, columns, rows, terminal)


def _show_calibration(found: "ConfidenceReport", terminal: "Terminal") -> None:
    rows = [
        [
            quality.name,
            figure_text(quality.brier, 3, 2),
            figure_text(quality.error, 3, 2),
            number(quality.floor),
        ]
        for quality in found.qualities
    ]
    columns = ["", "Brier", "calibration error", "of perfect ones at this n"]
    show_aligned("Probabilities of being right", columns, rows, terminal)
    terminal.line(("Reliability, 10 folds: expected |, and the bar observed", "bold"))
    for each in found.bins:
        observed = each.right.value or 0
        marks = list(bar(observed, _WIDTH))
        marks[min(_WIDTH - 1, int(each.expected * _WIDTH))] = "|"
        text = f"  {number(each.expected, 2):>4}  {''.join(marks)}  {number(observed, 2):>4}  n {each.n}"
        terminal.line((text, ""))
    terminal.line(("", ""))


def _show_curve(found: "ConfidenceReport", terminal: "Terminal") -> None:
    terminal.line(("Share escalated, then accuracy of what stays local (unseen kinds of task)", "bold"))
    for kept in found.curve:
        accuracy = kept.accuracy.value or 0
        text = f"  {kept.escalated:4.0%}  {bar(accuracy, _WIDTH)}  {share_text(kept.accuracy)}"
        terminal.line((text, ""))
    terminal.line(("", ""))


def _show_speed(run: "ConfidenceRun", found: "ConfidenceReport", terminal: "Terminal") -> None:
    work = run.work
    terminal.line(
        (
            f"{work.tokens:,} tokens in {work.wall_s:.0f} s, {run.plan.slots} answers at a time,"
            f" {run.plan.threads} threads, prompts included",
            "",
        )
    )
    cost = run.cost
    if cost is None:
        return
    is_met = cost.share <= AIM
    terminal.line(
        (f"Signals of a token: {cost.signals_ms:.3f} ms of {cost.token_ms:.1f} ms CPU, {cost.share:.2%}", ""),
        (f"; aim {AIM:.0%}: {'met' if is_met else 'missed'}", "green" if is_met else "red"),
        (f"; same tokens with against without {figure_text(found.cost_ratio, 3, 2)} times", ""),
    )


def _conclude(run: "ConfidenceRun", found: "ConfidenceReport", terminal: "Terminal") -> None:
    calibrated, prompt, kept = found.telling(CALIBRATED), found.best_prompt, found.proposal
    text = (
        f"{run.model.quantization}: from the answer AUROC {number(calibrated.band.value, 2)}"
        f" over kinds that are right {LOW:.0%}-{HIGH:.0%}, from the prompt alone"
        f" {number(prompt.band.value, 2)}. Over the {found.long_n} answers of more than {LONG_TOKENS} tokens"
        f" {number(calibrated.long.value, 2)}, over the others {number(calibrated.short.value, 2)}."
        f" Below {kept.threshold:g}, {kept.escalated:.0%} would fail over and"
        f" {kept.accuracy.value or 0:.0%} of what stays is right instead of {found.right.value or 0:.0%}."
    )
    terminal.line((text, "bold"))


def write_json(run: "ConfidenceRun", found: "ConfidenceReport", terminal: "Terminal") -> None:
    """Everything but the answers themselves, which --save keeps."""
    value: dict[str, Any] = run.model_dump(mode="json", exclude={"answers"})
    terminal.write(json_line({**value, "report": asdict(found)}))
