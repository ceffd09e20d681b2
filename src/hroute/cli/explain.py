"""`hroute explain`: why a prompt would be, or was, routed so."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hroute.cli.options import Files, Overrides, RouteOption, SchemaOption, System, Tools
from hroute.cli.terminal import Terminal

if TYPE_CHECKING:
    from hroute.app.runtime import Runtime
    from hroute.core.types import Turn


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
    """
    from hroute.app.runtime import UserRuntime

    terminal = Terminal.current(quiet=quiet)
    runtime = UserRuntime(overrides or ())
    if batch is not None:
        _explain_batch(batch, runtime, terminal)
    elif last or _is_turn_id(prompt):
        turn_id = runtime.log.last_id() if last else int((prompt or "").lstrip("#"))
        _explain_logged(turn_id, runtime, terminal, as_json=as_json)
    else:
        turn = _turn(prompt, files or [], terminal).revised(system=system, forced=route)
        if tools or schema:
            from hroute.app.read_input import with_form

            turn = with_form(turn, tools, schema)
        _explain_turn(turn, runtime, terminal, as_json=as_json)


def _is_turn_id(prompt: str | None) -> bool:
    number = (prompt or "").removeprefix("#")
    return number.isascii() and number.isdigit()


def _turn(prompt: str | None, files: list[Path], terminal: Terminal) -> "Turn":
    from hroute.app.read_input import combine, read_stdin
    from hroute.core.types import Turn

    words, attachments = combine(prompt, read_stdin(terminal.stdin), files)
    return Turn(words, attachments=attachments)


def _explain_turn(turn: "Turn", runtime: "Runtime", terminal: Terminal, *, as_json: bool) -> None:
    from hroute.app.consider import consider

    if as_json:
        terminal.write(_json_line(None, turn, runtime))
        return
    signals, decision = consider(turn, runtime)
    if terminal.quiet:
        terminal.write(f"{decision.route}\n")
        return
    from hroute.cli.explain_view import show_decision

    show_decision(decision, signals, turn.prompt, terminal)


def _json_line(row_id: Any, turn: "Turn", runtime: "Runtime") -> str:
    from hroute.app.consider import consider
    from hroute.cli.as_json import decision_json, json_line

    started_s = perf_counter()
    signals, decision = consider(turn, runtime)
    overhead_ms = round((perf_counter() - started_s) * 1000, 3)
    return json_line({"id": row_id, **decision_json(decision, signals), "overhead_ms": overhead_ms})


def _explain_batch(name: str, runtime: "Runtime", terminal: Terminal) -> None:
    from hroute.core.types import Turn

    for row_id, prompt in _batch_rows(name, terminal):
        terminal.write(_json_line(row_id, Turn(prompt), runtime))


def _batch_rows(name: str, terminal: Terminal) -> Iterator[tuple[Any, str]]:
    """The id and prompt of each line; UsageError names the file and line of the first bad one."""
    import json

    from hroute.core.errors import UsageError

    number = 0
    try:
        for number, line in enumerate(_lines(name, terminal), 1):
            if not line.strip():
                continue
            row = json.loads(line)
            if not isinstance(row, dict) or not isinstance(row.get("prompt"), str) or "id" not in row:
                raise UsageError(f'{name}:{number}: expected {{"id": ..., "prompt": "..."}}')
            yield row["id"], row["prompt"]
    except OSError as exc:
        raise UsageError(f"{name}: {exc.strerror}") from exc
    except ValueError as exc:  # not JSON, or not UTF-8
        raise UsageError(f"{name}:{number or 1}: {exc}") from exc


def _lines(name: str, terminal: Terminal) -> Iterator[str]:
    if name == "-":
        yield from terminal.stdin
        return
    with Path(name).open(encoding="utf-8") as file:
        yield from file


def _explain_logged(turn_id: int, runtime: "Runtime", terminal: Terminal, *, as_json: bool) -> None:
    from hroute.cli.as_json import attempt_json, decision_json, json_line
    from hroute.cli.verdict_words import given_json

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
    from hroute.cli.explain_view import show_attempts, show_decision, show_verdicts

    show_decision(logged.decision, logged.signals, logged.prompt or "", terminal)
    show_attempts([one.attempt for one in logged.attempts], logged.request, terminal)
    show_verdicts(verdicts, terminal)
