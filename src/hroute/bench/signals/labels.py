"""The scout's words against a judge's, and the simple routers that stand beside it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hroute.bench.intervals import Figure, bootstrapped, wilson
from hroute.core.decision.signals import Label

SCOUT, LENGTH, KEYWORD, RANDOM = "scout", "length", "keyword router", "random"
CLASSES = (Label.TRIVIAL, Label.STANDARD, Label.COMPLEX)
_ARTICLE = re.compile("analyze|compare", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LabelPair:
    expected: Label
    found: Label


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """`unsure` counts the readings without a label; for F1 they are misses."""

    name: str
    n: int
    accuracy: Figure
    macro_f1: Figure
    f1: dict[str, float | None]
    unsure: int


def keyword_label(prompt: str) -> Label:
    """The router that the article began with: 'analyze' or 'compare' means complex.

    It knows no third class; the rest is called standard, which gives it the higher macro-F1.
    """
    return Label.COMPLEX if keyword_score(prompt) else Label.STANDARD


def keyword_score(prompt: str) -> float:
    return 1.0 if _ARTICLE.search(prompt) else 0.0


def label_figures(name: str, rows: Sequence[LabelPair], *, rounds: int, seed: int) -> LabelFigures:
    return LabelFigures(
        name,
        len(rows),
        wilson(sum(row.expected is row.found for row in rows), len(rows)),
        bootstrapped(rows, macro_f1, rounds=rounds, seed=seed),
        {label.value: f1(rows, label) for label in CLASSES},
        sum(row.found is Label.UNSURE for row in rows),
    )


def macro_f1(rows: Sequence[LabelPair]) -> float | None:
    """The mean F1 of the classes; one that nobody expected or found counts as 0."""
    return sum(f1(rows, label) or 0.0 for label in CLASSES) / len(CLASSES)


def f1(rows: Sequence[LabelPair], label: Label) -> float | None:
    hits = sum(row.expected is label and row.found is label for row in rows)
    both = sum((row.expected is label) + (row.found is label) for row in rows)
    return 2 * hits / both if both else None
