"""Lets a model answer the tasks, part by part: N is fixed before any answer is looked at."""

from collections.abc import Callable, Hashable, Sequence
from contextlib import closing
from dataclasses import dataclass
from time import perf_counter

from hroute.bench.ability.examinees import Examinee
from hroute.bench.ability.kinds import AbilityTask, QuestionKind, tasks_of
from hroute.bench.ability.run import AbilityAnswer, AbilityPlan, AbilityRun, Examined
from hroute.bench.ability.suite import SUITE
from hroute.bench.brackets.measure import Progress, Surroundings
from hroute.bench.parts import PartBase, Parts, digest_of

USUAL_MINUTES = 8.0
_LEAST_OF_A_KIND = 3


@dataclass(frozen=True, slots=True)
class AbilityExam:
    """Who is examined, and in what. `examinee` loads the model."""

    model: Examined
    plan: AbilityPlan
    examinee: Callable[[], Examinee]
    kinds: tuple[QuestionKind, ...] = SUITE


class AbilityPart(PartBase):
    """The answers to some tasks in a row."""

    first: str
    wall_s: float
    answers: tuple[AbilityAnswer, ...]

    @property
    def key(self) -> Hashable:
        return self.first


def run(exam: AbilityExam, n: int | None, around: Surroundings) -> AbilityRun:
    """`n`: None for as many of the usual ones as fit the usual time, at least three of a kind.

    Raises EngineError, and KeyboardInterrupt like any work; what is done by then is kept for `resume`.
    """
    parts = Parts(around.folder / f"ability-{_key(exam, n)}.jsonl", AbilityPart)
    known_n = parts.read() if around.resume else None
    with closing(exam.examinee()) as examinee:
        wanted = known_n or n or _fitting(exam, examinee)
        parts.begin(wanted)
        done = _all_parts(tasks_of(exam.kinds, wanted, exam.plan.seed), examinee, parts, around)
    parts.forget()
    return AbilityRun(
        model=exam.model,
        plan=exam.plan,
        wall_s=sum(part.wall_s for part in done),
        answers=tuple(answer for part in done for answer in part.answers),
    )


def _key(exam: AbilityExam, n: int | None) -> str:
    kinds = [kind.name for kind in exam.kinds]
    whole = f"{exam.plan.model_dump_json(exclude={'threads'})} {n} {kinds} {exam.model.sha256}"
    return digest_of(whole)


def _fitting(exam: AbilityExam, examinee: Examinee) -> int:
    """From the time that a task of every third kind takes; the answers are not looked at."""
    few = tasks_of(exam.kinds[::3], len(exam.kinds[::3]), exam.plan.seed)
    began_s = perf_counter()
    examinee.answer(few, lambda _answer: None)
    each_s = (perf_counter() - began_s) / len(few)
    fits = int((USUAL_MINUTES * 60 - each_s * len(few)) / each_s)
    return min(8 * len(exam.kinds), max(_LEAST_OF_A_KIND * len(exam.kinds), fits))


def _all_parts(
    tasks: Sequence[AbilityTask], examinee: Examinee, parts: Parts[AbilityPart], around: Surroundings
) -> list[AbilityPart]:
    size = max(1, len(SUITE))
    rows = [tasks[start : start + size] for start in range(0, len(tasks), size)]
    kept = sum(len(part.answers) for row in rows if (part := parts.find(row[0].id)))
    tally = _Tally(len(tasks), kept, around)
    done = []
    for row in rows:
        part = parts.find(row[0].id)
        if part is None:
            part = _part(row, examinee, tally)
            parts.add(part)
        done.append(part)
    return done


def _part(tasks: Sequence[AbilityTask], examinee: Examinee, tally: "_Tally") -> AbilityPart:
    began_s = perf_counter()
    found: dict[str, AbilityAnswer] = {}

    def keep(answer: AbilityAnswer) -> None:
        found[answer.task] = answer
        tally.take(answer)

    examinee.answer(tasks, keep)
    answers = tuple(found[task.id] for task in tasks)
    return AbilityPart(first=tasks[0].id, wall_s=perf_counter() - began_s, answers=answers)


@dataclass(slots=True)
class _Tally:
    """What has been answered so far, for whoever watches."""

    tasks: int
    kept: int
    around: Surroundings
    answered: int = 0
    tokens: int = 0

    def take(self, answer: AbilityAnswer) -> None:
        self.answered += 1
        self.tokens += answer.tokens
        self.around.tell(Progress(self.kept + self.answered, self.tasks, self.kept, self.tokens))
