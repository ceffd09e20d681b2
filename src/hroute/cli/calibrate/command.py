"""`hroute calibrate`: learns from the verdicts when the local model is good enough for this user."""

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from hroute.cli.options import AsJson, Overrides
from hroute.cli.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from hroute.app.learn.calibrate import CalibrationProposal
    from hroute.app.learn.calibrate_ability import MovedAbility
    from hroute.app.learn.calibrate_answers import CalibratorUpdate
    from hroute.app.learn.verdict_evidence import UsableVerdicts


def calibrate(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what a fit is worth, and install nothing.")
    ] = False,
    reset: Annotated[
        bool,
        typer.Option("--reset", help="Remove what was learned: scout and bench speak alone again."),
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN",
            help="Only verdicts on answers from then on (30d, 2026-11-01), as after a change of model.",
        ),
    ] = None,
    as_json: AsJson = False,
    overrides: Overrides = None,
) -> None:
    """Learn from your verdicts how likely each route is to succeed.

    Fits P(success) of the local and of the cloud route to the log's verdicts, with the scout as what holds
    without them: ten verdicts change little, a thousand a lot. The fit is judged on verdicts that it has not
    seen, and is installed only when it is better than the scout. Brier's score is the mean squared error of
    the probabilities, lower is better; AUROC is how well they rank successes above failures. Intervals are
    95%.

    The verdicts on local answers also move the confidence in these away from where hroute bench confidence
    --apply has put it, and the ability of a local model from what hroute bench ability --apply has measured,
    or else from what is known of such a model. Each is judged, and installed or refused, for itself.

    \b
    Examples:
      hroute calibrate --dry-run
      hroute calibrate
      hroute calibrate --since 30d --json
      hroute calibrate --reset
    """
    from hroute.config.paths import Paths
    from hroute.core.errors import UsageError

    terminal, folder = Terminal.current(), Paths.find(os.environ).data_dir
    if not reset:
        found = _fitted(since, overrides or (), folder, terminal)
        if not dry_run:
            _install(found, folder, terminal)
        show = _write_json if as_json else _show
        show(found, terminal, dry_run=dry_run)
        return
    if dry_run or since:
        raise UsageError("--reset removes the calibration and fits none", "hroute calibrate --reset")
    _reset(folder, terminal, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Fitted:
    """What the verdicts teach of the routes, of the answers of each local model, and of its ability."""

    usable: "UsableVerdicts"
    proposal: "CalibrationProposal | None"
    updates: "list[CalibratorUpdate]"
    moved: "list[MovedAbility]"


def _fitted(
    since: str | None, overrides: "list[str] | tuple[()]", folder: "Path", terminal: Terminal
) -> _Fitted:
    from datetime import datetime

    from hroute.app.answer.preview import price_of_cloud
    from hroute.app.learn.answer_evidence import gather_answers
    from hroute.app.learn.calibrate import propose
    from hroute.app.learn.calibrate_ability import gather_abilities, move
    from hroute.app.learn.calibrate_answers import updated_calibrator
    from hroute.app.learn.calibrations import model_files
    from hroute.app.learn.verdict_evidence import usable_verdicts
    from hroute.cli.format.moments import parse
    from hroute.cli.runtime import user_runtime

    now = datetime.now().astimezone()
    runtime = user_runtime(overrides)
    with runtime.log as log:
        begin = None if since is None else parse(since, now)
        usable = usable_verdicts(log.verdicts.outcomes(), runtime.scout, begin)
        files = model_files(runtime.settings, folder)
        answers = gather_answers(log.verdicts.outcomes(), files, begin)
        said = gather_abilities(log.verdicts.outcomes(), runtime.settings, runtime.scout, begin)
    if len(usable.verdicts) > 1000:
        terminal.note(f"fitting {len(usable.verdicts):,} verdicts, which takes some seconds")
    proposal = propose(usable, runtime.settings.cpst, price_of_cloud(runtime), now)
    updates = [updated_calibrator(one, now.date()) for one in answers]
    moved = [move(one, folder, usable.scout_model, now.date()) for one in said]
    return _Fitted(usable, proposal, updates, moved)


def _install(found: _Fitted, folder: "Path", terminal: Terminal) -> None:
    """What is better, of each kind."""
    from hroute.config.measured import abilities, calibrations
    from hroute.config.measured.installed_calibration import install_calibration
    from hroute.config.paths import shown

    if found.proposal is not None and found.proposal.is_better:
        terminal.note(f"wrote {shown(install_calibration(folder, found.proposal.calibration))}")
        terminal.note('routes are chosen by it under policy = "cpst": hroute config set policy cpst')
    for update in [one.update for one in found.updates if one.update]:
        if update.is_better:
            terminal.note(f"wrote {shown(calibrations.install(update.calibrator, folder))}")
    for one in found.moved:
        if one.is_better and one.measured is not None:
            terminal.note(f"wrote {shown(abilities.install(one.measured, folder))}")


def _show(found: _Fitted, terminal: Terminal, *, dry_run: bool) -> None:
    from hroute.cli.calibrate.ability_view import show_abilities
    from hroute.cli.calibrate.answers_view import show_answers
    from hroute.cli.calibrate.view import show_proposal, show_too_few

    if found.proposal is None:
        show_too_few(found.usable, terminal)
    else:
        show_proposal(found.usable, found.proposal, terminal, dry_run=dry_run)
    show_answers(found.updates, terminal, dry_run=dry_run)
    show_abilities(found.moved, terminal, dry_run=dry_run)


def _write_json(found: _Fitted, terminal: Terminal, *, dry_run: bool) -> None:
    from hroute.cli.calibrate.ability_view import abilities_json
    from hroute.cli.calibrate.answers_view import answers_json
    from hroute.cli.calibrate.view import proposal_json
    from hroute.cli.format.as_json import json_line

    routes = proposal_json(found.usable, found.proposal, dry_run=dry_run)
    answers = answers_json(found.updates, dry_run=dry_run)
    abilities = abilities_json(found.moved, dry_run=dry_run)
    terminal.write(json_line({**routes, "answers": answers, "abilities": abilities}))


def _reset(folder: "Path", terminal: Terminal, *, as_json: bool) -> None:
    from hroute.cli.format.as_json import json_line
    from hroute.config.measured import abilities
    from hroute.config.measured.calibrations import forget_verdicts
    from hroute.config.measured.installed_calibration import remove_calibration

    was_there, forgot = remove_calibration(folder), forget_verdicts(folder)
    unmoved = abilities.forget_verdicts(folder)
    if as_json:
        names = {"answers": [one.name for one in forgot], "abilities": [one.name for one in unmoved]}
        terminal.write(json_line({"removed": was_there, **names}))
        return
    if was_there:
        terminal.line(("Removed: the scout decides again.", ""))
    for calibrator in forgot:
        terminal.line((f"Removed: answers are judged by {calibrator.name} again.", ""))
    for one in unmoved:
        terminal.line((f"Removed: the ability of {one.name} is {one.value:+.2f} again.", ""))
    if not was_there and not forgot and not unmoved:
        terminal.line(("There is no calibration.", ""))
