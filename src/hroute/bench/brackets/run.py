"""A finished run of `bench brackets` as it is saved: settings, models, answers, the check of the batch."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from hroute.bench.saved_runs import RunBase, Saved, read_saved

SideName = Literal["a", "b"]
SIDES: tuple[SideName, SideName] = ("a", "b")
VERSION = 2


class ExaminedModel(Saved):
    """One of the two models."""

    path: str
    sha256: str
    quantization: str  # of most of its weights
    size_bytes: int


class Arm(Saved):
    """A way to generate: greedily, at a temperature with one seed, or greedily inside the grammar."""

    name: str
    temperature: float = 0
    seed: int = 0
    has_grammar: bool = False


class BracketPlan(Saved):
    """What a run does; equal plans and equal models give equal answers."""

    suite: str
    arms: tuple[Arm, ...]
    seed: int
    max_tokens: int
    slots: int
    threads: int
    part_cases: int = 10  # done or not done as a whole: a resumed run repeats an uninterrupted one exactly
    plain: bool  # asked as `hroute ask` does: no example, and no beginning of the answer


class Token(Saved):
    """A piece of an answer, its probability and the likeliest other piece; none where it was dictated."""

    text: str
    probability: float | None = None
    other: str = ""
    other_probability: float = 0


class BracketOutcome(Saved):
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


class Work(Saved):
    """Tokens that were computed, and the time it took.

    Of an arm: those that the model chose and those that its grammar dictated, without prompts. Arms share
    the steps of a batch: an answer has an equal part of each step, and its own sampling and grammar.
    """

    tokens: int = 0
    dictated: int = 0  # of the tokens
    wall_s: float = 0
    cpu_s: float = 0

    def __add__(self, other: "Work") -> "Work":
        return Work(
            tokens=self.tokens + other.tokens,
            dictated=self.dictated + other.dictated,
            wall_s=self.wall_s + other.wall_s,
            cpu_s=self.cpu_s + other.cpu_s,
        )

    @property
    def tokens_per_s(self) -> float:
        return self.tokens / self.wall_s if self.wall_s else 0.0


class ModelWork(Saved):
    """What one model had to do: prompts, each read once for all arms, and answers by arm."""

    prompts: Work = Work()
    arms: dict[str, Work] = Field(default_factory=dict)

    def __add__(self, other: "ModelWork") -> "ModelWork":
        names = dict.fromkeys([*self.arms, *other.arms])
        arms = {name: self.arms.get(name, Work()) + other.arms.get(name, Work()) for name in names}
        return ModelWork(prompts=self.prompts + other.prompts, arms=arms)

    @property
    def answers(self) -> Work:
        return sum(self.arms.values(), Work())


class Rounding(Saved):
    """How far the lead of one token over another moves when the very same tokens are computed otherwise.

    In logits, between reading an answer in one go and token by token. Nothing but rounding can move it.
    """

    tokens: int
    median: float
    highest: float


class BatchCheck(Saved):
    """The same answers in one batch and one by one: the speed of both, and where greedy texts part."""

    answers: int
    batched: ModelWork
    single: ModelWork
    greedy_answers: int
    partings: tuple[float, ...]  # how far the lead moved that decided the first token that differs
    rounding: Rounding | None

    @property
    def ratio_cpu(self) -> float:
        return self.single.answers.cpu_s / self.batched.answers.cpu_s

    @property
    def ratio_wall(self) -> float:
        return self.single.answers.wall_s / self.batched.answers.wall_s

    @property
    def is_rounding(self) -> bool:
        """Whether rounding explains every difference."""
        if not self.partings:
            return True
        return self.rounding is not None and max(self.partings) <= self.rounding.highest


class BracketRun(RunBase):
    version: int = VERSION
    origin: str  # what the two are a pair of
    a: ExaminedModel
    b: ExaminedModel
    plan: BracketPlan
    n: int
    work: dict[SideName, ModelWork]
    outcomes: tuple[BracketOutcome, ...]
    check: BatchCheck | None = None

    def side(self, name: SideName) -> ExaminedModel:
        return self.a if name == "a" else self.b

    def pairs(self, arm: str) -> list[tuple[BracketOutcome, BracketOutcome]]:
        """The answers of both models to the same case."""
        found = {(o.side, o.case): o for o in self.outcomes if o.arm == arm}
        cases = dict.fromkeys(case for _side, case in found)
        return [(found["a", c], found["b", c]) for c in cases if ("a", c) in found and ("b", c) in found]


def read_run(path: Path) -> BracketRun:
    """Raises UsageError for a file that is no saved run."""
    return read_saved(path, BracketRun, "brackets")
