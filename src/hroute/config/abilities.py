"""The measured abilities of local models: one JSON file a model in the folder `ability` below the data."""

from pathlib import Path
from typing import TYPE_CHECKING

from hroute.config.paths import shown
from hroute.config.write import replace
from hroute.core.errors import ConfigError

if TYPE_CHECKING:
    from hroute.core.measured_ability import MeasuredAbility

_MOST_BYTES = 100_000


def folder(data_dir: Path) -> Path:
    return data_dir / "ability"


def read_all(data_dir: Path) -> "list[MeasuredAbility]":
    """Raises ConfigError for a file that is damaged, and says how to be rid of it."""
    if not folder(data_dir).is_dir():  # so that nothing is imported where nothing was measured
        return []
    return [_read(file) for file in sorted(folder(data_dir).glob("*.json"))]


def install(measured: "MeasuredAbility", data_dir: Path) -> Path:
    """In place of the model's earlier one, in one step. Raises ConfigError."""
    file = _file_of(measured, data_dir)
    replace(file, measured.model_dump_json(indent=1) + "\n")
    return file


def forget_verdicts(data_dir: Path) -> "list[MeasuredAbility]":
    """Goes back to what was measured; returns those that had learned from verdicts, as they are now.

    Raises ConfigError for a file that is damaged or cannot be written.
    """
    taught = [known for known in read_all(data_dir) if known.learned is not None]
    forgetful = [known.model_copy(update={"learned": None}) for known in taught]
    for measured in forgetful:
        if measured.n:
            install(measured, data_dir)
        else:
            _file_of(measured, data_dir).unlink(missing_ok=True)
    return forgetful


def _file_of(measured: "MeasuredAbility", data_dir: Path) -> Path:
    return folder(data_dir) / f"{measured.model_sha256[:16]}.json"


def _read(file: Path) -> "MeasuredAbility":
    from pydantic import ValidationError

    from hroute.core.measured_ability import MeasuredAbility

    try:
        if file.stat().st_size > _MOST_BYTES:
            raise ConfigError(f"{shown(file)} is no measured ability: it is too large", f"rm {shown(file)}")
        return MeasuredAbility.model_validate_json(file.read_bytes())
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise ConfigError(
            f"{shown(file)} is no measured ability of this version: {place}: {first['msg']}",
            f"rm {shown(file)}, then hroute bench ability --apply",
        ) from exc
    except OSError as exc:
        raise ConfigError(f"{shown(file)}: {exc.strerror or exc}") from exc
