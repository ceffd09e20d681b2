"""A finished run of `bench confidence` as it is saved: its model, graded answers and cost."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hroute.app.bench.brackets_run import Side, Work
from hroute.core.confidence.calibrator import Graded
from hroute.core.confidence.signals import AnswerSignals
from hroute.core.errors import UsageError

VERSION = 1


class _Saved(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Plan(_Saved):
    """What a run does; equal plans and equal models give equal answers. The recipe is the settings'."""

    seed: int
    samples: int  # further answers to each task, for agreement
    slots: int
    threads: int
    temperature: float
    top_p: float
    repeat_penalty: float


class Answered(_Saved):
    """One task and its graded answer."""

    task: str
    family: str
    is_guessed: bool
    level: int
    prompt: str
    right: str
    p_local: float
    text: str
    is_right: bool
    tokens: int  # of this answer and the samples beside it
    signals: dict[str, Any]  # AnswerSignals, as JSON

    @property
    def graded(self) -> Graded:
        return Graded(self.family, AnswerSignals.from_json(self.signals), self.p_local, self.is_right)


class Cost(_Saved):
    """Of collecting the signals of a token, beside the token: CPU milliseconds, one thread.

    `pairs` are the CPU times of the same tokens decoded without and with it.
    """

    token_ms: float
    signals_ms: float
    pairs: tuple[tuple[float, float], ...]

    @property
    def share(self) -> float:
        return self.signals_ms / self.token_ms


class SavedRun(_Saved):
    version: int = VERSION
    model: Side
    plan: Plan
    work: Work
    answers: tuple[Answered, ...] = Field(min_length=1)
    cost: Cost | None = None


def read_run(path: Path) -> SavedRun:
    """Raises UsageError for a file that is no saved run."""
    hint = "hroute bench confidence --save FILE"
    try:
        run = SavedRun.model_validate_json(path.read_bytes())
        for answer in run.answers:
            AnswerSignals.from_json(answer.signals)
    except OSError as exc:
        raise UsageError(f"{path}: {exc.strerror or exc}", hint) from exc
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise UsageError(f"{path} is no saved run: {place}: {first['msg']}", hint) from exc
    except ValueError as exc:
        raise UsageError(f"{path} is no saved run: {exc}", hint) from exc
    if run.version != VERSION:
        raise UsageError(f"{path} is of version {run.version}, this hroute reads {VERSION}", "run it again")
    return run


def write_run(run: SavedRun, path: Path) -> None:
    """Raises UsageError when the file cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(run.model_dump_json() + "\n", encoding="utf-8")
    except OSError as exc:
        raise UsageError(f"cannot write {path}: {exc.strerror or exc}", "choose another file") from exc
