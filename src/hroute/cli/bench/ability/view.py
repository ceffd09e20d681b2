"""An ability run as tables and words, and as JSON."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hroute.cli.format.aligned import number, show_aligned
from hroute.cli.format.as_json import json_line
from hroute.cli.format.figures import figure_text, interval_text, share_text

if TYPE_CHECKING:
    from hroute.bench.ability.report import AbilityReport, Elsewhere
    from hroute.bench.ability.run import AbilityRun
    from hroute.cli.terminal import Terminal

MOST_ERROR, LEAST_GAIN, LEAST_AUROC = 0.10, 0.02, 0.70  # what chances are aimed at, on kinds not fitted


def show_report(run: "AbilityRun", found: "AbilityReport", terminal: "Terminal") -> None:
    rows = [
        [
            kind.name,
            str(kind.n),
            share_text(kind.right),
            _signed(kind.difficulty),
            interval_text(kind.ability, _signed),
        ]
        for kind in found.kinds
    ]
    title = f"Ability by kind of task, as the scout {found.scout} reads difficulties"
    show_aligned(title, ["", "n", "right", "difficulty", "ability"], rows, terminal)
    _show_offsets(found, terminal)
    _show_elsewhere(found, terminal)
    _conclude(run, found, terminal)


def _show_offsets(found: "AbilityReport", terminal: "Terminal") -> None:
    rows = [
        [one.demand.words, str(one.n), share_text(one.right), interval_text(one.offset, _signed)]
        for one in found.offsets
    ]
    if rows:
        show_aligned("What the ask demands moves the ability", ["", "n", "right", "by"], rows, terminal)


def _show_elsewhere(found: "AbilityReport", terminal: "Terminal") -> None:
    rows = [
        [
            one.name,
            figure_text(one.error, 3, 2),
            number(one.floor),
            figure_text(one.brier, 3, 2),
            figure_text(one.gain, 3, 2),
            figure_text(one.auroc, 3, 2),
        ]
        for one in found.elsewhere
    ]
    columns = ["", "calibration error", "of perfect ones", "Brier", "better than base rate", "AUROC"]
    show_aligned(
        "P(local) on kinds that were not fitted, halves of the kinds in turn", columns, rows, terminal
    )
    if found.elsewhere:
        _show_aims(found.elsewhere[0], terminal)


def _show_aims(one: "Elsewhere", terminal: "Terminal") -> None:
    aims = (
        (f"calibration error at most {number(MOST_ERROR, 2)}", (one.error.value or 0) <= MOST_ERROR),
        (f"Brier {number(LEAST_GAIN, 2)} better", (one.gain.value or 0) >= LEAST_GAIN),
        (f"AUROC {number(LEAST_AUROC, 2)}", (one.auroc.value or 0) >= LEAST_AUROC),
    )
    terminal.line(
        ("Aims: ", ""),
        *((f"{name}: {'met' if met else 'missed'}; ", "green" if met else "red") for name, met in aims),
    )


def _conclude(run: "AbilityRun", found: "AbilityReport", terminal: "Terminal") -> None:
    right = f"{found.n} answers in {run.wall_s:.0f} s, {share_text(found.right)} right."
    terminal.line((right, ""))
    plain = " where the ask demands none of this" if found.offsets else ""
    by = f"; by its size alone {_signed(found.prior.value)}" if run.model.parameters else ""
    text = (
        f"{run.model.name}: ability {interval_text(found.overall, _signed)} over all kinds{plain},"
        f" kinds differ by {number(found.kind_spread, 2)}, slope {number(found.slope, 2)}{by}."
        " An 8B at q4 has 0."
    )
    terminal.line((text, "bold"))


def _signed(value: float) -> str:
    return f"{value:+.2f}"


def write_json(run: "AbilityRun", found: "AbilityReport", terminal: "Terminal") -> None:
    """Everything but the answers themselves, which --save keeps."""
    value: dict[str, Any] = run.model_dump(mode="json", exclude={"answers"})
    terminal.write(json_line({**value, "report": asdict(found)}))
