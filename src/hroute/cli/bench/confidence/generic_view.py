"""What leaving each model out shows, as a table and as JSON."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hroute.bench.confidence.report import HIGH, LONG_TOKENS, LOW
from hroute.cli.format.aligned import number, show_aligned
from hroute.cli.format.as_json import json_line
from hroute.cli.format.figures import figure_text
from hroute.core.confidence.generic import CLOSE

if TYPE_CHECKING:
    from collections.abc import Callable

    from hroute.bench.confidence.generic import Compared, LeaveOneOut, LeftOut
    from hroute.cli.terminal import Terminal

_GROUPS: "tuple[tuple[str, Callable[[LeftOut], Compared]], ...]" = (
    (f"kinds right {LOW:.0%}-{HIGH:.0%}", lambda one: one.band),
    ("all kinds", lambda one: one.all),
    (f"up to {LONG_TOKENS} tokens", lambda one: one.short),
    (f"more than {LONG_TOKENS} tokens", lambda one: one.long),
)


def show(found: "LeaveOneOut", terminal: "Terminal") -> None:
    for title, group in _GROUPS:
        rows = [_row(one, group(one)) for one in found.models]
        columns = ["left out", "n", "own", "generic", "difference"]
        show_aligned(f"AUROC, {title}, unseen kinds of task", columns, rows, terminal)
    rows = [
        [one.name, one.run.model.quantization, _right(one), number(one.error_own), number(one.error_generic)]
        for one in found.models
    ]
    columns = ["left out", "weights", "right", "own", "generic"]
    show_aligned("Calibration error", columns, rows, terminal)
    _conclude(found, terminal)


def _row(one: "LeftOut", compared: "Compared") -> list[str]:
    figures = (compared.own, compared.generic, compared.difference)
    return [one.name, str(compared.n), *(figure_text(figure, 3, 2) for figure in figures)]


def _right(one: "LeftOut") -> str:
    answers = one.run.answers
    return f"{sum(answer.is_right for answer in answers) / len(answers):.0%} of {len(answers)}"


def _conclude(found: "LeaveOneOut", terminal: "Terminal") -> None:
    words = (
        "close enough to speak for a model that nobody has calibrated" if found.is_close else "too far off"
    )
    far = f"{number(abs(found.loss))} {'lower' if found.loss > 0 else 'higher'}"
    text = (
        f"On average a generic calibrator's AUROC is {far} than that of a model's own;"
        f" where it is lower by {CLOSE:g} at most it is on by default: {words}."
    )
    terminal.line((text, "bold"))


def write_json(found: "LeaveOneOut", terminal: "Terminal") -> None:
    models: list[dict[str, Any]] = [
        {
            "model": one.name,
            "sha256": one.run.model.sha256,
            "quantization": one.run.model.quantization,
            "seed": one.run.plan.seed,
            "hard": one.run.plan.hard,
            "n": len(one.run.answers),
            "right": sum(answer.is_right for answer in one.run.answers),
            "band": asdict(one.band),
            "all": asdict(one.all),
            "short": asdict(one.short),
            "long": asdict(one.long),
            "error_own": one.error_own,
            "error_generic": one.error_generic,
        }
        for one in found.models
    ]
    made = found.made.model_dump(mode="json")
    terminal.write(
        json_line({"models": models, "loss": found.loss, "close": found.is_close, "generic": made})
    )
