"""Tasks whose answers a program can check, drawn from a seed, in families of graded difficulty."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from hroute.core.tools.definitions import Toolset
from hroute.core.tools.preamble import preamble
from hroute.core.turn.message import Message, Role

LEVELS = (1, 2, 3, 4, 5, 6, 7, 8)  # from what the smallest models can do to what is hard without tools
_USUAL, _HARD = LEVELS[:6], LEVELS[2:]


T = TypeVar("T")


def by_level(*values: T) -> dict[int, T]:
    return dict(zip(LEVELS, values, strict=True))


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, the right answer as one would write it, and whether a text gives it."""

    text: str
    right: str
    is_right: Callable[[str], bool]
    tools: Toolset | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of task. `draw` makes a question of a level; `examples` show how short an answer is wanted.

    No answer is one of less than five things: of its luck no model can be sure.
    """

    name: str
    draw: Callable[[Random, int], Question]
    examples: tuple[tuple[str, str], ...] = ()
    tokens: int = 0  # that an answer may take; 0: by how long the right one is


@dataclass(frozen=True, slots=True)
class ConfidenceTask:
    """A question as it is put to a model."""

    id: str
    family: Family
    level: int
    question: Question

    @property
    def messages(self) -> tuple[Message, ...]:
        tools = self.question.tools
        system = [Message.of(Role.SYSTEM, preamble(tools))] if tools else []
        shown = [
            Message.of(role, text)
            for example in self.family.examples
            for role, text in zip((Role.USER, Role.ASSISTANT), example, strict=True)
        ]
        return (*system, *shown, Message.of(Role.USER, self.question.text))


def tasks_of(families: Sequence[Family], n: int, seed: int, *, hard: bool = False) -> list[ConfidenceTask]:
    """`n` tasks, no question twice, so that every beginning has families and levels in equal parts.

    `hard`: of the upper levels, for models that are hardly ever wrong at the lower ones.
    """
    levels = _HARD if hard else _USUAL
    found: list[ConfidenceTask] = []
    seen: set[str] = set()
    for number in range(n):  # a family may run out of questions, never all of them
        for family in families:
            task = _task(family, number, levels[number % len(levels)], seed, seen)
            if task is not None:
                found.append(task)
        if len(found) >= n:
            break
    return found[:n]


def _task(family: Family, number: int, level: int, seed: int, seen: set[str]) -> ConfidenceTask | None:
    """None where the family has run out of questions of this level."""
    rng = Random(f"{seed} {family.name} {number}")
    for _ in range(20):
        question = family.draw(rng, level)
        if question.text not in seen:
            seen.add(question.text)
            return ConfidenceTask(f"{family.name}-{number + 1}", family, level, question)
    return None
