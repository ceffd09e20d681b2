"""What tells a model file from another: the SHA-256 that is kept beside it as `sha256sum -c` reads it."""

import hashlib
import os
import re
from pathlib import Path

HEX = re.compile(r"[0-9a-f]{64}")


def sha256_of(path: Path) -> str:
    """Takes about a second for a gigabyte. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(path: Path, end_bytes: int) -> str:
    """Of the size and so much of both ends: the header, and some weights. Raises OSError.

    For where a hash of the whole would take longer than the rest, and nobody has it.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(end_bytes)
        file.seek(max(size - end_bytes, 0))
        return hashlib.sha256(str(size).encode() + head + file.read(end_bytes)).hexdigest()


def file_beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def record(path: Path, sha256: str) -> None:
    file_beside(path).write_text(f"{sha256}  {path.name}\n", encoding="utf-8")


def recorded(path: Path) -> str | None:
    """The hash that was noted when the file was made or downloaded; None where none was, or not legibly."""
    try:
        words = file_beside(path).read_text(encoding="utf-8", errors="replace").split()
    except OSError:
        return None
    return words[0] if words and HEX.fullmatch(words[0]) else None
