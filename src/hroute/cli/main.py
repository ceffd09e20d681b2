"""The application: its commands, and the one boundary where errors become messages and exit codes."""

import os
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from hroute import __version__
from hroute.cli.terminal import Terminal
from hroute.core.errors import ExitCode, HrouteError

# Where each command is, in the order of --help. It is imported when it is called: importing all of
# them would cost a short command a tenth of its time.
COMMANDS = {
    "ask": "hroute.cli.ask:ask",
    "chat": "hroute.cli.chat.command:chat",
    "explain": "hroute.cli.explain.command:explain",
    "log": "hroute.cli.log.command:log_app",
    "rate": "hroute.cli.rate:rate",
    "report": "hroute.cli.report.command:report",
    "replay": "hroute.cli.replay.command:replay",
    "calibrate": "hroute.cli.calibrate.command:calibrate",
    "config": "hroute.cli.config.command:config_app",
    "bench": "hroute.cli.bench.command:bench_app",
    "models": "hroute.cli.models.command:models_app",
    "doctor": "hroute.cli.doctor:doctor",
}
COMPLETION_VARIABLE = "_HROUTE_COMPLETE"
STYLE: dict[str, Any] = {
    "pretty_exceptions_enable": False,  # tracebacks with local variables would show keys
    "rich_markup_mode": None,  # plain help: the same in a pipe, and no rich.markdown for --help
    "add_completion": False,  # no --install-completion: the scripts are in completions/
}


class Root(TyperGroup):
    """Finds commands when they are called for, and ends every one of them.

    Our own errors become a line, a hint and an exit code, others a short report.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            self.commands[cmd_name] = _imported(cmd_name)
        return self.commands.get(cmd_name)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        # By name alone where it may be any of them: their help would cost importing them all.
        if incomplete:
            return super().shell_complete(ctx, incomplete)
        from typer.core import CompletionItem  # type: ignore[attr-defined]  # not in its __all__

        return [CompletionItem(name) for name in COMMANDS]

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except HrouteError as error:
            from hroute.cli.words.errors import reported

            Terminal.current().error(*reported(error))
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            raise typer.Exit(ExitCode.INTERRUPTED) from None
        except BrokenPipeError:
            # The reader went away: what is still buffered has nowhere to go, also at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(ExitCode.OK) from None
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except Exception as error:
            if os.environ.get("HROUTE_DEBUG"):
                raise
            what = f"unexpected {type(error).__name__}: {error}"
            Terminal.current().error(
                what, "HROUTE_DEBUG=1 shows where; what was asked or said is in the log: hroute log list"
            )
            raise typer.Exit(ExitCode.UNEXPECTED) from None


def _imported(name: str) -> Any:
    """The command or group of commands with this name; Typer builds them only below a group."""
    module, _, attribute = COMMANDS[name].partition(":")
    found = getattr(import_module(module), attribute)
    above = typer.Typer(**STYLE)
    if isinstance(found, typer.Typer):
        above.add_typer(found, name=name)
    else:
        above.command(name)(found)
    return typer.main.get_group(above).commands[name]


app = typer.Typer(
    cls=Root,
    name="hroute",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    **STYLE,
)


@app.callback()
def hroute(
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Print the version and exit.", is_eager=True)
    ] = False,
) -> None:
    """Send each prompt to the cheapest model that will get it right.

    \b
    Exit codes:
      0 ok, 1 no engine could answer, 2 usage, 3 configuration, 4 budget, 5 log,
      70 unexpected, 130 interrupted
    """
    # `hroute --version` alone never gets here: __main__ answers it without importing Typer.
    if version:
        typer.echo(f"hroute {__version__}")
        raise typer.Exit


def run() -> None:
    if COMPLETION_VARIABLE in os.environ:
        from typer.completion import completion_init  # type: ignore[attr-defined]  # not in its __all__

        completion_init()  # makes the shells known, which add_completion would have done
    app(prog_name="hroute")
