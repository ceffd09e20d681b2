"""How files are written that are private, or that others may be reading; for every layer above core."""

import os
import tempfile
from pathlib import Path

OWNER_ONLY = 0o600
UNFINISHED = ".unfinished"  # ends the names of files that are still written


def owner_only(path: str | Path, flags: int) -> int:
    """For `open(..., opener=owner_only)`: a new file has mode 0600, one that is there keeps its own."""
    return os.open(path, flags, OWNER_ONLY)


def make_private_folder(folder: Path) -> None:
    """With the folders above it: those that are missing get mode 0700. Raises OSError."""
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)


def replace(
    target: Path, *content: bytes | bytearray, mode: int = OWNER_ONLY, is_durable: bool = True
) -> None:
    """In one step: a reader sees the old content or the new, never half of one. Raises OSError.

    Without `is_durable` a power cut may damage it: for what is checked when read, and can be lost.
    """
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=UNFINISHED)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(content)
            if is_durable:
                file.flush()
                os.fsync(file.fileno())
        beside.chmod(mode)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
