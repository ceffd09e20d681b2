"""How well constraints are counted, and how well "more than three" is told from the count."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from hroute.bench.intervals import UNDETERMINED, Figure, bootstrapped, wilson

PEOPLE = "people"  # what the sources of prompts as people type them begin with
LIMIT = 3  # the article's "more than three", which the files' labels mean too


@dataclass(frozen=True, slots=True)
class Counted:
    """One prompt: its label and what was counted. `expected` None: only "more than three" is known."""

    source: str
    expected: int | None
    is_dense: bool
    found: int

    @property
    def looks_dense(self) -> bool:
        return self.found > LIMIT


@dataclass(frozen=True, slots=True)
class CountFigures:
    name: str
    n: int
    positives: int
    exact: Figure
    mae: Figure
    precision: Figure
    recall: Figure
    f1: Figure
    false_alarms: Figure  # of the prompts with at most three


@dataclass(frozen=True, slots=True)
class Group:
    """Sources that are read together."""

    name: str
    has: Callable[[str], bool]


_CORE = {
    "ifeval",
    "ifbench",
    "muldimif_listing",
    "muldimif_incorporation",
    "followbench_mixed",
    "followbench_format",
}
GROUPS = (
    Group("people", lambda source: source.startswith(PEOPLE)),
    Group("people, not English", lambda source: source.startswith(PEOPLE) and not source.endswith(" en")),
    Group("core", _CORE.__contains__),
    Group("semantic", {"followbench_content", "followbench_style"}.__contains__),
    Group("few-shot", "muldimif_example".__eq__),
    Group("plain tasks", lambda source: source.startswith("neg_")),
    Group("terse", lambda source: source.startswith("edge")),
    Group("all", lambda source: True),
    Group("all but few-shot", "muldimif_example".__ne__),
)


def by_source_and_group(rows: Sequence[Counted], *, rounds: int, seed: int) -> list[CountFigures]:
    """A line for every source, then one for every group of which there are rows."""
    figures = partial(count_figures, rounds=rounds, seed=seed)
    sources = sorted({row.source for row in rows})
    lines = [figures(source, [row for row in rows if row.source == source]) for source in sources]
    for group in GROUPS:
        members = [row for row in rows if group.has(row.source)]
        if members:
            lines.append(figures(f"= {group.name}", members))
    return lines


def count_figures(name: str, rows: Sequence[Counted], *, rounds: int, seed: int) -> CountFigures:
    known = [row for row in rows if row.expected is not None]
    hits = sum(row.is_dense and row.looks_dense for row in rows)
    dense = sum(row.is_dense for row in rows)
    flagged = sum(row.looks_dense for row in rows)
    return CountFigures(
        name,
        len(rows),
        dense,
        wilson(sum(row.expected == row.found for row in known), len(known)),
        bootstrapped(known, _mae, rounds=rounds, seed=seed),
        wilson(hits, flagged),
        wilson(hits, dense),
        bootstrapped(rows, _f1, rounds=rounds, seed=seed) if dense else UNDETERMINED,
        wilson(flagged - hits, len(rows) - dense),
    )


def macro_f1(lines: Sequence[CountFigures]) -> float | None:
    """The mean F1 over the sources that have positives."""
    scores = [line.f1.value or 0.0 for line in lines if line.positives and not line.name.startswith("= ")]
    return sum(scores) / len(scores) if scores else None


def _mae(rows: Sequence[Counted]) -> float | None:
    errors = [abs(row.expected - row.found) for row in rows if row.expected is not None]
    return sum(errors) / len(errors) if errors else None


def _f1(rows: Sequence[Counted]) -> float | None:
    hits = sum(row.is_dense and row.looks_dense for row in rows)
    both = sum(row.is_dense for row in rows) + sum(row.looks_dense for row in rows)
    return 2 * hits / both if both else None
