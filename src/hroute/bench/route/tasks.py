"""The workload: tasks of nine kinds from trivial to very hard, written by us or drawn from a seed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from hroute.bench.route.checks import TaskCheck
from hroute.core.turn.options import Options, Sampling
from hroute.core.turn.turn import Turn

if TYPE_CHECKING:
    from hroute.core.tools.definitions import Expected

LEVELS = (1, 2, 3, 4, 5)  # from what the smallest models can do to what large ones get wrong


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked and what makes an answer right. `right`: one such answer, as it might be written."""

    prompt: str
    right: str
    check: TaskCheck
    tools: str | None = None
    schema: str | None = None


def expected_of(tools: str | None, schema: str | None) -> "Expected | None":
    """Raises UsageError for what is not well-formed."""
    from hroute.core.tools.definitions import read_toolset
    from hroute.core.tools.schema.read import read_schema

    if schema:
        return read_schema(schema)
    return read_toolset(tools) if tools else None


@dataclass(frozen=True, slots=True)
class RouteTask:
    id: str
    kind: str
    level: int
    asked: Asked

    def turn(self, seed: int) -> Turn:
        asked = self.asked
        options = Options(sampling=Sampling(seed=seed))
        return Turn.of(asked.prompt, expected=expected_of(asked.tools, asked.schema), options=options)


@dataclass(frozen=True, slots=True)
class AuthoredItem:
    """An item of ours; `ask` words it, and orders its choices, by lot."""

    id: str
    level: int
    ask: Callable[[Random], Asked]


@dataclass(frozen=True, slots=True)
class TaskKind:
    """`draw` makes a task of a level, or none where it has none of that level."""

    name: str
    levels: Sequence[int]
    written: Sequence[AuthoredItem]
    draw: Callable[[Random, int], Asked | None]


def tasks_of(kinds: Sequence[TaskKind], n: int, seed: int) -> list[RouteTask]:
    """`n` tasks, no prompt twice, so that every beginning has the kinds, and their levels, in equal parts.

    In turn one of those that we wrote and one that is drawn, as long as there are some of both.
    """
    pools = {kind.name: _pool(kind, seed) for kind in kinds}
    found: list[RouteTask] = []
    seen: set[str] = set()
    for number in range(n):  # a kind may run out of tasks, never all of them
        for kind in kinds:
            task = _task(kind, number, seed, pools[kind.name], seen)
            if task is not None:
                found.append(task)
        if len(found) >= n:
            break
    return found[:n]


def _pool(kind: TaskKind, seed: int) -> dict[int, list[AuthoredItem]]:
    """The written items of each level, in an order that the seed gives."""
    pool: dict[int, list[AuthoredItem]] = {}
    for item in kind.written:
        pool.setdefault(item.level, []).append(item)
    for level, items in pool.items():
        Random(f"{seed} {kind.name} {level}").shuffle(items)
    return pool


def _task(
    kind: TaskKind, number: int, seed: int, pool: Mapping[int, list[AuthoredItem]], seen: set[str]
) -> RouteTask | None:
    """None where the kind has run out of tasks of this level."""
    level = kind.levels[number % len(kind.levels)]
    left, rng = pool.get(level, []), Random(f"{seed} {kind.name} {number}")
    is_drawn = number // len(kind.levels) % 2 == 1
    drawn = _drawn(kind, rng, level, seen) if is_drawn or not left else None
    if drawn is not None:
        return RouteTask(f"{kind.name}-{number + 1}", kind.name, level, drawn)
    if not left:
        return None
    item = left.pop()
    asked = item.ask(rng)
    seen.add(asked.prompt)
    return RouteTask(item.id, kind.name, level, asked)


def _drawn(kind: TaskKind, rng: Random, level: int, seen: set[str]) -> Asked | None:
    for _ in range(20):
        asked = kind.draw(rng, level)
        if asked is not None and asked.prompt not in seen:
            seen.add(asked.prompt)
            return asked
    return None
