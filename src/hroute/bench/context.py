"""Measures at what length the local model starts to lose facts that stand in its prompt."""

import asyncio
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from random import Random

from hroute.bench.haystack import Haystack, HiddenFact, haystack
from hroute.bench.intervals import Figure, wilson
from hroute.core.errors import UsageError
from hroute.core.turn.message import Message, Role
from hroute.core.turn.options import Sampling
from hroute.engines.base import Engine, Request, whole_answer

DEPTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
PAIRS = 2  # questions about two facts, a haystack
SHORTEST, ANSWER_TOKENS = 256, 48
_SPARE_TOKENS = 208  # lines differ in length, so a prompt can be longer than it was meant to be
TOLERANCE = 0.1
LEAST_ANSWERS = 20  # about one fact, at a length; Wilson's interval is then at most 41 points wide
_LEAST_RATE = 0.5  # at the shortest length: a model below it does not do the task at all


@dataclass(frozen=True, slots=True)
class ContextPlan:
    lengths: tuple[int, ...]  # prompt tokens, rising
    haystacks: int  # of each length
    seed: int
    minutes: float


@dataclass(frozen=True, slots=True)
class HaystackProbe:
    """One question and whether its answer held the facts. `depth` None: it asked for two facts."""

    length: int
    depth: float | None
    found: bool
    input_tokens: int | None


@dataclass(frozen=True, slots=True)
class LengthFigures:
    length: int
    input_tokens: int | None  # the mean of what the engine counted
    one_fact: Figure
    two_facts: Figure
    by_depth: dict[float, Figure]
    n: int  # questions about one fact


@dataclass(frozen=True, slots=True)
class LimitProposal:
    max_context_tokens: int | None
    reason: str


def default_lengths(longest: int) -> tuple[int, ...]:
    """Doubling from the shortest, and the longest itself."""
    lengths = []
    length = SHORTEST
    while length < 0.8 * longest:
        lengths.append(length)
        length *= 2
    return (*lengths, longest)


def checked_lengths(lengths: Iterable[int], context_tokens: int | None) -> tuple[int, ...]:
    """Rising, each once. Raises UsageError for a length that is too short or does not fit."""
    rising = tuple(sorted(set(lengths)))
    most = None if context_tokens is None else context_tokens - ANSWER_TOKENS - _SPARE_TOKENS
    for length in rising:
        if length < SHORTEST:
            raise UsageError(f"{length} is too short", f"{SHORTEST} tokens or more", argument="lengths")
        if most is not None and length > most:
            raise UsageError(
                f"{length} leaves no room for an answer in a context of {context_tokens}",
                f"{most} tokens or fewer",
                argument="lengths",
            )
    return rising


async def measure_context(
    engine: Engine, plan: ContextPlan, probes: list[HaystackProbe], tell: Callable[[str], None]
) -> None:
    """Appends to `probes` as answers come in, so that an interruption loses nothing.

    The shortest length comes first. Stops after `plan.minutes`, and at a length that is lost for certain:
    reading is what takes the time. Raises EngineError.
    """
    lines_for = _line_counts(engine)
    try:
        async with asyncio.timeout(plan.minutes * 60):
            for length in plan.lengths:
                if is_lost(summarise(probes)):
                    break
                for number in range(plan.haystacks):
                    tell(f"haystack {number + 1} of {plan.haystacks}: {length:,} tokens")
                    rng = Random(f"{plan.seed} {number} {length}")
                    await _search(engine, haystack(lines_for(length), DEPTHS, rng), length, rng, probes)
    except TimeoutError:
        tell(f"stopped after {plan.minutes:g} minutes")


async def _search(
    engine: Engine, notes: Haystack, length: int, rng: Random, probes: list[HaystackProbe]
) -> None:
    for depth, fact in notes.facts.items():
        probes.append(await _probe(engine, notes, [fact], length, depth))
    for _ in range(PAIRS):
        pair = rng.sample(list(notes.facts.values()), 2)
        probes.append(await _probe(engine, notes, pair, length, None))


async def _probe(
    engine: Engine, notes: Haystack, facts: Sequence[HiddenFact], length: int, depth: float | None
) -> HaystackProbe:
    message = Message.of(Role.USER, notes.question(facts))
    generation = engine.start(Request((message,), Sampling(max_tokens=ANSWER_TOKENS, temperature=0)))
    async with aclosing(generation):
        text = await whole_answer(generation)
    found = all(re.search(rf"(?<!\d){fact.code}(?!\d)", text) for fact in facts)
    return HaystackProbe(length, depth, found, generation.usage.input_tokens)


def _line_counts(engine: Engine) -> Callable[[int], int]:
    """How many lines make a prompt of so many tokens, by the engine's own counter."""
    few, many = 100, 200
    notes = [haystack(lines, DEPTHS, Random(0)) for lines in (few, many)]
    counts = [_count(engine, note.question([note.facts[0.0]])) for note in notes]
    per_line = (counts[1] - counts[0]) / (many - few)
    frame = counts[0] - few * per_line
    return lambda tokens: round((tokens - frame) / per_line)


def _count(engine: Engine, text: str) -> int:
    # With a limit of a token a character, nothing can be concluded from sizes: all is counted.
    return engine.counter.count([Message.of(Role.USER, text)], len(text)).tokens


def summarise(probes: Sequence[HaystackProbe]) -> list[LengthFigures]:
    """A line for every length that was asked about, rising."""
    return [
        _figures(length, [p for p in probes if p.length == length])
        for length in sorted({p.length for p in probes})
    ]


def _figures(length: int, probes: Sequence[HaystackProbe]) -> LengthFigures:
    one = [p for p in probes if p.depth is not None]
    known = [p.input_tokens for p in probes if p.input_tokens is not None]
    return LengthFigures(
        length,
        round(sum(known) / len(known)) if known else None,
        _rate(one),
        _rate([p for p in probes if p.depth is None]),
        {depth: _rate([p for p in one if p.depth == depth]) for depth in DEPTHS},
        len(one),
    )


def _rate(probes: Sequence[HaystackProbe]) -> Figure:
    return wilson(sum(p.found for p in probes), len(probes))


def is_lost(lines: Sequence[LengthFigures], tolerance: float = TOLERANCE) -> bool:
    """Whether the last length finds certainly less than the shortest, by more than the tolerance."""
    if len(lines) < 2:
        return False
    high = lines[-1].one_fact.high
    return high is not None and high < _least(lines, tolerance)


def propose(
    lines: Sequence[LengthFigures], lengths: Sequence[int], tolerance: float = TOLERANCE
) -> LimitProposal:
    """The longest of the planned lengths up to which every length holds, once a longer one does not.

    A length holds when the lower end of its interval is at most the tolerance below the lower end at
    the shortest length. Lengths with few answers are not judged: their intervals are wide for that
    reason alone.
    """
    judged = [line for line in lines if line.n >= LEAST_ANSWERS]
    if not judged or judged[0].length != lengths[0]:
        needed = f"{LEAST_ANSWERS} a length are needed"
        return LimitProposal(None, f"too few answers, {needed}; more tasks or more minutes give them")
    rate, held, least = judged[0].one_fact.value or 0.0, judged[0], _least(judged, tolerance)
    if rate < _LEAST_RATE:
        return LimitProposal(
            None, f"even at {held.length:,} tokens {_found(held)}: such a model cannot be judged by length"
        )
    for line in judged[1:]:
        if (line.one_fact.low or 0.0) < least:
            return LimitProposal(held.length, f"at {line.length:,} tokens {_found(line)}")
        held = line
    if held.length < lengths[-1]:
        return LimitProposal(
            None, f"no loss up to {held.length:,} tokens; it takes more minutes to measure beyond"
        )
    return LimitProposal(held.length, f"the longest that was to be measured; {_found(held)}")


def _least(lines: Sequence[LengthFigures], tolerance: float) -> float:
    return (lines[0].one_fact.low or 0.0) - tolerance if lines else 0.0


def _found(line: LengthFigures) -> str:
    rate = line.one_fact
    return f"{rate.value:.0%} of the facts are found [{rate.low:.0%} {rate.high:.0%}], n={line.n}"
