"""`hroute bench ability`: how able is the local model, on the scale on which the scout reads difficulties?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hroute.cli.options import ApplyYes, AsJson, Overrides, Quiet, Resume, SavedRunFile, Slots
from hroute.cli.terminal import Terminal

if TYPE_CHECKING:
    from hroute.app.answer.runtime import UserRuntime
    from hroute.bench.ability.examine import AbilityExam
    from hroute.bench.ability.report import DifficultyReader
    from hroute.bench.ability.run import AbilityPlan, AbilityRun
    from hroute.config.paths import Paths

LAST_RUN = Path("bench") / "ability-last.json"  # in the cache folder


def ability(
    model: Annotated[
        str | None, typer.Option(metavar="MODEL", help="A model file; default: what serves local.chat.")
    ] = None,
    n: Annotated[
        int | None,
        typer.Option(
            "--n", metavar="N", min=40, max=5_000, help="How many tasks; default: what fits in 8 minutes."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Of the tasks and of the answers.")] = 1,
    slots: Slots = 16,
    resume: Resume = False,
    apply: Annotated[
        bool, typer.Option("--apply", help="Then install the ability, so that routing uses it.")
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
    """Measure how able a local model is: on many kinds of tasks, from a greeting to what is hard for any.

    Each answer is checked by a program. The ability is in log odds on the scale of the scout's difficulties,
    0 for an 8B model at q4; what digits in the ask and work on letters take from it is fitted beside it. A
    kind of task is easier or harder than the scout reads it, so the interval includes how far kinds differ;
    how good the chances are is measured on kinds that were not fitted. With
    --from, a saved run is fitted again for the scout that reads now. A server's model is asked where
    local.chat.base_url is set. Ctrl-C keeps what is done for --resume.

    \b
    Examples:
      hroute bench ability
      hroute bench ability --apply
      hroute bench ability --model q8.gguf --n 180 --save run.json
      hroute bench ability --from run.json --apply --yes
    """
    from hroute.bench.ability.run import read_run
    from hroute.bench.saved_runs import write_run
    from hroute.cli.bench.ability.apply import install_ability
    from hroute.cli.bench.brackets.apply import refuse_when_nobody_can_be_asked
    from hroute.cli.runtime import user_runtime

    terminal = Terminal.current(quiet=quiet)
    runtime = user_runtime(overrides)
    paths = runtime.paths
    if apply and not yes:
        refuse_when_nobody_can_be_asked(terminal)
    if saved:
        run = read_run(saved)
    else:
        exam = _exam(model, _plan(runtime, seed, slots), runtime, paths)
        run = _run(exam, n, resume=resume, folder=paths.cache_dir / LAST_RUN.parent, terminal=terminal)
        for file in filter(None, (paths.cache_dir / LAST_RUN, save)):
            write_run(run, file)
    reading = _reading(runtime)
    _show(run, reading, terminal, as_json=as_json)
    if apply:
        install_ability(run, reading, paths, terminal, yes=yes)


def _plan(runtime: "UserRuntime", seed: int, slots: int) -> "AbilityPlan":
    from hroute.bench.ability.run import AbilityPlan
    from hroute.bench.brackets.threads import idle_threads
    from hroute.engines.llama.machine import default_threads

    own = runtime.settings.local.chat
    return AbilityPlan(
        seed=seed,
        slots=slots,
        threads=own.threads or idle_threads(default_threads()),
        temperature=own.temperature,
        top_p=own.top_p,
        repeat_penalty=own.repeat_penalty,
    )


def _exam(model: str | None, plan: "AbilityPlan", runtime: "UserRuntime", paths: "Paths") -> "AbilityExam":
    from hroute.app.models import files as models
    from hroute.bench.ability import examinees
    from hroute.bench.ability.examine import AbilityExam
    from hroute.core.decision.decision import Slot
    from hroute.engines.models.locate import logged_name

    own = runtime.settings.local.chat
    if model is None and own.base_url is not None:
        engine = runtime.slot(Slot.CHAT).engine
        examined = examinees.server_of(own.model, own.base_url)
        return AbilityExam(examined, plan, lambda: examinees.ServerExaminee(engine, plan))
    path = models.find(model or own.model, paths.data_dir)
    examined = examinees.file_of(path, logged_name(model or own.model))
    return AbilityExam(examined, plan, lambda: examinees.FileExaminee(path, plan))


def _run(
    exam: "AbilityExam", n: int | None, *, resume: bool, folder: Path, terminal: Terminal
) -> "AbilityRun":
    from hroute.bench.ability import examine
    from hroute.bench.brackets.measure import Surroundings
    from hroute.cli.bench.progress import resumable

    terminal.note(f"{exam.model.name}, {exam.plan.threads} threads")
    with resumable(terminal) as tell:
        return examine.run(exam, n, Surroundings(folder, resume, tell))


def _reading(runtime: "UserRuntime") -> "DifficultyReader":
    from hroute.bench.ability.report import DifficultyReader

    scout = runtime.scout
    return DifficultyReader(lambda prompt: scout.read(prompt).difficulty, scout.read("").model)


def _show(run: "AbilityRun", reading: "DifficultyReader", terminal: Terminal, *, as_json: bool) -> None:
    from hroute.bench.ability.report import report
    from hroute.cli.bench.ability import view

    found = report(run, reading)
    if as_json:
        view.write_json(run, found, terminal)
    else:
        view.show_report(run, found, terminal)
