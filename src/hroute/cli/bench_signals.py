"""`hroute bench signals`: how right and how fast the signals are."""

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hroute.cli.options import AsJson, Overrides, Quiet
from hroute.cli.terminal import Terminal

if TYPE_CHECKING:
    from hroute.app.bench.signals import Effort
    from hroute.app.runtime import Scout
    from hroute.config.paths import Paths

_GGUF_PROMPTS, _GGUF_READINGS = 100, 50  # a reading takes up to a second


class ScoutKind(StrEnum):
    BUILTIN = "builtin"
    GGUF = "gguf"


def signals(
    data: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="A .jsonl[.gz] file, or a folder of them; repeatable."),
    ] = None,
    scout: Annotated[
        ScoutKind | None, typer.Option(help="Measure this scout; default: the one of the settings.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=10, help="At most N prompts of each routing file; 100 for the gguf scout."
        ),
    ] = None,
    rounds: Annotated[
        int, typer.Option(metavar="N", min=20, max=10_000, help="Resamples for the bootstrap intervals.")
    ] = 200,
    as_json: AsJson = False,
    quiet: Quiet = False,
    overrides: Overrides = None,
) -> None:
    """Measure how right and how fast the three signals are, on labelled prompts.

    Without --data it uses the labelled set that hroute brings along. A file's rows have either prompt,
    n_constraints, gt3 and source, or prompt, lang and constraints (how many) or spans, or prompt, weak_score
    and strong_score (what a weak and a strong model made of the prompt). Intervals are 95%.

    \b
    Examples:
      hroute bench signals
      hroute bench signals --data constraints/ --data routing/mmlu.jsonl.gz
      hroute bench signals --data routing/ --json
      hroute bench signals --scout gguf --limit 50
    """
    from dataclasses import asdict

    from hroute.app.bench.signals import measure_signals
    from hroute.app.bench.signals_data import read_signals_data
    from hroute.app.bench.signals_tokens import tokenizers
    from hroute.cli.as_json import json_line
    from hroute.cli.bench_signals_view import show_report
    from hroute.config.files import load
    from hroute.config.paths import Paths

    terminal = Terminal.current(quiet=quiet)
    paths = Paths.find(os.environ)
    settings = load(paths, os.environ, overrides or ())
    found = read_signals_data(data or [])
    for name in found.left_out:
        terminal.note(f"{name}: neither constraints nor routing rows, left out")
    kind = scout or ScoutKind(settings.scout.kind)
    report = measure_signals(
        found,
        _scout(kind, settings.scout.model, paths),
        tokenizers(settings.local.chat, paths.data_dir),
        _effort(kind, rounds, limit),
        terminal.note,
    )
    if as_json:
        terminal.write(json_line(asdict(report)))
        return
    show_report(report, terminal)


def _scout(kind: ScoutKind, model: str, paths: "Paths") -> "Scout":
    """The scout itself, without the time budget that would let another one answer for it."""
    if kind is ScoutKind.GGUF:
        from hroute.engines.scout_gguf import GgufScout

        return GgufScout(model, paths.data_dir)
    from hroute.app.runtime import SCOUT_FILE
    from hroute.core.scout import BuiltinScout

    return BuiltinScout.from_bytes(SCOUT_FILE.read_bytes())


def _effort(kind: ScoutKind, rounds: int, limit: int | None) -> "Effort":
    from hroute.app.bench.signals import Effort

    if kind is ScoutKind.BUILTIN:
        return Effort(rounds, limit)
    return Effort(rounds, limit or _GGUF_PROMPTS, _GGUF_READINGS)
