"""Lets both sides answer the workload, task by task: what is done is kept for `resume`."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hroute.bench.brackets.measure import Progress, Surroundings
from hroute.bench.parts import PartBase, Parts, digest_of
from hroute.bench.route.kinds import CODE, all_kinds
from hroute.bench.route.saved import RouteAnswer, RoutePlan, RouteRun, SideRun, read_side
from hroute.bench.route.sides import Participant
from hroute.bench.route.tasks import RouteTask, tasks_of
from hroute.core.errors import UsageError


@dataclass(frozen=True, slots=True)
class Workload:
    """The tasks of a plan; `skipped` names the kinds that cannot be graded here, and why."""

    plan: RoutePlan
    tasks: Sequence[RouteTask]
    skipped: dict[str, str] = field(default_factory=dict)


def workload(plan: RoutePlan) -> Workload:
    """Raises UsageError for kinds that there are not. Code is left out where nothing can hold it."""
    known = {kind.name: kind for kind in all_kinds()}
    if unknown := next((name for name in plan.kinds if name not in known), None):
        choices = f"one of: {', '.join(known)}"
        raise UsageError(f"there is no kind {unknown!r}", choices, argument="kind")
    kinds = [known[name] for name in plan.kinds or known]
    skipped = _skipped([kind.name for kind in kinds])
    kinds = [kind for kind in kinds if kind.name not in skipped]
    if not kinds:
        raise UsageError(f"no kind is left: {skipped[CODE]}", "leave out the kind code")
    return Workload(plan, tasks_of(kinds, plan.n, plan.seed), skipped)


def _skipped(kinds: Sequence[str]) -> dict[str, str]:
    if CODE not in kinds:
        return {}
    from hroute.engines.sandbox.run import unavailable

    why = unavailable()
    return {CODE: why} if why else {}


@dataclass(frozen=True, slots=True)
class Contestants:
    """Who answers. The cloud may have answered before: then it is a file."""

    local: Participant
    cloud: Participant | Path
    price: str


def run(match: Contestants, work: Workload, around: Surroundings) -> RouteRun:
    """Raises KeyboardInterrupt like any work, and NoAnswerError when an engine fails."""
    stored = read_side(match.cloud, work.tasks) if isinstance(match.cloud, Path) else None
    sides = [match.local, *([match.cloud] if isinstance(match.cloud, Participant) else [])]
    parts = Parts(around.folder / f"route-{_key(sides, work)}.jsonl", RoutePart)
    if around.resume:
        parts.read()
    parts.begin(len(work.tasks))
    series = _Series(work, parts, around, len(sides) * len(work.tasks))
    found = [series.answers(side, place) for place, side in enumerate(sides)]
    parts.forget()
    local, *clouds = (
        SideRun(model=side.name, plan=work.plan, answers=tuple(answers))
        for side, answers in zip(sides, found, strict=True)
    )
    cloud = stored or clouds[0]
    return RouteRun(local=local, cloud=cloud, price=match.price, skipped=work.skipped)


class RoutePart(PartBase):
    """One side's answer to a task."""

    side: int
    answer: RouteAnswer

    @property
    def key(self) -> Hashable:
        return self.side, self.answer.task


def _key(sides: Sequence[Participant], work: Workload) -> str:
    prompts = [(task.id, task.asked.prompt) for task in work.tasks]
    whole = f"{work.plan.model_dump_json()} {[side.identity for side in sides]} {prompts}"
    return digest_of(whole)


@dataclass(slots=True)
class _Series:
    """Side after side, and what has been answered so far, for whoever watches."""

    work: Workload
    parts: Parts[RoutePart]
    around: Surroundings
    total: int
    answered: int = 0
    kept: int = 0
    tokens: int = 0

    def answers(self, side: Participant, place: int) -> list[RouteAnswer]:
        tasks = self.work.tasks
        left = [task for task in tasks if self.parts.find((place, task.id)) is None]
        self.kept += len(tasks) - len(left)
        self.answered += len(tasks) - len(left)

        def keep(answer: RouteAnswer) -> None:
            self.parts.add(RoutePart(side=place, answer=answer))
            self._take(answer)

        if left:
            side.answer(left, self.work.plan.seed, keep)
        found = (self.parts.find((place, task.id)) for task in tasks)
        return [part.answer for part in found if part]

    def _take(self, answer: RouteAnswer) -> None:
        self.answered += 1
        self.tokens += answer.output_tokens or 0
        self.around.tell(Progress(self.answered, self.total, self.kept, self.tokens))
