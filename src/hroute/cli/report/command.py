"""`hroute report`: what each success cost, by what turns have in common."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hroute.cli import completing
from hroute.cli.options import AsJson, Overrides, Quiet
from hroute.cli.terminal import Terminal
from hroute.core.report.compose import Grouping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hroute.core.report.compose import Report
    from hroute.store.report import Scope

_SHOWN = (Grouping.ROUTE, Grouping.CATEGORY, Grouping.SLOT, Grouping.MODEL, Grouping.SESSION)


def report(
    since: Annotated[
        str | None, typer.Option(metavar="WHEN", help="Only turns from then on: 12h, 30d, 2026-11-01.")
    ] = None,
    category: Annotated[
        str | None, typer.Option(help="Only turns of this category; '': those without one.")
    ] = None,
    session: Annotated[
        int | None,
        typer.Option(
            metavar="ID",
            min=1,
            help="Only turns of this chat session.",
            autocompletion=completing.session_ids,
        ),
    ] = None,
    by: Annotated[
        list[Grouping] | None, typer.Option(help="Only this grouping; repeatable. Default: all but day.")
    ] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV: a row for each group.")] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write one page with charts that needs nothing else.")
    ] = None,
    quiet: Quiet = False,
    overrides: Overrides = None,
) -> None:
    """Show the cost per successful task (CPST), and what it is made of.

    CPST is the bill of all attempts, failed ones included, plus the electricity of local ones and your time
    on failures (the settings in [cpst] say what both cost), for each turn that succeeded. A turn succeeded
    or failed as its verdict says; without an answer it failed; else it is unknown, and counts as no success.
    Days are those of UTC.

    \b
    Examples:
      hroute report
      hroute report --since 30d --by category --by day
      hroute report --set cpst.operator_usd_per_hour=100 --json | jq .overall.cpst
      hroute report --html report.html
    """
    from hroute.app.report import make_report
    from hroute.cli.format.moments import moment_of
    from hroute.cli.runtime import user_runtime
    from hroute.store.report import Scope

    terminal = Terminal.current(quiet=quiet)
    _refuse_two_forms(as_json, as_csv, html)
    scope = Scope(moment_of(since), category, session)
    runtime = user_runtime(overrides)
    with runtime:
        found = make_report(runtime, scope)
    groupings = by or ([*Grouping] if as_json or as_csv else _SHOWN)
    if as_json:
        _write_json(found, groupings, terminal)
    elif as_csv:
        _write_csv(found, groupings, terminal)
    elif html is not None:
        _write_html(found, html, _title(scope), runtime.log.path)
        terminal.note(f"wrote {html}")
    elif found.overall.turns:
        from hroute.cli.report.compose import sections_of
        from hroute.cli.report.view import show_report

        show_report(sections_of(found, groupings, _title(scope)), terminal)
    else:
        terminal.note("No turn matches." if scope != Scope() else 'The log is empty. Try: hroute ask "..."')


def _refuse_two_forms(as_json: bool, as_csv: bool, html: Path | None) -> None:
    from hroute.core.errors import UsageError

    if as_json + as_csv + (html is not None) > 1:
        raise UsageError("a report has one form", "Give only one of --json, --csv and --html.")


def _title(scope: "Scope") -> str:
    from hroute.cli.format.moments import local_minute

    parts = ["Cost per successful task"]
    if scope.since is not None:
        parts.append(f"since {local_minute(scope.since)}")
    if scope.category is not None:
        parts.append(f"category {scope.category or '(none)'}")
    if scope.session_id is not None:
        parts.append(f"session {scope.session_id}")
    return " · ".join(parts)


def _write_json(found: "Report", groupings: "Sequence[Grouping]", terminal: Terminal) -> None:
    from hroute.cli.format.as_json import json_line
    from hroute.cli.report.json import report_json

    terminal.write(json_line(report_json(found, groupings)))


def _write_csv(found: "Report", groupings: "Sequence[Grouping]", terminal: Terminal) -> None:
    import csv

    from hroute.cli.report.json import report_csv

    rows = list(report_csv(found, groupings))
    writer = csv.DictWriter(terminal.stdout, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def _write_html(found: "Report", file: Path, title: str, log_file: Path) -> None:
    """Readable by its owner alone, like the log: categories and models say what somebody works on."""
    from hroute.cli.private_file import private_file
    from hroute.cli.report.html import page

    text = page(found, title)
    with private_file(file, log_file) as out:
        out.write(text)
