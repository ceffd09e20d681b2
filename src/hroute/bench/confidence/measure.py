"""Lets a model answer the graded suite, family by family: N is fixed before any answer is looked at."""

from collections.abc import Hashable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

from hroute.bench.brackets.measure import Extent, Progress, Surroundings, side_of
from hroute.bench.brackets.run import Work
from hroute.bench.confidence.cost import measure_cost
from hroute.bench.confidence.models import LoadedExaminee
from hroute.bench.confidence.run import ConfidenceAnswer, ConfidencePlan, ConfidenceRun
from hroute.bench.confidence.suite import SUITE
from hroute.bench.confidence.tasks.draw import ConfidenceTask, Family, tasks_of
from hroute.bench.parts import PartBase, Parts, digest_of
from hroute.core.scout.builtin import BuiltinScout

MOST = 20_000  # tasks
_TIMED_FAMILIES = 4  # one level each, to see how long the others will take
_COST_S = 20.0  # about, of the measure that follows


@dataclass(frozen=True, slots=True)
class ConfidenceExam:
    """A model and how it is examined."""

    model: Path
    plan: ConfidencePlan
    scout: BuiltinScout
    families: tuple[Family, ...] = SUITE
    cost_prompts: int = 8  # 0: what collecting costs is not measured


class ConfidencePart(PartBase):
    """The answers to all tasks of a family."""

    family: str
    work: Work
    answers: tuple[ConfidenceAnswer, ...]

    @property
    def key(self) -> Hashable:
        return self.family


def run(exam: ConfidenceExam, extent: Extent, around: Surroundings) -> ConfidenceRun:
    """Raises KeyboardInterrupt like any work; what is done by then is kept for `resume`."""
    began_s = perf_counter()
    side = side_of(exam.model)
    parts = Parts(around.folder / f"confidence-{_key(exam, extent, side.sha256)}.jsonl", ConfidencePart)
    n = parts.read() if around.resume else None
    if n is None:
        n = extent.n if extent.minutes is None else _fitting(exam, extent.minutes * 60, began_s)
    parts.begin(n)
    done = _all_parts(exam, tasks_of(exam.families, n, exam.plan.seed, hard=exam.plan.hard), parts, around)
    saved = ConfidenceRun(
        model=side,
        plan=exam.plan,
        work=sum((part.work for part in done), Work()),
        answers=tuple(answer for part in done for answer in part.answers),
        cost=measure_cost(exam.model, exam.cost_prompts) if exam.cost_prompts else None,
    )
    parts.forget()
    return saved


def _key(exam: ConfidenceExam, extent: Extent, sha256: str) -> str:
    families = [family.name for family in exam.families]
    whole = f"{exam.plan.model_dump_json(exclude={'threads'})} {extent} {families} {sha256}"
    return digest_of(whole)


def _fitting(exam: ConfidenceExam, seconds: float, began_s: float) -> int:
    """How many tasks fit, from the time that a few take, which are not looked at."""
    few = exam.families[:: max(1, len(exam.families) // _TIMED_FAMILIES)]
    tasks = tasks_of(few, 6 * len(few), exam.plan.seed, hard=exam.plan.hard)
    with closing(LoadedExaminee(exam.model, exam.plan, exam.scout, tasks)) as examinee:
        started_s = perf_counter()
        examinee.answer(sorted(tasks, key=lambda task: task.family.name), lambda _answer: None)
        each_s = (perf_counter() - started_s) / len(tasks)
    left_s = seconds - (perf_counter() - began_s) - (_COST_S if exam.cost_prompts else 0)
    return max(len(exam.families), min(MOST, int(left_s / each_s)))


def _all_parts(
    exam: ConfidenceExam, tasks: Sequence[ConfidenceTask], parts: Parts[ConfidencePart], around: Surroundings
) -> list[ConfidencePart]:
    by_family: dict[str, list[ConfidenceTask]] = {}
    for task in tasks:
        by_family.setdefault(task.family.name, []).append(task)
    done = {name: part for name in by_family if (part := parts.find(name))}
    tally = _Tally(len(tasks), sum(len(by_family[name]) for name in done), around)
    with closing(LoadedExaminee(exam.model, exam.plan, exam.scout, tasks)) as examinee:
        for name in [name for name in by_family if name not in done]:
            answers: list[ConfidenceAnswer] = []
            work = examinee.answer(by_family[name], partial(tally.take, answers))
            answers.sort(key=lambda answer: answer.task)
            done[name] = ConfidencePart(family=name, work=work, answers=tuple(answers))
            parts.add(done[name])
    return [done[name] for name in by_family]


@dataclass(slots=True)
class _Tally:
    """What has been answered so far, for whoever watches."""

    tasks: int
    kept: int
    around: Surroundings
    answered: int = 0
    tokens: int = 0

    def take(self, answers: list[ConfidenceAnswer], answer: ConfidenceAnswer) -> None:
        answers.append(answer)
        self.answered += 1
        self.tokens += answer.tokens
        self.around.tell(Progress(self.kept + self.answered, self.tasks, self.kept, self.tokens))
