"""What a kind of task is, and how tasks are drawn from kinds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from hroute.bench.confidence.tasks.draw import LEVELS, Question

Draw = Callable[[Random, int], Question]
SHORT, USUAL, LONG = 32, 80, 192  # tokens of an answer: a word, a sentence or two, some steps


@dataclass(frozen=True, slots=True)
class QuestionKind:
    """`draw` makes a question of a level. `chance` is how often a guess is right."""

    name: str
    draw: Draw
    answer_tokens: int = USUAL
    chance: float = 0.0


@dataclass(frozen=True, slots=True)
class AbilityTask:
    """A question as it is put to a model: alone, without examples, as people ask."""

    id: str
    kind: QuestionKind
    level: int
    question: Question


def tasks_of(kinds: Sequence[QuestionKind], n: int, seed: int) -> list[AbilityTask]:
    """`n` tasks, no prompt twice, so that every beginning has kinds and levels in about equal parts."""
    found: list[AbilityTask] = []
    seen: set[str] = set()
    for number in range(n):  # a kind may run out of questions, never all of them
        for place, kind in enumerate(kinds):
            level = LEVELS[(3 * number + place) % len(LEVELS)]
            task = _task(kind, number, level, seed, seen)
            if task is not None:
                found.append(task)
        if len(found) >= n:
            break
    return found[:n]


def _task(kind: QuestionKind, number: int, level: int, seed: int, seen: set[str]) -> AbilityTask | None:
    """None where the kind has run out of questions of this level."""
    rng = Random(f"{seed} {kind.name} {number}")
    for _ in range(20):
        question = kind.draw(rng, level)
        if question.text not in seen:
            seen.add(question.text)
            return AbilityTask(f"{kind.name}-{number + 1}", kind, level, question)
    return None
