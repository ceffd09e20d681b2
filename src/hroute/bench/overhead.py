"""What hroute itself costs: whole processes against their floor, and routing inside one process."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from time import perf_counter

from hroute.app.answer.preview import preview
from hroute.app.answer.runtime import Runtime
from hroute.core.turn.turn import Turn

BARE_TYPER = """
import typer
app = typer.Typer(add_completion={completes})
@app.command()
def one(prompt: str) -> None:
    typer.echo("local")
@app.command()
def other() -> None: ...
app(prog_name="bare")
"""
SHORT_WORDS, LONG_WORDS = 200, 10_000


@dataclass(frozen=True, slots=True)
class OverheadMeasure:
    """A median over the runs; `aim` is the most it may be, in the same unit."""

    name: str
    value: float
    unit: str
    aim: float | None = None

    @property
    def is_met(self) -> bool | None:
        return None if self.aim is None else self.value <= self.aim


def words(count: int) -> str:
    """Ordinary prose of so many words, different from line to line."""
    lines = (f"The ferry left {n} minutes late, and nobody on the pier minded." for n in range(count))
    return " ".join(" ".join(lines).split()[:count])


def measure_overhead(runtime: Runtime, runs: int) -> list[OverheadMeasure]:
    """Every measure; the processes are interleaved, so that a noisy moment hits all of them."""
    python, hroute = [sys.executable], [sys.executable, "-m", "hroute"]
    version, explain = "--version", "explain"
    prompt = words(SHORT_WORDS)
    nothing_s, version_s, typer_s, explain_s, bare_tab_s, tab_s = _interleaved(
        [
            [*python, "-c", "pass"],
            [*hroute, version],
            [*python, "-c", BARE_TYPER.format(completes=False), "one", prompt],
            [*hroute, explain, prompt],
            _tab("_BARE_COMPLETE", "bare o", [*python, "-c", BARE_TYPER.format(completes=True)]),
            _tab("_HROUTE_COMPLETE", "hroute lo", hroute),
        ],
        runs,
    )
    return [
        OverheadMeasure("python -c pass", nothing_s * 1000, "ms"),
        OverheadMeasure(f"hroute {version}", version_s * 1000, "ms"),
        OverheadMeasure("  against python -c pass", version_s / nothing_s, "x", aim=2),
        OverheadMeasure("a bare Typer app", typer_s * 1000, "ms"),
        OverheadMeasure(f"hroute {explain}, {SHORT_WORDS} words", explain_s * 1000, "ms"),
        OverheadMeasure("  against the bare Typer app", explain_s / typer_s, "x", aim=1.3),
        OverheadMeasure("Tab after a bare Typer app", bare_tab_s * 1000, "ms"),
        OverheadMeasure("Tab after hroute lo", tab_s * 1000, "ms"),
        OverheadMeasure("  against the bare Typer app", tab_s / bare_tab_s, "x", aim=1.5),
        OverheadMeasure(
            f"routing in process, {SHORT_WORDS} words", _routing_ms(runtime, SHORT_WORDS, runs), "ms", aim=4
        ),
        OverheadMeasure(
            f"routing in process, {LONG_WORDS} words", _routing_ms(runtime, LONG_WORDS, runs), "ms", aim=20
        ),
    ]


def _tab(variable: str, line: str, command: Sequence[str]) -> list[str]:
    """The command as bash calls it to complete the second word."""
    return ["env", f"COMP_WORDS={line}", "COMP_CWORD=1", f"{variable}=complete_bash", *command]


def _interleaved(commands: Sequence[Sequence[str]], runs: int) -> list[float]:
    """Median wall seconds of each command."""
    walls = [[_wall_s(partial(_run, command)) for command in commands] for _ in range(runs)]
    return [median(column) for column in zip(*walls, strict=True)]


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def _routing_ms(runtime: Runtime, count: int, runs: int) -> float:
    turn = Turn.of(words(count))
    preview(turn, runtime)  # loads what is loaded once per process
    return median(_wall_s(lambda: preview(turn, runtime)) for _ in range(runs)) * 1000


def _wall_s(work: Callable[[], object]) -> float:
    started_s = perf_counter()
    work()
    return perf_counter() - started_s
