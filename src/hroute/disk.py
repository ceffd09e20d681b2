"""How files are written that are private, or that others may be reading; for every layer above core."""

import os
import tempfile
from pathlib import Path

OWNER_ONLY = 0o600


def owner_only(path: str, flags: int) -> int:
    """For `open(..., opener=owner_only)`: a new file has mode 0600, one that is there keeps its own."""
    return os.open(path, flags, OWNER_ONLY)


def replace(target: Path, content: bytes, mode: int = OWNER_ONLY) -> None:
    """In one step: a reader sees the old content or the new, never half of one. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(mode)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
