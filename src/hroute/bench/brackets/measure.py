"""Runs both models over the same cases: N is fixed before any answer is looked at."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from hroute.bench.brackets import cases as brackets_cases
from hroute.bench.brackets.check import check
from hroute.bench.brackets.models import Contestant
from hroute.bench.brackets.run import (
    SIDES,
    Arm,
    BracketOutcome,
    BracketPlan,
    BracketRun,
    ExaminedModel,
    ModelWork,
    SideName,
)
from hroute.bench.brackets.state import BracketPart, key_of
from hroute.bench.parts import Parts
from hroute.bench.suite import Case
from hroute.engines.models import checksum, tensors


@dataclass(frozen=True, slots=True)
class Extent:
    """How many cases: a number, or as many as fit into some minutes."""

    n: int = 100
    minutes: float | None = None
    check_cases: int = 4  # answered one by one as well, after the others


@dataclass(frozen=True, slots=True)
class Progress:
    """`kept`: of the answers, those of an earlier run. `tokens`: of this run, also in unfinished answers."""

    answers: int
    all_answers: int | None  # None: not fixed yet
    kept: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a run keeps what it has done, whether it goes on from there, and whom it tells."""

    folder: Path
    resume: bool = False
    tell: Callable[[Progress], None] = field(default=lambda _progress: None)


def arms_of(temperature: float, seeds: Sequence[int]) -> tuple[Arm, ...]:
    """Every seed is an arm of its own: answers to one case are not independent of each other."""
    return (
        Arm(name="greedy"),
        *(Arm(name=f"T={temperature:g}, seed {s}", temperature=temperature, seed=s) for s in seeds),
        Arm(name="grammar", has_grammar=True),
    )


def side_of(path: Path) -> ExaminedModel:
    """Raises LocalInferenceError for a file that is not a whole model."""
    weights = tensors.read_whole(path)
    return ExaminedModel(
        path=str(path),
        sha256=checksum.sha256_of(path),
        quantization=weights.quantization or "?",
        size_bytes=weights.size_bytes,
    )


@dataclass(frozen=True, slots=True)
class ModelPair:
    """Two models and what is done with them."""

    a: Path
    b: Path
    origin: str
    plan: BracketPlan
    suite: tuple[Case, ...]


def run(match: ModelPair, extent: Extent, around: Surroundings) -> BracketRun:
    """Raises KeyboardInterrupt like any work; what is done by then is kept for `resume`."""
    began_s = perf_counter()
    sides = {"a": side_of(match.a), "b": side_of(match.b)}
    cases = brackets_cases.ordered(match.suite, match.plan.seed, plain=match.plan.plain)
    key = _key(match, extent, [side.sha256 for side in sides.values()])
    state = Parts(around.folder / f"brackets-{key}.jsonl", BracketPart)
    known_n = state.read() if around.resume else None
    with ExitStack() as stack:
        paths: dict[SideName, Path] = {"a": match.a, "b": match.b}
        contestants = [
            stack.enter_context(closing(Contestant(side, paths[side], match.plan, cases))) for side in SIDES
        ]
        series = _Series(contestants, state, around, match.plan)
        n = known_n or series.fixed_n(cases, extent, began_s)
        state.begin(n)
        timed = match.plan.part_cases if extent.minutes else 0
        to_check = cases[: min(extent.check_cases, n)]
        series.plan_for(n, len(to_check))
        series.finish([*cases[:n][:timed], *brackets_cases.by_preamble(cases[timed:n])])
        checked = check(contestants[0], to_check, series.count_answer)
    state.forget()
    return BracketRun(
        origin=match.origin,
        a=sides["a"],
        b=sides["b"],
        plan=match.plan,
        n=n,
        work=series.work,
        outcomes=tuple(series.outcomes),
        check=checked,
    )


def _key(match: ModelPair, extent: Extent, hashes: Sequence[str]) -> str:
    return key_of(match.plan, f"{extent}\n{brackets_cases.as_text(match.suite)}", hashes)


class _Series:
    """Part after part, the two models in turn."""

    def __init__(
        self,
        contestants: Sequence[Contestant],
        state: Parts[BracketPart],
        around: Surroundings,
        plan: BracketPlan,
    ) -> None:
        self._contestants, self._state, self._around, self._plan = contestants, state, around, plan
        self.work: dict[SideName, ModelWork] = {contestant.side: ModelWork() for contestant in contestants}
        self.outcomes: list[BracketOutcome] = []
        self._total: int | None = None
        self._answers = self._kept = self._tokens = 0

    def fixed_n(self, cases: Sequence[Case], extent: Extent, began_s: float) -> int:
        """For minutes, the first part is timed, not looked at; its answers count like all others."""
        if extent.minutes is None:
            return min(extent.n, len(cases))
        started_s = perf_counter()
        warm_up = cases[: self._plan.part_cases]
        for contestant in self._contestants:
            self._part(contestant, warm_up, write=False)
        per_case_s = (perf_counter() - started_s) / len(warm_up)
        left_s = extent.minutes * 60 - (perf_counter() - began_s)
        more = int(left_s / per_case_s) - 2 * extent.check_cases  # the check needs its time too
        self._answers = 0  # they are found again as kept ones
        return min(len(cases), len(warm_up) + max(0, more))

    def plan_for(self, cases: int, to_check: int) -> None:
        """The check answers its cases twice, with one model."""
        self._total = (len(self._contestants) * cases + 2 * to_check) * len(self._plan.arms)
        self._tell()

    def finish(self, cases: Sequence[Case]) -> None:
        size = self._plan.part_cases
        for start in range(0, len(cases), size):
            for contestant in self._contestants:
                part = self._part(contestant, cases[start : start + size], write=True)
                self.outcomes += part.outcomes
                self.work[part.side] += part.work

    def _part(self, contestant: Contestant, cases: Sequence[Case], *, write: bool) -> BracketPart:
        ids = tuple(case.id for case in cases)
        kept = self._state.find((contestant.side, ids))
        if kept is not None:
            self._answers += len(kept.outcomes)
            self._kept += len(kept.outcomes)
            self._tell()
            return kept
        outcomes: list[BracketOutcome] = []

        def keep(outcome: BracketOutcome) -> None:
            outcomes.append(outcome)
            self.count_answer()

        work = contestant.answer(cases, keep, self._count)
        part = BracketPart(side=contestant.side, cases=ids, work=work, outcomes=tuple(outcomes))
        self._state.add(part, write=write)
        return part

    def count_answer(self) -> None:
        self._answers += 1
        self._tell()

    def _count(self, tokens: int) -> None:
        self._tokens += tokens
        self._tell()

    def _tell(self) -> None:
        self._around.tell(Progress(self._answers, self._total, self._kept, self._tokens))
