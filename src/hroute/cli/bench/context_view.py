"""The heat map of `hroute bench context`, and its proposal."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from hroute.bench.context import (
    DEPTHS,
    ContextPlan,
    HaystackProbe,
    LengthFigures,
    LimitProposal,
    propose,
    summarise,
)
from hroute.bench.intervals import UNDETERMINED
from hroute.cli.format.as_json import json_line

if TYPE_CHECKING:
    from hroute.bench.intervals import Figure
    from hroute.cli.terminal import StyledText, Terminal

_HEAT = ((0.9, "black on green"), (0.7, "black on yellow"), (0.4, "black on dark_orange"))
_COLD = "white on red"
_CELL = 9
_UNMEASURED = LengthFigures(0, None, UNDETERMINED, UNDETERMINED, {}, 0)


def show_context(
    model: str, plan: ContextPlan, probes: Sequence[HaystackProbe], terminal: "Terminal"
) -> LimitProposal:
    lines = summarise(probes)
    proposal = propose(lines, plan.lengths)
    measured = {line.length: line for line in lines}
    terminal.line((f"{model}: facts found, by prompt length and place in the prompt", "bold"))
    terminal.line((f"{'tokens':14}" + "".join(f"{length:>{_CELL},}" for length in plan.lengths), "dim"))
    row = [measured.get(length, _UNMEASURED) for length in plan.lengths]
    for depth in DEPTHS:
        terminal.line((f"{_place(depth):14}", ""), *_cells(line.by_depth.get(depth) for line in row))
    terminal.line((f"{'one fact':14}", "bold"), *_cells(line.one_fact for line in row))
    terminal.line((f"{'  95% from':14}", "dim"), *_bounds(line.one_fact.low for line in row))
    terminal.line((f"{'  95% to':14}", "dim"), *_bounds(line.one_fact.high for line in row))
    terminal.line((f"{'two at once':14}", "bold"), *_cells(line.two_facts for line in row))
    terminal.line((f"{'n':14}" + "".join(f"{line.n:>{_CELL}}" for line in row), "dim"))
    terminal.line(("", ""))
    _show_proposal(proposal, terminal)
    return proposal


def show_context_json(
    model: str, plan: ContextPlan, probes: Sequence[HaystackProbe], terminal: "Terminal"
) -> LimitProposal:
    from dataclasses import asdict

    lines = summarise(probes)
    proposal = propose(lines, plan.lengths)
    shape = {
        "model": model,
        "plan": asdict(plan),
        "lengths": [_length_json(line) for line in lines],
        "proposal": asdict(proposal),
    }
    terminal.write(json_line(shape))
    return proposal


def _length_json(line: LengthFigures) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(line) | {"by_depth": {str(depth): asdict(rate) for depth, rate in line.by_depth.items()}}


def _show_proposal(proposal: LimitProposal, terminal: "Terminal") -> None:
    if proposal.max_context_tokens is None:
        terminal.line(("no proposal: ", "bold"), (proposal.reason, ""))
        return
    terminal.line(
        (f"proposed limit: {proposal.max_context_tokens:,} tokens; ", "bold"), (proposal.reason, "")
    )
    terminal.line((f"  hroute config set routing.max_context_tokens {proposal.max_context_tokens}", ""))


def _place(depth: float) -> str:
    return {0.0: "first line", 1.0: "last line"}.get(depth, f"{depth:.0%} down")


def _cells(rates: "Iterable[Figure | None]") -> "list[StyledText]":
    spans: list[StyledText] = []
    for rate in rates:
        if rate is None or rate.value is None:
            spans.append(("-".rjust(_CELL), "dim"))
        else:
            spans += [("  ", ""), (f"{rate.value:.0%}".rjust(_CELL - 3) + " ", _heat(rate.value))]
    return spans


def _bounds(values: Iterable[float | None]) -> "list[StyledText]":
    return [(("-" if value is None else f"{value:.0%} ").rjust(_CELL), "dim") for value in values]


def _heat(rate: float) -> str:
    return next((style for least, style in _HEAT if rate >= least), _COLD)
