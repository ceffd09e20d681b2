"""The file of the installed calibration."""

from pathlib import Path
from typing import TYPE_CHECKING

from hroute.config.paths import shown
from hroute.core.errors import ConfigError
from hroute.core.remedies import Calibrate

if TYPE_CHECKING:
    from hroute.core.learning.calibration import Calibration  # only who has one pays for it

_NAME = "calibration.json"
_MOST_BYTES = 4_000_000  # a whole one has some 200 kB


def read_calibration(data_dir: Path) -> "Calibration | None":
    """The installed one; None when there is none. Raises ConfigError when it cannot be used."""
    file = data_dir / _NAME
    try:
        with file.open("rb") as stream:
            text = stream.read(_MOST_BYTES + 1)
        from hroute.core.learning.calibration import Calibration

        if len(text) > _MOST_BYTES:
            raise ValueError("it is too large")
        return Calibration.read(text.decode("utf-8"))
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise ConfigError(f"{shown(file)}: {exc.strerror or exc}", Calibrate()) from exc
    except ValueError as exc:
        reason = str(exc).splitlines()[0]
        raise ConfigError(f"{shown(file)} is damaged or of another version: {reason}", Calibrate()) from exc


def usable_calibration(data_dir: Path) -> "Calibration | None":
    """As `read_calibration`, but a file that cannot be used is as good as none: `doctor` tells of it."""
    try:
        return read_calibration(data_dir)
    except ConfigError:
        return None


def install_calibration(data_dir: Path, calibration: "Calibration") -> Path:
    """Replaces the file in one step. Raises ConfigError when it cannot be written."""
    from hroute.config.write import replace

    file = data_dir / _NAME
    replace(file, calibration.written())
    return file


def remove_calibration(data_dir: Path) -> bool:
    """Whether there was one. Raises ConfigError when it cannot be removed."""
    file = data_dir / _NAME
    try:
        file.unlink()
    except FileNotFoundError:
        return False
    except OSError as exc:
        raise ConfigError(f"{shown(file)}: {exc.strerror or exc}") from exc
    return True
