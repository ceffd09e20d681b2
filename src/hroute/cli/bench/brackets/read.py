"""`hroute bench show`, `compare` and `drift`: what finished runs and the two models say."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hroute.cli.bench.brackets.command import LAST_RUN, ModelA, ModelB
from hroute.cli.options import AsJson, Overrides, assigned
from hroute.cli.terminal import Terminal

if TYPE_CHECKING:
    from hroute.bench.brackets.microscope import Parting
    from hroute.bench.brackets.run import BracketRun
    from hroute.config.paths import Paths


def show(
    case: Annotated[str, typer.Argument(metavar="CASE", help="The id of a case, such as nested_3.")],
    run: Annotated[
        Path | None, typer.Option("--run", metavar="FILE", help="A saved run; default: the last one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put both models' answers to a case side by side, with the token where they part.

    Below each answer is how many brackets are open at every character; a dot is inside a text.

    \b
    Examples:
      hroute bench show nested_3
      hroute bench show parallel_7 --run run.json
    """
    from hroute.bench.brackets.microscope import pairs_of, parting
    from hroute.cli.bench.brackets.lens import show_pair
    from hroute.cli.format.as_json import json_line

    terminal = Terminal.current()
    saved = _saved(run)
    for a, b in pairs_of(saved, case):
        if not as_json:
            show_pair(a, b, terminal)
            continue
        parted = parting(a.tokens, b.tokens)
        sides: dict[str, Any] = {o.side: o.model_dump(mode="json", exclude={"tokens"}) for o in (a, b)}
        terminal.write(json_line({"arm": a.arm, **sides, "parting": _parting_json(parted)}))


def compare(
    before: Annotated[Path, typer.Argument(metavar="A", help="A saved run.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    as_json: AsJson = False,
) -> None:
    """Compare two saved runs: every rate, its change and the interval of the change.

    The intervals are those of independent samples (Newcombe), also when the runs share cases.

    \b
    Examples:
      hroute bench compare monday.json tuesday.json
      hroute bench compare monday.json tuesday.json --json
    """
    from dataclasses import asdict

    from hroute.bench.brackets.compare import compare as compared
    from hroute.bench.brackets.run import read_run
    from hroute.cli.format.aligned import show_aligned
    from hroute.cli.format.as_json import json_line
    from hroute.cli.format.figures import share_text

    terminal = Terminal.current()
    changes = compared(read_run(before), read_run(after))
    if as_json:
        terminal.write(json_line({"changes": [asdict(change) for change in changes]}))
        return
    for arm in dict.fromkeys(change.arm for change in changes):
        rows = [
            [
                f"{c.side}: {c.name}",
                share_text(c.before, 1),
                share_text(c.after, 1),
                f"{'* ' if c.is_shown else ''}{share_text(c.change, 1)}",
            ]
            for c in changes
            if c.arm == arm
        ]
        show_aligned(arm, ["share of cases", before.name, after.name, "change"], rows, terminal)
    terminal.line(("* the interval of the change leaves out zero", "dim"))


def drift(
    a: ModelA = None,
    b: ModelB = None,
    source: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="What a and b were made from; default: the chat model."),
    ] = None,
    as_json: AsJson = False,
    overrides: Overrides = None,
) -> None:
    """Measure how far quantizing has moved a model from its source: the cheap early sign.

    Compares the probabilities of the next token on a fixed text of 700 words. Without --a and --b it
    makes a Q4_K_M and a Q8_0 of the source.

    \b
    Examples:
      hroute bench drift
      hroute bench drift --a q4.gguf --b q8.gguf --source f16.gguf
    """
    from dataclasses import asdict

    from hroute.app.models import files as models
    from hroute.bench.brackets.drift import DRIFT_TEXT, measure_drift
    from hroute.cli.format.aligned import show_aligned
    from hroute.cli.format.as_json import json_line
    from hroute.config.files import load
    from hroute.config.paths import Paths
    from hroute.core.errors import UsageError
    from hroute.engines.llama.machine import default_threads

    terminal = Terminal.current()
    paths = Paths.find(os.environ)
    settings = load(paths, os.environ, assigned(overrides))
    if (a is None) != (b is None):
        raise UsageError("two models are compared", "give --a and --b, or neither")
    origin = models.find(source or settings.local.chat.model, paths.data_dir)
    files = [models.find(name, paths.data_dir) for name in (a, b) if name] or _made(origin, paths)
    threads = settings.local.chat.threads or default_threads()
    lines = measure_drift(DRIFT_TEXT.read_text(encoding="utf-8"), origin, files, threads)
    if as_json:
        terminal.write(json_line({"source": str(origin), "drift": [asdict(line) for line in lines]}))
        return
    rows = [
        [
            line.name,
            str(line.tokens),
            f"{line.divergence.value:.4f} [{line.divergence.low:.4f} {line.divergence.high:.4f}]",
            f"{line.agreement.value:.1%} [{line.agreement.low:.1%} {line.agreement.high:.1%}]",
        ]
        for line in lines
    ]
    columns = ["", "tokens", "KL divergence, nats a token", "same likeliest token"]
    show_aligned(f"Drift from {origin.name}", columns, rows, terminal)


def _made(origin: Path, paths: "Paths") -> list[Path]:
    from hroute.app.models import files as models
    from hroute.engines.llama import quantize

    pair = quantize.make_pair(origin, models.made_dir(paths.data_dir))
    return [pair.small.path, pair.large.path]


def _parting_json(parted: "Parting | None") -> dict[str, Any] | None:
    if parted is None:
        return None
    a, b = (token.model_dump() if token else None for token in (parted.a, parted.b))
    return {"before": parted.before, "a": a, "b": b}


def _saved(file: Path | None) -> "BracketRun":
    from hroute.bench.brackets.run import read_run
    from hroute.config.paths import Paths

    return read_run(file or Paths.find(os.environ).cache_dir / LAST_RUN)
