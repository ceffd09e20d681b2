"""A file of what the log knows: readable by its owner alone, and never the log itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from hroute.core.errors import UsageError
from hroute.disk import owner_only


@contextmanager
def private_file(path: Path, log_file: Path) -> Iterator[TextIO]:
    """Raises UsageError when it cannot be written."""
    if path.exists() and log_file.exists() and path.samefile(log_file):
        raise UsageError(f"{path} is the log itself", "Choose another file.")
    try:
        with open(path, "w", encoding="utf-8", opener=owner_only) as stream:
            yield stream
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}", "Choose another file.") from error
