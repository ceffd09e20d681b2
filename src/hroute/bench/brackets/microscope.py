"""Two answers to one case under the lens: where they part, how sure each model was there, the brackets."""

from collections.abc import Sequence
from dataclasses import dataclass

from hroute.bench.brackets.run import BracketOutcome, BracketRun, Token
from hroute.core.errors import UsageError


@dataclass(frozen=True, slots=True)
class Parting:
    """The first token that differs; None for an answer that had ended there."""

    before: str  # the text that both have in common
    a: Token | None
    b: Token | None


def pairs_of(run: BracketRun, case: str) -> list[tuple[BracketOutcome, BracketOutcome]]:
    """The case's two answers in every arm. Raises UsageError for a case that the run did not have."""
    pairs = [pair for arm in run.plan.arms for pair in run.pairs(arm.name) if pair[0].case == case]
    if pairs:
        return pairs
    cases = list(dict.fromkeys(outcome.case for outcome in run.outcomes))
    raise UsageError(f"the run has no case {case}", f"it has {', '.join(cases[:8])} … ({len(cases)})")


def parting(a: Sequence[Token], b: Sequence[Token]) -> Parting | None:
    """None when the answers are the same."""
    place = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x.text != y.text), None)
    if place is None:
        if len(a) == len(b):
            return None
        place = min(len(a), len(b))
    before = "".join(token.text for token in a[:place])
    return Parting(before, *(tokens[place] if place < len(tokens) else None for tokens in (a, b)))


def depths(text: str) -> str:
    """For every character how many brackets are open after it, as a digit; `·` inside a string."""
    depth, in_string, escaped = 0, False, False
    drawn = []
    for character in text:
        if in_string:
            closes = character == '"' and not escaped
            escaped = character == "\\" and not escaped
            in_string = not closes
            drawn.append("·")
            continue
        in_string = character == '"'
        depth += (character in "{[") - (character in "}]")
        drawn.append("·" if in_string else _digit(depth))
    return "".join(drawn)


def _digit(depth: int) -> str:
    if depth < 0:
        return "!"  # a closer too many
    return str(depth) if depth < 10 else "+"
