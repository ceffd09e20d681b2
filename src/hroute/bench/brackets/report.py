"""What a run shows: rates with intervals, paired tests with their correction, and one sentence."""

from collections.abc import Callable
from dataclasses import dataclass

from hroute.bench.brackets.paired import ALPHA, discordant, holm, mcnemar_p, pairs_needed
from hroute.bench.brackets.run import SIDES, BracketOutcome, BracketRun, SideName
from hroute.bench.intervals import Figure, wilson
from hroute.core.tools.verdict import ToolFault

_BRACKETS = {ToolFault.BRACKET_DROP, ToolFault.BRACKET_MISMATCH}
_UNPARSEABLE = {*_BRACKETS, ToolFault.INVALID_JSON, ToolFault.EMPTY}
_STRIPPED = (ToolFault.CODE_FENCE, ToolFault.EXTRA_TEXT)

CLEAN_AND_RIGHT = "clean and right"
PROPERTIES: dict[str, Callable[[BracketOutcome], bool]] = {
    CLEAN_AND_RIGHT: lambda o: o.is_clean_and_right,
    "bracket broken": lambda o: o.fault in _BRACKETS,
    "unparseable, not cut": lambda o: o.fault in _UNPARSEABLE,
}


@dataclass(frozen=True, slots=True)
class Rate:
    name: str
    a: Figure
    b: Figure


@dataclass(frozen=True, slots=True)
class Test:
    """McNemar's exact test of one property in one arm."""

    arm: str
    name: str
    n: int
    only_a: int
    only_b: int
    p: float
    p_holm: float

    @property
    def shows_a_difference(self) -> bool:
        return self.p_holm <= ALPHA


@dataclass(frozen=True, slots=True)
class ArmReport:
    name: str
    n: int
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class BracketReport:
    arms: tuple[ArmReport, ...]
    tests: tuple[Test, ...]
    pairs_needed: int  # to see 5% against 1% in one test
    pairs_needed_corrected: int  # in all of them at once
    conclusion: str
    tools_side: SideName  # which should serve tools, by the arm that `ask --tools` uses
    tools_reason: str

    def rate(self, arm: str, name: str) -> Rate | None:
        found = (r for a in self.arms if a.name == arm for r in a.rates if r.name == name)
        return next(found, None)


def report(run: BracketRun) -> BracketReport:
    arms = tuple(_arm(run, arm.name) for arm in run.plan.arms)
    tests = _tests(run)
    needed, corrected = pairs_needed(0.05, 0.01), pairs_needed(0.05, 0.01, ALPHA / len(tests))
    conclusion = _conclusion(run, tests, needed, corrected)
    return BracketReport(arms, tests, needed, corrected, conclusion, *_tools_side(run, tests))


def _arm(run: BracketRun, arm: str) -> ArmReport:
    pairs = run.pairs(arm)

    def rate(name: str, has: Callable[[BracketOutcome], bool]) -> Rate:
        a, b = (wilson(sum(has(pair[i]) for pair in pairs), len(pairs)) for i in (0, 1))
        return Rate(name, a, b)

    faults = [fault for fault in ToolFault if fault not in _STRIPPED]
    rates = [
        rate(CLEAN_AND_RIGHT, PROPERTIES[CLEAN_AND_RIGHT]),
        rate("right", lambda o: o.is_right),
        *(rate(fault, lambda o, fault=fault: o.fault == fault) for fault in faults),  # type: ignore[misc]
        rate("  of truncated, in a loop", lambda o: o.is_looped),
        *(rate(f"{note} (stripped)", lambda o, note=note: note in o.notes) for note in _STRIPPED),  # type: ignore[misc]
    ]
    return ArmReport(arm, len(pairs), tuple(rates))


def _tests(run: BracketRun) -> tuple[Test, ...]:
    rows = []
    for arm in run.plan.arms:
        for name, has in PROPERTIES.items():
            counts = discordant([(has(a), has(b)) for a, b in run.pairs(arm.name)])
            rows.append((arm.name, name, counts, mcnemar_p(counts.only_a, counts.only_b)))
    adjusted = holm([p for *_rest, p in rows])
    return tuple(
        Test(arm, name, counts.n, counts.only_a, counts.only_b, p, p_holm)
        for (arm, name, counts, p), p_holm in zip(rows, adjusted, strict=True)
    )


def _conclusion(run: BracketRun, tests: tuple[Test, ...], needed: int, corrected: int) -> str:
    shown = [test for test in tests if test.shows_a_difference]
    if not shown:
        return (
            f"No difference shown in {tests[0].n} pairs; N = {needed} pairs would be needed to see 5% against"
            f" 1% in one test, {corrected} in {len(tests)} tests at once (80% power)."
        )
    parts = []
    for test in shown:
        more, less = ("b", "a") if test.only_b > test.only_a else ("a", "b")
        parts.append(
            f"{test.name} happens more often with {more} than with {less} in the {test.arm} arm"
            f" ({max(test.only_a, test.only_b)} cases against {min(test.only_a, test.only_b)},"
            f" p = {test.p_holm:.2g} after correction for {len(tests)} tests)"
        )
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _tools_side(run: BracketRun, tests: tuple[Test, ...]) -> tuple[SideName, str]:
    """The one that is better inside the grammar, which `ask --tools` keeps; else the smaller file."""
    grammar = {arm.name for arm in run.plan.arms if arm.has_grammar}
    for test in tests:
        if test.arm in grammar and test.name == CLEAN_AND_RIGHT and test.shows_a_difference:
            return "a" if test.only_a > test.only_b else "b", "more often clean and right inside the grammar"
    smaller = min(SIDES, key=lambda side: run.side(side).size_bytes)
    return smaller, "the smaller file, and no difference is shown inside the grammar"
