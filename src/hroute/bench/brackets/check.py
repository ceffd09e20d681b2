"""Is a batch the same computation as one answer at a time, and how much faster is it?"""

from collections.abc import Callable, Sequence
from math import log
from statistics import median

from hroute.bench.brackets.microscope import Parting, parting
from hroute.bench.brackets.models import Contestant
from hroute.bench.brackets.run import BatchCheck, BracketOutcome, Rounding, Token
from hroute.bench.suite import Case

_CERTAIN = 100.0  # logits; rounding moves none so far
OutcomesByArm = dict[tuple[str, str], BracketOutcome]  # by case and arm


def check(
    contestant: Contestant, cases: Sequence[Case], answered: Callable[[], None] = lambda: None
) -> BatchCheck | None:
    """Answers the cases in one batch and one by one; None without cases. `answered` is called every time.

    Kernels for several rows add in another order than those for one, and quantizing amplifies what that
    rounds off. So texts may part where two tokens are nearly equal. Whether it is no more than that is
    measured on the same answers: what reading them in one go moves, where nothing but rounding differs.
    """
    if not cases:
        return None
    together: OutcomesByArm = {}
    alone: OutcomesByArm = {}

    def keep(outcome: BracketOutcome, answers: OutcomesByArm) -> None:
        answers[outcome.case, outcome.arm] = outcome
        answered()

    batched = contestant.answer(cases, lambda outcome: keep(outcome, together))
    single, moved = contestant.answer_one_by_one(cases, lambda outcome: keep(outcome, alone))
    greedy = [(together[key], alone[key]) for key in alone if not key[1].startswith("T=")]
    parted = [found for a, b in greedy if (found := parting(a.tokens, b.tokens))]
    return BatchCheck(
        answers=len(alone),
        batched=batched,
        single=single,
        greedy_answers=len(greedy),
        partings=tuple(_lead_moved(found) for found in parted),
        rounding=Rounding(tokens=len(moved), median=median(moved), highest=max(moved)) if moved else None,
    )


def _lead_moved(found: Parting) -> float:
    """Each side's first choice led over the other's: from one lead to the opposite one, at least."""
    return sum(_lead(token) for token in (found.a, found.b) if token)


def _lead(token: Token) -> float:
    """In logits. A token that was dictated led all others for certain."""
    if token.probability is None:
        return _CERTAIN
    return log(max(token.probability, 1e-5) / max(token.other_probability, 1e-5))
