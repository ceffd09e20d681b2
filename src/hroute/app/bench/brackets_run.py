"""A finished run of `bench brackets` as it is saved: settings, both models, every answer, the speed-up."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from hroute.core.errors import UsageError

SideName = Literal["a", "b"]
SIDES: tuple[SideName, SideName] = ("a", "b")
VERSION = 1


class _Saved(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Side(_Saved):
    """One of the two models."""

    path: str
    sha256: str
    quantization: str  # of most of its weights
    size_bytes: int


class Arm(_Saved):
    """A way to generate: greedily, at a temperature with one seed, or greedily inside the grammar."""

    name: str
    temperature: float = 0
    seed: int = 0
    has_grammar: bool = False


class Plan(_Saved):
    """What a run does; equal plans and equal models give equal answers."""

    suite: str
    arms: tuple[Arm, ...]
    seed: int
    max_tokens: int
    slots: int
    threads: int
    part_cases: int = 10  # done or not done as a whole: a resumed run repeats an uninterrupted one exactly
    plain: bool  # asked as `hroute ask` does: no example, and no beginning of the answer


class Token(_Saved):
    """A piece of an answer, its probability and the likeliest other piece; none where it was dictated."""

    text: str
    probability: float | None = None
    other: str = ""
    other_probability: float = 0


class Outcome(_Saved):
    """One answer of one model, judged."""

    side: SideName
    case: str
    kind: str
    arm: str
    text: str
    tokens: tuple[Token, ...]
    fault: str | None
    notes: tuple[str, ...]
    is_looped: bool
    is_right: bool

    @property
    def is_clean_and_right(self) -> bool:
        return self.is_right and not self.notes


class Work(_Saved):
    """Tokens that were computed, and the time it took."""

    prompt_tokens: int = 0
    answer_tokens: int = 0
    wall_s: float = 0
    cpu_s: float = 0

    def plus(self, other: "Work") -> "Work":
        return Work(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            answer_tokens=self.answer_tokens + other.answer_tokens,
            wall_s=self.wall_s + other.wall_s,
            cpu_s=self.cpu_s + other.cpu_s,
        )


class SpeedUp(_Saved):
    """The same answers in one batch and one by one, and how many of the greedy texts differ."""

    answers: int
    batched: Work
    single: Work
    greedy_answers: int
    greedy_differing: int
    # Where free greedy texts part, how much likelier the chosen token was than the next: rounding decides
    # between near equals only.
    widest_gap: float = 0

    @property
    def ratio_cpu(self) -> float:
        return self.single.cpu_s / self.batched.cpu_s

    @property
    def ratio_wall(self) -> float:
        return self.single.wall_s / self.batched.wall_s


class SavedRun(_Saved):
    version: int = VERSION
    origin: str  # what the two are a pair of
    a: Side
    b: Side
    plan: Plan
    n: int
    work: dict[SideName, Work]
    outcomes: tuple[Outcome, ...]
    speed_up: SpeedUp | None = None

    def side(self, name: SideName) -> Side:
        return self.a if name == "a" else self.b

    def pairs(self, arm: str) -> list[tuple[Outcome, Outcome]]:
        """The answers of both models to the same case."""
        found = {(o.side, o.case): o for o in self.outcomes if o.arm == arm}
        cases = dict.fromkeys(case for _side, case in found)
        return [(found["a", c], found["b", c]) for c in cases if ("a", c) in found and ("b", c) in found]


def read_run(path: Path) -> SavedRun:
    """Raises UsageError for a file that is no saved run."""
    try:
        run = SavedRun.model_validate_json(path.read_bytes())
    except OSError as exc:
        raise UsageError(f"{path}: {exc.strerror or exc}", "hroute bench brackets --save FILE") from exc
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise UsageError(
            f"{path} is no saved run: {place}: {first['msg']}", "hroute bench brackets --save FILE"
        ) from exc
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
