"""`hroute bench prefix`: what the preambles that processes share on disk save."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from hroute.cli.options import AsJson, Overrides, Quiet, assigned
from hroute.cli.terminal import Terminal

if TYPE_CHECKING:
    from hroute.bench.prefix import PrefixReport


def prefix(
    runs: Annotated[
        int, typer.Option(metavar="N", min=1, max=100, help="Repetitions; times are medians.")
    ] = 3,
    as_json: AsJson = False,
    quiet: Quiet = False,
    overrides: Overrides = None,
) -> None:
    """Measure what a preamble saves that an earlier process has evaluated.

    A process asks a question about four tools and saves what the model made of them. The next process asks
    another question about the same tools, with and without what was saved: tokens evaluated, time to the
    first token (with the loading of the model), and whether the answer is the same.

    \b
    Examples:
      hroute bench prefix
      hroute bench prefix --runs 10 --json
    """
    from dataclasses import asdict

    from hroute.bench.prefix import measure_prefix
    from hroute.cli.format.as_json import json_line
    from hroute.config.files import load
    from hroute.config.paths import Paths

    terminal = Terminal.current(quiet=quiet)
    paths = Paths.find(os.environ)
    settings = load(paths, os.environ, assigned(overrides))
    report = measure_prefix(settings.local.chat, paths.data_dir, runs, terminal.note)
    if as_json:
        terminal.write(json_line(asdict(report)))
        return
    _show(report, terminal)


def _show(report: "PrefixReport", terminal: Terminal) -> None:
    from hroute.bench.prefix import Store
    from hroute.cli.format.aligned import show_aligned

    names = {
        Store.NONE: "without a store",
        Store.EMPTY: "first, fills the store",
        Store.FILLED: "next, reads the store",
    }
    rows = [
        [names[line.store], str(line.input_tokens), str(line.evaluated_tokens), f"{line.ttft_ms:.0f} ms"]
        for line in report.lines
    ]
    columns = ["fresh process", "prompt tokens", "evaluated", "first token"]
    show_aligned("Preambles across processes", columns, rows, terminal)
    same = "the same" if report.same_text else "not the same"
    terminal.line((f"  With and without, the answer is {same}.", "green" if report.same_text else "red"))
