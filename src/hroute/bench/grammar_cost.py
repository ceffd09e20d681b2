"""What keeping a grammar costs for each token, against decoding freely, on the same prompts."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time

from hroute.bench.brackets.cases import expected_of, messages_of
from hroute.bench.suite import Case
from hroute.engines.llama.native import Model
from hroute.engines.llama.recipe import Recipe
from hroute.engines.llama.worker import LoadedModel, Run

ANSWER_TOKENS = 64
AIM = 1.05  # times the cost of a free token


@dataclass(frozen=True, slots=True)
class GrammarCost:
    """CPU milliseconds for each decoded token, medians over the cases; one thread."""

    cases: int
    free_ms: float
    grammar_ms: float

    @property
    def ratio(self) -> float:
        return self.grammar_ms / self.free_ms


def measure_grammar_cost(path: Path, cases: Sequence[Case]) -> GrammarCost:
    """Each case is answered freely and under its grammar, one after the other, with the same seed."""
    with closing(LoadedModel(Model(path), None, 1)) as session:
        pairs = [
            tuple(_ms_per_token(session, case, bound=bound) for bound in (False, True)) for case in cases
        ]
    free, grammar = zip(*pairs, strict=True)
    return GrammarCost(len(cases), median(free), median(grammar))


def _ms_per_token(session: LoadedModel, case: Case, *, bound: bool) -> float:
    """CPU time from the first token on, so without prompt and set-up."""
    expected, messages = expected_of(case, plain=False), messages_of(case, plain=False)
    recipe = Recipe(ANSWER_TOKENS, temperature=0.2, top_p=0.9, repeat_penalty=1.1, seed=1)
    run = Run(messages, recipe, expected=expected if bound else None)
    began_s, before = process_time(), 0
    for _piece in session.answer(run):
        if not before and run.output_tokens:
            began_s, before = process_time(), run.output_tokens
    return (process_time() - began_s) * 1000 / max(1, run.output_tokens - before)
