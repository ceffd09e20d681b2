"""The SHA-256 of a model file, kept beside it in the form that `sha256sum -c` reads."""

import hashlib
import re
from pathlib import Path

HEX = re.compile(r"[0-9a-f]{64}")


def sha256_of(path: Path) -> str:
    """Takes about a second for a gigabyte. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
