import asyncio
from collections.abc import Iterator
from contextlib import closing
from math import exp, log
from pathlib import Path

import numpy as np
import pytest

from hroute.core.settings import LocalModel
from hroute.core.tools.definitions import Choice, Toolset, read_tools
from hroute.core.turn.message import Message, Role
from hroute.core.turn.options import Sampling
from hroute.engines.base import Request
from hroute.engines.llama.batch import Batch, BatchAnswer, Forking, Wanted
from hroute.engines.llama.engine import LlamaEngine
from hroute.engines.llama.native import Model
from hroute.engines.llama.prompt import PromptFormat
from hroute.engines.llama.recipe import Recipe
from hroute.engines.llama.token_signals import row_signs
from hroute.engines.llama.worker import LoadedModel, Run

QUESTION = (Message.of(Role.USER, "What is the capital of France?"),)
GREEDY = Recipe(12, 0, 1.0, 1.0, 1)
ZONES = '{"properties": {"zone": {"enum": ["utc", "cet"]}}, "required": ["zone"]}'
CLOCK = f'{{"name": "clock", "parameters": {ZONES}}}'


@pytest.fixture(scope="module")
def session(starter_path: Path) -> Iterator[LoadedModel]:
    with closing(LoadedModel(Model(starter_path), None, 1)) as session:
        yield session


def test_a_row_says_how_likely_its_token_was_and_the_next_best() -> None:
    row = np.log(np.array([0.5, 0.1, 0.4], np.float32)) + 7
    before = row.copy()
    signs = row_signs(row, 2)
    assert exp(signs.logprob) == pytest.approx(0.4)
    assert signs.other == 0
    assert exp(signs.other_logprob) == pytest.approx(0.5)
    assert signs.entropy == pytest.approx(-sum(p * log(p) for p in (0.5, 0.1, 0.4)), abs=1e-5)
    assert (row == before).all()


def test_every_token_of_an_answer_is_scored_and_their_texts_are_the_answer(session: LoadedModel) -> None:
    run = Run(QUESTION, GREEDY)
    text = "".join(session.answer(run))
    assert "".join(token.text for token in run.scored) == text
    assert len(run.scored) - run.output_tokens in (0, 1)  # the mark that ends an answer is a choice too
    assert all(token.logprob is not None and token.lead is not None for token in run.scored)
    assert all(token.lead >= 0 for token in run.scored if token.lead is not None)  # greedy: none was likelier


def test_single_and_batched_decoding_score_alike(session: LoadedModel, starter_path: Path) -> None:
    run = Run(QUESTION, GREEDY)
    list(session.answer(run))
    found: list[BatchAnswer] = []
    with closing(Model(starter_path, vocab_only=False)) as model:
        prompt = tuple(PromptFormat(model.vocab).tokens(QUESTION))
        with closing(Batch(model, cells=256, sequences=1, threads=1)) as batch:
            batch.answer([Forking(prompt, (Wanted(GREEDY),))], lambda _place, answers: found.extend(answers))
    [written] = found
    odds = [*written.odds, *([written.ending] if written.ending else [])]
    assert [o and o.logprob for o in odds] == pytest.approx([t.logprob for t in run.scored], abs=0.02)


def test_collecting_can_be_switched_off_and_changes_no_answer(session: LoadedModel) -> None:
    runs = [Run(QUESTION, Recipe(12, 0.8, 0.9, 1.1, 5), collects=collects) for collects in (True, False)]
    texts = ["".join(session.answer(run)) for run in runs]
    assert texts[0] == texts[1]
    assert all(token.logprob is None for token in runs[1].scored)


def test_what_the_grammar_dictates_is_not_scored(session: LoadedModel) -> None:
    toolset = Toolset(read_tools(CLOCK), Choice.REQUIRED)
    run = Run(QUESTION, Recipe(40, 0, 1.0, 1.0, 1), expected=toolset)
    text = "".join(session.answer(run))
    assert "".join(token.text for token in run.scored) == text
    dictated = "".join(token.text for token in run.scored if token.logprob is None)
    assert '"clock"' in dictated
    assert any(token.logprob is not None for token in run.scored)  # utc or cet is a choice


def test_the_engine_offers_the_signals_of_its_answer() -> None:
    async def ask() -> object:
        engine = LlamaEngine(LocalModel(), Path("/nowhere"))
        try:
            generation = engine.start(Request(QUESTION, Sampling(max_tokens=6, temperature=0)))
            assert generation.answer_signals is None
            [_ async for _ in generation]
            return generation.answer_signals
        finally:
            await engine.close()

    signals = asyncio.run(ask())
    assert signals is not None
