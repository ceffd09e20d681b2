"""A finished run of `bench ability` as it is saved: the model, and each prompt with its graded answer."""

from pathlib import Path

from pydantic import Field

from hroute.bench.saved_runs import RunBase, Saved, read_saved

VERSION = 1


class Examined(Saved):
    """The model: a file by its content, or what a server calls it."""

    name: str
    sha256: str
    path: str | None = None
    size_bytes: int = 0
    quantization: str = ""
    parameters: int | None = None
    base_url: str | None = None


class AbilityPlan(Saved):
    """What a run does. The recipe is the settings'."""

    seed: int
    slots: int
    threads: int
    temperature: float
    top_p: float
    repeat_penalty: float


class AbilityAnswer(Saved):
    """One task and its graded answer. `chance`: how often a guess is right."""

    task: str
    kind: str
    level: int
    prompt: str
    right: str
    chance: float
    text: str
    is_right: bool
    tokens: int
    cut: bool = False


class AbilityRun(RunBase):
    version: int = VERSION
    model: Examined
    plan: AbilityPlan
    wall_s: float
    answers: tuple[AbilityAnswer, ...] = Field(min_length=1)


def read_run(path: Path) -> AbilityRun:
    """Raises UsageError for a file that is no saved run."""
    return read_saved(path, AbilityRun, "ability")
