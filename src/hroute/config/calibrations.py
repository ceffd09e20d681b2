"""The calibrators of local models: one JSON file a model in the folder `confidence` below the data."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from hroute.config.paths import shown
from hroute.config.write import replace
from hroute.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hroute.core.confidence.calibrator import Calibrator

_MOST_BYTES = 100_000


def folder(data_dir: Path) -> Path:
    return data_dir / "confidence"


def read_all(data_dir: Path) -> "Iterator[Calibrator]":
    """Those that this version's signals can be put into: one of an earlier version knows others.

    Raises ConfigError for a file that is damaged, and says how to be rid of it.
    """
    from hroute.core.confidence.calibrator import FEATURES

    for file in sorted(folder(data_dir).glob("*.json")):
        content = _content(file)
        if isinstance(content, dict) and content.get("features", FEATURES) not in (FEATURES, list(FEATURES)):
            continue
        yield _read(file, content)


def install(calibrator: "Calibrator", data_dir: Path) -> Path:
    """In place of the model's earlier one, in one step. Raises ConfigError."""
    file = folder(data_dir) / f"{calibrator.model_sha256[:16]}.json"
    replace(file, calibrator.model_dump_json(indent=1) + "\n")
    return file


def forget_verdicts(data_dir: Path) -> "list[Calibrator]":
    """Goes back to the bench's weights; those that had learned from verdicts, as they are now.

    Raises ConfigError for a file that is damaged or cannot be written.
    """
    taught = [known for known in read_all(data_dir) if known.learned is not None]
    forgetful = [known.model_copy(update={"learned": None}) for known in taught]
    for calibrator in forgetful:
        install(calibrator, data_dir)
    return forgetful


def _content(file: Path) -> object:
    """None for what is no JSON."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise ConfigError(f"{shown(file)} is no calibrator: it is too large", f"rm {shown(file)}")
        return json.loads(file.read_bytes())
    except OSError as exc:
        raise ConfigError(f"{shown(file)}: {exc.strerror or exc}") from exc
    except ValueError:
        return None


def _read(file: Path, content: object) -> "Calibrator":
    from pydantic import ValidationError

    from hroute.core.confidence.calibrator import Calibrator

    try:
        return Calibrator.model_validate_json(json.dumps(content))
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise ConfigError(
            f"{shown(file)} is no calibrator of this version: {place}: {first['msg']}",
            f"rm {shown(file)}, then hroute bench confidence --apply",
        ) from exc
