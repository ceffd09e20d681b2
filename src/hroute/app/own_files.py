"""The weights that come with the package: one that is damaged or gone is one clear error everywhere."""

from pathlib import Path

from hroute.core.errors import ConfigError
from hroute.core.scout import BuiltinScout
from hroute.data import SHIPPED

SCOUT_FILE = SHIPPED / "scout-builtin.bin"


def builtin_scout() -> BuiltinScout:
    """Raises ConfigError."""
    try:
        return BuiltinScout.from_bytes(SCOUT_FILE.read_bytes())
    except (OSError, ValueError) as exc:
        raise _damaged(SCOUT_FILE, exc) from exc


def check_tagger() -> None:
    """Raises ConfigError where the constraints' file cannot be used; free after the first time."""
    from hroute.core.constraints import tagger

    try:
        tagger.shipped()
    except (OSError, ValueError) as exc:
        raise _damaged(SHIPPED / "constraints-tagger.bin", exc) from exc


def _damaged(file: Path, exc: OSError | ValueError) -> ConfigError:
    what = getattr(exc, "strerror", None) or exc
    return ConfigError(f"{file}: {what}", "install hroute again: a file of its own is damaged")
