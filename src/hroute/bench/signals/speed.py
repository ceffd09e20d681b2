"""What the signals cost: percentiles of single readings, growth with length, and loading."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, cycle, islice
from statistics import median
from time import perf_counter, process_time

from hroute.app.own_files import SCOUT_FILE
from hroute.bench.intervals import percentile
from hroute.bench.overhead import words

WORDS, CHARS = 100, 2000
SHORT_BYTES, LONG_BYTES = 10_000, 100_000
_GROWTH_RUNS = 5
_LOAD_RUNS = 5

# A process of its own: in this one the modules are loaded and the patterns compiled already.
_LOAD = """
import sys
from time import perf_counter
started = perf_counter()
from pathlib import Path
from hroute.core.scout import BuiltinScout
imported = perf_counter()
scout = BuiltinScout.from_bytes(Path(sys.argv[1]).read_bytes())
loaded = perf_counter()
scout.read("Why is the sky blue?")
print(imported - started, loaded - imported, perf_counter() - loaded)
"""


@dataclass(frozen=True, slots=True)
class ReadingLatency:
    """Milliseconds. The CPU time is what an idle core would need; the wall time is what it took here."""

    name: str
    n: int
    wall_p50: float
    wall_p95: float
    wall_p99: float
    cpu_p50: float
    cpu_p95: float
    cpu_p99: float


@dataclass(frozen=True, slots=True)
class SpeedGrowth:
    """How many times longer 100 kB takes than 10 kB; 10 is linear."""

    name: str
    text: str
    long_ms: float
    ratio: float


@dataclass(frozen=True, slots=True)
class LoadingTime:
    import_ms: float
    load_ms: float
    first_reading_ms: float


def latency(name: str, read: Callable[[str], object], prompts: Sequence[str]) -> ReadingLatency:
    read(prompts[0])  # loads and compiles what is loaded and compiled once
    walls, cpus = [], []
    for prompt in prompts:
        wall_s, cpu_s = perf_counter(), process_time()
        read(prompt)
        cpus.append((process_time() - cpu_s) * 1000)
        walls.append((perf_counter() - wall_s) * 1000)
    figures = [percentile(times, share) for times in (walls, cpus) for share in (0.5, 0.95, 0.99)]
    return ReadingLatency(name, len(prompts), *figures)


def growth(name: str, read: Callable[[str], object]) -> list[SpeedGrowth]:
    """The fastest of a few runs each: on a busy machine the others measure the neighbours."""
    lines = []
    for text in ("prose", "spaces", "brackets", "one word"):
        short_s, long_s = (_fastest_s(read, sample(text, size)) for size in (SHORT_BYTES, LONG_BYTES))
        lines.append(SpeedGrowth(name, text, long_s * 1000, long_s / short_s))
    return lines


def loading() -> LoadingTime:
    """Of the builtin scout, in new processes; medians."""
    runs = [_loaded_once() for _ in range(_LOAD_RUNS)]
    return LoadingTime(*(median(column) * 1000 for column in zip(*runs, strict=True)))


def of_words(prompts: Sequence[str], count: int, n: int) -> list[str]:
    """n prompts of so many words, put together from what people ask."""
    stream = cycle(chain.from_iterable(prompt.split() for prompt in prompts))
    return [" ".join(islice(stream, count)) for _ in range(n)]


def of_chars(prompts: Sequence[str], count: int, n: int) -> list[str]:
    stream = cycle(chain.from_iterable(f"{prompt}\n\n" for prompt in prompts))
    return ["".join(islice(stream, count)) for _ in range(n)]


def sample(text: str, size: int) -> str:
    if text == "prose":
        return words(size // 4)[:size]
    return {"spaces": " ", "brackets": "[", "one word": "a"}[text] * size


def _fastest_s(read: Callable[[str], object], text: str) -> float:
    times = []
    for _ in range(_GROWTH_RUNS):
        started_s = process_time()
        read(text)
        times.append(process_time() - started_s)
    return max(min(times), 1e-6)  # the clock's own step


def _loaded_once() -> list[float]:
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, str(SCOUT_FILE)], check=True, capture_output=True, text=True
    )
    return [float(part) for part in done.stdout.split()]
