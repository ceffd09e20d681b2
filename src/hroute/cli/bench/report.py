"""`hroute bench report`: how long a report of a large log takes, and a write into it."""

from pathlib import Path
from typing import Annotated

import typer

from hroute.cli.options import AsJson, Quiet
from hroute.cli.terminal import Terminal


def report(
    rows: Annotated[
        int, typer.Option(metavar="N", min=1000, max=100_000_000, help="Attempts in the log.")
    ] = 1_000_000,
    runs: Annotated[
        int, typer.Option(metavar="N", min=1, max=100, help="Repetitions; times are medians.")
    ] = 5,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Measure what `hroute report` takes on a large log, and what a write into it takes.

    A made-up log of a year is written to a temporary folder and read by processes of their own: wall time,
    time on the CPU, and the peak of the whole process's memory. Then turns are written to it and to a new
    log. A million attempts take about 1 GB of disk and a minute.

    \b
    Examples:
      hroute bench report
      hroute bench report --rows 100000 --json
    """
    from dataclasses import asdict
    from tempfile import TemporaryDirectory

    from hroute.bench.report import measure_report
    from hroute.cli.format.as_json import json_line

    terminal = Terminal.current(quiet=quiet)
    with TemporaryDirectory(prefix="hroute-report-") as folder:
        measures = measure_report(Path(folder), rows, runs, terminal.note)
    if as_json:
        terminal.write(json_line({"rows": rows, "measures": [asdict(measure) for measure in measures]}))
        return
    for measure in measures:
        aim = "" if measure.aim is None else f"  aim {measure.aim:g} {measure.unit}: "
        met = "" if measure.is_met is None else ("met" if measure.is_met else "missed")
        terminal.line(
            (f"{measure.name:52}", ""),
            (f"{measure.value:9.2f} {measure.unit:2}", "bold"),
            (aim + met, "green" if measure.is_met else "red"),
        )
