"""Finished measurements as files: written whole, and read back only when they are what they should be."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from hroute.core.errors import UsageError
from hroute.core.remedies import SaveRun


class Saved(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class RunBase(Saved):
    version: int  # its default is what this hroute reads


R = TypeVar("R", bound=RunBase)


def read_saved(path: Path, kind: type[R], bench: str, kept_by: str = "save") -> R:
    """`kept_by`: the argument that writes such files. Raises UsageError for what is no run of this bench."""
    make_one = SaveRun(bench, kept_by)
    try:
        run = kind.model_validate_json(path.read_bytes())
    except FileNotFoundError as exc:
        raise UsageError(f"{path}: there is no run here yet", make_one) from exc
    except OSError as exc:
        raise UsageError(f"{path}: {exc.strerror or exc}", make_one) from exc
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise UsageError(f"{path} is no saved run: {place}: {first['msg']}", make_one) from exc
    known = kind.model_fields["version"].default
    if run.version != known:
        raise UsageError(f"{path} is of version {run.version}, this hroute reads {known}", "run it again")
    return run


def write_run(run: RunBase, path: Path) -> None:
    """Raises UsageError when the file cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(run.model_dump_json() + "\n", encoding="utf-8")
    except OSError as exc:
        raise UsageError(f"cannot write {path}: {exc.strerror or exc}", "choose another file") from exc
