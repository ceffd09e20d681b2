"""`hroute explain`: why a prompt would be, or was, routed so."""

from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hroute.cli.options import Files, Overrides, RouteOption, SchemaOption, System, Tools
from hroute.cli.terminal import Terminal

if TYPE_CHECKING:
    from hroute.app.answer.runtime import Runtime
    from hroute.core.turn.turn import Turn


def explain(
    prompt: Annotated[
        str | None, typer.Argument(metavar="PROMPT|ID", help="A prompt, or the number of a logged turn.")
    ] = None,
    files: Files = None,
    system: System = None,
    tools: Tools = None,
    schema: SchemaOption = None,
    route: RouteOption = None,
    last: Annotated[bool, typer.Option("--last", help="Explain the last logged turn.")] = False,
    batch: Annotated[
        str | None,
        typer.Option(metavar="FILE.jsonl", help='Rows {"id", "prompt"}; - is stdin. Implies --json.'),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the decision as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print the route alone.")] = False,
    overrides: Overrides = None,
) -> None:
    """Show how a prompt would be routed, and why. Nothing is generated, sent or logged.

    \b
    Examples:
      hroute explain "Write a haiku as JSON, under 20 words, no adjectives, in French"
      test "$(hroute explain -q "$PROMPT")" = local && ./cheap.sh
      hroute explain --last
      hroute explain --batch prompts.jsonl > decisions.jsonl

    --batch prints an object for each row, with its id. A row that cannot be decided has "line" and "error"
    instead, the others are decided all the same, and the exit code is 2.
    """
    from hroute.cli.runtime import user_runtime

    terminal = Terminal.current(quiet=quiet)
    runtime = user_runtime(overrides)
    if batch is not None:
        _explain_batch(batch, runtime, terminal)
    elif last or _is_turn_id(prompt):
        turn_id = runtime.log.last_id() if last else int((prompt or "").lstrip("#"))
        _explain_logged(turn_id, runtime, terminal, as_json=as_json)
    else:
        from hroute.app.read_input import combine, read_expected, read_stdin
        from hroute.core.turn.options import Options
        from hroute.core.turn.turn import Turn

        ask, along = combine(prompt, read_stdin(terminal.stdin), files or [])
        expected, options = read_expected(tools, schema, "--schema"), Options(route)
        turn = Turn.of(ask, system=system, files=along, expected=expected, options=options)
        _explain_turn(turn, runtime, terminal, as_json=as_json)


def _is_turn_id(prompt: str | None) -> bool:
    number = (prompt or "").removeprefix("#")
    return number.isascii() and number.isdigit()


def _explain_turn(turn: "Turn", runtime: "Runtime", terminal: Terminal, *, as_json: bool) -> None:
    from hroute.app.answer.preview import preview

    if as_json:
        terminal.write(_json_line(None, turn, runtime))
        return
    signals, decision = preview(turn, runtime)
    if terminal.quiet:
        terminal.write(f"{decision.route}\n")
        return
    from hroute.cli.explain.view import show_decision

    show_decision(decision, signals, turn.ask, terminal)


def _json_line(row_id: Any, turn: "Turn", runtime: "Runtime") -> str:
    from hroute.app.answer.preview import preview
    from hroute.cli.format.as_json import decision_json, json_line

    started_s = perf_counter()
    signals, decision = preview(turn, runtime)
    overhead_ms = round((perf_counter() - started_s) * 1000, 3)
    return json_line({"id": row_id, **decision_json(decision, signals), "overhead_ms": overhead_ms})


def _explain_batch(name: str, runtime: "Runtime", terminal: Terminal) -> None:
    """A decision for each row, or what is wrong with it; then UsageError if there was anything wrong."""
    from hroute.cli.explain.batch import BadRow, read_rows
    from hroute.cli.format.as_json import json_line
    from hroute.core.errors import UsageError
    from hroute.core.turn.turn import Turn

    bad: list[BadRow] = []
    for row in read_rows(name, terminal.stdin):
        if isinstance(row, BadRow):
            bad.append(row)
            terminal.write(json_line({"id": row.id, "line": row.line, "error": row.error}))
        else:
            terminal.write(_json_line(row.id, Turn.of(row.prompt), runtime))
    if bad:
        rows = "1 row has" if len(bad) == 1 else f"{len(bad)} rows have"
        raise UsageError(
            f"{name}:{bad[0].line}: {bad[0].error}",
            f'{rows} an "error" in place of a decision; each needs {{"id": ..., "prompt": "..."}}',
        )


def _explain_logged(turn_id: int, runtime: "Runtime", terminal: Terminal, *, as_json: bool) -> None:
    from hroute.cli.format.as_json import attempt_json, decision_json, json_line
    from hroute.cli.format.verdict_words import given_json

    logged = runtime.log.turn(turn_id)
    verdicts = runtime.log.verdicts.history(turn_id)
    if as_json:
        found = {"id": str(turn_id), **decision_json(logged.decision, logged.signals)}
        attempts = [attempt_json(one.attempt) for one in logged.attempts]
        terminal.write(
            json_line(
                {
                    **found,
                    "overhead_ms": round(logged.overhead_ms, 3),
                    "attempts": attempts,
                    "verdicts": [given_json(given) for given in verdicts],
                }
            )
        )
        return
    if terminal.quiet:
        terminal.write(f"{logged.decision.route}\n")
        return
    from hroute.cli.explain.view import show_attempts, show_decision, show_verdicts

    show_decision(logged.decision, logged.signals, logged.prompt or "", terminal)
    expected = logged.request.readable().expected if logged.request else None
    show_attempts([one.attempt for one in logged.attempts], expected, terminal)
    show_verdicts(verdicts, terminal)
