"""Makes quantized files from one source: all of them whole and in place, or none."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hroute.core.errors import LocalInferenceError, UsageError
from hroute.engines.llama import isolated
from hroute.engines.models import checksum, tensors
from hroute.engines.models.tensors import Weights

# llama.cpp's llama_ftype, and the bits that a weight takes at least: the larger tensors get no fewer.
_TYPES = {
    "Q4_0": (2, 4.5),
    "Q4_1": (3, 5.0),
    "Q8_0": (7, 8.5),
    "Q5_0": (8, 5.5),
    "Q5_1": (9, 6.0),
    "Q4_K_S": (14, 4.5),
    "Q4_K_M": (15, 4.5),
    "Q5_K_S": (16, 5.5),
    "Q5_K_M": (17, 5.5),
    "Q6_K": (18, 6.5),
}
PAIR = ("Q4_K_M", "Q8_0")


@dataclass(frozen=True, slots=True)
class Quantized:
    asked: str  # the type that was asked for; what came of it is in the weights
    weights: Weights
    sha256: str

    @property
    def path(self) -> Path:
        return self.weights.path


@dataclass(frozen=True, slots=True)
class FilePair:
    """A small and a large file of one source."""

    source: Weights
    small: Quantized
    large: Quantized

    @property
    def origin(self) -> str:
        return origin_of(self.source)


def origin_of(source: Weights) -> str:
    """What files made from this source are of. A second quantization adds its error to the first one's."""
    kind = "an already quantized source" if source.is_quantized else "a source that is not quantized"
    return f"made from {kind} (mostly {source.quantization})"


def types_named(text: str) -> tuple[str, ...]:
    """Types from a list like q4_K_M,q8_0 in any case; raises UsageError."""
    names = [name.strip().upper() for name in text.split(",") if name.strip()]
    unknown = next((name for name in names if name not in _TYPES), None)
    if unknown or not names:
        raise UsageError(f"{unknown or text!r} is no type to quantize to", f"choose from {', '.join(_TYPES)}")
    return tuple(dict.fromkeys(names))


def target_of(source: Path, out_dir: Path, asked: str) -> Path:
    """The name keeps that of the source: a model.Q4_1.Q8_0.gguf is quantized twice."""
    return out_dir / f"{source.stem}.{asked}.gguf"


def make_pair(source: Path, out_dir: Path) -> FilePair:
    """A Q4_K_M and a Q8_0 of one source. Raises what `quantize` raises."""
    small, large = quantize(source, out_dir, PAIR)
    return FilePair(tensors.read(source), small, large)


def quantize(source: Path, out_dir: Path, types: Sequence[str]) -> tuple[Quantized, ...]:
    """A file in `out_dir` for each type, in place of what has its name; seconds for 100M weights.

    Raises LocalInferenceError for a source that is not a whole GGUF model, UsageError for a folder that
    cannot hold the files.
    """
    weights = tensors.read_whole(source)
    parts = {asked: _part_of(target_of(source, out_dir, asked)) for asked in types}
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        _refuse_what_does_not_fit(weights, out_dir, types)
        hashes = {asked: _write(source, part, asked) for asked, part in parts.items()}
        return tuple(
            _put_in_place(parts[asked], target_of(source, out_dir, asked), asked, hashes[asked])
            for asked in types
        )
    except OSError as exc:
        raise UsageError(
            f"cannot write to {out_dir}: {exc.strerror or exc}", "choose another folder"
        ) from exc
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _part_of(target: Path) -> Path:
    return target.with_suffix(f".{os.getpid()}.part")


def _write(source: Path, part: Path, asked: str) -> str:
    """Writes the file, sees that it is whole, and returns its hash."""
    try:
        isolated.quantize(source, part, _TYPES[asked][0])
    except LocalInferenceError as exc:
        if "iostream" not in exc.message:  # all that C++ says when a file cannot be written on
            raise
        free = shutil.disk_usage(part.parent).free
        raise UsageError(
            f"{part.parent} did not take all of the file: a full disk, a quota or a limit"
            f" ({free / 1e9:.1f} GB are free)",
            "make room, or choose another folder",
        ) from exc
    tensors.read_whole(part)
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    return checksum.sha256_of(part)


def _put_in_place(part: Path, target: Path, asked: str, sha256: str) -> Quantized:
    part.replace(target)
    checksum.record(target, sha256)
    return Quantized(asked, tensors.read(target), sha256)


def _refuse_what_does_not_fit(source: Weights, out_dir: Path, types: Sequence[str]) -> None:
    needed = sum(source.parameters * _TYPES[asked][1] / 8 for asked in types)
    free = shutil.disk_usage(out_dir).free
    if needed > free:
        raise UsageError(
            f"{out_dir} has no room: {needed / 1e9:.1f} GB are needed, {free / 1e9:.1f} GB are free",
            "make room, or choose another folder",
        )
