"""`hroute bench learn`: what verdicts teach, on files that tell both routes' outcomes."""

import os
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hroute.cli.options import AsJson, Overrides, Quiet, assigned
from hroute.cli.terminal import Terminal

if TYPE_CHECKING:
    from hroute.bench.learn.measure import Assumed
    from hroute.core.scout import BuiltinScout
    from hroute.core.settings import Cpst


def learn(
    data: Annotated[
        list[Path], typer.Option(metavar="PATH", help="A .jsonl[.gz] file, or a folder of them; repeatable.")
    ],
    scout: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="A scout's artefact for files that the builtin was trained on; repeatable."
        ),
    ] = None,
    seeds: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            max=100,
            help="Orders in which a file is replayed; four times as many below 2,000 rows.",
        ),
    ] = 5,
    rounds: Annotated[
        int, typer.Option(metavar="N", min=10, max=1000, help="Resamples of each, for the intervals.")
    ] = 40,
    cloud_usd: Annotated[
        float, typer.Option(metavar="USD", min=0, max=100, help="What a cloud answer is taken to cost.")
    ] = 0.01,
    as_json: AsJson = False,
    quiet: Quiet = False,
    overrides: Overrides = None,
) -> None:
    """Replay labelled outcomes as verdicts, and measure what is learnt on the unseen rest.

    Rows have prompt, weak_score and strong_score: what a local and a cloud model made of the prompt, from 0
    to 1. After 50, 200, 500 and 1500 verdicts (at most 70% of a file) a fit as of `hroute calibrate` routes
    the rest. "One side": each prompt shows the outcome of one route, which a fair coin chose; "both sides":
    of both. APGR is the share of the cloud's lead that is recovered, averaged over how much is sent there;
    AUROC is how well local failures are foretold; CPST is dollars per success at the cut that the router
    chooses itself, with the costs in [cpst]. Chance, length and the oracle are cut where it turns out to be
    cheapest. Intervals are 95%, over the orders and resampled prompts.

    A scout that was trained on a file is no test for it. There, learning starts from nothing, unless --scout
    names a scout that was trained without it: python scripts/train_student.py --hold-out FILE --out SCOUT.

    \b
    Examples:
      hroute bench learn --data routing/
      hroute bench learn --data routing/mmlu.jsonl.gz --seeds 10 --json
      hroute bench learn --data routing/ --scout without-mmlu.bin --scout without-code.bin
    """
    from dataclasses import asdict

    from hroute.bench.learn.measure import LearnEffort, measure_learning, scout_for
    from hroute.bench.signals.data import read_signals_data
    from hroute.cli.bench.learn_view import show_learning
    from hroute.cli.format.as_json import json_line
    from hroute.config.files import load
    from hroute.config.paths import Paths
    from hroute.core.errors import UsageError

    terminal = Terminal.current(quiet=quiet)
    settings = load(Paths.find(os.environ), os.environ, assigned(overrides))
    found = read_signals_data(data)
    if not found.routing:
        raise UsageError("none of the data has weak_score and strong_score", "hroute bench learn --help")
    scouts, assumed = _scouts(scout or []), _assumed(settings.cpst, cloud_usd)
    reports = []
    for file in found.routing:
        chosen = scout_for(file.name, scouts)
        report = measure_learning(file, chosen, assumed, LearnEffort(seeds, rounds), terminal.note)
        reports.append(report)
        if not as_json:
            show_learning(report, terminal)
    if as_json:
        terminal.write(json_line({"files": [asdict(report) for report in reports]}))


def _scouts(files: list[Path]) -> "list[BuiltinScout]":
    """The builtin one first."""
    from hroute.app.own_files import SCOUT_FILE
    from hroute.core.errors import UsageError
    from hroute.core.scout import BuiltinScout

    scouts = []
    for file in (SCOUT_FILE, *files):
        try:
            scouts.append(BuiltinScout.from_bytes(file.read_bytes()))
        except (OSError, ValueError) as exc:
            raise UsageError(f"--scout {file}: {getattr(exc, 'strerror', None) or exc}") from exc
    return scouts


def _assumed(settings: "Cpst", cloud_usd: float) -> "Assumed":
    from hroute.bench.learn.measure import Assumed
    from hroute.core.learning.threshold import RouteCosts
    from hroute.core.routing.cpst import TYPICAL_LOCAL_S, electricity_usd, failure_usd

    local = electricity_usd(Decimal(TYPICAL_LOCAL_S), settings)
    return Assumed(RouteCosts(local, Decimal(str(cloud_usd)), failure_usd(settings)), settings.any_cloud)
