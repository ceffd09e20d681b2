"""Finds the calibrator of a model file: by its content, which is only read when one may be there."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from hroute.app.learn.recognised import recognised
from hroute.config.measured import calibrations
from hroute.core.errors import LocalInferenceError
from hroute.core.settings import LocalModel, Settings
from hroute.data import SHIPPED
from hroute.engines.models import locate as models

if TYPE_CHECKING:
    from hroute.core.confidence.calibrator import Calibrator
    from hroute.core.confidence.generic import Generic

GENERIC_FILE = SHIPPED / "confidence-generic.json"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model file that the settings name, as the log calls it."""

    name: str
    calibrator: "Calibrator | None"


def model_files(settings: Settings, data_dir: Path) -> list[ModelFile]:
    """Of the slots; a server's model is no file. Raises ConfigError for a damaged calibrator."""
    from hroute.app.models.files import (
        slots_of,  # with what reads and fetches models, which no answer waits for
    )

    files = {model.model: model for model in slots_of(settings).values() if model.base_url is None}
    return [
        ModelFile(models.logged_name(name), calibrator_of(model, data_dir)) for name, model in files.items()
    ]


def judge_of(model: LocalModel, data_dir: Path) -> "Calibrator | Generic | None":
    """The model's own calibrator, else the generic one; None for a server, whose numbers may be others'.

    Raises ConfigError.
    """
    if model.base_url is not None:
        return None
    return calibrator_of(model, data_dir) or generic_calibrator()


@cache
def generic_calibrator() -> "Generic | None":
    """The one that is shipped, if it may speak for models that it has not seen."""
    from hroute.core.confidence.generic import Generic

    shipped = Generic.model_validate_json(GENERIC_FILE.read_bytes())
    return shipped if shipped.is_close else None


def file_of(model: str, calibrator: str | None, files: Sequence[ModelFile]) -> ModelFile | None:
    """Which one gave an answer of the log, where it stands with a model's name and that of a calibrator.

    By its content, where a calibrator judged the answer and so named that; else by its name alone.
    """
    same = (f for f in files if calibrator and f.calibrator and f.calibrator.is_of_same_file(calibrator))
    return next(same, next((file for file in files if file.name == model), None))


def calibrator_of(model: LocalModel, data_dir: Path) -> "Calibrator | None":
    """None for a server, a model that is not here, and one that nobody has calibrated. Raises ConfigError."""
    if model.base_url is not None or not calibrations.folder(data_dir).is_dir():
        return None
    try:
        path = models.locate(model.model, data_dir)
    except LocalInferenceError:
        return None
    return recognised(path, list(calibrations.read_all(data_dir)))
