"""What collecting the signals costs for each token, against decoding without."""

from contextlib import closing
from pathlib import Path
from statistics import median
from time import process_time

from hroute.bench.confidence.run import CollectingCost
from hroute.core.turn.message import Message, Role
from hroute.engines.llama.native import Model
from hroute.engines.llama.recipe import Recipe
from hroute.engines.llama.token_signals import row_signs
from hroute.engines.llama.worker import LoadedModel, Run

ANSWER_TOKENS = 32
AIM = 0.02  # of a token's time
_TOPICS = ("a river", "a clock", "winter", "a journey", "bread", "an island", "a letter", "music")
_PASSES = 200


def measure_cost(path: Path, prompts: int) -> CollectingCost:
    """Each prompt is answered without and with, one after the other, with the same seed."""
    with closing(LoadedModel(Model(path), None, 1)) as session:
        pairs = []
        for number in range(prompts):
            orders = (False, True) if number % 2 else (True, False)  # neither always profits from the caches
            spent = {collects: _cpu_ms(session, number, collects=collects) for collects in orders}
            pairs.append((spent[False], spent[True]))
        signals_ms = _signals_ms(session.vocabulary_size)
    return CollectingCost(
        token_ms=median(without for without, _with in pairs), signals_ms=signals_ms, pairs=tuple(pairs)
    )


def _cpu_ms(session: LoadedModel, number: int, *, collects: bool) -> float:
    """For each token after the first, so without the prompt."""
    prompt = Message.of(Role.USER, f"Write a long story about {_TOPICS[number % len(_TOPICS)]}.")
    recipe = Recipe(ANSWER_TOKENS, temperature=0.2, top_p=0.9, repeat_penalty=1.1, seed=number)
    run = Run((prompt,), recipe, collects=collects)
    began_s, before = process_time(), 0
    for _piece in session.answer(run):
        if not before and run.output_tokens:
            began_s, before = process_time(), run.output_tokens
    return (process_time() - began_s) * 1000 / max(1, run.output_tokens - before)


def _signals_ms(vocabulary: int) -> float:
    """On its own, since the noise between two answers is larger than the whole of it."""
    import numpy as np

    row = np.linspace(-12, 12, vocabulary, dtype=np.float32)
    began_s = process_time()
    for token in range(_PASSES):
        row_signs(row, token % vocabulary)
    return (process_time() - began_s) * 1000 / _PASSES
