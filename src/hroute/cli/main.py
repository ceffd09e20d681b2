"""The application: its commands, and the one boundary where errors become messages and exit codes."""

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from hroute import __version__
from hroute.cli.ask import ask
from hroute.cli.bench import bench_app
from hroute.cli.config import config_app
from hroute.cli.explain import explain
from hroute.cli.log import log_app
from hroute.cli.terminal import Terminal
from hroute.core.errors import ExitCode, HrouteError


class Boundary(TyperGroup):
    """Ends every command: our own errors as a line, a hint and an exit code, others as a short report."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except HrouteError as error:
            Terminal.current().error(error.message, error.hint)
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
                what, "HROUTE_DEBUG=1 shows where; the log keeps the prompt: hroute log list"
            )
            raise typer.Exit(ExitCode.UNEXPECTED) from None


app = typer.Typer(
    cls=Boundary,
    name="hroute",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # tracebacks with local variables would show keys
    rich_markup_mode=None,  # plain help: the same in a pipe, and no rich.markdown for --help
    add_completion=False,  # the scripts are in completions/
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(ask)
app.command()(explain)
app.add_typer(log_app, name="log")
app.add_typer(config_app, name="config")
app.add_typer(bench_app, name="bench")


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
    app(prog_name="hroute")
