"""Writes what a user may edit: settings, and the copies of them."""

import os
import stat
from pathlib import Path

from hroute import disk
from hroute.config.paths import shown
from hroute.core.errors import ConfigError


def replace(file: Path, text: str) -> None:
    """Writes the text; a link stays a link, an existing file keeps its mode, a new one is 0600.

    Raises ConfigError and leaves the old file when it cannot.
    """
    target = Path(os.path.realpath(file))
    if target.exists() and not target.is_file():
        raise ConfigError(f"{shown(file)} is not a regular file")
    if target.exists() and not os.access(target, os.W_OK):
        raise ConfigError(f"{shown(file)} is read-only", f"chmod u+w {shown(file)}")
    try:
        disk.make_private_folder(target.parent)
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else disk.OWNER_ONLY
        disk.replace(target, text.encode(), mode=mode)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise ConfigError(f"cannot write {shown(file)}: {reason}") from error


def back_up(file: Path) -> Path:
    """Copies the file beside itself under the first free name: .bak, .bak2, ... Raises ConfigError."""
    if not file.is_file():
        raise ConfigError(f"{shown(file)} is not a regular file")
    names = (file.with_name(f"{file.name}.bak{n}" if n > 1 else f"{file.name}.bak") for n in range(1, 1000))
    copy = next(name for name in names if not name.exists())
    try:
        with open(copy, "xb", opener=disk.owner_only) as stream:
            stream.write(file.read_bytes())
    except OSError as error:
        raise ConfigError(f"cannot write {shown(copy)}: {os.strerror(error.errno or 0)}") from error
    return copy
