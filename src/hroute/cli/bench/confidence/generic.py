"""`hroute bench generic`: does what some models' answers teach hold for another model's?"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hroute.cli.options import AsJson, Quiet
from hroute.cli.terminal import Terminal

if TYPE_CHECKING:
    from hroute.bench.confidence.generic import LeaveOneOut


def generic(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN.json...", help="Saved runs, each of another model.")
    ],
    write: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the calibrator that all of them make.")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Measure how well a confidence calibrator that was learned on some models serves another one.

    Each model is left out in turn: what the others' answers teach is compared with what its own teach, on
    the same answers, and both without the kind of task that they are tested on. The calibrator that all of
    them make together is what speaks for a model that nobody has calibrated.

    \b
    Examples:
      hroute bench confidence --model a.gguf --save a.json
      hroute bench generic a.json b.json c.json d.json
      hroute bench generic *.json --json
    """
    from hroute.bench.confidence.generic import leave_one_out
    from hroute.bench.confidence.run import read_run
    from hroute.cli.bench.confidence import generic_view as view

    terminal = Terminal.current(quiet=quiet)
    found = leave_one_out([read_run(run) for run in runs], datetime.now(UTC).date())
    if write:
        _write(found, write, terminal)
    if as_json:
        view.write_json(found, terminal)
    else:
        view.show(found, terminal)


def _write(found: "LeaveOneOut", file: Path, terminal: Terminal) -> None:
    from hroute.core.errors import UsageError

    try:
        file.write_text(found.made.model_dump_json(indent=1) + "\n", encoding="utf-8")
    except OSError as exc:
        raise UsageError(f"cannot write {file}: {exc.strerror or exc}", "choose another file") from exc
    terminal.note(f"wrote {file}")
