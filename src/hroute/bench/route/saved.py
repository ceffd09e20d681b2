"""What a run of `bench route` leaves: each side's graded answers, as they are saved and read back."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator

from hroute.bench.route.tasks import RouteTask, expected_of
from hroute.bench.saved_runs import RunBase, Saved, read_saved
from hroute.core.confidence.signals import AnswerSignals
from hroute.core.errors import UsageError
from hroute.core.turn.turn import Turn

VERSION = 1


class RoutePlan(Saved):
    """What a run does; equal plans and equal models give equal answers."""

    seed: int
    n: int
    kinds: tuple[str, ...]
    max_tokens: int  # of an answer


class RouteAnswer(Saved):
    """One task and a graded answer to it."""

    task: str
    kind: str
    level: int
    prompt: str
    tools: str | None = None
    schema_: str | None = None
    text: str
    is_right: bool
    is_valid: bool  # by the contract
    reason: str | None = None  # why it is not
    input_tokens: int | None = None
    output_tokens: int | None = None
    wall_s: float
    cost_usd: Decimal | None = None  # of a cloud: None where its price is unknown
    signals: dict[str, Any] | None = None  # AnswerSignals, as JSON

    @field_validator("signals")
    @classmethod
    def _make_sense(cls, signals: dict[str, Any] | None) -> dict[str, Any] | None:
        if signals is not None:
            AnswerSignals.from_json(signals)
        return signals

    @property
    def answer_signals(self) -> AnswerSignals | None:
        return None if self.signals is None else AnswerSignals.from_json(self.signals)

    @property
    def turn(self) -> Turn:
        return Turn.of(self.prompt, expected=expected_of(self.tools, self.schema_))


class SideRun(RunBase):
    """What one model made of the tasks. Kept as a file, it can stand in for a cloud."""

    version: int = VERSION
    model: str
    plan: RoutePlan
    answers: tuple[RouteAnswer, ...] = Field(min_length=1)


class RouteRun(RunBase):
    version: int = VERSION
    local: SideRun
    cloud: SideRun
    local_model: str | None = None  # as local.chat.model has it
    price: str  # of the cloud, in words
    skipped: dict[str, str] = Field(default_factory=dict)  # kinds of task, and why


def read_run(path: Path) -> RouteRun:
    """Raises UsageError for a file that is no saved run, or whose sides answered different tasks."""
    run = read_saved(path, RouteRun, "route")
    sides = ([(answer.task, answer.prompt) for answer in side.answers] for side in (run.local, run.cloud))
    if next(sides) != next(sides):
        raise UsageError(f"{path} is no saved run: its two sides answered different tasks", "run it again")
    return run


def read_side(path: Path, tasks: Sequence[RouteTask]) -> SideRun:
    """A model's stored answers to exactly these tasks. Raises UsageError where there is one missing."""
    side = read_saved(path, SideRun, "route", "save-cloud")
    known = {(answer.task, answer.prompt): answer for answer in side.answers}
    missing = next((task for task in tasks if (task.id, task.asked.prompt) not in known), None)
    if missing is not None:
        raise UsageError(
            f"{path}: {side.model} has not answered {missing.id} there ({missing.asked.prompt[:60]!r})",
            f"it was made with seed {side.plan.seed} and n {side.plan.n}: give the same, or a smaller n",
        )
    answers = tuple(known[task.id, task.asked.prompt] for task in tasks)
    return side.model_copy(update={"answers": answers})
