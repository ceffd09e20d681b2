"""`hroute bench signals`: how right and how fast the signals are."""

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hroute.cli.options import AsJson, Overrides, Quiet, assigned
from hroute.cli.terminal import Terminal

if TYPE_CHECKING:
    from hroute.bench.signals.measure import SignalsEffort
    from hroute.config.paths import Paths
    from hroute.core.scout.protocol import Scout

_GGUF_PROMPTS, _GGUF_READINGS = 100, 50  # a reading takes up to a second


class ScoutKind(StrEnum):
    BUILTIN = "builtin"
    ENCODER = "encoder"
    GGUF = "gguf"


class Rows(StrEnum):
    TEST = "test"
    ALL = "all"


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
            metavar="N", min=10, help="The scout reads at most N prompts of a file; 100 for the gguf scout."
        ),
    ] = None,
    part: Annotated[
        Rows,
        typer.Option(
            help="Of data/prompts.jsonl, measure the tenth that no scout is trained on, or all."
            " Of other files: all."
        ),
    ] = Rows.TEST,
    rounds: Annotated[
        int, typer.Option(metavar="N", min=20, max=10_000, help="Resamples for the bootstrap intervals.")
    ] = 200,
    as_json: AsJson = False,
    quiet: Quiet = False,
    overrides: Overrides = None,
) -> None:
    """Measure how right and how fast the three signals are, on labelled prompts.

    Without --data it measures their speed alone. A file's rows have prompt, smallest_ok (the smallest class
    of model that answers it well: 0.1B 1B 3B 8B 30B frontier none) and constraints (how many), as the
    repository's data/prompts.jsonl has; or prompt, n_constraints, gt3 and source; or prompt, weak_score and
    strong_score (what a weak and a strong model made of the prompt). Intervals are 95%.

    \b
    Examples:
      hroute bench signals --data data/prompts.jsonl
      hroute bench signals --data constraints/ --data routing/mmlu.jsonl.gz
      hroute bench signals --data routing/ --json
      hroute bench signals --scout gguf --limit 50
    """
    from dataclasses import asdict

    from hroute.bench.signals.data import read_signals_data
    from hroute.bench.signals.measure import MeasuredParts, measure_signals
    from hroute.bench.signals.tokens import tokenizers
    from hroute.cli.bench.signals_view import show_report
    from hroute.cli.format.as_json import json_line
    from hroute.config.files import load
    from hroute.config.paths import Paths

    terminal = Terminal.current(quiet=quiet)
    paths = Paths.find(os.environ)
    settings = load(paths, os.environ, assigned(overrides))
    found = read_signals_data(data or [], only_test=part is Rows.TEST)
    for name in found.left_out:
        terminal.note(f"{name}: has none of the expected fields, left out")
    kind = scout or ScoutKind(settings.scout.kind)
    report = measure_signals(
        found,
        MeasuredParts(
            _scout(kind, settings.scout.model, paths),
            settings.routing.min_lead,
            tokenizers(settings.local.chat, paths.data_dir),
        ),
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
        from hroute.engines.scout.gguf import GgufScout

        return GgufScout(model, paths.data_dir)
    if kind is ScoutKind.ENCODER:
        from hroute.engines.scout.encoder.scout import EncoderScout

        encoder = EncoderScout(paths.data_dir)
        encoder.load()
        return encoder
    from hroute.app.own_files import builtin_scout

    return builtin_scout()


def _effort(kind: ScoutKind, rounds: int, limit: int | None) -> "SignalsEffort":
    from hroute.bench.signals.measure import SignalsEffort

    if kind is not ScoutKind.GGUF:
        return SignalsEffort(rounds, limit)
    return SignalsEffort(rounds, limit or _GGUF_PROMPTS, _GGUF_READINGS)
