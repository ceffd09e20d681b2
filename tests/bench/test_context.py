import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

import pytest

from hroute.bench.context import (
    DEPTHS,
    PAIRS,
    ContextPlan,
    HaystackProbe,
    checked_lengths,
    default_lengths,
    measure_context,
    propose,
    summarise,
)
from hroute.core.decision.decision import Route
from hroute.core.decision.signals import CountMethod, TokenCount
from hroute.core.errors import UsageError
from hroute.core.turn.message import Message
from hroute.engines.base import Piece, Request, TokenCounter
from tests.support.scripted import ScriptedEngine, ScriptedGeneration


class LetterCounter:
    """Five characters a token, exactly."""

    def count(self, messages: Sequence[Message], limit: int) -> TokenCount:
        return TokenCount(sum(len(m.text) for m in messages) // 5, CountMethod.TOKENIZER)


class Yielding(ScriptedGeneration):
    """Lets others run, as a real engine does."""

    async def __aiter__(self) -> AsyncIterator[Piece]:
        await asyncio.sleep(0)
        async for piece in super().__aiter__():
            yield piece


@dataclass
class Reader(ScriptedEngine):
    """Finds every fact in the first `memory` characters of its prompt."""

    memory: int = 10**9
    counter: TokenCounter = field(default_factory=LetterCounter)  # type: ignore[assignment]
    before: Callable[[], None] = lambda: None

    def start(self, request: Request) -> Yielding:
        self.before()
        self.requests.append(request)
        notes, _, question = request.messages[0].text.rpartition("\n\n")
        asked = re.findall(r"of the (\w+ \w+)", question)
        seen = dict(re.findall(r"The code of the (\w+ \w+) is (\d+)\.", notes[: self.memory]))
        return Yielding([f"It is {seen.get(place, 'lost')}. " for place in asked])


def reader(memory: int = 10**9) -> Reader:
    return Reader("local", Route.LOCAL, [], memory=memory)


def run(engine: Reader, *lengths: int, haystacks: int = 4, minutes: float = 5) -> list[HaystackProbe]:
    probes: list[HaystackProbe] = []
    asyncio.run(measure_context(engine, ContextPlan(lengths, haystacks, 0, minutes), probes, lambda _: None))
    return probes


def probes_at(length: int, found: int, n: int) -> list[HaystackProbe]:
    return [HaystackProbe(length, DEPTHS[i % len(DEPTHS)], i < found, length) for i in range(n)]


def test_a_reader_that_remembers_finds_all_at_every_length_and_depth() -> None:
    lines = summarise(run(reader(), 300, 600))
    assert [(line.length, line.n, line.one_fact.value, line.two_facts.value) for line in lines] == [
        (300, 20, 1.0, 1.0),
        (600, 20, 1.0, 1.0),
    ]


def test_a_prompt_has_about_the_length_that_was_asked_for() -> None:
    engine = reader()
    run(engine, 400, 3000, haystacks=1)
    sizes = [len(request.messages[0].text) // 5 for request in engine.requests]
    per_haystack = len(DEPTHS) + PAIRS
    assert all(0.92 * 400 < size < 1.08 * 400 for size in sizes[:per_haystack])
    assert all(0.97 * 3000 < size < 1.03 * 3000 for size in sizes[per_haystack:])


def test_a_reader_that_forgets_the_end_loses_the_deep_facts_first() -> None:
    deep = summarise(run(reader(memory=2500), 300, 1000))[-1]
    assert [deep.by_depth[depth].value for depth in (0.0, 1.0)] == [1.0, 0.0]


def test_reading_ends_at_a_length_that_is_lost_for_certain() -> None:
    lengths = {probe.length for probe in run(reader(memory=2000), 300, 2000, 4000)}
    assert lengths == {300, 2000}


def test_an_interruption_keeps_what_was_measured() -> None:
    def interrupt() -> None:
        if len(engine.requests) == 3:
            raise KeyboardInterrupt

    engine, probes = reader(), list[HaystackProbe]()
    engine.before = interrupt
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(measure_context(engine, ContextPlan((300,), 1, 0, 5), probes, lambda _: None))
    assert len(probes) == 3


def test_it_stops_when_its_time_is_over() -> None:
    assert len(run(reader(), 300, haystacks=10_000, minutes=0.002)) < 10_000


def test_the_proposal_is_the_last_length_before_the_loss() -> None:
    lines = summarise([*probes_at(256, 29, 30), *probes_at(512, 28, 30), *probes_at(1024, 12, 30)])
    proposal = propose(lines, (256, 512, 1024, 2048))
    assert proposal.max_context_tokens == 512
    assert "1,024 tokens 40% of the facts are found" in proposal.reason


@pytest.mark.parametrize(
    ("probes", "why"),
    [
        ([], "too few answers"),
        (probes_at(256, 5, 5), "too few answers"),
        (probes_at(256, 3, 30), "cannot be judged by length"),
        (probes_at(256, 30, 30), "no loss up to 256 tokens"),
        ([*probes_at(256, 30, 30), *probes_at(512, 0, 5)], "no loss up to 256 tokens"),
    ],
)
def test_there_is_no_proposal_without_evidence(probes: list[HaystackProbe], why: str) -> None:
    proposal = propose(summarise(probes), (256, 512))
    assert proposal.max_context_tokens is None
    assert why in proposal.reason


def test_a_model_that_holds_to_the_end_gets_the_longest_length() -> None:
    lines = summarise([*probes_at(256, 30, 30), *probes_at(512, 30, 30)])
    assert propose(lines, (256, 512)).max_context_tokens == 512


def test_default_lengths_double_and_end_at_what_fits() -> None:
    assert default_lengths(7168) == (256, 512, 1024, 2048, 4096, 7168)
    assert default_lengths(300) == (300,)


def test_lengths_are_sorted_and_refused_when_they_do_not_fit() -> None:
    assert checked_lengths([512, 256, 512], 2048) == (256, 512)
    for wrong in (100, 2000):
        with pytest.raises(UsageError, match=str(wrong)):
            checked_lengths([wrong], 2048)
