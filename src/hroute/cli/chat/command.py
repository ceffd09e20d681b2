"""`hroute chat`: a conversation on a terminal, or line by line through a pipe."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hroute.cli import completing
from hroute.cli.options import Files, Overrides, Quiet, RouteOption, SchemaOption, System, Tools
from hroute.cli.terminal import Terminal

if TYPE_CHECKING:
    from hroute.app.answer.runtime import UserRuntime
    from hroute.app.chat.conversation import Conversation
    from hroute.app.chat.setup import Setup
    from hroute.cli.chat.loop import LineReader


def chat(
    go_on: Annotated[
        bool, typer.Option("-c", "--continue", help="Go on with the session that was last spoken in.")
    ] = False,
    session: Annotated[
        int | None,
        typer.Option(
            metavar="ID",
            min=1,
            help="Go on with this session; /sessions lists them.",
            autocompletion=completing.session_ids,
        ),
    ] = None,
    files: Files = None,
    system: System = None,
    tools: Tools = None,
    schema: SchemaOption = None,
    route: RouteOption = None,
    quiet: Quiet = False,
    overrides: Overrides = None,
) -> None:
    """Talk with the models, each turn going to the cheapest one that will get it right.

    Every turn is in the log before its first token. Ctrl-C stops an answer and keeps what there is of
    it; /help lists the commands. Without a terminal every line of stdin is a turn, and answers are plain.

    \b
    Examples:
      hroute chat
      hroute chat --continue
      hroute chat -f notes.md --system "Answer in one sentence."
      printf 'Name a colour.\\nAnother one.\\n' | hroute chat
    """
    import asyncio

    from hroute.app.chat.conversation import Conversation
    from hroute.cli.chat.commands import Talk
    from hroute.cli.chat.commands_view import show_recap
    from hroute.cli.chat.loop import Chat
    from hroute.cli.runtime import user_runtime
    from hroute.core.errors import UsageError

    if go_on and session is not None:
        raise UsageError("--continue and --session do not go together", "leave one of them out")
    terminal = Terminal.current(quiet=quiet)
    if not (terminal.stdin.isatty() and terminal.stdout.isatty()):
        terminal = terminal.plain()
    runtime = user_runtime(overrides)
    runtime.load_scout_ahead()
    with runtime, asyncio.Runner() as runner:
        conversation = Conversation(runtime)
        if go_on or session is not None:
            conversation.open(session)
            show_recap(conversation, terminal)
        given = _setup(system, tools, schema)
        terminal.warn(*given.warnings)
        conversation.setup = given.forcing(route).over(conversation.setup)
        for file in files or ():
            conversation.attach(file)
        draft = conversation.draft("")
        runtime.load_local_ahead(draft.slot, draft.options.forced, draft.options.local_model)
        reader = _reader(conversation, runtime, terminal)
        try:
            Chat(Talk(conversation, terminal, has_editor=reader.takes_default), reader, runner).run()
        finally:
            runner.run(runtime.aclose())


def _setup(system: str | None, tools: Path | None, schema: str | None) -> "Setup":
    from hroute.app.chat.setup import Setup
    from hroute.app.read_input import read_expected

    return Setup(system=system, expected=read_expected(tools, schema, "--schema"))


def _reader(conversation: "Conversation", runtime: "UserRuntime", terminal: Terminal) -> "LineReader":
    if not terminal.is_rich:
        from hroute.cli.chat.plain import PlainReader

        return PlainReader(terminal)
    from hroute.app.chat.views import Gauge
    from hroute.cli.chat.editor import Editor, Keyboard
    from hroute.cli.chat.gauge import LiveGauge
    from hroute.cli.chat.history import history_at

    history = history_at(
        runtime.paths.data_dir / "chat-history.jsonl", is_kept=runtime.settings.log.prompts == "full"
    )
    live = LiveGauge(Gauge(conversation))
    return Editor(conversation, live, history, Keyboard(has_colour=terminal.has_colour))
