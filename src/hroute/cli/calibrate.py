"""`hroute calibrate`: learns from the verdicts when the local model is good enough for this user."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from hroute.cli.options import AsJson, Overrides
from hroute.cli.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from hroute.app.calibrate import Proposal
    from hroute.app.verdict_evidence import Gathered


def calibrate(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what a fit is worth, and install nothing.")
    ] = False,
    reset: Annotated[
        bool, typer.Option("--reset", help="Remove the calibration: the scout speaks for itself again.")
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
        gathered, proposal = _fitted(since, overrides or (), terminal)
        installed = _install(proposal, folder, terminal, dry_run=dry_run)
        _show(gathered, proposal, terminal, installed=installed, as_json=as_json)
        return
    if dry_run or since:
        raise UsageError("--reset removes the calibration and fits none", "hroute calibrate --reset")
    _reset(folder, terminal, as_json=as_json)


def _fitted(
    since: str | None, overrides: "list[str] | tuple[()]", terminal: Terminal
) -> "tuple[Gathered, Proposal | None]":
    from datetime import datetime

    from hroute.app.calibrate import propose
    from hroute.app.consider import price_of_cloud
    from hroute.app.runtime import UserRuntime
    from hroute.app.verdict_evidence import gather
    from hroute.cli.since import parse_since

    now = datetime.now().astimezone()
    runtime = UserRuntime(overrides)
    with runtime.log as log:
        begin = None if since is None else parse_since(since, now)
        gathered = gather(log.verdicts.outcomes(), runtime.scout, begin)
    if len(gathered.verdicts) > 1000:
        terminal.note(f"fitting {len(gathered.verdicts):,} verdicts, which takes some seconds")
    return gathered, propose(gathered, runtime.settings.cpst, price_of_cloud(runtime), now)


def _install(proposal: "Proposal | None", folder: "Path", terminal: Terminal, *, dry_run: bool) -> bool:
    from hroute.config.installed_calibration import install_calibration
    from hroute.config.paths import shown

    if dry_run or proposal is None or not proposal.is_better:
        return False
    terminal.note(f"wrote {shown(install_calibration(folder, proposal.calibration))}")
    terminal.note('routes are chosen by it under policy = "cpst": hroute config set policy cpst')
    return True


def _show(
    gathered: "Gathered", proposal: "Proposal | None", terminal: Terminal, *, installed: bool, as_json: bool
) -> None:
    from hroute.cli.calibrate_view import proposal_json, show_proposal, show_too_few

    if as_json:
        from hroute.cli.as_json import json_line

        terminal.write(json_line(proposal_json(gathered, proposal, installed=installed)))
    elif proposal is None:
        show_too_few(gathered, terminal)
    else:
        show_proposal(gathered, proposal, terminal, installed=installed)


def _reset(folder: "Path", terminal: Terminal, *, as_json: bool) -> None:
    from hroute.cli.as_json import json_line
    from hroute.config.installed_calibration import remove_calibration

    was_there = remove_calibration(folder)
    if as_json:
        terminal.write(json_line({"removed": was_there}))
        return
    terminal.line(("Removed: the scout decides again." if was_there else "There is no calibration.", ""))
