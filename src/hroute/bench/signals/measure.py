"""Measures the three signals on labelled data, beside what simpler routers would do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from hroute.bench.overhead import words
from hroute.bench.signals import speed
from hroute.bench.signals.authored import (
    AuthoredReport,
    ReadPrompt,
    Resampling,
    authored_report,
    wants_cloud,
)
from hroute.bench.signals.counting_metrics import Counted, CountFigures, by_source_and_group, macro_f1
from hroute.bench.signals.data import AuthoredFile, RoutingFile, SignalsData
from hroute.bench.signals.labels import KEYWORD, LENGTH, RANDOM, SCOUT, keyword_score
from hroute.bench.signals.routing_metrics import PairOutcome, RoutingFigures, routing_figures
from hroute.bench.signals.tokens import EstimateFigures, ExactTokenizer, estimate_figures
from hroute.core.constraints import find_constraints
from hroute.core.scout import BuiltinScout
from hroute.core.scout.artefact import ScoutCard
from hroute.core.scout.protocol import Scout

T = TypeVar("T")

SEED = 0
_LATENCY_READINGS = 500
_ESTIMATED_PROMPTS = 200  # of each file
_PROSE_WORDS = 2000


@dataclass(frozen=True, slots=True)
class SignalsEffort:
    """How much is measured: `prompts` at most of a file are read by the scout, `readings` are timed."""

    rounds: int = 200  # of the bootstrap
    prompts: int | None = None
    readings: int = _LATENCY_READINGS


@dataclass(frozen=True, slots=True)
class MeasuredParts:
    """What is measured: a scout, the policy's `min_lead`, and the token estimate against each tokenizer."""

    scout: Scout
    min_lead: float
    tokenizers: Sequence[ExactTokenizer]


@dataclass(frozen=True, slots=True)
class RoutingReport:
    name: str
    n: int
    weak: float
    strong: float
    routers: dict[str, RoutingFigures]
    was_trained_on: bool  # by the scout: then its figures here are not a test
    held_out_apgr: float | None  # of the same scout, trained without this file's family


@dataclass(frozen=True, slots=True)
class SignalsReport:
    scout: str
    constraints: list[CountFigures]
    constraints_macro_f1: float | None
    routing: list[RoutingReport]
    authored: list[AuthoredReport]
    estimate: list[EstimateFigures]
    latency: list[speed.ReadingLatency]
    growth: list[speed.SpeedGrowth]
    loading: speed.LoadingTime

    def mean(self, metric: str, router: str) -> float | None:
        """Of the routing files, each counting the same."""
        return _mean([report.routers[router][metric].value for report in self.routing])

    @property
    def held_out_mean(self) -> float | None:
        """Of scouts trained without the file's family; None unless there is one for every file."""
        values = [report.held_out_apgr for report in self.routing]
        return None if None in values else _mean(values)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def measure_signals(
    data: SignalsData, measured: MeasuredParts, effort: SignalsEffort, tell: Callable[[str], None]
) -> SignalsReport:
    """All figures. `tell` is called with what is being measured, since a run takes minutes."""
    scout = measured.scout
    tell(f"constraints: {len(data.constraints):,} prompts")
    counts = _counted(data, effort)
    routing = []
    for file in data.routing:
        tell(f"scout: {file.name}, {len(_some(file.rows, effort.prompts)):,} prompts")
        routing.append(_routing_report(file, scout, effort))
    authored = []
    for written in data.authored:
        tell(f"scout and constraints: {written.name}, {len(_some(written.rows, effort.prompts)):,} prompts")
        authored.append(_authored_report(written, measured, effort))
    tell("estimate of tokens")
    estimate = _estimate_lines(data, measured.tokenizers)
    tell("latency")
    return SignalsReport(
        scout.read("hello").model,
        counts,
        macro_f1(counts),
        routing,
        authored,
        estimate,
        *_speed_lines(_prompts(data), scout, effort),
    )


def _counted(data: SignalsData, effort: SignalsEffort) -> list[CountFigures]:
    rows = [
        Counted(row.source, row.n_constraints, row.gt3, len(find_constraints(row.prompt)))
        for row in data.constraints
    ]
    return by_source_and_group(rows, rounds=effort.rounds, seed=SEED)


def _routing_report(file: RoutingFile, scout: Scout, effort: SignalsEffort) -> RoutingReport:
    rows = _some(file.rows, effort.prompts)
    outcomes = [PairOutcome(row.weak_score, row.strong_score) for row in rows]
    scorers: dict[str, Callable[[str], float]] = {
        SCOUT: lambda prompt: scout.read(prompt).difficulty,
        LENGTH: len,
        KEYWORD: keyword_score,
        RANDOM: lambda _: 0.0,  # all tied: the tie-averaged metrics are what chance gives on average
    }
    routers = {
        name: routing_figures(outcomes, [score(row.prompt) for row in rows], rounds=effort.rounds, seed=SEED)
        for name, score in scorers.items()
    }
    weak = sum(o.weak for o in outcomes) / len(outcomes)
    strong = sum(o.strong for o in outcomes) / len(outcomes)
    card = scout.artefact.card if isinstance(scout, BuiltinScout) else None
    return RoutingReport(
        file.name,
        len(rows),
        weak,
        strong,
        routers,
        card is not None and any(source["source"] == file.name for source in card.trained_on),
        _held_out_apgr(file.name, card) if card else None,
    )


def _held_out_apgr(name: str, card: ScoutCard) -> float | None:
    figures = card.metrics.get("apgr_frozen")
    value = figures.get(name) if isinstance(figures, dict) else None
    return value if isinstance(value, float) else None


def _authored_report(file: AuthoredFile, measured: MeasuredParts, effort: SignalsEffort) -> AuthoredReport:
    rows = []
    for row in _some(file.rows, effort.prompts):
        reading, found = measured.scout.read(row.prompt), len(find_constraints(row.prompt))
        rows.append(ReadPrompt(row, reading, found, wants_cloud(reading, measured.min_lead)))
    return authored_report(file.name, file.part, rows, Resampling(effort.rounds, SEED))


def _estimate_lines(data: SignalsData, tokenizers: Sequence[ExactTokenizer]) -> list[EstimateFigures]:
    prompts = {"constraints": [row.prompt for row in data.constraints]}
    prompts |= _prompts_by_file(data)
    lines = (
        estimate_figures(tokenizer, name, _some(texts, _ESTIMATED_PROMPTS))
        for tokenizer in tokenizers
        for name, texts in prompts.items()
    )
    return [line for line in lines if line is not None]


def _prompts_by_file(data: SignalsData) -> dict[str, list[str]]:
    authored = {file.name: [row.prompt for row in file.rows] for file in data.authored}
    return authored | {file.name: [row.prompt for row in file.rows] for file in data.routing}


def _prompts(data: SignalsData) -> list[str]:
    """What the time of a reading is measured on: the files' prompts, else prose."""
    found = list(chain.from_iterable(_prompts_by_file(data).values()))
    return found or [row.prompt for row in data.constraints] or [words(_PROSE_WORDS)]


def _speed_lines(
    prompts: Sequence[str], scout: Scout, effort: SignalsEffort
) -> tuple[list[speed.ReadingLatency], list[speed.SpeedGrowth], speed.LoadingTime]:
    latencies = [
        speed.latency(
            f"constraints, {speed.WORDS} words",
            find_constraints,
            speed.of_words(prompts, speed.WORDS, _LATENCY_READINGS),
        ),
        speed.latency(
            f"scout, {speed.CHARS:,} characters",
            scout.read,
            speed.of_chars(prompts, speed.CHARS, effort.readings),
        ),
    ]
    growths = [*speed.growth("constraints", find_constraints), *speed.growth("scout", scout.read)]
    return latencies, growths, speed.loading()


def _some(rows: Sequence[T], most: int | None) -> Sequence[T]:
    """At most so many of the rows, evenly spread."""
    if most is None or len(rows) <= most:
        return rows
    return [rows[place * len(rows) // most] for place in range(most)]
