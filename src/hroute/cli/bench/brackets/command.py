"""`hroute bench brackets`: does the smaller quantization break tool calls?"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hroute.cli.options import ApplyYes, AsJson, Overrides, Quiet, Resume, SavedRunFile, Slots, assigned
from hroute.cli.terminal import Terminal

if TYPE_CHECKING:
    from hroute.bench.brackets.measure import Extent, ModelPair, Surroundings
    from hroute.bench.brackets.run import BracketRun
    from hroute.config.paths import Paths
    from hroute.core.settings import Settings

LAST_RUN = Path("bench") / "brackets-last.json"  # in the cache folder

ModelA = Annotated[str | None, typer.Option("--a", metavar="MODEL", help="The first model, e.g. the q4.")]
ModelB = Annotated[str | None, typer.Option("--b", metavar="MODEL", help="The second one, e.g. the q8.")]


def brackets(
    a: ModelA = None,
    b: ModelB = None,
    make_pair: Annotated[
        str | None,
        typer.Option(metavar="SOURCE", help="Quantize this model to a Q4_K_M and a Q8_0 and compare them."),
    ] = None,
    suite: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Cases of your own, in hroute's or the Berkeley form."),
    ] = None,
    n: Annotated[int, typer.Option("--n", metavar="N", min=1, help="How many cases.")] = 100,
    minutes: Annotated[
        float | None,
        typer.Option(
            metavar="M", min=0.1, help="As many cases as fit, fixed after timing 10 of them unseen."
        ),
    ] = None,
    temperature: Annotated[
        float, typer.Option(metavar="T", min=0.05, max=2, help="Of the sampled arm.")
    ] = 0.7,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help="Of the order of cases and of the samples.")
    ] = 1,
    seeds: Annotated[
        int, typer.Option(metavar="K", min=0, max=13, help="Sampled arms: with seed N, N+1, and so on.")
    ] = 1,
    max_tokens: Annotated[
        int, typer.Option(metavar="N", min=16, max=8192, help="Longest answer, in tokens.")
    ] = 256,
    slots: Slots = 16,
    plain: Annotated[
        bool, typer.Option("--plain", help="Ask as hroute ask does: no example, no answer begun.")
    ] = False,
    resume: Resume = False,
    apply: Annotated[
        bool, typer.Option("--apply", help="Then write to the settings which model serves tools.")
    ] = False,
    yes: ApplyYes = False,
    saved: SavedRunFile = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the run, for show and compare.")
    ] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print every answer as a line of CSV.")] = False,
    quiet: Quiet = False,
    overrides: Overrides = None,
) -> None:
    """Compare how often two quantizations of a model break tool calls. The default bench.

    Without --a and --b it takes the two slots of the settings, or makes a pair of the chat model. A case
    is answered greedily, at a temperature, and inside its grammar. --seed repeats a run exactly; Ctrl-C
    keeps what is done for --resume. Unless local.chat.threads is set, it takes the cores that are idle.

    \b
    Examples:
      hroute bench
      hroute bench brackets --make-pair starter --n 100
      hroute bench brackets --a q4.gguf --b q8.gguf --minutes 10 --save run.json
      hroute bench brackets --suite bfcl.jsonl --n 200 --resume
      hroute bench brackets --make-pair starter --apply
    """
    from hroute.bench.brackets import cases as brackets_cases
    from hroute.bench.brackets import measure as bench
    from hroute.bench.brackets.run import BracketPlan, read_run
    from hroute.bench.brackets.threads import idle_threads
    from hroute.bench.saved_runs import write_run
    from hroute.cli.bench.brackets.apply import apply_finding, refuse_when_nobody_can_be_asked
    from hroute.config.files import load
    from hroute.config.paths import Paths
    from hroute.engines.llama.machine import default_threads

    terminal = Terminal.current(quiet=quiet)
    paths = Paths.find(os.environ)
    if apply and not yes:
        refuse_when_nobody_can_be_asked(terminal)
    if saved:
        run = read_run(saved)
    else:
        settings = load(paths, os.environ, assigned(overrides))
        plan = BracketPlan(
            suite=suite.name if suite else "built-in",
            arms=bench.arms_of(temperature, range(seed, seed + seeds)),
            seed=seed,
            max_tokens=max_tokens,
            slots=max(slots, seeds + 2),  # all arms of a case fork from one prompt
            threads=settings.local.chat.threads or idle_threads(default_threads()),
            plain=plain,
        )
        match = bench.ModelPair(*_pair(a, b, make_pair, settings, paths), plan, brackets_cases.suite(suite))
        folder = paths.cache_dir / LAST_RUN.parent
        run = _run(match, bench.Extent(n, minutes), bench.Surroundings(folder, resume), terminal)
        if minutes is None and run.n < n:
            terminal.note(f"the suite has {run.n} cases that can be used, not {n}")
        for file in filter(None, (paths.cache_dir / LAST_RUN, save)):
            write_run(run, file)
    _show(run, terminal, as_json=as_json, as_csv=as_csv)
    if apply:
        apply_finding(run, paths, terminal, yes=yes)


def _pair(
    a: str | None, b: str | None, make_pair: str | None, settings: "Settings", paths: "Paths"
) -> tuple[Path, Path, str]:
    """The two files, and what they are a pair of."""
    from hroute.app.models import files as models
    from hroute.core.errors import UsageError
    from hroute.engines.llama import quantize

    chat, tools = settings.local.chat, settings.local.tools
    if (a is None) != (b is None) or (a and make_pair):
        raise UsageError("two models are compared", "give --a and --b, or --make-pair SOURCE")
    if a and b:
        return models.find(a, paths.data_dir), models.find(b, paths.data_dir), "two files, as given"
    if make_pair is None and tools.is_own and tools.model != chat.model:
        found = (models.find(slot.model, paths.data_dir) for slot in (chat, tools))
        return (*found, "the chat slot and the tools slot")  # type: ignore[return-value]  # two slots
    source = models.find(make_pair or chat.model, paths.data_dir)
    pair = quantize.make_pair(source, models.made_dir(paths.data_dir))
    return pair.small.path, pair.large.path, f"{pair.origin}: {source.name}"


def _run(match: "ModelPair", extent: "Extent", around: "Surroundings", terminal: Terminal) -> "BracketRun":
    from dataclasses import replace

    from hroute.bench.brackets import measure as bench
    from hroute.cli.bench.progress import resumable

    terminal.note(f"a  {match.a.name}\nb  {match.b.name}\n   {match.origin}")
    with resumable(terminal) as tell:
        return bench.run(match, extent, replace(around, tell=tell))


def _show(run: "BracketRun", terminal: Terminal, *, as_json: bool, as_csv: bool) -> None:
    from hroute.cli.bench.brackets import view

    if as_csv:
        view.write_csv(run, terminal)
    elif as_json:
        view.write_json(run, terminal)
    else:
        view.show_run(run, terminal)
