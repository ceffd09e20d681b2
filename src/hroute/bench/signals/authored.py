"""The signals on authored prompts: difficulty, route, words and constraints against a judge's labels."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hroute.bench.intervals import Figure, bootstrapped, wilson
from hroute.bench.signals.counting_metrics import LIMIT, Counted, CountFigures, count_figures
from hroute.bench.signals.data import AuthoredRow
from hroute.bench.signals.labels import (
    CLASSES,
    KEYWORD,
    LENGTH,
    SCOUT,
    LabelFigures,
    LabelPair,
    keyword_label,
    keyword_score,
    label_figures,
    macro_f1,
)
from hroute.core.abilities.ability import CLASSES as ABILITIES
from hroute.core.abilities.ability import REFERENCE_CLOUD, Ability
from hroute.core.decision.signals import (
    Constraints,
    ContextPressure,
    CountMethod,
    Label,
    ScoutReading,
    Signals,
)
from hroute.core.learning.quality import auroc
from hroute.core.routing.policy import lead

LEAST_ROWS = 30  # of a language or kind that gets a line of its own
LOCAL = Ability(ABILITIES["8B"])  # what the labels' border is about
_NO_CONSTRAINTS = Constraints(0, (), LIMIT)
_NO_CONTEXT = ContextPressure(0, 1, CountMethod.BOUND, exceeded=False)


@dataclass(frozen=True, slots=True)
class ReadPrompt:
    """A labelled prompt and what the signals made of it."""

    row: AuthoredRow
    reading: ScoutReading
    found: int  # constraints
    wants_cloud: bool  # for its difficulty alone, an 8B at hand

    @property
    def is_too_hard(self) -> bool:
        return self.row.smallest_ok.is_beyond_8b

    @property
    def has_the_right_route(self) -> bool:
        return self.wants_cloud is self.is_too_hard


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """`routed` counts the prompts of at most three constraints: the others leave whatever the scout says."""

    name: str
    n: int
    too_hard: int  # for an 8B
    auroc: dict[str, Figure]  # of too hard for an 8B, by router
    routed: int
    route_right: Figure
    always_local: Figure
    macro_f1: Figure
    count: CountFigures


@dataclass(frozen=True, slots=True)
class Failures:
    """Of an 8B, by the labels, among the prompts that the scout reads as `label`."""

    label: str
    n: int
    rate: Figure


@dataclass(frozen=True, slots=True)
class AuthoredReport:
    name: str
    part: str
    n: int
    groups: list[GroupFigures]  # all, English, the rest
    languages: list[GroupFigures]
    kinds: list[GroupFigures]
    labels: list[LabelFigures]
    failures: list[Failures]


@dataclass(frozen=True, slots=True)
class Resampling:
    rounds: int
    seed: int


def wants_cloud(reading: ScoutReading, min_lead: float) -> bool:
    """The policy's wish for the difficulty alone, between an 8B and the reference cloud."""
    faced = reading.facing(LOCAL, REFERENCE_CLOUD)
    return lead(Signals(_NO_CONSTRAINTS, _NO_CONTEXT, faced)) > min_lead


def authored_report(name: str, part: str, rows: Sequence[ReadPrompt], how: Resampling) -> AuthoredReport:
    english = [row for row in rows if row.row.lang == "en"]
    others = [row for row in rows if row.row.lang != "en"]
    named = {"all": rows, "English": english, "other languages": others}
    return AuthoredReport(
        name,
        part,
        len(rows),
        [_group(group, members, how) for group, members in named.items() if members],
        _by(rows, lambda row: row.row.lang, how),
        _by(rows, lambda row: row.row.kind, how),
        _label_lines(rows, how),
        list(_failures(rows)),
    )


def _by(rows: Sequence[ReadPrompt], key: Callable[[ReadPrompt], str], how: Resampling) -> list[GroupFigures]:
    """A line for each value of which there are enough, the frequent ones first."""
    counts = Counter(map(key, rows))
    frequent = [value for value, n in counts.most_common() if n >= LEAST_ROWS and value]
    return [_group(value, [row for row in rows if key(row) == value], how) for value in frequent]


def _group(name: str, rows: Sequence[ReadPrompt], how: Resampling) -> GroupFigures:
    routed = [row for row in rows if row.row.constraints <= LIMIT]
    counts = [Counted(name, row.row.constraints, row.row.constraints > LIMIT, row.found) for row in rows]
    return GroupFigures(
        name,
        len(rows),
        sum(row.is_too_hard for row in rows),
        {router: _ranking(rows, score, how) for router, score in _SCORES.items()},
        len(routed),
        wilson(sum(row.has_the_right_route for row in routed), len(routed)),
        wilson(sum(not row.is_too_hard for row in routed), len(routed)),
        bootstrapped(_judged(rows), macro_f1, rounds=how.rounds, seed=how.seed),
        count_figures(name, counts, rounds=how.rounds, seed=how.seed),
    )


_SCORES: dict[str, Callable[[ReadPrompt], float]] = {
    SCOUT: lambda row: row.reading.difficulty,
    LENGTH: lambda row: len(row.row.prompt),
    KEYWORD: lambda row: keyword_score(row.row.prompt),
}


def _ranking(rows: Sequence[ReadPrompt], score: Callable[[ReadPrompt], float], how: Resampling) -> Figure:
    pairs = [(score(row), row.is_too_hard) for row in rows]
    return bootstrapped(pairs, _auroc, rounds=how.rounds, seed=how.seed)


def _auroc(pairs: Sequence[tuple[float, bool]]) -> float | None:
    ordered = sorted(pairs)
    return auroc([score for score, _ in ordered], [positive for _, positive in ordered])


def _judged(rows: Sequence[ReadPrompt]) -> list[LabelPair]:
    return [LabelPair(row.row.smallest_ok.label, row.reading.label) for row in rows]


def _label_lines(rows: Sequence[ReadPrompt], how: Resampling) -> list[LabelFigures]:
    by_keyword = [LabelPair(row.row.smallest_ok.label, keyword_label(row.row.prompt)) for row in rows]
    lines = {SCOUT: _judged(rows), KEYWORD: by_keyword}
    return [label_figures(name, judged, rounds=how.rounds, seed=how.seed) for name, judged in lines.items()]


def _failures(rows: Sequence[ReadPrompt]) -> Iterable[Failures]:
    for label in (*CLASSES, Label.UNSURE):
        read = [row for row in rows if row.reading.label is label]
        yield Failures(label.value, len(read), wilson(sum(row.is_too_hard for row in read), len(read)))
