"""`hroute bench route`: what routing is worth, end to end, against simpler ways and the best possible one."""

import os
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from hroute.cli.options import AsJson, Overrides, Quiet, Resume, SavedRunFile
from hroute.cli.terminal import Terminal

if TYPE_CHECKING:
    from hroute.app.answer.runtime import UserRuntime
    from hroute.bench.route.bench import Contestants
    from hroute.bench.route.judgement import PolicyJudge
    from hroute.bench.route.saved import RouteRun
    from hroute.bench.route.sides import Participant
    from hroute.config.paths import Paths
    from hroute.core.pricing import Price

LAST_RUN = Path("bench") / "route-last.json"  # in the cache folder
DEFAULT_N, DEFAULT_PRICE = 270, "0.5/1.5"
_OF_FILES = "local.chat.ability=8B"  # the weak model of an outcome file is not the one of the settings


def route(
    model: Annotated[
        str | None, typer.Option(metavar="MODEL", help="The local model; default: that of the settings.")
    ] = None,
    cloud_model: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="A larger model file that plays the cloud; default: [[cloud]]."),
    ] = None,
    cloud_answers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A cloud's answers, which --save-cloud FILE keeps.")
    ] = None,
    n: Annotated[
        int | None,
        typer.Option(
            "--n", metavar="N", min=2, max=20_000, help="How many tasks; 270, or all rows of --data."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Of the tasks and of the answers.")] = 1,
    kind: Annotated[
        list[str] | None, typer.Option(metavar="KIND", help="Only this kind of task; repeatable.")
    ] = None,
    max_tokens: Annotated[
        int, typer.Option(metavar="N", min=8, max=100_000, help="Longest answer of a model on this machine.")
    ] = 400,
    price: Annotated[
        str,
        typer.Option(
            metavar="IN/OUT", help="Dollars per million tokens, of a cloud whose price is not known."
        ),
    ] = DEFAULT_PRICE,
    data: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Outcomes of two models (.jsonl[.gz]), the weak one as an 8B."),
    ] = None,
    rounds: Annotated[
        int, typer.Option(metavar="N", min=20, max=10_000, help="Resamples for the bootstrap intervals.")
    ] = 300,
    resume: Resume = False,
    saved: SavedRunFile = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the run, with every answer.")
    ] = None,
    save_cloud: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the cloud's answers, for --cloud-answers.")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    overrides: Overrides = None,
) -> None:
    """Measure routing end to end: success, cost and cost per success, against simpler ways of routing.

    The local model and a cloud answer the same mixed tasks, which a program checks; code is run in a
    sandbox. From both sides' answers it follows what always local, always cloud, random, prompt length,
    keywords, the scout, the checks of the answer and its confidence would have made of them, and what the
    best possible routing would. Ctrl-C keeps what is done for --resume.

    Rows of --data have prompt, weak_score and strong_score, and may have id, weak_cost_usd and
    strong_cost_usd; no model runs. Their weak side counts as an 8B, unless --set local.chat.ability says
    how able it is. Intervals are 95%.

    \b
    Examples:
      hroute bench route
      hroute bench route --cloud-model 7b.gguf --n 180 --save-cloud 7b.json
      hroute bench route --model 1b.gguf --cloud-answers 7b.json --n 180
      hroute bench route --data outcomes.jsonl.gz --json
      hroute bench route --from run.json
    """

    from hroute.cli.runtime import user_runtime

    terminal = Terminal.current(quiet=quiet)
    given = _price(price)
    if data is not None:
        runtime = user_runtime([_OF_FILES, *(overrides or ())])
        _show_data(data, n, _View(runtime, given, rounds, as_json), terminal)
        return
    run = _saved(saved) if saved else None
    runtime = user_runtime(_overrides(overrides, model or (run.local_model if run else None), max_tokens))
    view = _View(runtime, _cloud_price(runtime, given), rounds, as_json)
    if run is None:
        asked = _Asked(seed, DEFAULT_N if n is None else n, tuple(kind or ()), max_tokens)
        run = _run(asked, _Cloud(cloud_model, cloud_answers, view.price), runtime, terminal, resume=resume)
        _keep(run, save, save_cloud)
    _show_run(run, view, terminal)


def _saved(file: Path) -> "RouteRun":
    from hroute.bench.route.saved import read_run

    return read_run(file)


class _Asked(NamedTuple):
    """What the options say of the plan."""

    seed: int
    n: int
    kinds: tuple[str, ...]
    max_tokens: int


class _Cloud(NamedTuple):
    """Who plays the cloud, if not the one of the settings."""

    model: str | None
    answers: Path | None
    price: "Price"


class _View(NamedTuple):
    runtime: "UserRuntime"
    price: "Price"
    rounds: int
    as_json: bool

    def judgement(self, cloud: str | None = None) -> "PolicyJudge":
        """`cloud`: the model that played it."""
        from hroute.bench.route.judgement import PolicyJudge, ability_of_cloud

        return PolicyJudge(self.runtime, self.price, ability_of_cloud(cloud, self.runtime) if cloud else None)


def _overrides(given: list[str] | None, model: str | None, max_tokens: int) -> list[str]:
    own = [f"local.chat.max_tokens={max_tokens}", f"local.tools.max_tokens={max_tokens}"]
    return [*own, *(given or ()), *([f"local.chat.model={model}"] if model else ())]


def _price(text: str) -> "Price":
    from hroute.core.errors import UsageError
    from hroute.core.pricing import Price

    try:
        parts = [Decimal(part) for part in text.split("/")]
    except InvalidOperation:
        parts = []
    if len(parts) != 2 or not all(part.is_finite() and part >= 0 for part in parts):
        raise UsageError(f"--price is {text!r}, must be two numbers of 0 or more", f"--price {DEFAULT_PRICE}")
    return Price(*parts)


def _cloud_price(runtime: "UserRuntime", given: "Price") -> "Price":
    """What the settings or the table know of the first cloud, else what was given."""
    clouds = runtime.settings.cloud
    return (runtime.price(clouds[0]) if clouds else None) or given


def _run(
    asked: _Asked, cloud: _Cloud, runtime: "UserRuntime", terminal: Terminal, *, resume: bool
) -> "RouteRun":
    from dataclasses import replace

    from hroute.bench.brackets.measure import Surroundings
    from hroute.bench.route import bench
    from hroute.bench.route.saved import RoutePlan
    from hroute.cli.bench.progress import resumable

    paths = runtime.paths
    match = _match(cloud, runtime, paths, asked.max_tokens)
    plan = RoutePlan(seed=asked.seed, n=asked.n, kinds=asked.kinds, max_tokens=asked.max_tokens)
    work = bench.workload(plan)
    for kind, why in work.skipped.items():
        terminal.warn(f"no {kind} tasks: {why}")
    other = match.cloud if isinstance(match.cloud, Path) else match.cloud.name
    terminal.note(f"{match.local.name} against {other}, {len(work.tasks)} tasks, cloud at {match.price}")
    around = Surroundings(paths.cache_dir / LAST_RUN.parent, resume)
    with resumable(terminal) as tell:
        run = bench.run(match, work, replace(around, tell=tell))
    return run.model_copy(update={"local_model": runtime.settings.local.chat.model})


def _match(cloud: _Cloud, runtime: "UserRuntime", paths: "Paths", max_tokens: int) -> "Contestants":
    from hroute.bench.route import bench, sides
    from hroute.core.errors import UsageError

    if cloud.model and cloud.answers:
        raise UsageError("--cloud-model and --cloud-answers both name a cloud", "give one of them")
    price = f"${cloud.price.input_usd_per_mtok} in, ${cloud.price.output_usd_per_mtok} out a million tokens"
    local = sides.local_side(runtime, _identity(runtime, paths))
    if cloud.answers:
        return bench.Contestants(local, cloud.answers, price)
    return bench.Contestants(local, _asked_cloud(cloud, runtime, paths, max_tokens), price)


def _asked_cloud(cloud: _Cloud, runtime: "UserRuntime", paths: "Paths", max_tokens: int) -> "Participant":
    from hroute.app.models import files as models
    from hroute.bench.route import sides
    from hroute.engines.models import checksum

    if cloud.model:
        file = models.find(cloud.model, paths.data_dir)
        own = runtime.settings.local.chat.model_copy(
            update={"model": str(file), "base_url": None, "max_tokens": max_tokens, "samples": 0}
        )
        return sides.hired_side(own, paths.data_dir, checksum.sha256_of(file), cloud.price)
    _refuse_without_cloud(runtime)
    return sides.cloud_side(runtime, cloud.price)


def _refuse_without_cloud(runtime: "UserRuntime") -> None:
    """A bench sends nothing where the user has said that nothing may be sent."""
    from hroute.core.errors import UsageError

    settings = runtime.settings
    instead = "give --cloud-model MODEL, or --cloud-answers FILE that --save-cloud has kept"
    if not settings.cloud:
        raise UsageError("there is no cloud to be compared with", f"configure [[cloud]], or {instead}")
    if settings.privacy.local_only:
        raise UsageError("privacy.local_only forbids asking the cloud", instead)
    if settings.offline:
        raise UsageError("offline is set, so no cloud is asked", instead)


def _identity(runtime: "UserRuntime", paths: "Paths") -> str:
    """Of the local models: their files, or servers, and how they are asked."""
    from hroute.app.models.files import slots_of
    from hroute.engines.models import checksum
    from hroute.engines.models import locate as models

    found = []
    for slot, own in slots_of(runtime.settings).items():
        file = None if own.base_url else models.locate(own.model, paths.data_dir)
        found.append(f"{slot} {own.model_dump(exclude={'threads', 'model'})}")
        found.append(checksum.sha256_of(file) if file else own.model)
    return " ".join(found)


def _keep(run: "RouteRun", save: Path | None, save_cloud: Path | None) -> None:
    from hroute.bench.saved_runs import write_run
    from hroute.config.paths import Paths

    for file in filter(None, (Paths.find(os.environ).cache_dir / LAST_RUN, save)):
        write_run(run, file)
    if save_cloud:
        write_run(run.cloud, save_cloud)


def _show_run(run: "RouteRun", view: _View, terminal: Terminal) -> None:
    from hroute.bench.route.outcomes import rows_of_run
    from hroute.bench.route.report import ReportOptions, report
    from hroute.cli.bench import route_view as show

    judgement = view.judgement(run.cloud.model)
    rows = rows_of_run(run, judgement)
    look = ReportOptions(view.runtime.settings.cpst, view.rounds, judgement.least_confidence)
    found = report(rows, look)
    about = show.About(
        run.local.model, run.cloud.model, run.price, _scout(view), judgement.confidence_name, run.skipped
    )
    if view.as_json:
        show.write_json(found, about, terminal, run)
    else:
        show.show_report(found, about, terminal)


def _show_data(file: Path, most: int | None, view: _View, terminal: Terminal) -> None:
    from hroute.bench.route.outcomes import rows_of_file
    from hroute.bench.route.report import ReportOptions, report
    from hroute.cli.bench import route_view as show

    rows = rows_of_file(file, view.judgement(), view.price, most)
    found = report(rows, ReportOptions(view.runtime.settings.cpst, view.rounds))
    price = f"${view.price.input_usd_per_mtok} in, ${view.price.output_usd_per_mtok} out a million tokens"
    about = show.About("weak", "strong", price, _scout(view), None)
    if view.as_json:
        show.write_json(found, about, terminal)
    else:
        show.show_report(found, about, terminal)


def _scout(view: _View) -> str:
    return view.runtime.scout.read("hello").model
