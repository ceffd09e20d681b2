"""`hroute bench confidence`: does the local model know when it is wrong?"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from hroute.cli.options import ApplyYes, AsJson, Overrides, Quiet, Resume, SavedRunFile, Slots, assigned
from hroute.cli.terminal import Terminal

if TYPE_CHECKING:
    from hroute.bench.brackets.measure import Extent, Surroundings
    from hroute.bench.confidence.measure import ConfidenceExam
    from hroute.bench.confidence.run import ConfidenceRun
    from hroute.config.paths import Paths
    from hroute.core.settings import Settings

LAST_RUN = Path("bench") / "confidence-last.json"  # in the cache folder


def confidence(
    model: Annotated[
        str | None, typer.Option(metavar="MODEL", help="The model; default: that of the chat slot.")
    ] = None,
    n: Annotated[int, typer.Option("--n", metavar="N", min=1, max=20_000, help="How many tasks.")] = 640,
    minutes: Annotated[
        float | None,
        typer.Option(metavar="M", min=0.1, help="As many tasks as fit, fixed after timing a few."),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Of the tasks and of the answers.")] = 1,
    samples: Annotated[
        int, typer.Option(metavar="K", min=0, max=15, help="Further answers to each task, for agreement.")
    ] = 0,
    hard: Annotated[
        bool,
        typer.Option("--hard", help="Harder tasks, for a model that gets nearly all of the others right."),
    ] = False,
    slots: Slots = 16,
    resume: Resume = False,
    apply: Annotated[
        bool, typer.Option("--apply", help="Then install the calibrator, so that routing can use it.")
    ] = False,
    yes: ApplyYes = False,
    saved: SavedRunFile = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the run, with every answer.")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    overrides: Overrides = None,
) -> None:
    """Measure how well a local model's own token probabilities tell its wrong answers from its right ones.

    The model answers tasks of graded difficulty that a program can check. From how sure it was, a
    calibrator learns the probability that an answer is right; it is tested on kinds of tasks it has not
    seen. Ctrl-C keeps what is done for --resume.

    \b
    Examples:
      hroute bench confidence
      hroute bench confidence --minutes 5 --apply
      hroute bench confidence --model q8.gguf --n 1500 --save run.json
      hroute bench confidence --model 7b.gguf --hard --apply
      hroute bench confidence --from run.json --json
    """
    from hroute.bench.brackets.measure import Extent, Surroundings
    from hroute.bench.confidence.run import read_run
    from hroute.bench.saved_runs import write_run
    from hroute.cli.bench.brackets.apply import refuse_when_nobody_can_be_asked
    from hroute.cli.bench.confidence.apply import install_calibrator
    from hroute.config.files import load
    from hroute.config.paths import Paths

    terminal = Terminal.current(quiet=quiet)
    paths = Paths.find(os.environ)
    if apply and not yes:
        refuse_when_nobody_can_be_asked(terminal)
    if saved:
        run = read_run(saved)
    else:
        settings = load(paths, os.environ, assigned(overrides))
        exam = _exam(model, _Asked(seed, samples, slots, hard), settings, paths)
        around = Surroundings(paths.cache_dir / LAST_RUN.parent, resume)
        run = _run(exam, Extent(n, minutes), around, terminal)
        for file in filter(None, (paths.cache_dir / LAST_RUN, save)):
            write_run(run, file)
    _show(run, terminal, as_json=as_json)
    if apply:
        install_calibrator(run, paths, terminal, yes=yes)


class _Asked(NamedTuple):
    """What the options say of the plan."""

    seed: int
    samples: int
    slots: int
    hard: bool


def _exam(model: str | None, asked: _Asked, settings: "Settings", paths: "Paths") -> "ConfidenceExam":
    from hroute.app.models import files as models
    from hroute.app.own_files import builtin_scout
    from hroute.bench.brackets.threads import idle_threads
    from hroute.bench.confidence.measure import ConfidenceExam
    from hroute.bench.confidence.run import ConfidencePlan
    from hroute.core.errors import UsageError
    from hroute.engines.llama.machine import default_threads

    own = settings.local.chat
    if model is None and own.base_url is not None:
        raise UsageError("local.chat is a server, whose model file is not here", "give --model FILE")
    plan = ConfidencePlan(
        seed=asked.seed,
        samples=asked.samples,
        slots=max(asked.slots, asked.samples + 1),  # all answers to a task fork from one prompt
        threads=own.threads or idle_threads(default_threads()),
        temperature=own.temperature,
        top_p=own.top_p,
        repeat_penalty=own.repeat_penalty,
        hard=asked.hard,
    )
    return ConfidenceExam(models.find(model or own.model, paths.data_dir), plan, builtin_scout())


def _run(
    exam: "ConfidenceExam", extent: "Extent", around: "Surroundings", terminal: Terminal
) -> "ConfidenceRun":
    from dataclasses import replace

    from hroute.bench.confidence import measure as bench
    from hroute.cli.bench.progress import resumable

    terminal.note(f"{exam.model.name}, {exam.plan.threads} threads")
    with resumable(terminal) as tell:
        return bench.run(exam, extent, replace(around, tell=tell))


def _show(run: "ConfidenceRun", terminal: Terminal, *, as_json: bool) -> None:
    from hroute.bench.confidence.report import report
    from hroute.cli.bench.confidence import view

    found = report(run)
    if as_json:
        view.write_json(run, found, terminal)
    else:
        view.show_report(run, found, terminal)
