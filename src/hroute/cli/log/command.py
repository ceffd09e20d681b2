"""`hroute log`: what was asked, how it was decided, what it cost and what left this machine."""

import os
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from hroute.cli import completing
from hroute.cli.terminal import Terminal
from hroute.core.decision.decision import Route, Rule
from hroute.core.turn.attempt import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hroute.store.log import Log
    from hroute.store.rows import LoggedTurn, Summary

log_app = typer.Typer(name="log", help="Look into the log of decisions.", no_args_is_help=True)

Limit = Annotated[int, typer.Option("-n", "--limit", min=1, help="Show at most this many turns.")]
Since = Annotated[str | None, typer.Option(metavar="WHEN", help="Only from then on: 12h, 7d, 2026-11-01.")]
AsJsonLines = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]


class Format(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"


@log_app.command("list")
def list_turns(
    limit: Limit = 20,
    since: Since = None,
    route: Annotated[Route | None, typer.Option(help="Only turns that took this route.")] = None,
    rule: Annotated[Rule | None, typer.Option(help="Only turns that this rule decided.")] = None,
    category: Annotated[str | None, typer.Option(help="Only turns of this category.")] = None,
    outcome: Annotated[Outcome | None, typer.Option(help="Only turns with an attempt that ended so.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only turns that got no answer.")] = False,
    as_json: AsJsonLines = False,
) -> None:
    """List the newest turns, one a line.

    In a pipe, tabs separate the columns: id, time, route, rule, outcome,
    model, tokens in/out, cost, milliseconds, beginning of the prompt.

    \b
    Examples:
      hroute log list -n 50 --since 7d
      hroute log list --route local --failed
      hroute log list --json | jq .cost_usd
    """
    from hroute.cli.format.moments import moment_of
    from hroute.store.rows import Filter

    wanted = Filter(moment_of(since), route, rule, category, outcome, failed)
    with _open() as log:
        nothing = "No turn matches." if wanted != Filter() else 'The log is empty. Try: hroute ask "..."'
        _show(log.turns(wanted, limit=limit), nothing, as_json=as_json)


@log_app.command()
def show(
    turn_id: Annotated[
        int | None, typer.Argument(metavar="ID", min=1, help="The turn.", autocompletion=completing.turn_ids)
    ] = None,
    last: Annotated[bool, typer.Option("--last", help="The newest turn.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show a turn: its prompt, signals and decision, and every attempt with its text and cost.

    \b
    Examples:
      hroute log show 12
      hroute log show --last --json
    """
    from hroute.cli.format.as_json import json_line
    from hroute.cli.format.verdict_words import given_json, history_words
    from hroute.cli.log.export import logged_json
    from hroute.cli.log.view import ListingLine, describe, print_lines
    from hroute.core.errors import UsageError

    if (turn_id is None) != last:
        raise UsageError("log show takes one turn", "Give its ID or --last, not both: hroute log show --last")
    terminal = Terminal.current()
    with _open() as log:
        logged = log.turn(log.last_id() if turn_id is None else turn_id)
        verdicts = log.verdicts.history(logged.id)
    if as_json:
        said = [given_json(given) for given in verdicts]
        terminal.write(json_line({**logged_json(logged), "verdicts": said}))
        return
    heading = [ListingLine("verdicts", is_heading=True)] if verdicts else []
    said_lines = [ListingLine(f"  {history_words(given)}") for given in verdicts]
    print_lines([*describe(logged), *heading, *said_lines], terminal)


@log_app.command()
def search(
    text: Annotated[str, typer.Argument(help="Words as they stand in a prompt or an answer, in any case.")],
    limit: Limit = 20,
    as_json: AsJsonLines = False,
) -> None:
    """Find turns by a text in their prompt or an answer.

    \b
    Examples:
      hroute log search "stack trace"
      hroute log search parser -n 5 --json
    """
    from hroute.core.errors import UsageError

    if not text.strip():
        raise UsageError("there is nothing to search for", "Give some text: hroute log search parser")
    with _open() as log:
        _show(log.search(text, limit=limit), "No turn has this text.", as_json=as_json)


@log_app.command()
def inbox(limit: Limit = 10, as_json: AsJsonLines = False) -> None:
    """List the unrated answers whose verdicts would teach most, why, and how to rate each.

    First come turns that took the other route by lot, then those near the threshold between the routes,
    failovers and long ones. In a pipe, tabs separate number, reasons, command and beginning of the prompt.

    \b
    Examples:
      hroute log inbox
      hroute log inbox -n 3 --json | jq -r .command
    """
    from hroute.app.inbox import inbox as lessons_in
    from hroute.cli.log.inbox import inbox_json, print_inbox

    terminal = Terminal.current()
    with _open() as log:
        lessons = lessons_in(log, limit)
    if as_json:
        terminal.write("".join(map(inbox_json, lessons)))
    elif lessons:
        print_inbox(lessons, terminal)
    else:
        terminal.note("Nothing to rate: every answer in the log has its verdict.")


@log_app.command()
def export(
    form: Annotated[
        Format, typer.Option("--format", help="One JSON object a turn, or one CSV row an attempt.")
    ] = Format.JSONL,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write this file instead of stdout.")
    ] = None,
) -> None:
    """Write the whole log, oldest turn first. An unknown cost is null in JSON and empty in CSV.

    \b
    Examples:
      hroute log export --format jsonl | gzip > log.jsonl.gz
      hroute log export --format csv -o log.csv
    """
    write = _write_jsonl if form is Format.JSONL else _write_csv
    with _open() as log, _output(output, log.path) as stream:
        write(log.export(), stream)


@log_app.command()
def prune(
    before: Annotated[
        str | None, typer.Option(metavar="WHEN", help="Remove turns older than this: 30d, 2026-11-01.")
    ] = None,
    keep_last: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="Remove all but the newest N turns.")
    ] = None,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask.")] = False,
) -> None:
    """Remove old turns for good and give their space back. It asks first; in a pipe it needs --yes.

    \b
    Examples:
      hroute log prune --before 30d
      hroute log prune --keep-last 1000 --yes
    """
    from hroute.cli.format.moments import moment_of
    from hroute.cli.format.words import counted
    from hroute.core.errors import UsageError

    if (before is None) == (keep_last is None):
        raise UsageError("log prune needs one bound", "Give --before 30d or --keep-last 1000.")
    terminal = Terminal.current()
    moment = moment_of(before, "--before")
    with _open() as log:
        number = log.count(before=moment, keep_last=keep_last)
        if number == 0:
            terminal.note("No turn is that old: nothing to remove.")
            return
        if not yes and not _agreed(f"Remove {counted(number, 'turn')} for good?", terminal):
            return
        pruned = log.prune(before=moment, keep_last=keep_last)
    terminal.write(f"Removed {counted(pruned.turns, 'turn')}, freed {pruned.freed_bytes:,} bytes.\n")
    if pruned.is_in_use:
        terminal.warn("Another program uses the log: its file keeps its size until that is done with it.")


@log_app.command()
def path() -> None:
    """Print where the log is.

    \b
    Examples:
      hroute log path
      sqlite3 "$(hroute log path)" "select rule, count(*) from turns group by rule"
    """
    with _open() as log:
        Terminal.current().write(f"{log.path}\n")


@log_app.command()
def egress(since: Since = None, as_json: AsJsonLines = False) -> None:
    """Show what was sent to a model server: when, to which endpoint, how many bytes.

    A server on this machine is marked so: what it got has not left.

    \b
    Examples:
      hroute log egress --since 7d
      hroute log egress --json | jq 'select(.this_machine | not)'
    """
    from hroute.cli.format.as_json import json_line
    from hroute.cli.format.moments import moment_of
    from hroute.cli.log.export import egress_json
    from hroute.cli.log.view import print_egress

    terminal = Terminal.current()
    with _open() as log:
        requests = list(log.egress(moment_of(since)))
    if as_json:
        terminal.write("".join(json_line(egress_json(request)) for request in requests))
    else:
        print_egress(requests, terminal)


def _open() -> "Log":
    """The log for reading. The settings are not read: a mistake in them must not hide the log."""
    from hroute.config.paths import Paths
    from hroute.store.log import Log

    return Log(Paths.find(os.environ).log_file)


def _show(summaries: "Iterator[Summary]", nothing: str, *, as_json: bool) -> None:
    from hroute.cli.format.as_json import json_line
    from hroute.cli.log.export import summary_json
    from hroute.cli.log.view import print_summaries

    terminal, found = Terminal.current(), list(summaries)
    if as_json:
        terminal.write("".join(json_line(summary_json(summary)) for summary in found))
    elif found:
        print_summaries(found, terminal)
    else:
        terminal.note(nothing)


def _agreed(question: str, terminal: Terminal) -> bool:
    from hroute.core.errors import UsageError

    if not terminal.stdin.isatty():
        raise UsageError("log prune cannot ask without a terminal", "Say so beforehand: add --yes")
    return typer.confirm(question, err=True)


@contextmanager
def _output(path: Path | None, log_file: Path) -> "Iterator[TextIO]":
    """Stdout, or a file that only its owner can read: it holds prompts."""
    from hroute.cli.private_file import private_file

    if path is None:
        yield Terminal.current().stdout
        return
    with private_file(path, log_file) as stream:
        yield stream


def _write_jsonl(turns: "Iterable[LoggedTurn]", stream: TextIO) -> None:
    from hroute.cli.format.as_json import json_line
    from hroute.cli.log.export import logged_json

    for logged in turns:
        stream.write(json_line(logged_json(logged)))


def _write_csv(turns: "Iterable[LoggedTurn]", stream: TextIO) -> None:
    import csv

    from hroute.cli.log.export import csv_rows

    writer = None
    for logged in turns:
        for row in csv_rows(logged):
            if writer is None:
                writer = csv.DictWriter(stream, row, lineterminator="\n")
                writer.writeheader()
            writer.writerow(row)
