"""`hroute doctor`: whether everything that hroute needs is there and works."""

import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from hroute.cli.options import AsJson
from hroute.cli.terminal import Terminal
from hroute.cli.words.remedies import hint_of

if TYPE_CHECKING:
    from hroute.app.doctor.finding import DoctorFinding

_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def doctor(
    online: Annotated[
        bool, typer.Option("--online", help="Ask each endpoint for its models, waiting 5 seconds at most.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check packages, settings, models, keys, prices, log and terminal; a line for each, with what to do.

    Nothing is sent anywhere without --online, and no key is ever shown. Exits with 1 when a check fails.

    \b
    Examples:
      hroute doctor
      hroute doctor --online
      hroute doctor --json | jq '.checks[] | select(.status != "ok")'
    """
    from hroute.app.doctor.examine import examine
    from hroute.app.doctor.finding import Health
    from hroute.cli.format.as_json import json_line
    from hroute.config.paths import Paths

    terminal = Terminal.current()
    checks: list[DoctorFinding] = []
    for found in examine(Paths.find(os.environ), os.environ, online=online):
        check = replace(found, unasked="") if online else found
        checks.append(check)
        if not as_json:
            _show(check, terminal)
    checks.append(_terminal_check(terminal))
    has_failed = any(check.health is Health.FAIL for check in checks)
    if as_json:
        shown = [_as_json(check) for check in checks]
        terminal.write(json_line({"ok": not has_failed, "checks": shown}))
    else:
        _show(checks[-1], terminal)
    if has_failed:
        raise typer.Exit(1)


def _as_json(check: "DoctorFinding") -> dict[str, str]:
    hint = hint_of(check.remedies)
    return {"name": check.name, "status": check.health, "detail": _detail(check), "hint": hint}


def _detail(check: "DoctorFinding") -> str:
    return f"{check.detail} (--online asks {check.unasked})" if check.unasked else check.detail


def _show(check: "DoctorFinding", terminal: Terminal) -> None:
    hint = " ".join(hint_of(check.remedies).split())
    terminal.line(
        (f"{check.health:5}", _STYLES[check.health]),
        (f" {check.name:13} ", "bold"),
        (_detail(check), ""),
        (f"  ({hint})" if hint else "", "dim"),
    )


def _terminal_check(terminal: Terminal) -> "DoctorFinding":
    from hroute.app.doctor.finding import DoctorFinding, Health
    from hroute.core.remedies import Advice

    encoding = (terminal.stdout.encoding or "unknown").lower()
    if encoding.replace("-", "") != "utf8":
        hint = "export PYTHONIOENCODING=utf-8, or set a UTF-8 locale"
        return DoctorFinding(
            "terminal", Health.WARN, f"output is {encoding}: some signs cannot be shown", (Advice(hint),)
        )
    if not terminal.is_rich:
        return DoctorFinding("terminal", Health.OK, "stdout is no terminal: plain text")
    colour = "with" if terminal.has_colour else "without"
    return DoctorFinding(
        "terminal", Health.OK, f"{shutil.get_terminal_size().columns} columns, {colour} colour"
    )
