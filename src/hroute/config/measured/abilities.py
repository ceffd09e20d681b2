"""The measured abilities of local models, in the folder `ability` below the data."""

from pathlib import Path
from typing import TYPE_CHECKING

from hroute.config.measured.of_models import Shelf
from hroute.core.errors import ConfigError

if TYPE_CHECKING:
    from hroute.core.abilities.measured import MeasuredAbility


def _parse(text: bytes) -> "MeasuredAbility":
    from hroute.core.abilities.measured import MeasuredAbility

    return MeasuredAbility.model_validate_json(text)


_SHELF: "Shelf[MeasuredAbility]" = Shelf("ability", "measured ability", "ability", _parse)
install = _SHELF.install


def read_all(data_dir: Path) -> "list[MeasuredAbility]":
    """Those that can be used; `damaged` says what is wrong with the others."""
    return [found for found in _SHELF.read(data_dir) if not isinstance(found, ConfigError)]


def damaged(data_dir: Path) -> list[ConfigError]:
    return [found for found in _SHELF.read(data_dir) if isinstance(found, ConfigError)]


def forget_verdicts(data_dir: Path) -> "list[MeasuredAbility]":
    """Goes back to what was measured; returns those that had learned from verdicts, as they are now.

    Raises ConfigError for a file that cannot be written.
    """
    taught = [known for known in read_all(data_dir) if known.learned is not None]
    forgetful = [known.model_copy(update={"learned": None}) for known in taught]
    for measured in forgetful:
        if measured.n:
            install(measured, data_dir)
        else:
            _SHELF.file_of(measured, data_dir).unlink(missing_ok=True)
    return forgetful
