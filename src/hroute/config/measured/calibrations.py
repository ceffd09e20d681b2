"""The calibrators of local models, in the folder `confidence` below the data."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from hroute.config.measured.of_models import Shelf
from hroute.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hroute.core.confidence.calibrator import Calibrator


def _parse(text: bytes) -> "Calibrator | None":
    """None where this version's signals cannot be put into it: an earlier version's knows others."""
    from hroute.core.confidence.calibrator import FEATURES, Calibrator

    try:
        content = json.loads(text)
    except ValueError:
        content = None
    if isinstance(content, dict) and content.get("features", FEATURES) not in (FEATURES, list(FEATURES)):
        return None
    return Calibrator.model_validate_json(text)


_SHELF: "Shelf[Calibrator]" = Shelf("confidence", "calibrator", "confidence", _parse)
folder, install = _SHELF.folder, _SHELF.install


def read_all(data_dir: Path) -> "Iterator[Calibrator]":
    """Raises ConfigError for a file that is damaged, and says how to be rid of it."""
    for found in _SHELF.read(data_dir):
        if isinstance(found, ConfigError):
            raise found
        yield found


def forget_verdicts(data_dir: Path) -> "list[Calibrator]":
    """Goes back to the bench's weights; those that had learned from verdicts, as they are now.

    Raises ConfigError for a file that is damaged or cannot be written.
    """
    taught = [known for known in read_all(data_dir) if known.learned is not None]
    forgetful = [known.model_copy(update={"learned": None}) for known in taught]
    for calibrator in forgetful:
        install(calibrator, data_dir)
    return forgetful
