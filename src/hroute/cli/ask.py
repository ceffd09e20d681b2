"""`hroute ask`: one prompt, one answer."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hroute.cli import completing
from hroute.cli.options import Files, Overrides, Quiet, RouteOption, SchemaOption, System, Tools
from hroute.cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from hroute.app.answer.events import Event
    from hroute.app.answer.runtime import Runtime, UserRuntime
    from hroute.cli.display import Display
    from hroute.core.turn.turn import Turn


def ask(
    prompt: Annotated[
        str | None,
        typer.Argument(metavar="PROMPT", help="The prompt; without it, or as -, stdin is the prompt."),
    ] = None,
    files: Files = None,
    system: System = None,
    tools: Tools = None,
    schema: SchemaOption = None,
    route: RouteOption = None,
    max_tokens: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Longest answer, in tokens.")
    ] = None,
    temperature: Annotated[
        float | None, typer.Option(metavar="T", min=0, max=2, help="Sampling temperature.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="Sampling seed, to repeat an answer.")
    ] = None,
    category: Annotated[
        str | None, typer.Option(metavar="NAME", help="A label for the log and its reports.")
    ] = None,
    session: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Go on with this chat session, or begin one with `new`: what was said in it goes along,"
            " and an agent that repeats itself is noticed.",
        ),
    ] = None,
    retry: Annotated[
        int | None,
        typer.Option(
            metavar="ID",
            min=1,
            help="Run a prompt from the log again.",
            autocompletion=completing.turn_ids,
        ),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="Print answer, decision and attempts as JSON; `cut` and `refused` mark an answer that its"
            " server ended early or did not want to give.",
        ),
    ] = False,
    stream: Annotated[
        bool, typer.Option("--stream", help="Stream into a pipe too, before validation.")
    ] = False,
    quiet: Quiet = False,
    overrides: Overrides = None,
) -> None:
    """Answer one prompt with the cheapest model that will get it right.

    The answer goes to stdout, everything else to stderr. Into a pipe only a validated answer is written.
    With --tools the answer is a JSON list of calls (nothing is executed), or a JSON text where the model
    calls none; with --schema it is JSON by that schema.

    \b
    Examples:
      hroute ask "Why is the sky blue?"
      cat err.log | hroute ask "what broke?"
      hroute ask -f notes.md "Summarise in 3 bullets" --route local
      hroute ask "Ada Lovelace, born 1815" --schema 'name: str, born: int'
      hroute ask "Weather in Oslo?" --tools weather.json
      hroute ask --retry 12 --route cloud --json
      hroute ask --session new --tools files.json "find the bug" --json
    """
    import asyncio
    from dataclasses import replace

    from hroute.app.read_input import read_expected
    from hroute.cli.display import display_for
    from hroute.cli.runtime import user_runtime
    from hroute.core.decision.decision import Slot
    from hroute.core.turn.options import Sampling

    terminal = Terminal.current(quiet=quiet)
    sampling = Sampling(max_tokens, temperature, seed)
    runtime = user_runtime(overrides)
    runtime.load_scout_ahead()
    if retry is None:
        runtime.load_local_ahead(Slot.CHAT if tools is None and schema is None else Slot.TOOLS, route)
    with runtime:
        turn = _turn(prompt, files or [], retry, runtime, terminal)
        options = turn.options.revised(forced=route, category=category, sampling=sampling)
        given = read_expected(tools, schema, "--schema")
        terminal.warn(*(given.warnings if given else ()))
        turn = turn.with_system(system or turn.system)
        turn = replace(turn, expected=given or turn.expected, options=options)
        events = _events(turn, runtime, session)
        asyncio.run(
            _answer(events, runtime, display_for(turn.slot, terminal, as_json=as_json, stream=stream))
        )


def _turn(
    prompt: str | None, files: list[Path], retry: int | None, runtime: "Runtime", terminal: Terminal
) -> "Turn":
    """The turn as typed and piped, or the logged one that is to run again."""
    from hroute.app.chat.restore import turn_again
    from hroute.app.read_input import combine, read_stdin
    from hroute.core.errors import UsageError
    from hroute.core.turn.turn import Turn

    if retry is not None:
        if prompt is not None or files:
            raise UsageError(
                "--retry takes the prompt and its files from the log", "leave out PROMPT and --file"
            )
        again = turn_again(runtime.log.turn(retry), runtime.log)
        if again is None:
            raise UsageError(f"turn {retry} was logged without its text", "[log] prompts was not full")
        return again
    ask, along = combine(prompt, read_stdin(terminal.stdin), files)
    return Turn.of(ask, files=along)


def _events(turn: "Turn", runtime: "Runtime", session: str | None) -> "AsyncGenerator[Event, None]":
    """The turn alone, or as the next one of a session."""
    from hroute.app.answer.router import answer
    from hroute.app.chat.conversation import Conversation
    from hroute.app.chat.setup import Setup
    from hroute.core.errors import UsageError

    if session is None:
        return answer(turn, runtime)
    if session != "new" and not session.isdecimal():
        raise UsageError(f"--session is {session!r}, must be the number of a session, or new")
    conversation = Conversation(runtime, Setup.of(turn))
    if session != "new":
        conversation.open(int(session))
        conversation.setup = Setup.of(turn).over(conversation.setup)
    conversation.files = turn.files
    return conversation.say(turn.ask)


async def _answer(
    answering: "AsyncGenerator[Event, None]", runtime: "UserRuntime", display: "Display"
) -> None:
    from contextlib import aclosing

    from hroute.core.errors import NoAnswerError

    async with runtime:
        try:
            async with aclosing(answering) as events:
                async for event in events:
                    display.show(event)
        except NoAnswerError:
            display.failed()
            raise
        finally:
            display.close()
