"""What verdicts make of the confidence in local answers, as tables, reliability plots and words."""

from typing import TYPE_CHECKING, Any

from hroute.app.learn.answer_evidence import Unusable
from hroute.cli.calibrate.view import bins_json, bins_of, show_reliability
from hroute.cli.format.aligned import number, show_aligned
from hroute.cli.format.figures import figure_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hroute.app.learn.answer_evidence import Answers
    from hroute.app.learn.calibrate_answers import CalibratorUpdate
    from hroute.cli.terminal import Terminal
    from hroute.core.confidence.update import Update
    from hroute.core.intervals import Figure

_LEFT_OUT = {
    Unusable.UNJUDGED: "judged by no calibrator of their model, so that the log does not say whose they are",
    Unusable.OTHER_FILE: "given by another model file of this name",
}


def show_answers(updates: "Sequence[CalibratorUpdate]", terminal: "Terminal", *, dry_run: bool) -> None:
    """Nothing for models on whose answers the log has no verdict."""
    if not updates:
        return
    columns = ["model", "n", "right", "Brier before", "after", "AUROC before", "after"]
    rows = [_row(one.answers, one.update) for one in updates if one.update]
    terminal.line(("", ""))
    show_aligned("Confidence in answers, and how well it foretold verdicts", columns, rows, terminal)
    for one in updates:
        if one.update:
            show_reliability(one.answers.file.name, bins_of(one.update.forecasts), terminal)
        for why, words in _LEFT_OUT.items():
            if n := one.answers.left_out[why]:
                terminal.line((f"- {_verdicts(n)} left out, on answers {words}.", "dim"))
        terminal.line(_outcome(one, dry_run=dry_run))


def answers_json(updates: "Sequence[CalibratorUpdate]", *, dry_run: bool) -> list[dict[str, Any]]:
    """`calibrator` is null for a model without one; all that is judged, where there were too few verdicts."""
    return [_one_json(one, dry_run=dry_run) for one in updates]


def _one_json(one: "CalibratorUpdate", *, dry_run: bool) -> dict[str, Any]:
    answers, update = one.answers, one.update
    calibrator = answers.file.calibrator
    common: dict[str, Any] = {
        "model": answers.file.name,
        "calibrator": calibrator and calibrator.name,
        "installed": one.is_better and not dry_run,
        "verdicts": len(answers.judged),
        "right": answers.right,
        "left_out": {why: answers.left_out[why] for why in Unusable},
    }
    if update is None:
        return common | dict.fromkeys(("version", "better", "gain", "brier", "auroc", "reliability"))
    before, after = update.before, update.after
    return common | {
        "version": update.calibrator.name,
        "better": update.is_better,
        "gain": _figure_json(update.gain),
        "brier": {"before": _figure_json(before.brier), "after": _figure_json(after.brier)},
        "auroc": {"before": _figure_json(before.auroc), "after": _figure_json(after.auroc)},
        "reliability": bins_json(bins_of(update.forecasts)),
    }


def _figure_json(figure: "Figure") -> dict[str, Any]:
    return {"value": figure.value, "low": figure.low, "high": figure.high}


def _row(answers: "Answers", update: "Update") -> list[str]:
    before, after, n = update.before, update.after, len(answers.judged)
    figures = (before.brier, after.brier, before.auroc, after.auroc)
    return [answers.file.name, str(n), number(answers.right / n, 2), *map(figure_text, figures)]


def _outcome(one: "CalibratorUpdate", *, dry_run: bool) -> tuple[str, str]:
    answers, update = one.answers, one.update
    if answers.file.calibrator is None:
        said = f"{_verdicts(answers.left_out[Unusable.UNCALIBRATED])} on answers of {answers.file.name}"
        return f"{said}, which has no calibrator yet: hroute bench confidence --apply makes one", "yellow"
    if update is None:
        return _too_few(answers), "yellow"
    change = f"Brier's score is lower by {figure_text(update.gain)}"
    if not update.is_better:
        return f"Not installed: no better than what the bench found, for certain ({change}).", "yellow"
    if dry_run:
        return f"Better than what the bench found: {change}. Not installed, as --dry-run asks.", "green"
    return f"Installed as {update.calibrator.name}: {change}.", "green"


def _too_few(answers: "Answers") -> str:
    from hroute.app.learn.calibrate import LEAST_VERDICTS
    from hroute.app.learn.calibrate_answers import LEAST_OF_EACH

    n = len(answers.judged)
    return (
        f"{_verdicts(n)} on answers of {answers.file.name} with a known confidence, {answers.right} good and"
        f" {n - answers.right} bad: {LEAST_VERDICTS} are needed, {LEAST_OF_EACH} of each kind, to learn what"
        " its confidence is worth."
    )


def _verdicts(n: int) -> str:
    return f"{n} verdict{'' if n == 1 else 's'}"
