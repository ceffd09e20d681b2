"""Finds what is stored about a model file: by its content, which is only read when something may be there."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from hroute.engines.models import checksum


class OfFile(Protocol):
    @property
    def model_sha256(self) -> str: ...
    @property
    def model_bytes(self) -> int: ...
    @property
    def model_mtime_ns(self) -> int: ...


T = TypeVar("T", bound=OfFile)


def recognised(path: Path, known: Sequence[T]) -> T | None:
    """None too for a file that cannot be looked at."""
    try:
        stat = path.stat()
    except OSError:
        return None
    alike = [one for one in known if one.model_bytes == stat.st_size]
    same = next((one for one in alike if one.model_mtime_ns == stat.st_mtime_ns), None)
    if same is not None or not alike:
        return same
    sha256 = checksum.recorded(path) or checksum.sha256_of(path)  # takes a second for a gigabyte
    return next((one for one in alike if one.model_sha256 == sha256), None)
